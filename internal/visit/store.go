package visit

import (
	"anju/internal/db"
	"anju/internal/grid"
	"anju/internal/policy"
)

// coverage counts by grid what a list shows, and what of it has been seen since a
// moment.
func coverage(tx *db.Tx, r grid.Route, under string, since int64, where string, args []any) ([]Coverage, error) {
	q := owed(new(db.Query).Add(`select d.path, count(*) as households, sum(case when d.last_at >= ? then 1 else 0 end) as seen, sum(case when `+inNeed+` then 1 else 0 end) as need_help from (`, since), r).
		Add(where, args...).
		Add("and t.path >= ? and t.path < ?) d group by d.path order by d.path", under, policy.PrefixEnd(under))
	return db.All[Coverage](tx, q.Text(), q.Args()...)
}

// inNeed is, in SQL, that the last visit that met a household d found that it needs
// help.
const inNeed = `(select v.outcome from visit v where v.household_id = d.household_id and v.outcome <> 'nobody_home' order by v.visited_at desc limit 1) = 'needs_help'`

// counts counts what Due lists, and what of it has not been seen since a moment.
func counts(tx *db.Tx, r grid.Route, since int64, where string, args []any) (Counts, error) {
	q := owed(new(db.Query).Add("select count(*) as households, coalesce(sum(case when d.last_at < ? then 1 else 0 end), 0) as late from (", since), r).
		Add(where, args...).Add(") d")
	return db.One[Counts](tx, q.Text(), q.Args()...)
}

// owed adds to a query the households that grids see at home by a row of the
// table, each with the address of the door: the list and the count that leads to
// it are the same words.
func owed(q *db.Query, r grid.Route) *db.Query {
	visited, routed := r.VisitedSQL()
	return q.Add(`select t.household_id, t.path, p.name as head, coalesce(case t.relation when 'living' then a.text when 'registered' then o.text
				else (select max(w.place) from spell w where w.household_id = t.household_id and w.kind = 'working' and w.path = t.path and w.superseded_at = 0 and w.valid_to = '9999-12-31' and w.sealed_to = '') end, '') as address,
			coalesce((select max(v.visited_at) from visit v where v.household_id = t.household_id and v.outcome <> 'nobody_home'), 0) as last_at
		from tie t
		join spell r on r.household_id = t.household_id and r.kind = 'registered' and r.relation = '02' and r.superseded_at = 0 and r.valid_to = '9999-12-31'
		join person p on p.id = r.person_id
		left join spell l on l.person_id = p.id and l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31' and l.sealed_to = ''
		left join house h on h.id = l.house_id left join address a on a.id = h.address_id
		left join household e on e.id = t.household_id left join address o on o.id = e.address_id
		where`).Add(visited, routed...).Add("and")
}

// due lists what is owed after a key, those not seen for longest first.
func due(tx *db.Tx, r grid.Route, f Filter, where string, args []any) ([]Due, error) {
	since := tx.Now().Add(-Every).UnixMilli()
	q := owed(new(db.Query).Add("select * from ("), r).Add(where, args...).
		If(f.Of != "", "and t.household_id = ?", f.Of).
		If(f.Under != "", "and t.path >= ? and t.path < ?", f.Under, policy.PrefixEnd(f.Under)).
		Add(") d where 1 = 1").
		If(f.Search != "", "and (d.head like ? escape '\\' or d.address like ? escape '\\')", like(f.Search), like(f.Search)).
		If(f.Show == Unseen, "and d.last_at < ?", since).If(f.Show == Seen, "and d.last_at >= ?", since).
		If(f.Show == InNeed, "and "+inNeed)
	if last, path, address, id, ok := cut(f.After); ok {
		q.Add("and (d.last_at, d.path, d.address, d.household_id) > (?, ?, ?, ?)", last, path, address, id)
	}
	q.Add("order by d.last_at, d.path, d.address, d.household_id limit ?", f.Limit)
	return db.All[Due](tx, q.Text(), q.Args()...)
}
