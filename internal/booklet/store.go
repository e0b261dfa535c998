package booklet

import (
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/policy"
	"anju/internal/proof"
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
	all, err := LiveOf(tx, id)
	if err != nil || len(all) == 0 {
		return b, false, err
	}
	return all[0], true, nil
}

// LiveOf lists the live booklets of a household, the latest first: one for each
// address that some of it have moved to and not left again.
func LiveOf(tx *db.Tx, id household.ID) ([]Booklet, error) {
	return db.All[Booklet](tx, `select `+db.Columns[Booklet]("")+` from booklet
		where household_id = $1 and state <> 'cancelled' order by id desc`, id)
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
	n, err := tx.Exec(`update booklet set number = $2, state = $3, reason = $4, ended_why = $5, applied_by = $6, applied_name = $7, applied_at = $8,
		verified_by = $9, verified_name = $10, verified_at = $11, approved_by = $12, approved_name = $13, approved_at = $14, made_at = $15, issued_at = $16,
		received_by = $17, sealed_to = $18, checked_at = $19, check_due = $20, lost_at = $21, stale_at = $22, ended_at = $23, head_name = $24, version = $25
		where id = $1 and version = $26`,
		is.ID, is.Number, is.State, is.Reason, is.EndedWhy, is.AppliedBy, is.AppliedName, is.AppliedAt,
		is.VerifiedBy, is.VerifiedName, is.VerifiedAt, is.ApprovedBy, is.ApprovedName, is.ApprovedAt, is.MadeAt, is.IssuedAt,
		is.ReceivedBy, is.SealedTo, is.CheckedAt, is.CheckDue, is.LostAt, is.StaleAt, is.EndedAt, is.HeadName, is.Version, was.Version)
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

// supersede ends the versions of a booklet before n that still stand: all, or
// those only that never left the office.
func supersede(tx *db.Tx, id ID, n int64, unissued bool) error {
	q := `update booklet_version set superseded_at = $3 where booklet_id = $1 and n < $2 and superseded_at = 0`
	if unissued {
		q += ` and issued_at = 0`
	}
	_, err := tx.Exec(q, id, n, tx.Millis())
	return err
}

// issued notes that a version went home with the household.
func issued(tx *db.Tx, id ID, n int64) error {
	_, err := tx.Exec(`update booklet_version set issued_at = $3 where booklet_id = $1 and n = $2`, id, n, tx.Millis())
	return err
}

// countPrint counts that the latest version of a booklet goes to a printer.
func countPrint(tx *db.Tx, b Booklet) error {
	was, err := LatestVersion(tx, b.ID)
	if err != nil {
		return err
	}
	is := was
	is.Printed++
	if _, err := tx.Exec(`update booklet_version set printed = $3 where booklet_id = $1 and n = $2`, b.ID, was.N, is.Printed); err != nil {
		return err
	}
	return tx.Record(b.Subject(), was, is)
}

// AllVersions lists what became of every version of a booklet, the latest first.
func AllVersions(tx *db.Tx, id ID) ([]Version, error) {
	return db.All[Version](tx, `select `+db.Columns[Version]("")+` from booklet_version where booklet_id = $1 order by n desc`, id)
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

// list reads the booklets of a view in a scope, the oldest application first.
func list(tx *db.Tx, scope policy.Scope, v View, after ID, limit int) ([]Booklet, error) {
	where, args := scope.WhereOn(policy.Living, "path", "sealed_to")
	q := new(db.Query).Add(`select ` + db.Columns[Booklet]("") + ` from booklet where`)
	v.add(tx, q).Add(where+" and", args...)
	unsealed(q, scope).If(after != "", "and id > ?", after).Add("order by id limit ?", limit)
	return db.All[Booklet](tx, q.Text(), q.Args()...)
}

// add narrows a query to what a view shows.
func (v View) add(tx *db.Tx, q *db.Query) *db.Query {
	switch v {
	case Stales:
		return q.Add(`stale_at > 0 and state in ('made', 'issued') and`)
	case Due:
		return q.Add(`state = 'issued' and check_due <= ? and`, tx.Now().Add(checkAhead).UnixMilli())
	}
	return q.Add(`state = ? and`, string(v))
}

// countView counts what a view shows.
func countView(tx *db.Tx, scope policy.Scope, v View) (int64, error) {
	where, args := scope.WhereOn(policy.Living, "path", "sealed_to")
	q := new(db.Query).Add(`select count(*) from booklet where`)
	v.add(tx, q).Add(where+" and", args...)
	unsealed(q, scope)
	return db.One[int64](tx, q.Text(), q.Args()...)
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

// madeAfter lists the booklets that say something, in the order of their ids.
func madeAfter(tx *db.Tx, after ID, limit int) ([]Booklet, error) {
	return db.All[Booklet](tx, `select `+db.Columns[Booklet]("")+` from booklet
		where id > $1 and state in ('made', 'issued', 'renewed', 'lost') order by id limit $2`, after, limit)
}

// saveStale writes whether a booklet is out of date. Nobody who has its page
// open is disturbed: what they see is computed anyway.
func saveStale(tx *db.Tx, was, is Booklet) error {
	if _, err := tx.Exec(`update booklet set stale_at = $2 where id = $1`, is.ID, is.StaleAt); err != nil {
		return err
	}
	return tx.Record(is.Subject(), was, is)
}

// waitingIn adds what waits to be printed below a path: approved, or made and
// never printed.
func waitingIn(q *db.Query, scope policy.Scope, path string) *db.Query {
	where, args := scope.WhereOn(policy.Living, "path", "sealed_to")
	q.Add(where, args...).If(path != "", "and path >= ? and path < ?", path, policy.PrefixEnd(path))
	q.Add(`and (state = 'approved' or state in ('made', 'renewed')
		and (select v.printed from booklet_version v where v.booklet_id = booklet.id order by v.n desc limit 1) = 0) and`)
	return unsealed(q, scope)
}

func countWaiting(tx *db.Tx, scope policy.Scope, path string) (int64, error) {
	q := waitingIn(new(db.Query).Add(`select count(*) from booklet where`), scope, path)
	return db.One[int64](tx, q.Text(), q.Args()...)
}

func waitingByVillage(tx *db.Tx, scope policy.Scope) (map[string]int64, error) {
	type row struct {
		Village string `db:"village"`
		N       int64  `db:"n"`
	}
	q := waitingIn(new(db.Query).Add(`select substr(path, 1, 12) as village, count(*) as n from booklet where`), scope, "")
	rows, err := db.All[row](tx, q.Add("group by substr(path, 1, 12)").Text(), q.Args()...)
	n := map[string]int64{}
	for _, r := range rows {
		n[r.Village] = r.N
	}
	return n, err
}

func waitingAfter(tx *db.Tx, scope policy.Scope, path string, after ID, limit int) ([]Booklet, error) {
	q := waitingIn(new(db.Query).Add(`select `+db.Columns[Booklet]("")+` from booklet where id > ? and`, after), scope, path)
	q.Add("order by id limit ?", limit)
	return db.All[Booklet](tx, q.Text(), q.Args()...)
}

func getBatch(tx *db.Tx, id string) (Batch, error) {
	b, err := db.One[Batch](tx, `select `+db.Columns[Batch]("")+` from booklet_batch where id = $1`, id)
	return b, found(err)
}

// ownBatch is a batch of the actor's, or NotFound.
func ownBatch(tx *db.Tx, by actor.Actor, id string) (Batch, error) {
	b, err := getBatch(tx, id)
	if err == nil && (b.Account != by.Account || !by.Over(b.Path)) {
		return Batch{}, fault.New(fault.NotFound, "policy.not_found")
	}
	return b, err
}

func batchesOf(tx *db.Tx, account string, limit int) ([]Batch, error) {
	return db.All[Batch](tx, `select `+db.Columns[Batch]("")+` from booklet_batch where account = $1 order by id desc limit $2`, account, limit)
}

func partsOf(tx *db.Tx, id string) ([]BatchPart, error) {
	return db.All[BatchPart](tx, `select `+db.Columns[BatchPart]("")+` from booklet_batch_part where batch_id = $1 order by n`, id)
}

func faultsOf(tx *db.Tx, id string) ([]BatchFault, error) {
	return db.All[BatchFault](tx, `select `+db.Columns[BatchFault]("")+` from booklet_batch_fault where batch_id = $1 order by booklet_id`, id)
}

func saveBatch(tx *db.Tx, was, is Batch) error {
	is.Version = was.Version + 1
	n, err := tx.Exec(`update booklet_batch set done = $2, after_id = $3, state = $4, finished_at = $5, version = $6 where id = $1 and version = $7`,
		is.ID, is.Done, is.AfterID, is.State, is.FinishedAt, is.Version, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record("batch/"+is.ID, was, is)
}

func countParts(tx *db.Tx, id string) (int64, error) {
	return db.One[int64](tx, `select count(*) from booklet_batch_part where batch_id = $1`, id)
}

func printers(tx *db.Tx, path string) ([]Printer, error) {
	return db.All[Printer](tx, `select `+db.Columns[Printer]("")+` from printer where path = $1 order by name`, path)
}

func printerNamed(tx *db.Tx, path, name string) (Printer, error) {
	return db.One[Printer](tx, `select `+db.Columns[Printer]("")+` from printer where path = $1 and name = $2`, path, name)
}

func movePrinter(tx *db.Tx, p Printer) error {
	_, err := tx.Exec(`update printer set dx_um = $2, dy_um = $3, version = $4 where id = $1`, p.ID, p.DXum, p.DYum, p.Version)
	return err
}

func getPrinter(tx *db.Tx, path, id string) (Printer, error) {
	p, err := db.One[Printer](tx, `select `+db.Columns[Printer]("")+` from printer where id = $1 and path = $2`, id, path)
	return p, found(err)
}

// codeStates is the codes that are not good, by status list and place; of each
// list that has codes there is one, be it empty.
func codeStates(tx *db.Tx) ([]map[int64]proof.Status, error) {
	last, err := db.One[int64](tx, `select coalesce(max(list_no), 0) from booklet_code`)
	if err != nil {
		return nil, err
	}
	all := make([]map[int64]proof.Status, last+1)
	for i := range all {
		all[i] = map[int64]proof.Status{}
	}
	type row struct {
		ListNo       int64 `db:"list_no"`
		Place        int64 `db:"place"`
		State        State `db:"state"`
		IssuedAt     int64 `db:"issued_at"`
		SupersededAt int64 `db:"superseded_at"`
	}
	err = db.Each(tx, `select c.list_no as list_no, c.place as place, b.state as state, v.issued_at as issued_at, v.superseded_at as superseded_at
		from booklet_code c join booklet b on b.id = c.booklet_id join booklet_version v on v.booklet_id = c.booklet_id and v.n = c.n
		where c.expires_at > $1 and (b.state in ('cancelled', 'lost') or v.superseded_at > 0 or v.issued_at = 0)`, []any{tx.Millis()}, func(r row) error {
		if s := statusOf(r.State, Version{IssuedAt: r.IssuedAt, SupersededAt: r.SupersededAt}); s != proof.Valid {
			all[r.ListNo][r.Place] = s
		}
		return nil
	})
	return all, err
}

// codeAt is the code with a place in the status lists, or NotFound.
func codeAt(tx *db.Tx, list, place int64) (Code, error) {
	c, err := db.One[Code](tx, `select `+db.Columns[Code]("")+` from booklet_code where list_no = $1 and place = $2`, list, place)
	return c, found(err)
}

// VersionOf is one version of a booklet, or NotFound.
func VersionOf(tx *db.Tx, id ID, n int64) (Version, error) {
	v, err := db.One[Version](tx, `select `+db.Columns[Version]("")+` from booklet_version where booklet_id = $1 and n = $2`, id, n)
	return v, found(err)
}

// sampleVersions is a few versions of booklets in a state, or superseded ones.
func sampleVersions(tx *db.Tx, state string, n int) ([]Version, error) {
	q := `select ` + db.Columns[Version]("v.") + ` from booklet_version v join booklet b on b.id = v.booklet_id where `
	if state == "superseded" {
		return db.All[Version](tx, q+`b.state = 'issued' and v.superseded_at > 0 order by b.id limit $1`, n)
	}
	return db.All[Version](tx, q+`b.state = $1 and v.superseded_at = 0 order by b.id limit $2`, state, n)
}

// MoveTo says in which grids of their villages the live booklets of a household
// lie. What they say of their grids is out of date then, and shown as such.
func MoveTo(tx *db.Tx, id household.ID, path func(string) string) error {
	all, err := LiveOf(tx, id)
	if err != nil {
		return err
	}
	for _, was := range all {
		is := was
		is.Path, is.OriginPath = path(was.Path), path(was.OriginPath)
		if is == was {
			continue
		}
		if _, err := tx.Exec(`update booklet set path = $2, origin_path = $3 where id = $1`, is.ID, is.Path, is.OriginPath); err != nil {
			return err
		}
		if err := tx.Record(is.Subject(), was, is); err != nil {
			return err
		}
	}
	return nil
}
