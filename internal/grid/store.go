package grid

import (
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
)

// NoGrid is the serial of a path that lies in no grid yet.
const NoGrid = residence.NoGrid

// Get is a grid by code, or NotFound.
func Get(tx *db.Tx, code string) (Grid, error) {
	g, err := db.One[Grid](tx, `select `+db.Columns[Grid]("")+` from grid where code = $1`, code)
	if err == db.ErrNoRow {
		return g, fault.New(fault.NotFound, "grid.unknown")
	}
	return g, err
}

// CodesUnder lists the grids under a path on a day, by code.
func CodesUnder(tx *db.Tx, path string, on calendar.Date) ([]string, error) {
	return db.All[string](tx, `select code from grid where code >= $1 and code < $2 and valid_from <= $3 and valid_to > $3 order by code`, path, policy.PrefixEnd(path), on)
}

// At is the scope path of a place: the grid that its building, or else its
// group, belongs to, or the village with no grid.
func At(tx *db.Tx, village, group, building string) (string, error) {
	code, err := db.One[string](tx, `select grid from grid_part where village = $1 and group_no = $2 and (building = $3 or building = '')
		order by building desc limit 1`, village, group, building)
	if err == db.ErrNoRow {
		return village + NoGrid, nil
	}
	return code, err
}

// Bind says that a household belongs to a grid in a relation from a day on,
// and ends the tie it had. A tie that is already so is left alone. The living
// grid is the main one, which answers for the household, unless somebody has said
// that another is: that stays when the household moves.
func Bind(tx *db.Tx, id household.ID, relation, path string, on calendar.Date, sealedTo string) error {
	ties, err := TiesOf(tx, id)
	if err != nil {
		return err
	}
	t := Tie{HouseholdID: id, Relation: relation, Path: path, ValidFrom: on, ValidTo: calendar.Forever, RecordedAt: tx.Millis(), SealedTo: sealedTo}
	if relation == residence.Living && MainOf(ties).Main == 0 {
		t.Main = 1
	}
	for _, was := range ties {
		if was.Relation != relation {
			continue
		}
		t.Main, t.MainReason = was.Main, was.MainReason
		if was.Path == path && was.SealedTo == sealedTo {
			return nil
		}
		if err := end(tx, was, on); err != nil {
			return err
		}
		if was.Path != path {
			if err := tellTied(tx, was); err != nil {
				return err
			}
		}
	}
	if err := put(tx, t); err != nil {
		return err
	}
	return tx.Record("household/"+string(id), nil, t)
}

// Rebind lets a tie go to another grid of its village from a day on. Which grid
// answers for the household stays as it is.
func Rebind(tx *db.Tx, was Tie, path string, on calendar.Date) error {
	if err := end(tx, was, on); err != nil {
		return err
	}
	is := was
	is.Path, is.ValidFrom = path, on
	return restate(tx, is)
}

// put writes a tie. One that was believed and ended in the same instant gives
// way to it.
func put(tx *db.Tx, t Tie) error {
	_, err := tx.Exec(db.InsertText[Tie]("tie")+` on conflict (household_id, relation, valid_from, recorded_at)
		do update set path = excluded.path, main = excluded.main, main_reason = excluded.main_reason, valid_to = excluded.valid_to, superseded_at = 0, sealed_to = excluded.sealed_to`, db.Values(t)...)
	return err
}

func end(tx *db.Tx, was Tie, on calendar.Date) error {
	if _, err := tx.Exec(`update tie set superseded_at = $4 where household_id = $1 and relation = $2 and valid_from = $3 and superseded_at = 0`,
		was.HouseholdID, was.Relation, was.ValidFrom, tx.Millis()); err != nil {
		return err
	}
	if on <= was.ValidFrom {
		return tx.Record("household/"+string(was.HouseholdID), was, nil)
	}
	closed := was
	closed.ValidTo, closed.RecordedAt = on, tx.Millis()
	if err := put(tx, closed); err != nil {
		return err
	}
	return tx.Record("household/"+string(was.HouseholdID), was, closed)
}

// Release ends the ties of a household that has no members any more.
func Release(tx *db.Tx, id household.ID, on calendar.Date) error {
	ties, err := TiesOf(tx, id)
	if err != nil {
		return err
	}
	for _, was := range ties {
		if err := end(tx, was, on); err != nil {
			return err
		}
	}
	return nil
}

// TiesOf lists the present grids of a household: registered, living, working.
func TiesOf(tx *db.Tx, id household.ID) ([]Tie, error) {
	return db.All[Tie](tx, `select `+db.Columns[Tie]("")+` from tie
		where household_id = $1 and superseded_at = 0 and valid_to = '9999-12-31' order by relation, path`, id)
}

// believed lists what is believed now of the grids a household has had in a
// relation, the latest first.
func believed(tx *db.Tx, id household.ID, relation string) ([]Tie, error) {
	return db.All[Tie](tx, `select `+db.Columns[Tie]("")+` from tie where household_id = $1 and relation = $2 and superseded_at = 0 order by valid_from desc`, id, relation)
}

// TiesAt lists the grids of a household at a time.
func TiesAt(tx *db.Tx, id household.ID, w residence.When) ([]Tie, error) {
	return tiesAt(tx, w, `household_id = ?`, string(id))
}

// PathsAt says in which grid of a village its households were in a relation at a
// time.
func PathsAt(tx *db.Tx, relation, village string, w residence.When) (map[household.ID]string, error) {
	all, err := tiesAt(tx, w, `relation = ? and path >= ? and path < ?`, relation, village, policy.PrefixEnd(village))
	paths := make(map[household.ID]string, len(all))
	for _, t := range all {
		paths[t.HouseholdID] = t.Path
	}
	return paths, err
}

func tiesAt(tx *db.Tx, w residence.When, cond string, args ...any) ([]Tie, error) {
	q := new(db.Query).Add(`select `+db.Columns[Tie]("")+` from tie where `+cond, args...).Add(`and valid_from <= ? and valid_to > ?`, string(w.On), string(w.On))
	if known, ok := w.KnownBy(); ok {
		q.Add(`and recorded_at < ? and (superseded_at = 0 or superseded_at >= ?)`, known, known)
	} else {
		q.Add(`and superseded_at = 0`)
	}
	return db.All[Tie](tx, q.Add(`order by relation, path`).Text(), q.Args()...)
}

// All lists the grids there are today under a path, by code.
func All(tx *db.Tx, path string) ([]Grid, error) {
	today := string(calendar.On(tx.Now()))
	return db.All[Grid](tx, `select `+db.Columns[Grid]("")+` from grid where code >= $1 and code < $2 and valid_from <= $3 and valid_to > $3 order by code`, path, policy.PrefixEnd(path), today)
}

// Ever lists all grids that have been under a path, by code: a code that was a
// grid once is never given to another.
func Ever(tx *db.Tx, path string) ([]Grid, error) {
	return db.All[Grid](tx, `select `+db.Columns[Grid]("")+` from grid where code >= $1 and code < $2 order by code`, path, policy.PrefixEnd(path))
}

// placesUnder lists the divisions that there are under a path on a day, by code.
func placesUnder(tx *db.Tx, under string, on calendar.Date) ([]string, error) {
	return db.All[string](tx, `select code from division where code >= $1 and code < $2 and valid_from <= $3 and valid_to > $3 order by code`, under, policy.PrefixEnd(under), on)
}

// partsOf lists what a grid is made of.
func partsOf(tx *db.Tx, code string) ([]Part, error) {
	return db.All[Part](tx, `select `+db.Columns[Part]("")+` from grid_part where grid = $1 order by group_no, building`, code)
}

// holderOf is the grid that has a part, or "".
func holderOf(tx *db.Tx, p Part) (string, error) {
	code, err := db.One[string](tx, `select grid from grid_part where village = $1 and group_no = $2 and building = $3`, p.Village, p.GroupNo, p.Building)
	if err == db.ErrNoRow {
		return "", nil
	}
	return code, err
}

// change writes a grid's new name and words if nobody changed it meanwhile.
func change(tx *db.Tx, was, is Grid) error {
	n, err := tx.Exec(`update grid set name = $2, covers = $3, version = $4 where code = $1 and version = $5`, is.Code, is.Name, is.Covers, is.Version, was.Version)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return err
}

// reseal gives the present living tie of a household to a unit.
func reseal(tx *db.Tx, id household.ID, unit string) error {
	_, err := tx.Exec(`update tie set sealed_to = $2 where household_id = $1 and relation = 'living' and superseded_at = 0 and valid_to = '9999-12-31'`, id, unit)
	return err
}

// Counts is how many households live in each grid under a path. Protected ones
// are in no count: a difference between two counts would show where they are.
func Counts(tx *db.Tx, path string) (map[string]int64, error) {
	type row struct {
		Path string `db:"path"`
		N    int64  `db:"n"`
	}
	rows, err := db.All[row](tx, `select path, count(*) as n from tie
		where relation = 'living' and path >= $1 and path < $2 and superseded_at = 0 and valid_to = '9999-12-31' and sealed_to = ''
		group by path`, path, policy.PrefixEnd(path))
	if err != nil {
		return nil, err
	}
	n := make(map[string]int64, len(rows))
	for _, r := range rows {
		n[r.Path] = r.N
	}
	return n, nil
}

// gridded lists the villages that grids are made of.
func gridded(tx *db.Tx) ([]string, error) {
	return db.All[string](tx, `select distinct village from grid_part order by village`)
}

func partsIn(tx *db.Tx, village string) ([]Part, error) {
	return db.All[Part](tx, `select `+db.Columns[Part]("")+` from grid_part where village = $1`, village)
}

// A stay is a present spell with the address that it is at.
type stay struct {
	residence.Spell
	Text string `db:"text"`
}

// gridless lists, by id, who is registered or lives in a village and in no grid.
func gridless(tx *db.Tx, village, after string, limit int) ([]stay, error) {
	return db.All[stay](tx, `select `+db.Columns[residence.Spell]("s.")+`, a.text from spell s
		left join household r on r.id = s.household_id left join house h on h.id = s.house_id
		join address a on a.id = case s.kind when 'registered' then r.address_id else h.address_id end
		where s.kind in ('registered', 'living') and s.path = $1 and s.superseded_at = 0 and s.valid_to = '9999-12-31' and s.id > $2
		order by s.id limit $3`, village+NoGrid, after, limit)
}

// withoutGrid lists households whose registered or living place has no grid, as
// far as an actor may know of the place.
func withoutGrid(tx *db.Tx, scope policy.Scope, after string, limit int) ([]Gridless, error) {
	where, args := scope.Where("t.relation", "t.path", "t.sealed_to")
	q := new(db.Query).Add(`select t.household_id, r.register_no, t.relation, t.path, coalesce((select p.name from spell s join person p on p.id = s.person_id
		where s.household_id = t.household_id and s.kind = 'registered' and s.relation = '02' and s.superseded_at = 0 and s.valid_to = '9999-12-31' limit 1), '') as head
		from tie t join household r on r.id = t.household_id
		where t.relation in ('registered', 'living') and t.superseded_at = 0 and t.valid_to = '9999-12-31' and length(t.path) = 15 and substr(t.path, 13) = ?`, NoGrid)
	q.Add(`and `+where, args...)
	q.Add(`and t.household_id || ' ' || t.relation > ? order by t.household_id || ' ' || t.relation limit ?`, after, limit)
	return db.All[Gridless](tx, q.Text(), q.Args()...)
}

func endGrid(tx *db.Tx, is Grid, version int64) error {
	n, err := tx.Exec(`update grid set valid_to = $2, version = $3 where code = $1 and version = $4`, is.Code, is.ValidTo, is.Version, version)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return err
}

// forget takes away what the grids of a village are made of.
func forget(tx *db.Tx, village string) error {
	if _, err := tx.Exec(`delete from grid_part where village = $1`, village); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from grid_door where village = $1`, village)
	return err
}

func doorOf(tx *db.Tx, addressID string) (string, error) {
	return db.One[string](tx, `select grid from grid_door where address_id = $1`, addressID)
}

// protectionOf is the protection of a sealed place: that of the person, or of
// somebody of the household sealed to the same unit; zero if no paper is kept.
func protectionOf(tx *db.Tx, lives residence.Spell) (Protection, error) {
	p, err := db.One[Protection](tx, `select `+db.Columns[Protection]("")+` from protection where state <> 'lifted' and sealed_to = $1
		and (person_id = $2 or person_id in (select person_id from spell where household_id = $3 and household_id <> '' and house_id = $4 and kind = 'living' and sealed_to = $1 and superseded_at = 0 and valid_to = '9999-12-31'))
		order by case person_id when $2 then 0 else 1 end, id limit 1`, lives.SealedTo, lives.PersonID, lives.HouseholdID, lives.HouseID)
	if err == db.ErrNoRow {
		return p, nil
	}
	return p, err
}

func saveProtection(tx *db.Tx, was, is Protection) error {
	if err := db.Met(tx.Exec(`update protection set state = $2, lift_reason = $3, asked_by = $4, asked_name = $5, asked_at = $6, decided_by = $7, decided_name = $8, decided_at = $9, version = $10
		where id = $1 and version = $11`, is.ID, is.State, is.LiftReason, is.AskedBy, is.AskedName, is.AskedAt, is.DecidedBy, is.DecidedName, is.DecidedAt, was.Version+1, was.Version)); err != nil {
		return err
	}
	return tx.Record(is.Subject(), was, is)
}

// protectedIn lists who lives under a seal of some units.
func protectedIn(tx *db.Tx, units []string) ([]ProtectedRow, error) {
	q := new(db.Query).Add(`select coalesce(p.id, '') as id, coalesce(p.person_id, '') as person_id, s.sealed_to, coalesce(p.ground, '') as ground, coalesce(p.document, '') as document,
		coalesce(p.review_on, '') as review_on, coalesce(p.kept_by, '') as kept_by, coalesce(p.kept_name, '') as kept_name, coalesce(p.kept_at, s.recorded_at) as kept_at, coalesce(p.state, 'kept') as state,
		coalesce(p.lift_reason, '') as lift_reason, coalesce(p.asked_by, '') as asked_by, coalesce(p.asked_name, '') as asked_name, coalesce(p.asked_at, 0) as asked_at,
		coalesce(p.decided_by, '') as decided_by, coalesce(p.decided_name, '') as decided_name, coalesce(p.decided_at, 0) as decided_at, coalesce(p.version, 0) as version,
		who.name, s.person_id as person_is, s.household_id, coalesce(a.text, '') as address
		from spell s join person who on who.id = s.person_id left join house h on h.id = s.house_id left join address a on a.id = h.address_id
		left join protection p on p.person_id = s.person_id and p.state <> 'lifted'
		where s.kind = 'living' and s.sealed_to <> '' and s.superseded_at = 0 and s.valid_to = '9999-12-31' and s.sealed_to in (''`)
	for _, u := range units {
		q.Add(", ?", u)
	}
	q.Add(`) order by s.household_id, case when p.id is null then 1 else 0 end, s.person_id`)
	return db.All[ProtectedRow](tx, q.Text(), q.Args()...)
}

// routesFrom lists the rows of the table of routes that begin on a day or
// before, whoever has decided.
func routesFrom(tx *db.Tx, on calendar.Date) ([]Route, error) {
	return db.All[Route](tx, `select `+db.Columns[Route]("")+` from grid_route where valid_from <= $1 order by id`, on)
}

// RouteRows lists every row of the table of routes, the latest first.
func RouteRows(tx *db.Tx, limit int) ([]Route, error) {
	return db.All[Route](tx, `select `+db.Columns[Route]("")+` from grid_route order by id desc limit $1`, limit)
}

// RouteRow is a row of the table of routes by id, or NotFound.
func RouteRow(tx *db.Tx, id string) (Route, error) {
	return db.Found(db.One[Route](tx, `select `+db.Columns[Route]("")+` from grid_route where id = $1`, id))
}

func getWork(tx *db.Tx, code string) (WorkGrid, error) {
	return db.Found(db.One[WorkGrid](tx, `select `+db.Columns[WorkGrid]("")+` from work_grid where code = $1`, code))
}

func workGridsOf(tx *db.Tx, village string) ([]WorkGrid, error) {
	return db.All[WorkGrid](tx, `select `+db.Columns[WorkGrid]("")+` from work_grid where village = $1 order by code`, village)
}

// contactOf is whom to call now at a working grid outside the county.
func contactOf(tx *db.Tx, code string) (Contact, error) {
	return db.Found(db.One[Contact](tx, `select `+db.Columns[Contact]("")+` from work_contact where work_grid = $1 and valid_to = '9999-12-31'`, code))
}

func endContact(tx *db.Tx, is Contact) error {
	return db.Met(tx.Exec(`update work_contact set valid_to = $2 where id = $1 and valid_to = '9999-12-31'`, is.ID, is.ValidTo))
}

// boundTo is how many households work at a working grid outside the county.
func boundTo(tx *db.Tx, code string) (int64, error) {
	return db.One[int64](tx, `select count(*) from tie where relation = 'working' and path = $1 and superseded_at = 0 and valid_to = '9999-12-31'`, code)
}

// staysIn lists the present stays of a household of one kind at a path: of its
// members where it is registered, and of those who live there with it.
func staysIn(tx *db.Tx, id household.ID, kind, path string) ([]residence.Spell, error) {
	return db.All[residence.Spell](tx, `select `+db.Columns[residence.Spell]("s.")+` from spell r join spell s on s.person_id = r.person_id
		where r.household_id = $1 and r.kind = 'registered' and r.superseded_at = 0 and r.valid_to = '9999-12-31'
		and s.kind = $2 and s.path = $3 and s.superseded_at = 0 and s.valid_to = '9999-12-31' order by s.id`, id, kind, path)
}

// VisitedSQL is Visited as a condition on tie t: it is the one by which its
// household is seen at home.
func (r Route) VisitedSQL() (string, []any) {
	present := func(t string) string { return t + ".superseded_at = 0 and " + t + ".valid_to = '9999-12-31'" }
	open := func(t string) string {
		return present(t) + " and " + t + ".sealed_to = '' and length(" + t + ".path) = 15 and substr(" + t + ".path, 1, 1) <> 'W' and (" + t + ".relation <> 'working' or not exists (select 1 from tie z where z.household_id = " + t + ".household_id and z.sealed_to <> '' and " + present("z") + "))"
	}
	return "t.relation in ('registered', 'living', 'working') and " + open("t") + ` and (t.relation = ? or (t.main = 1 or t.relation = 'living') and not exists (
		select 1 from tie o where o.household_id = t.household_id and ` + open("o") + ` and (o.relation = ? or o.main = 1 and t.main = 0)))`, []any{r.Answers, r.Answers}
}

// VisitRoute is the row of the table by which households are seen at home today.
func VisitRoute(tx *db.Tx) (Route, error) {
	routes, err := RoutesOn(tx, calendar.On(tx.Now()))
	return routes.Of(Visiting, ""), err
}
