package ledger

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/policy"
)

// A Page is a page of a ledger with the sums of the whole.
type Page struct {
	Entries []Entry
	Next    string       // "" at the end
	Total   Sum          // of this ledger, all pages
	Sides   map[Side]Sum // of the place in the period, whatever is asked for beside
}

// List is a ledger, a page at a time, the latest move first. Whoever stands on
// the page has been looked at.
func (s *Service) List(ctx context.Context, by actor.Actor, q Query) (Page, error) {
	if err := q.allowed(by, policy.LedgerRead); err != nil {
		return Page{}, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.LedgerRead), For: "ledger.list"}, func(tx *db.Tx) (p Page, err error) {
		tx.Saw()
		if p.Entries, err = read(tx, q, q.Limit+1); err != nil {
			return p, err
		}
		if len(p.Entries) > q.Limit {
			p.Entries = p.Entries[:q.Limit]
			p.Next = p.Entries[q.Limit-1].cursor()
		}
		for _, e := range p.Entries {
			tx.Saw("household/" + string(e.HouseholdID))
		}
		if p.Total, err = total(tx, q); err != nil {
			return p, err
		}
		p.Sides, err = sides(tx, q)
		return p, err
	})
}

// inside is the condition that a path lies in one of the places.
func inside(col string, places []string) (string, []any) {
	var parts []string
	var args []any
	for _, p := range places {
		parts = append(parts, "f."+col+" >= ? and f."+col+" < ?")
		args = append(args, p, policy.PrefixEnd(p))
	}
	return "(" + strings.Join(parts, " or ") + ")", args
}

// flows begins the flows of a period that stand in a ledger.
func flows(p Period) *db.Query {
	return new(db.Query).Add(`from flow f where f.superseded_at = 0 and f.sealed_to = '' and f.moved_on >= ? and f.moved_on < ?`, string(p.Since), string(p.end()))
}

// of narrows the flows to those of a ledger.
func (q Query) of(b *db.Query) *db.Query {
	if q.Side == Between {
		home := county(q.Place[0])
		if q.Place[0] == Outside {
			home = county(q.Other)
		}
		ends(b, "from_path", q.Place[0], home)
		ends(b, "to_path", q.Other, home)
		return programme(b, q.Programme)
	}
	from, fromArgs := inside("from_path", q.Place)
	to, toArgs := inside("to_path", q.Place)
	far := "to_path"
	switch q.Side {
	case Out:
		b.Add("and "+from, fromArgs...).Add("and not "+to, toArgs...)
	case In:
		b.Add("and not "+from, fromArgs...).Add("and "+to, toArgs...)
		far = "from_path"
	default:
		b.Add("and "+from, fromArgs...).Add("and "+to, toArgs...)
	}
	if q.Other != "" {
		ends(b, far, q.Other, county(q.Place[0]))
	}
	return programme(b, q.Programme)
}

// ends narrows flows to those with one end in a division, or outside the county.
func ends(b *db.Query, col, code, county string) {
	if code == Outside {
		there, args := inside(col, []string{county})
		b.Add("and not "+there, args...)
		return
	}
	there, args := inside(col, []string{code})
	b.Add("and "+there, args...)
}

// programme narrows flows to those of registered moves of one programme.
func programme(b *db.Query, name string) *db.Query {
	return b.If(name != "", `and exists (select 1 from move m where m.household_id = f.household_id and m.moved_on = f.moved_on and m.arrival <> 'withdrawn' and m.programme = ?)`, name)
}

// read reads up to n entries of a ledger from its cursor on.
func read(tx *db.Tx, q Query, n int) ([]Entry, error) {
	b := new(db.Query).Add(`select f.household_id, f.moved_on, f.from_path, f.to_path, count(*) as people`)
	rest := q.of(flows(q.Period))
	if k := strings.Split(q.After, "|"); len(k) == 4 {
		rest.Add(`and (f.moved_on, f.household_id, f.from_path, f.to_path) < (?, ?, ?, ?)`, k[0], k[1], k[2], k[3])
	}
	rest.Add(`group by f.moved_on, f.household_id, f.from_path, f.to_path order by f.moved_on desc, f.household_id desc, f.from_path desc, f.to_path desc limit ?`, n)
	all, err := db.All[Entry](tx, b.Text()+rest.Text(), rest.Args()...)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all, names(tx, all)
}

// names says of each entry who, from where to where, and by which programme.
func names(tx *db.Tx, all []Entry) error {
	x, err := division.Load(tx)
	if err != nil {
		return err
	}
	heads, err := headsOf(tx, all)
	if err != nil {
		return err
	}
	moves, err := movesOf(tx, all)
	if err != nil {
		return err
	}
	for i := range all {
		e := &all[i]
		e.Head, e.From, e.To = heads[string(e.HouseholdID)], x.FullName(e.FromPath), x.FullName(e.ToPath)
		for _, m := range moves[string(e.HouseholdID)] {
			if m.MovedOn == string(e.MovedOn) && (e.Number == "" || m.ToPath == e.ToPath) {
				e.Programme, e.Case, e.Number = m.Programme, m.Case, m.Number
			}
		}
	}
	return nil
}

// chunk is how many ids one statement asks for.
const chunk = 500

// households asks a query for the households of the entries, some at a time;
// the query ends in the list of ids, which is to be added.
func households[T any](tx *db.Tx, all []Entry, query string, f func(T)) error {
	for len(all) > 0 {
		n := min(len(all), chunk)
		q := new(db.Query).Add(query + `(''`)
		for _, e := range all[:n] {
			q.Add(", ?", string(e.HouseholdID))
		}
		if err := db.Each(tx, q.Add(")").Text(), q.Args(), func(v T) error { f(v); return nil }); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// headsOf are the names of the heads of households today.
func headsOf(tx *db.Tx, all []Entry) (map[string]string, error) {
	type row struct {
		ID   string `db:"household_id"`
		Name string `db:"name"`
	}
	heads := map[string]string{}
	err := households(tx, all, `select s.household_id, p.name from spell s join person p on p.id = s.person_id
		where s.kind = 'registered' and s.relation = '02' and s.superseded_at = 0 and s.valid_to = '9999-12-31' and s.household_id in `,
		func(r row) { heads[r.ID] = r.Name })
	return heads, err
}

// A moveRow is what a ledger says of a registered move.
type moveRow struct {
	ID        string `db:"household_id"`
	MovedOn   string `db:"moved_on"`
	ToPath    string `db:"to_path"`
	Programme string `db:"programme"`
	Case      string `db:"move_case"`
	Number    string `db:"number"`
}

func movesOf(tx *db.Tx, all []Entry) (map[string][]moveRow, error) {
	moves := map[string][]moveRow{}
	err := households(tx, all, `select household_id, moved_on, to_path, programme, move_case, number from move where arrival <> 'withdrawn' and household_id in `,
		func(r moveRow) { moves[r.ID] = append(moves[r.ID], r) })
	return moves, err
}

// grouped are the entries of a ledger, to be counted from.
func grouped(what string, rest *db.Query) string {
	return `(select f.moved_on, f.household_id, f.from_path, f.to_path, count(*) as n ` + what + rest.Text() + `group by f.moved_on, f.household_id, f.from_path, f.to_path)`
}

// total sums up a ledger.
func total(tx *db.Tx, q Query) (Sum, error) {
	rest := q.of(flows(q.Period))
	return db.One[Sum](tx, `select count(*) as moves, cast(coalesce(sum(e.n), 0) as bigint) as people from `+grouped("", rest)+` as e`, rest.Args()...)
}

// sides sums up the three ledgers of a place.
func sides(tx *db.Tx, q Query) (map[Side]Sum, error) {
	all := map[Side]Sum{}
	if q.Side == Between {
		return all, nil
	}
	for _, side := range Sides {
		n, err := total(tx, Query{Place: q.Place, Side: side, Programme: q.Programme, Period: q.Period})
		if err != nil {
			return nil, err
		}
		all[side] = n
	}
	return all, nil
}
