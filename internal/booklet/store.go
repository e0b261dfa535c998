package booklet

import (
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/policy"
)

// Get is a booklet by id, or NotFound.
func Get(tx *db.Tx, id ID) (Booklet, error) {
	b, err := db.One[Booklet](tx, `select `+db.Columns[Booklet]("")+` from booklet where id = $1`, id)
	return b, found(err)
}

// ByNumber is a booklet by its number, with or without its dashes, or NotFound.
func ByNumber(tx *db.Tx, number string) (Booklet, error) {
	if n, err := ident.ParseBookletNumber(number); err == nil {
		number = string(n)
	}
	b, err := db.One[Booklet](tx, `select `+db.Columns[Booklet]("")+` from booklet where number = $1 and number <> ''`, number)
	return b, found(err)
}

// Live is the latest live booklet of a household; ok is false if it has none.
func Live(tx *db.Tx, id household.ID) (b Booklet, ok bool, err error) {
	all, err := liveOf(tx, id)
	if err != nil || len(all) == 0 {
		return b, false, err
	}
	return all[0], true, nil
}

// liveOf lists the live booklets of a household, the latest first: one for each
// address that some of it have moved to and not left again.
func liveOf(tx *db.Tx, id household.ID) ([]Booklet, error) {
	return db.All[Booklet](tx, `select `+db.Columns[Booklet]("")+` from booklet
		where household_id = $1 and state in ('applied', 'returned', 'approved', 'made', 'issued') order by id desc`, id)
}

func found(err error) error {
	if err == db.ErrNoRow {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return err
}

// insert enters an application and records it. A second one for the same move
// is a Conflict, whoever was first.
func insert(tx *db.Tx, b Booklet) error {
	err := db.Insert(tx, "booklet", b)
	if db.Unique(err) == "booklet_household_id_move_id_uq" {
		return fault.Wrap(fault.Conflict, "booklet.apply.live", err)
	}
	if err != nil {
		return err
	}
	return tx.Record(b.Subject(), nil, b)
}

// save writes a changed booklet if nobody changed it meanwhile, and records it.
func save(tx *db.Tx, was, is Booklet) error {
	is.Version = was.Version + 1
	n, err := tx.Exec(`update booklet set number = $2, state = $3, reason = $4, applied_by = $5, applied_name = $6, applied_at = $7,
		approved_by = $8, approved_name = $9, approved_at = $10, made_at = $11, issued_at = $12, received_by = $13, sealed_to = $14, version = $15
		where id = $1 and version = $16`,
		is.ID, is.Number, is.State, is.Reason, is.AppliedBy, is.AppliedName, is.AppliedAt,
		is.ApprovedBy, is.ApprovedName, is.ApprovedAt, is.MadeAt, is.IssuedAt, is.ReceivedBy, is.SealedTo, is.Version, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(is.Subject(), was, is)
}

// LatestVersion is what a booklet said when it was last made, or NotFound.
func LatestVersion(tx *db.Tx, id ID) (Version, error) {
	v, err := db.One[Version](tx, `select `+db.Columns[Version]("")+` from booklet_version where booklet_id = $1 order by n desc limit 1`, id)
	return v, found(err)
}

// Versions is how many times a booklet has been made.
func Versions(tx *db.Tx, id ID) (int64, error) {
	return db.One[int64](tx, `select coalesce(max(n), 0) from booklet_version where booklet_id = $1`, id)
}

// appliedFor reports whether the actor has ever applied for the booklet, as
// its row or its record says.
func appliedFor(tx *db.Tx, b Booklet, by actor.Actor) (bool, error) {
	if by.Account == b.AppliedBy {
		return true, nil
	}
	n, err := db.One[int64](tx, `select count(*) from change where subject = $1 and action = $2 and account = $3`,
		b.Subject(), string(policy.BookletApply), by.Account)
	return n > 0, err
}

// unsealed lets rows of booklet through of whose household nobody's place is
// protected today from the actor.
func unsealed(q *db.Query, scope policy.Scope) *db.Query {
	seal, args := scope.Unsealed("l.sealed_to")
	return q.Add(`not exists (select 1 from spell r join spell l on l.person_id = r.person_id
		where r.household_id = booklet.household_id and r.kind = 'registered' and r.superseded_at = 0 and r.valid_to = '9999-12-31'
		and l.superseded_at = 0 and l.valid_to = '9999-12-31' and not `+seal+`)`, args...)
}

// list reads the booklets of a state in a scope, the oldest application first.
func list(tx *db.Tx, scope policy.Scope, state State, after ID, limit int) ([]Booklet, error) {
	where, args := scope.WhereOn(policy.Living, "path", "sealed_to")
	q := new(db.Query).Add(`select `+db.Columns[Booklet]("")+` from booklet where state = ? and `, state).Add(where+" and", args...)
	unsealed(q, scope).If(after != "", "and id > ?", after).Add("order by id limit ?", limit)
	return db.All[Booklet](tx, q.Text(), q.Args()...)
}

// count counts the booklets of a scope by state.
func count(tx *db.Tx, scope policy.Scope) (map[State]int64, error) {
	type row struct {
		State State `db:"state"`
		N     int64 `db:"n"`
	}
	where, args := scope.WhereOn(policy.Living, "path", "sealed_to")
	q := new(db.Query).Add("select state, count(*) as n from booklet where "+where+" and", args...)
	unsealed(q, scope).Add("group by state")
	rows, err := db.All[row](tx, q.Text(), q.Args()...)
	n := map[State]int64{}
	for _, r := range rows {
		n[r.State] = r.N
	}
	return n, err
}
