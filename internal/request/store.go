package request

import (
	"fmt"

	"anju/internal/blob"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/person"
	"anju/internal/policy"
)

// Get is a request by id, or NotFound.
func Get(tx *db.Tx, id ID) (Request, error) {
	r, err := db.One[Request](tx, `select `+db.Columns[Request]("")+` from change_request where id = $1`, id)
	if err == db.ErrNoRow {
		return r, fault.New(fault.NotFound, "policy.not_found")
	}
	return r, err
}

// insert enters a request and records it. One about the same fact of the same
// person that waits is a Conflict, whoever was first.
func insert(tx *db.Tx, r Request) error {
	err := db.Insert(tx, "change_request", r)
	if db.Unique(err) == "change_request_person_id_kind_uq" {
		return fault.Wrap(fault.Conflict, "request.ask.waits", err)
	}
	if err != nil {
		return err
	}
	return tx.Record(r.Subject(), nil, r)
}

// save writes a changed request if nobody changed it meanwhile, and records it.
func save(tx *db.Tx, was, is Request) error {
	n, err := tx.Exec(`update change_request set state = $2, answer = $3, decided_by = $4, decided_name = $5, decided_at = $6, seen_at = $7, version = $8
		where id = $1 and version = $9`, is.ID, is.State, is.Answer, is.DecidedBy, is.DecidedName, is.DecidedAt, is.SeenAt, was.Version+1, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(is.Subject(), was, is)
}

// nextNumber is the next number of the year.
func nextNumber(tx *db.Tx) (string, error) {
	year := calendar.On(tx.Now()).Year()
	n, err := db.NextInSeries(tx, fmt.Sprintf("request/%d", year))
	return i18n.T("request.number", "year", year, "n", fmt.Sprintf("%05d", n)), err
}

// A Line is a request in a list, with the name of whom it is about.
type Line struct {
	Request
	Name string `db:"person_name"`
}

const lines = ` from change_request r join person p on p.id = r.person_id `

func lineColumns() string { return db.Columns[Request]("r.") + ", p.name as person_name" }

// inbox lists the requests of a state that the scope reaches, the longest
// waiting first.
func inbox(tx *db.Tx, scope policy.Scope, state State, after ID, limit int) ([]Line, error) {
	where, args := scope.WhereOn(policy.Registered, "r.path", "")
	q := new(db.Query).Add("select "+lineColumns()+lines+"where r.state = ? and "+where, append([]any{state}, args...)...).
		If(after != "", "and r.id > ?", after).Add("order by r.id limit ?", limit)
	return db.All[Line](tx, q.Text(), q.Args()...)
}

// mine lists what an account has asked, the newest first.
func mine(tx *db.Tx, account string, after ID, limit int) ([]Line, error) {
	q := new(db.Query).Add("select "+lineColumns()+lines+"where r.asked_by = ?", account).
		If(after != "", "and r.id < ?", after).Add("order by r.id desc limit ?", limit)
	return db.All[Line](tx, q.Text(), q.Args()...)
}

// Counts is what waits for an actor.
type Counts struct {
	Waiting  int64 // to be decided
	Answered int64 // of the own ones, answers not yet taken note of
}

func count(tx *db.Tx, scope policy.Scope, account string) (n Counts, err error) {
	where, args := scope.WhereOn(policy.Registered, "path", "")
	q := new(db.Query).Add("select count(*) from change_request where state = 'asked' and "+where, args...)
	if n.Waiting, err = db.One[int64](tx, q.Text(), q.Args()...); err != nil {
		return n, err
	}
	n.Answered, err = db.One[int64](tx, `select count(*) from change_request where asked_by = $1 and state in ('approved', 'refused') and seen_at = 0`, account)
	return n, err
}

// nameOf is the name of whom a request is about.
func nameOf(tx *db.Tx, id person.ID) (string, error) {
	p, err := person.Get(tx, id)
	return p.Name, err
}

// scansOf lists the pages of a request's papers, the first first.
func scansOf(tx *db.Tx, id ID) ([]Scan, error) {
	return db.All[Scan](tx, `select `+db.Columns[Scan]("")+` from request_scan where request_id = $1 order by n`, id)
}

func moveScan(tx *db.Tx, is Scan) error {
	_, err := tx.Exec(`update request_scan set request_id = $2, added_at = $3 where id = $1`, is.ID, is.RequestID, is.AddedAt)
	return err
}

// dropScans takes away the pages that nobody decides by, of those that came
// before a moment, and lists them.
func dropScans(tx *db.Tx, before int64) ([]Scan, error) {
	const idle = `from request_scan where added_at < $1 and (request_id >= 'draft/' and request_id < 'draft0' or request_id in (select id from change_request where state = 'withdrawn'))`
	gone, err := db.All[Scan](tx, `select `+db.Columns[Scan]("")+` `+idle, before)
	if err != nil || len(gone) == 0 {
		return nil, err
	}
	_, err = tx.Exec(`delete `+idle, before)
	return gone, err
}

// ScanUsed reports whether a page of a request is kept in a file.
func ScanUsed(tx *db.Tx, id blob.ID) (bool, error) {
	n, err := db.One[int64](tx, `select count(*) from request_scan where blob = $1`, id)
	return n > 0, err
}

func saveAsker(tx *db.Tx, was, is Request) error {
	n, err := tx.Exec(`update change_request set asked_by = $2, version = version + 1 where id = $1 and version = $3`, is.ID, is.AskedBy, was.Version)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return err
}
