package entitlement

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/household"
	"anju/internal/residence"
)

//go:embed routes.csv
var routes string

// DefaultRoutes is the routing a county starts with. 低保 and 特困 are decided at
// the town of registration (社会救助法 37); the community receives and forwards.
func DefaultRoutes() ([]Route, error) {
	rows, err := csv.NewReader(strings.NewReader(routes)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read default routes: %w", err)
	}
	var all []Route
	for _, r := range rows[1:] {
		all = append(all, Route{Kind: r[0], Side: r[1], Unit: r[2], Phone: r[3], Note: r[4], Basis: r[5], ValidFrom: "2021-04-09", ValidTo: calendar.Forever})
	}
	return all, nil
}

// InstallRoutes writes the default routing into an empty county.
func InstallRoutes(tx *db.Tx) error {
	all, err := DefaultRoutes()
	if err != nil {
		return err
	}
	for _, r := range all {
		if err := db.Insert(tx, "right_route", r); err != nil {
			return err
		}
	}
	return nil
}

// RoutesOn lists who owes which right on a day, the origin's first, each side
// in the order of Kinds.
func RoutesOn(tx *db.Tx, on calendar.Date) ([]Route, error) {
	all, err := db.All[Route](tx, `select `+db.Columns[Route]("")+` from right_route where valid_from <= $1 and valid_to > $1`, on)
	if err != nil {
		return nil, err
	}
	var sorted []Route
	for _, side := range []string{Origin, Living} {
		for _, k := range Kinds {
			for _, r := range all {
				if r.Side == side && r.Kind == k {
					sorted = append(sorted, r)
				}
			}
		}
	}
	return sorted, nil
}

// Of lists the rights of a household today, land first.
func Of(tx *db.Tx, id household.ID) ([]Entitlement, error) {
	return db.All[Entitlement](tx, `select `+db.Columns[Entitlement]("")+` from entitlement
		where household_id = $1 and superseded_at = 0 and valid_to > $2 order by side desc, kind, id`, id, calendar.On(tx.Now()))
}

// ByEvidence is the present right that a contract or certificate proves; ok is
// false if there is none.
func ByEvidence(tx *db.Tx, kind, evidence string) (e Entitlement, ok bool, err error) {
	e, err = db.One[Entitlement](tx, `select `+db.Columns[Entitlement]("")+` from entitlement
		where kind = $1 and evidence = $2 and superseded_at = 0 order by valid_to desc, id limit 1`, kind, evidence)
	if err == db.ErrNoRow {
		return e, false, nil
	}
	return e, err == nil, err
}

// Enter writes a right down. It is recorded.
func Enter(tx *db.Tx, e Entitlement) (Entitlement, error) {
	e.ID, e.RecordedAt, e.SupersededAt = tx.NewID(), tx.Millis(), 0
	if e.ValidTo == "" {
		e.ValidTo = calendar.Forever
	}
	if err := db.Insert(tx, "entitlement", e); err != nil {
		return e, err
	}
	return e, tx.Record("household/"+string(e.HouseholdID), nil, e)
}

// Correct replaces a belief about a right. The old one is kept as superseded.
func Correct(tx *db.Tx, was, is Entitlement) (Entitlement, error) {
	if _, err := tx.Exec(`update entitlement set superseded_at = $2 where id = $1`, was.ID, tx.Millis()); err != nil {
		return is, err
	}
	is.ID, is.HouseholdID, is.RecordedAt, is.SupersededAt = tx.NewID(), was.HouseholdID, tx.Millis(), 0
	if err := db.Insert(tx, "entitlement", is); err != nil {
		return is, err
	}
	return is, tx.Record("household/"+string(is.HouseholdID), was, is)
}

// At lists the rights of a household at a time, those of the origin first.
func At(tx *db.Tx, id household.ID, w residence.When) ([]Entitlement, error) {
	q := new(db.Query).Add(`select `+db.Columns[Entitlement]("")+` from entitlement where household_id = ? and superseded_at = 0 and valid_from <= ? and valid_to > ?`, id, string(w.On), string(w.On))
	if known, ok := w.KnownBy(); ok {
		q.Add(`and recorded_at < ? union all select `+db.Columns[Entitlement]("")+` from entitlement where household_id = ? and superseded_at <> 0 and superseded_at >= ? and recorded_at < ?
			and valid_from <= ? and valid_to > ?`, known, id, known, known, string(w.On), string(w.On))
	}
	all, err := db.All[Entitlement](tx, q.Text(), q.Args()...)
	slices.SortFunc(all, func(a, b Entitlement) int {
		return cmp.Or(cmp.Compare(b.Side, a.Side), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}
