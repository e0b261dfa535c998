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
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
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

// allRoutes lists the routes of every time, the earlier first.
func routeChanges(tx *db.Tx, limit int) ([]RouteChange, error) {
	return db.All[RouteChange](tx, `select `+db.Columns[RouteChange]("")+` from right_route_change order by id desc limit $1`, limit)
}

func routeChange(tx *db.Tx, id string) (RouteChange, error) {
	return db.Found(db.One[RouteChange](tx, `select `+db.Columns[RouteChange]("")+` from right_route_change where id = $1`, id))
}

func allRoutes(tx *db.Tx) ([]Route, error) {
	return db.All[Route](tx, `select `+db.Columns[Route]("")+` from right_route order by kind, side desc, valid_from`)
}

func saveRoute(tx *db.Tx, was, is Route) error {
	_, err := tx.Exec(`update right_route set unit = $4, phone = $5, note = $6, basis = $7, valid_to = $8 where kind = $1 and side = $2 and valid_from = $3`,
		was.Kind, was.Side, was.ValidFrom, is.Unit, is.Phone, is.Note, is.Basis, is.ValidTo)
	if err != nil {
		return err
	}
	return tx.Record("route/"+was.Kind+"/"+was.Side, was, is)
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
	return e, tx.Record(e.Subject(), nil, e)
}

// Correct replaces a belief about a right. The old one is kept as superseded.
func Correct(tx *db.Tx, was, is Entitlement) (Entitlement, error) {
	n, err := tx.Exec(`update entitlement set superseded_at = $2 where id = $1 and superseded_at = 0`, was.ID, tx.Millis())
	if err != nil {
		return is, err
	}
	if n == 0 {
		return is, fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	is.ID, is.HouseholdID, is.RecordedAt, is.SupersededAt = tx.NewID(), was.HouseholdID, tx.Millis(), 0
	if err := db.Insert(tx, "entitlement", is); err != nil {
		return is, err
	}
	return is, tx.Record(is.Subject(), was, is)
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

// get is a right as it is believed now, or NotFound.
func get(tx *db.Tx, id string) (Entitlement, error) {
	e, err := db.One[Entitlement](tx, `select `+db.Columns[Entitlement]("")+` from entitlement where id = $1 and superseded_at = 0`, id)
	if err == db.ErrNoRow {
		return e, fault.New(fault.NotFound, "entitlement.gone")
	}
	return e, err
}

// ofHousehold lists what is believed of a household's rights, those that ended too.
func ofHousehold(tx *db.Tx, id household.ID) ([]Entitlement, error) {
	return db.All[Entitlement](tx, `select `+db.Columns[Entitlement]("")+` from entitlement where household_id = $1 and superseded_at = 0 order by side desc, kind, valid_from, id`, id)
}

// Listed is the right that a place has in its list on a paper, running or to
// begin; ok is false if there is none.
func Listed(tx *db.Tx, e Entitlement) (was Entitlement, ok bool, err error) {
	was, err = db.One[Entitlement](tx, `select `+db.Columns[Entitlement]("")+` from entitlement where household_id = $1 and superseded_at = 0 and kind = $2 and side = $3 and path = $4
		and evidence = $5 and state in ('valid', 'changed') and valid_to > $6 order by id limit 1`, e.HouseholdID, e.Kind, e.Side, e.Path, e.Evidence, calendar.On(tx.Now()))
	if err == db.ErrNoRow {
		return was, false, nil
	}
	return was, err == nil, err
}

func insertAct(tx *db.Tx, a Act) error {
	if err := db.Insert(tx, "right_act", a); err != nil {
		return err
	}
	return tx.Record("entitlement/"+a.RightID, nil, a)
}

// actsOf lists what was done to a household's rights of some kinds, the latest first.
func actsOf(tx *db.Tx, id household.ID, limit int) ([]Act, error) {
	return db.All[Act](tx, `select `+db.Columns[Act]("")+` from right_act where household_id = $1 order by id desc limit $2`, id, limit)
}

// within says of which households: some, or those after one up to another.
type within struct {
	ids         []household.ID
	after, upTo household.ID // upTo "": to the end
}

func (w within) add(q *db.Query, column string) *db.Query {
	if w.ids != nil {
		q.Add("and " + column + " in ('-'")
		for _, id := range w.ids {
			q.Add(", ?", id)
		}
		return q.Add(")")
	}
	return q.If(w.after != "", "and "+column+" > ?", w.after).If(w.upTo != "", "and "+column+" <= ?", w.upTo)
}

// sweepEnd is the household that stands n rights after another; "" where fewer
// are left.
func sweepEnd(tx *db.Tx, after household.ID, n int) (household.ID, error) {
	id, err := db.One[household.ID](tx, `select household_id from entitlement where household_id > $1 and superseded_at = 0 order by household_id limit 1 offset $2`, after, n)
	if err == db.ErrNoRow {
		return "", nil
	}
	return id, err
}

// hidden is that somebody of a household has a protected address. Where such a
// household lives is in no list of rights, whoever asks.
const hidden = `exists (select 1 from spell s join spell x on x.person_id = s.person_id where s.household_id = %s and s.kind = 'registered' and s.superseded_at = 0
	and s.valid_to = '9999-12-31' and x.superseded_at = 0 and x.valid_to = '9999-12-31' and x.sealed_to <> '')`

// holdings lists what is written of the rights of households, by household. What
// would tell where a protected household lives is not among it, so that no
// finding can say it.
func holdings(tx *db.Tx, on calendar.Date, w within) ([]Holding, error) {
	type home struct {
		HouseholdID household.ID `db:"household_id"`
		Path        string       `db:"path"`
	}
	q := w.add(new(db.Query).Add(`select household_id, path from tie where relation = 'living' and superseded_at = 0 and valid_from <= ? and valid_to > ?`, on, on), "household_id")
	homes, err := db.All[home](tx, q.Text(), q.Args()...)
	if err != nil {
		return nil, err
	}
	lives := make(map[household.ID]string, len(homes))
	for _, h := range homes {
		lives[h.HouseholdID] = h.Path
	}
	q = w.add(new(db.Query).Add(`select r.household_id from spell x join spell r on r.person_id = x.person_id and r.kind = 'registered' and r.superseded_at = 0 and r.valid_to = '9999-12-31'
		where x.sealed_to <> '' and x.superseded_at = 0 and x.valid_to = '9999-12-31'`), "r.household_id")
	sealed, err := db.All[household.ID](tx, q.Text(), q.Args()...)
	if err != nil {
		return nil, err
	}
	hidden := make(map[household.ID]bool, len(sealed))
	for _, id := range sealed {
		hidden[id] = true
	}
	q = w.add(new(db.Query).Add(`select `+db.Columns[Entitlement]("")+` from entitlement where superseded_at = 0`), "household_id").Add("order by household_id")
	rights, err := db.All[Entitlement](tx, q.Text(), q.Args()...)
	if err != nil {
		return nil, err
	}
	var all []Holding
	for _, e := range rights {
		if hidden[e.HouseholdID] && e.Side == Living {
			continue
		}
		if n := len(all); n == 0 || all[n-1].Household != e.HouseholdID {
			h := Holding{Household: e.HouseholdID}
			if !hidden[e.HouseholdID] {
				h.Living = lives[e.HouseholdID]
			}
			all = append(all, h)
		}
		last := &all[len(all)-1]
		last.Rights = append(last.Rights, e)
	}
	return all, nil
}

// openFindings lists what is stored of households and still so, with its parts.
func openFindings(tx *db.Tx, w within) ([]open, error) {
	q := w.add(new(db.Query).Add(`select `+db.Columns[Task]("")+` from right_finding where gone_at = 0`), "household_id").Add("order by household_id, id")
	tasks, err := db.All[Task](tx, q.Text(), q.Args()...)
	if err != nil || len(tasks) == 0 {
		return nil, err
	}
	q = w.add(new(db.Query).Add(`select `+db.Columns[Part]("p.")+` from right_finding f join right_finding_place p on p.finding_id = f.id where f.gone_at = 0 and p.gone_at = 0`), "f.household_id").Add("order by p.id")
	parts, err := db.All[Part](tx, q.Text(), q.Args()...)
	if err != nil {
		return nil, err
	}
	all, at := make([]open, len(tasks)), make(map[string]int, len(tasks))
	for i, t := range tasks {
		all[i].Task, at[t.ID] = t, i
	}
	for _, p := range parts {
		if i, ok := at[p.FindingID]; ok {
			all[i].parts = append(all[i].parts, p)
		}
	}
	return all, nil
}

func insertTask(tx *db.Tx, t Task) error {
	if err := db.Insert(tx, "right_finding", t); err != nil {
		return err
	}
	return tx.Record(t.Subject(), nil, t)
}

func closeTask(tx *db.Tx, was Task) error {
	is := was
	is.GoneAt = tx.Millis()
	if _, err := tx.Exec(`update right_finding set gone_at = $2, version = version + 1 where id = $1 and gone_at = 0`, is.ID, is.GoneAt); err != nil {
		return err
	}
	return tx.Record(is.Subject(), was, is)
}

func insertPart(tx *db.Tx, t Task, p Part) error {
	if err := db.Insert(tx, "right_finding_place", p); err != nil {
		return err
	}
	return tx.Record(t.Subject(), nil, p)
}

// savePart writes a changed part if nobody changed it meanwhile.
func savePart(tx *db.Tx, t Task, was, is Part) error {
	n, err := tx.Exec(`update right_finding_place set answer = $2, answered_by = $3, answered_name = $4, answered_office = $5, answered_at = $6, gone_at = $7, version = $8 where id = $1 and version = $9`,
		is.ID, is.Answer, is.AnsweredBy, is.AnsweredName, is.AnsweredOffice, is.AnsweredAt, is.GoneAt, was.Version+1, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(t.Subject(), was, is)
}

func getTask(tx *db.Tx, id string) (Task, []Part, error) {
	t, err := db.One[Task](tx, `select `+db.Columns[Task]("")+` from right_finding where id = $1`, id)
	if err == db.ErrNoRow {
		return t, nil, fault.New(fault.NotFound, "policy.not_found")
	}
	if err != nil {
		return t, nil, err
	}
	parts, err := db.All[Part](tx, `select `+db.Columns[Part]("")+` from right_finding_place where finding_id = $1 and gone_at = $2 order by path, relation`, id, t.GoneAt)
	return t, parts, err
}

func getPart(tx *db.Tx, id string) (Part, error) {
	p, err := db.One[Part](tx, `select `+db.Columns[Part]("")+` from right_finding_place where id = $1`, id)
	if err == db.ErrNoRow {
		return p, fault.New(fault.NotFound, "policy.not_found")
	}
	return p, err
}

// headOf is the name of a household's head; of one that is empty "".
const headOf = `coalesce((select p.name from spell s join person p on p.id = s.person_id where s.household_id = %s and s.kind = 'registered' and s.superseded_at = 0
	and s.valid_to = '9999-12-31' order by case when s.relation = '02' then 0 else 1 end, p.id limit 1), '')`

// addKinds adds "and column in (kinds)".
func addKinds(q *db.Query, column string, kinds []string) {
	q.Add(column + " in ('-'")
	for _, k := range kinds {
		q.Add(", ?", k)
	}
	q.Add(")")
}

// addSeen adds that a row of a kind, in the list of a place, is one that the
// scope's duties open. relation is an expression of how the place lies.
func addSeen(q *db.Query, scope policy.Scope, kind, relation, path, householdID string) {
	q.Add("and (1 = 0")
	for _, d := range duties {
		where, args := scope.With(d).Where(relation, path, "")
		q.Add("or (")
		addKinds(q, kind, KindsOf(d))
		q.Add("and "+where+")", args...)
	}
	q.Add(") and not (" + relation + " = 'living' and " + fmt.Sprintf(hidden, householdID) + ")")
}

// A Row is a right in the list of a place, with whose it is.
type Row struct {
	Entitlement
	Head string `db:"head"`
}

// list lists the rights in the lists of places, by household, after a cursor.
func list(tx *db.Tx, scope policy.Scope, f Filter, on calendar.Date, limit int) ([]Row, error) {
	q := new(db.Query).Add(`select ` + db.Columns[Entitlement]("e.") + `, ` + fmt.Sprintf(headOf, "e.household_id") + ` as head from entitlement e where e.superseded_at = 0`)
	q.If(f.Under != "", "and e.path >= ? and e.path < ?", f.Under, policy.PrefixEnd(f.Under)).If(f.Kind != "", "and e.kind = ?", f.Kind)
	if f.Ended {
		q.Add("and (e.valid_to <= ? or e.state not in ('valid', 'changed'))", on)
	} else {
		q.Add("and e.valid_to > ? and e.state in ('valid', 'changed')", on)
	}
	addSeen(q, scope, "e.kind", "(case e.side when 'living' then 'living' else 'registered' end)", "e.path", "e.household_id")
	if path, rest, ok := strings.Cut(f.After, "|"); ok {
		id, right, _ := strings.Cut(rest, "|")
		q.Add("and (e.path, e.household_id, e.id) > (?, ?, ?)", path, id, right)
	}
	return db.All[Row](tx, q.Add("order by e.path, e.household_id, e.id limit ?", limit).Text(), q.Args()...)
}

// A FindingRow is an open finding in a list, with whose rights it is about.
type FindingRow struct {
	Task
	Head   string `db:"head"`
	Hidden int64  `db:"hidden"` // 1: somebody of it is protected
}

// seenFindings begins a query of the open findings in which some place that the
// scope reaches has a part; waiting: one that this place has not looked into.
func seenFindings(columns string, scope policy.Scope, f FindingFilter) *db.Query {
	q := new(db.Query).Add(`select ` + columns + ` from right_finding f where f.gone_at = 0 and exists (select 1 from right_finding_place p where p.finding_id = f.id and p.gone_at = 0`)
	switch f.View {
	case Waiting:
		q.Add("and p.answer = ''")
	case Answered:
		q.Add("and p.answer <> ''")
	}
	addSeen(q, scope, "f.kind", "p.relation", "p.path", "f.household_id")
	return q.Add(")").If(f.Household != "", "and f.household_id = ?", f.Household).If(f.After != "", "and f.id > ?", f.After)
}

func findings(tx *db.Tx, scope policy.Scope, f FindingFilter, limit int) ([]FindingRow, error) {
	q := seenFindings(db.Columns[Task]("f.")+`, `+fmt.Sprintf(headOf, "f.household_id")+` as head, case when `+fmt.Sprintf(hidden, "f.household_id")+` then 1 else 0 end as hidden`, scope, f).Add("order by f.id limit ?", limit)
	return db.All[FindingRow](tx, q.Text(), q.Args()...)
}

func countFindings(tx *db.Tx, scope policy.Scope, f FindingFilter) (int64, error) {
	q := seenFindings("count(*)", scope, f)
	return db.One[int64](tx, q.Text(), q.Args()...)
}

// partsOf lists the parts of open findings.
func partsOf(tx *db.Tx, ids []string) ([]Part, error) {
	q := new(db.Query).Add(`select ` + db.Columns[Part]("") + ` from right_finding_place where gone_at = 0 and finding_id in ('-'`)
	for _, id := range ids {
		q.Add(", ?", id)
	}
	q.Add(") order by path, relation")
	return db.All[Part](tx, q.Text(), q.Args()...)
}
