package regrid

import (
	"fmt"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/residence"
)

// Get is a plan by id, or NotFound.
func Get(tx *db.Tx, id ID) (Plan, error) {
	p, err := db.One[Plan](tx, `select `+db.Columns[Plan]("")+` from grid_plan where id = $1`, id)
	if err == db.ErrNoRow {
		return p, fault.New(fault.NotFound, "policy.not_found")
	}
	return p, err
}

// save writes a changed plan if nobody changed it meanwhile, and records it.
func save(tx *db.Tx, was, is Plan) error {
	n, err := tx.Exec(`update grid_plan set state = $2, effective_on = $3, document = $4, submitted_by = $5, submitted_name = $6, submitted_at = $7,
		decided_by = $8, decided_name = $9, decided_at = $10, answer = $11, waits = $12, applied_at = $13, version = $14 where id = $1 and version = $15`,
		is.ID, is.State, is.EffectiveOn, is.Document, is.SubmittedBy, is.SubmittedName, is.SubmittedAt,
		is.DecidedBy, is.DecidedName, is.DecidedAt, is.Answer, is.Waits, is.AppliedAt, was.Version+1, was.Version)
	if db.Unique(err) == "grid_plan_village_uq" {
		return fault.Wrap(fault.Conflict, "regrid.other_approved", err)
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(is.Subject(), was, is)
}

func nextNumber(tx *db.Tx) (string, error) {
	year := calendar.On(tx.Now()).Year()
	n, err := db.NextInSeries(tx, fmt.Sprintf("grid_plan/%d", year))
	return i18n.T("regrid.number", "year", year, "n", fmt.Sprintf("%03d", n)), err
}

// list lists the plans the scope reaches, the newest first.
func list(tx *db.Tx, scope policy.Scope, before ID, limit int) ([]Plan, error) {
	where, args := scope.WhereOn(policy.At, "village", "")
	q := new(db.Query).Add(`select `+db.Columns[Plan]("")+` from grid_plan where `+where, args...).
		If(before != "", "and id < ?", before).Add("order by id desc limit ?", limit)
	return db.All[Plan](tx, q.Text(), q.Args()...)
}

// homes lists what a plan says of its households, by id.
func homes(tx *db.Tx, id ID) ([]Home, error) {
	return db.All[Home](tx, `select `+db.Columns[Home]("")+` from grid_plan_home where plan_id = $1 order by household_id`, id)
}

// sealedNow are the households of a plan whose home is protected now.
func sealedNow(tx *db.Tx, id ID) ([]string, error) {
	return db.All[string](tx, `select distinct h.household_id from grid_plan_home h join spell s on s.household_id = h.household_id
		and s.kind = 'living' and s.superseded_at = 0 and s.valid_to = '9999-12-31' and s.sealed_to <> '' where h.plan_id = $1`, id)
}

func moveHome(tx *db.Tx, h Home) error {
	n, err := tx.Exec(`update grid_plan_home set n = $3, by_hand = $4 where plan_id = $1 and household_id = $2`, h.PlanID, h.HouseholdID, h.N, h.ByHand)
	if err == nil && n == 0 {
		err = db.Insert(tx, "grid_plan_home", h) // moved in since the draft was drawn up
	}
	return err
}

// dropHome takes a household off a plan: it does not live there any more.
func dropHome(tx *db.Tx, h Home) error {
	_, err := tx.Exec(`delete from grid_plan_home where plan_id = $1 and household_id = $2`, h.PlanID, h.HouseholdID)
	return err
}

// grids lists the grids of a plan.
func grids(tx *db.Tx, id ID) ([]Grid, error) {
	return db.All[Grid](tx, `select `+db.Columns[Grid]("")+` from grid_plan_grid where plan_id = $1 order by n`, id)
}

// putGrid writes a grid of a plan over what was said of it.
func putGrid(tx *db.Tx, g Grid) error {
	_, err := tx.Exec(db.InsertText[Grid]("grid_plan_grid")+` on conflict (plan_id, n) do update set code = excluded.code, kept = excluded.kept,
		name = excluded.name, leader = excluded.leader, worker = excluded.worker`, db.Values(g)...)
	return err
}

// wishes lists the wishes of a plan.
func wishes(tx *db.Tx, id ID) ([]Wish, error) {
	return db.All[Wish](tx, `select `+db.Columns[Wish]("")+` from grid_plan_wish where plan_id = $1 order by no`, id)
}

func dropWish(tx *db.Tx, w Wish) error {
	_, err := tx.Exec(`delete from grid_plan_wish where plan_id = $1 and no = $2`, w.PlanID, w.No)
	return err
}

// handOvers lists what goes over with a plan.
func handOvers(tx *db.Tx, id ID) ([]HandOver, error) {
	return db.All[HandOver](tx, `select `+db.Columns[HandOver]("")+` from grid_plan_hand_over where plan_id = $1 order by no`, id)
}

func take(tx *db.Tx, h HandOver) error {
	n, err := tx.Exec(`update grid_plan_hand_over set taken_by = $3, taken_name = $4, taken_at = $5 where plan_id = $1 and no = $2 and taken_at = 0`,
		h.PlanID, h.No, h.TakenBy, h.TakenName, h.TakenAt)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return err
}

// A row is a household that lives in the village today, where its head does.
type row struct {
	HouseholdID string   `db:"household_id"`
	Path        string   `db:"path"`
	SealedTo    string   `db:"sealed_to"`
	AddressID   string   `db:"address_id"`
	GroupNo     string   `db:"group_no"`
	Building    string   `db:"building"`
	SiteID      string   `db:"site_id"`
	Text        string   `db:"text"`
	Lng         *float64 `db:"lng"`
	Lat         *float64 `db:"lat"`
	CRS         string   `db:"crs"`
}

// living lists the households that live in a village today, protected ones too.
func living(tx *db.Tx, village string) ([]row, error) {
	return db.All[row](tx, `select t.household_id, t.path, t.sealed_to, coalesce(a.id, '') as address_id, coalesce(a.group_no, '') as group_no,
			coalesce(a.building, '') as building, coalesce(a.site_id, '') as site_id, coalesce(a.text, '') as text, a.lng, a.lat, coalesce(a.crs, '') as crs
		from tie t left join spell r on r.household_id = t.household_id and r.kind = 'registered' and r.relation = '02' and r.superseded_at = 0 and r.valid_to = '9999-12-31'
		left join spell l on l.person_id = r.person_id and l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31'
		left join house h on h.id = l.house_id left join address a on a.id = h.address_id
		where t.relation = 'living' and t.path >= $1 and t.path < $2 and t.superseded_at = 0 and t.valid_to = '9999-12-31'
		order by t.household_id`, village, policy.PrefixEnd(village))
}

// otherTies are the ties of the other two relations to grids of a village.
func otherTies(tx *db.Tx, village string) ([]grid.Tie, error) {
	return db.All[grid.Tie](tx, `select `+db.Columns[grid.Tie]("")+` from tie where relation in ('registered', 'working') and path >= $1 and path < $2
		and superseded_at = 0 and valid_to = '9999-12-31' order by relation, household_id`, village, policy.PrefixEnd(village))
}

// A home address is where a household is registered.
type registeredAt struct {
	HouseholdID string `db:"id"`
	GroupNo     string `db:"group_no"`
	AddressID   string `db:"address_id"`
}

func registeredIn(tx *db.Tx, village string) ([]registeredAt, error) {
	return db.All[registeredAt](tx, `select id, group_no, address_id from household where village = $1 order by id`, village)
}

// stays lists the present stays in a village.
func stays(tx *db.Tx, village string) ([]residence.Spell, error) {
	return db.All[residence.Spell](tx, `select `+db.Columns[residence.Spell]("")+` from spell where kind in ('registered', 'living', 'working')
		and path >= $1 and path < $2 and superseded_at = 0 and valid_to = '9999-12-31' order by kind, household_id, id`, village, policy.PrefixEnd(village))
}

// unseen are the households that the grids of a village see at home and have not
// met since a moment.
func unseen(tx *db.Tx, village string, since int64) ([]string, error) {
	r, err := grid.VisitRoute(tx)
	if err != nil {
		return nil, err
	}
	visited, args := r.VisitedSQL()
	q := new(db.Query).Add(`select t.household_id from tie t where`).Add(visited, args...).Add(`and t.path >= ? and t.path < ?
		and not exists (select 1 from visit v where v.household_id = t.household_id and v.visited_at >= ? and v.outcome <> 'nobody_home')`,
		village, policy.PrefixEnd(village), since)
	return db.All[string](tx, q.Text(), q.Args()...)
}

// headNames are the names of the heads of some households of a village.
func headNames(tx *db.Tx, ids []string) (map[string]string, error) {
	type head struct {
		HouseholdID string `db:"household_id"`
		Name        string `db:"name"`
	}
	q := new(db.Query).Add(`select s.household_id, p.name from spell s join person p on p.id = s.person_id
		where s.kind = 'registered' and s.relation = '02' and s.superseded_at = 0 and s.valid_to = '9999-12-31' and s.household_id in (''`)
	for _, id := range ids {
		q.Add(", ?", id)
	}
	all, err := db.All[head](tx, q.Add(")").Text(), q.Args()...)
	names := map[string]string{}
	for _, h := range all {
		names[h.HouseholdID] = h.Name
	}
	return names, err
}

// cutsOf lists the groups that the proposal of a plan has cut.
func cutsOf(tx *db.Tx, id ID) ([]Cut, error) {
	return db.All[Cut](tx, `select `+db.Columns[Cut]("")+` from grid_plan_cut where plan_id = $1 order by part`, id)
}
