package network

import (
	"fmt"
	"slices"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/matter"
	"anju/internal/party"
	"anju/internal/policy"
	"anju/internal/visit"
)

func counties(tx *db.Tx, on calendar.Date) ([]string, error) {
	return db.All[string](tx, `select code from division where level = 'county' and valid_from <= $1 and valid_to > $1 order by code`, on)
}

func openVacancies(tx *db.Tx) ([]Vacancy, error) {
	return db.All[Vacancy](tx, `select `+db.Columns[Vacancy]("")+` from vacancy where ended_on = '' order by path, level`)
}

func vacancy(tx *db.Tx, id string) (Vacancy, error) {
	return db.Found(db.One[Vacancy](tx, `select `+db.Columns[Vacancy]("")+` from vacancy where id = $1`, id))
}

func saveVacancy(tx *db.Tx, was, is Vacancy) error {
	return db.Met(tx.Exec(`update vacancy set told = $2, told_at = $3, noted_by = $4, noted_name = $5, noted_at = $6, ended_on = $7, version = $8 where id = $1 and version = $9`,
		is.ID, is.Told, is.ToldAt, is.NotedBy, is.NotedName, is.NotedAt, is.EndedOn, is.Version, was.Version))
}

func dutyRows(tx *db.Tx) ([]Duty, error) {
	return db.All[Duty](tx, `select `+db.Columns[Duty]("")+` from grid_duty order by id desc`)
}

func dutyRow(tx *db.Tx, id string) (Duty, error) {
	return db.Found(db.One[Duty](tx, `select `+db.Columns[Duty]("")+` from grid_duty where id = $1`, id))
}

// placedOn lists the duties that lie on a place on a day: on it, on what
// contains it and on what it contains.
func placedOn(tx *db.Tx, path string, on calendar.Date) ([]Placed, error) {
	q := new(db.Query).Add(`select `+db.Columns[Placed]("")+` from grid_duty_placed where valid_to > ? and (path >= ? and path < ?`, on, path, policy.PrefixEnd(path))
	for _, n := range []int{9, 12} {
		q.If(n < len(path), "or path = ?", path[:min(n, len(path))])
	}
	return db.All[Placed](tx, q.Add(`) order by path, duty, id limit 500`).Text(), q.Args()...)
}

func placed(tx *db.Tx, id string) (Placed, error) {
	return db.Found(db.One[Placed](tx, `select `+db.Columns[Placed]("")+` from grid_duty_placed where id = $1`, id))
}

func savePlaced(tx *db.Tx, was, is Placed) error {
	return db.Met(tx.Exec(`update grid_duty_placed set valid_to = $2, version = $3 where id = $1 and version = $4`, is.ID, is.ValidTo, is.Version, was.Version))
}

// fillDesks adds to a configuration who is at the desks of the offices, what
// kinds of matter there are, who owes which right, and the list of duties.
func fillDesks(tx *db.Tx, c *Config, counties []string) error {
	c.Desks = map[account.Seat]bool{}
	for _, county := range counties {
		desks, err := account.Present(tx, deskKinds, county, c.On)
		if err != nil {
			return err
		}
		for _, s := range desks {
			c.Desks[s] = true
		}
	}
	tree, err := matter.TreeOn(tx, c.On)
	if err != nil {
		return err
	}
	for _, k := range tree.All {
		if k.Ended == 0 {
			c.Categories = append(c.Categories, Category{Name: k.Name, Level: int(k.Level), Unit: actor.Kind(k.Unit)})
		}
	}
	routes, err := entitlement.RoutesOn(tx, c.On)
	if err != nil {
		return err
	}
	for _, right := range entitlement.Kinds {
		r := Route{Right: right}
		for _, known := range routes {
			if known.Kind == right {
				r.Desks = []actor.Kind{actor.VillageClerk, actor.TownWindow}
			}
		}
		if len(routes) > 0 { // a county whose routes are not there yet has none to lose
			c.Routes = append(c.Routes, r)
		}
	}
	rows, err := dutyRows(tx)
	c.Duties = DutiesOn(rows, c.On)
	return err
}

var deskKinds = []actor.Kind{actor.VillageClerk, actor.TownWindow, actor.TownCentre, actor.CountyCentre, actor.CountyPolice, actor.CivilAffairs, actor.Agriculture, actor.Justice}

func openHoles(tx *db.Tx) ([]FoundHole, error) {
	return db.All[FoundHole](tx, `select id, what, path, level, name, found_on from hole where ended_on = '' order by what, path, level, name`)
}

func putHole(tx *db.Tx, id string, h Hole, on calendar.Date) error {
	_, err := tx.Exec(`insert into hole (id, what, path, level, name, found_on) values ($1, $2, $3, $4, $5, $6)`, id, h.What, h.Path, h.Level, h.Name, on)
	return err
}

func endHole(tx *db.Tx, id string, on calendar.Date) error {
	_, err := tx.Exec(`update hole set ended_on = $2 where id = $1`, id, on)
	return err
}

// told is how many vacancies the actor's level has been told of and has not
// taken note of.
func told(tx *db.Tx, by actor.Actor) (int64, error) {
	scope, err := policy.Predicate(by, policy.VacancyNote)
	if err != nil {
		return 0, err
	}
	where, args := scope.WhereOn(policy.At, "path", "")
	q := new(db.Query).Add(`select count(*) from vacancy where ended_on = '' and noted_at = 0 and told = ? and `+where, append([]any{by.Kind.Level()}, args...)...)
	return db.One[int64](tx, q.Text(), q.Args()...)
}

func post(tx *db.Tx, id string) (account.Post, error) {
	return db.Found(db.One[account.Post](tx, `select `+db.Columns[account.Post]("")+` from post where id = $1 and superseded_at = 0`, id))
}

// most is how many items one part lists: more than anybody has.
const most = 1000

// openOf is what is open in a post on a day, part by part, as subjects. What is
// in the name of its holder goes with the place it lies in, and with the last
// post of all that is anywhere.
func openOf(tx *db.Tx, p account.Post, on calendar.Date) (map[Part][]string, error) {
	all := map[Part][]string{}
	read := func(part Part, noun, query string, args ...any) error {
		ids, err := db.All[string](tx, query+` limit `+fmt.Sprint(most), args...)
		for _, id := range ids {
			all[part] = append(all[part], noun+"/"+id)
		}
		return err
	}
	lo, hi := p.Path, policy.PrefixEnd(p.Path)
	last, err := db.One[int64](tx, `select count(*) from post where account_id = $1 and id <> $2 and superseded_at = 0 and valid_to > $3`, p.AccountID, p.ID, on)
	if err != nil {
		return nil, err
	}
	level := p.Kind.Level()
	if level > 1 {
		if err := read(Matters, "matter", `select id from matter where state in ('reported', 'accepted', 'dispatched', 'transferred', 'returned', 'suspended', 'reopened') and level = $1 and path >= $2 and path < $3 order by level_since, id`, level, lo, hi); err != nil {
			return nil, err
		}
		if err := read(Orders, "matter", `select matter_id from supervision where closed_at = 0 and answered_at = 0 and level = $1 and path >= $2 and path < $3 group by matter_id order by matter_id`, level, lo, hi); err != nil {
			return nil, err
		}
	}
	if level == 1 {
		r, err := grid.VisitRoute(tx)
		if err != nil {
			return nil, err
		}
		visited, routed := r.VisitedSQL()
		q := new(db.Query).Add(`select t.household_id from tie t where`).Add(visited, routed...).Add(`and t.path >= ? and t.path < ?
			and not exists (select 1 from visit v where v.household_id = t.household_id and v.outcome <> 'nobody_home' and v.visited_at >= ?) order by t.household_id`,
			lo, hi, tx.Now().Add(-visit.Every).UnixMilli())
		if err := read(Visits, "household", q.Text(), q.Args()...); err != nil {
			return nil, err
		}
	}
	if err := read(Mediations, "mediation", `select id from mediation where state in ('asked', 'open', 'agreed') and opened_by = $1 and path >= $2 and path < $3 order by id`, p.AccountID, lo, hi); err != nil {
		return nil, err
	}
	if err := inbox(p, read); err != nil {
		return nil, err
	}
	if last == 0 {
		lo, hi = "", "~"
	}
	if err := read(Reports, "matter", `select id from matter where reporter = $1 and closed_at = 0 and anonymous = 0 and path >= $2 and path < $3 order by id`, p.AccountID, lo, hi); err != nil {
		return nil, err
	}
	if err := read(Requests, "request", `select id from change_request where asked_by = $1 and (state = 'asked' or state in ('approved', 'refused') and seen_at = 0) and path >= $2 and path < $3 order by id`, p.AccountID, lo, hi); err != nil {
		return nil, err
	}
	if err := read(Imports, "import", `select id from import where account = $1 and state in ('naming', 'checking', 'checked', 'running') and post = $2 order by id`, p.AccountID, p.Kind); err != nil {
		return nil, err
	}
	if p.Kind == actor.PartyMember {
		if err := read(Pairs, "pair", `select id from party_pair where account_id = $1 and ended_on = '' order by id`, p.AccountID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// inbox is what waits for the decision of an office that nobody else holds.
func inbox(p account.Post, read func(part Part, noun, query string, args ...any) error) error {
	lo, hi := p.Path, policy.PrefixEnd(p.Path)
	alone := ` and not exists (select 1 from post q where q.kind = $3 and q.path = $4 and q.id <> $5 and q.superseded_at = 0 and q.valid_to > $6)`
	args := []any{lo, hi, p.Kind, p.Path, p.ID, string(calendar.Forever.AddDays(-1))}
	state := map[actor.Kind]string{actor.Registrar: "applied", actor.StationHead: "verified"}[p.Kind]
	if state != "" {
		if err := read(Inbox, "booklet", `select b.id from booklet b where b.path >= $1 and b.path < $2 and b.sealed_to = '' and b.state = '`+state+`'`+alone+` order by b.id`, args...); err != nil {
			return err
		}
	}
	if p.Kind == actor.StationHead || p.Kind == actor.CountyPolice {
		return read(Inbox, "request", `select r.id from change_request r where r.state = 'asked' and r.path >= $1 and r.path < $2`+alone+` order by r.id`, args...)
	}
	return nil
}

func insertHandOver(tx *db.Tx, h HandOver, bundles []Bundle, open map[Part][]string) error {
	if err := db.Insert(tx, "handover", h); err != nil {
		return err
	}
	if err := tx.Record(h.Subject(), nil, h); err != nil {
		return err
	}
	for _, b := range bundles {
		b.HandoverID = h.ID
		if err := db.Insert(tx, "handover_part", b); err != nil {
			return err
		}
		if err := tx.Record(h.Subject(), nil, b); err != nil {
			return err
		}
		for _, item := range open[b.Part] {
			if _, err := tx.Exec(`insert into handover_item (handover_id, part, subject) values ($1, $2, $3)`, h.ID, b.Part, item); err != nil {
				return err
			}
		}
	}
	return nil
}

func handOver(tx *db.Tx, id string) (h HandOver, bundles []Bundle, err error) {
	if h, err = db.Found(db.One[HandOver](tx, `select `+db.Columns[HandOver]("")+` from handover where id = $1`, id)); err != nil {
		return h, nil, err
	}
	bundles, err = db.All[Bundle](tx, `select `+db.Columns[Bundle]("")+` from handover_part where handover_id = $1`, id)
	slices.SortFunc(bundles, func(a, b Bundle) int { return slices.Index(Parts, a.Part) - slices.Index(Parts, b.Part) })
	return h, bundles, err
}

func itemsOf(tx *db.Tx, id string, part Part) ([]string, error) {
	return db.All[string](tx, `select subject from handover_item where handover_id = $1 and part = $2 order by subject`, id, part)
}

// numbered are the nouns whose things have a number to be called by.
var numbered = map[string]string{
	"matter": `select id, number as label from matter`, "mediation": `select id, number as label from mediation`, "request": `select id, number as label from change_request`,
	"household": `select id, register_no as label from household`, "booklet": `select id, number as label from booklet`, "import": `select id, file_name as label from import`,
}

// labelled gives the things of a part the number that each is called by.
func labelled(tx *db.Tx, subjects []string) ([]Item, error) {
	all := make([]Item, len(subjects))
	if len(subjects) == 0 {
		return all, nil
	}
	noun, _, _ := strings.Cut(subjects[0], "/")
	type row struct {
		ID    string `db:"id"`
		Label string `db:"label"`
	}
	labels := map[string]string{}
	if text := numbered[noun]; text != "" {
		q := new(db.Query).Add(text + ` where id in (''`)
		for _, s := range subjects {
			q.Add(`, ?`, strings.TrimPrefix(s, noun+"/"))
		}
		rows, err := db.All[row](tx, q.Add(`)`).Text(), q.Args()...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			labels[noun+"/"+r.ID] = r.Label
		}
	}
	for i, s := range subjects {
		all[i] = Item{Subject: s, Label: labels[s]}
	}
	return all, nil
}

func takePart(tx *db.Tx, b Bundle) error {
	return db.Met(tx.Exec(`update handover_part set taken_at = $3 where handover_id = $1 and part = $2 and taken_at = 0`, b.HandoverID, b.Part, b.TakenAt))
}

func saveHandOver(tx *db.Tx, was, is HandOver) error {
	if err := db.Met(tx.Exec(`update handover set done_at = $2, version = $3 where id = $1 and version = $4`, is.ID, is.DoneAt, is.Version, was.Version)); err != nil {
		return err
	}
	return tx.Record(is.Subject(), was, is)
}

func handOvers(tx *db.Tx, scope policy.Scope, account string, done bool) ([]HandOver, error) {
	where, args := scope.WhereOn(policy.At, "h.path", "")
	q := new(db.Query).Add(`select `+db.Columns[HandOver]("h.")+` from handover h where (`+where, args...).
		Add(`or exists (select 1 from handover_part p where p.handover_id = h.id and p.to_account = ?))`, account).
		If(!done, `and h.done_at = 0`).Add(`order by h.done_at, h.id desc limit 200`)
	return db.All[HandOver](tx, q.Text(), q.Args()...)
}

func handOversFor(tx *db.Tx, account string) (int64, error) {
	return db.One[int64](tx, `select count(distinct handover_id) from handover_part where to_account = $1 and taken_at = 0`, account)
}

// endPair ends what pairs a member who leaves with a household: another member
// asks the household first.
func endPair(tx *db.Tx, id string, on calendar.Date) error {
	p, err := party.GetPair(tx, id)
	if err != nil || p.EndedOn != "" {
		return err
	}
	return party.EndPair(tx, p, on, party.MemberLeft)
}

func massOf(tx *db.Tx, village string) ([]Mass, error) {
	return db.All[Mass](tx, `select `+db.Columns[Mass]("")+` from mass_organisation where village = $1 order by ended_on, id limit 200`, village)
}

func mass(tx *db.Tx, id string) (Mass, error) {
	return db.Found(db.One[Mass](tx, `select `+db.Columns[Mass]("")+` from mass_organisation where id = $1`, id))
}

func saveMass(tx *db.Tx, was, is Mass) error {
	return db.Met(tx.Exec(`update mass_organisation set ended_on = $2, version = $3 where id = $1 and version = $4`, is.ID, is.EndedOn, is.Version, was.Version))
}
