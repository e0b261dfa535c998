package registration

import (
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
)

func insertAct(tx *db.Tx, a Act, about []touched) error {
	if err := db.Insert(tx, "household_act", a); err != nil {
		return err
	}
	for _, t := range about {
		if _, err := tx.Exec(`insert into household_act_person (act_id, named_id, record_id) values ($1, $2, $3)`, a.ID, string(t.named), string(t.record)); err != nil {
			return err
		}
	}
	if err := tx.Record("household/"+string(a.HouseholdID), nil, a); err != nil {
		return err
	}
	if a.OtherID == "" {
		return nil
	}
	return tx.Record("household/"+string(a.OtherID), nil, a)
}

// getAct is an act by id, or NotFound.
func getAct(tx *db.Tx, id string) (Act, error) {
	a, err := db.One[Act](tx, `select `+db.Columns[Act]("")+` from household_act where id = $1`, id)
	if err == db.ErrNoRow {
		return a, fault.New(fault.NotFound, "policy.not_found")
	}
	return a, err
}

// ActsOf lists the acts of a household, the latest first.
func ActsOf(tx *db.Tx, id household.ID) ([]Act, error) {
	return db.All[Act](tx, `select `+db.Columns[Act]("")+` from household_act where household_id = $1
		union select `+db.Columns[Act]("")+` from household_act where other_id = $1 and other_id <> '' order by id desc limit 50`, id)
}

// A PersonAct is an act with how it touched one person.
type PersonAct struct {
	Act
	Named  person.ID `db:"named_id"`
	Record person.ID `db:"record_id"`
}

// ActsAbout lists the acts since an instant that were asked for or written to a
// record, in their order.
func ActsAbout(tx *db.Tx, id person.ID, since int64) ([]PersonAct, error) {
	return db.All[PersonAct](tx, `select `+db.Columns[Act]("a.")+`, p.named_id, p.record_id from household_act_person p join household_act a on a.id = p.act_id
		where (p.record_id = $1 or p.named_id = $1) and a.recorded_at >= $2 order by a.id`, id, since)
}

// Died reports whether one of the records is of somebody who has died.
func Died(tx *db.Tx, records []person.ID) (bool, error) {
	for _, id := range records {
		n, err := db.One[int64](tx, `select count(*) from household_act_person p join household_act a on a.id = p.act_id
			where p.record_id = $1 and a.kind = 'death'
			and not exists (select 1 from spell s where s.person_id = $1 and s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31')`, id)
		if err != nil || n > 0 {
			return n > 0, err
		}
	}
	return false, nil
}

func insertReview(tx *db.Tx, r Review) error {
	if err := db.Insert(tx, "household_review", r); err != nil {
		return err
	}
	return tx.Record("household/"+string(r.HouseholdID), nil, r)
}

func getReview(tx *db.Tx, id string) (Review, error) {
	r, err := db.One[Review](tx, `select `+db.Columns[Review]("")+` from household_review where id = $1`, id)
	if err == db.ErrNoRow {
		return r, fault.New(fault.NotFound, "policy.not_found")
	}
	return r, err
}

func saveReview(tx *db.Tx, was, is Review) error {
	is.Version++
	n, err := tx.Exec(`update household_review set state = $2, decision = $3, reason = $4, closed_by = $5, closed_name = $6, closed_at = $7, version = $8 where id = $1 and version = $9`,
		is.ID, is.State, is.Decision, is.Reason, is.ClosedBy, is.ClosedName, is.ClosedAt, is.Version, was.Version)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	if err != nil {
		return err
	}
	return tx.Record("household/"+string(is.HouseholdID), was, is)
}

// reviewSelect reads reviews with the act that opened each, and the head.
var reviewSelect = `select ` + db.Columns[Review]("r.") + `, a.kind as act_kind, a.number as act_number, a.happened_on as happened_on,
		coalesce((select min(p.name) from spell s join person p on p.id = s.person_id where s.household_id = r.household_id and s.kind = 'registered'
			and s.relation = '02' and s.superseded_at = 0 and s.valid_to = '9999-12-31'), '') as head
	from household_review r join household_act a on a.id = r.act_id where `

// openReviews reads the open reviews of some kinds in a scope.
func openReviews(tx *db.Tx, scope policy.Scope, kinds []string, after string, limit int) ([]ReviewLine, error) {
	where, args := scope.WhereOn(policy.Registered, "r.path", "")
	q := new(db.Query).Add(reviewSelect + `r.state = 'open' and r.kind in ('-'`)
	for _, k := range kinds {
		q.Add(", ?", k)
	}
	q.Add(") and "+where, args...).If(after != "", "and r.id > ?", after).Add("order by r.id limit ?", limit)
	return db.All[ReviewLine](tx, q.Text(), q.Args()...)
}

func reviewLine(tx *db.Tx, id string) (ReviewLine, error) {
	return db.One[ReviewLine](tx, reviewSelect+`r.id = $1`, id)
}
