package visit

import (
	"anju/internal/db"
	"anju/internal/policy"
)

// coverage counts the households of each grid under a path, and those seen
// since a moment.
func coverage(tx *db.Tx, under string, since int64, where string, args []any) ([]Coverage, error) {
	q := new(db.Query).Add(`select t.path as path, count(*) as households,
			coalesce(sum(case when exists (select 1 from visit v where v.household_id = t.household_id and v.visited_at >= ? and v.outcome <> 'nobody_home') then 1 else 0 end), 0) as seen,
			coalesce(sum(case when (select v.outcome from visit v where v.household_id = t.household_id and v.outcome <> 'nobody_home' order by v.visited_at desc limit 1) = 'needs_help' then 1 else 0 end), 0) as need_help
		from tie t where t.relation = 'living' and t.superseded_at = 0 and t.valid_to = '9999-12-31' and t.sealed_to = ''
		and t.path >= ? and t.path < ? and`, since, under, policy.PrefixEnd(under)).
		Add(where, args...).
		Add("group by t.path order by t.path")
	return db.All[Coverage](tx, q.Text(), q.Args()...)
}

// counts counts what Due lists, and what of it has not been seen since a moment.
func counts(tx *db.Tx, since int64, where string, args []any) (Counts, error) {
	q := new(db.Query).Add("select count(*) as households, coalesce(sum(case when d.last_at < ? then 1 else 0 end), 0) as late from ("+dueColumns+dueFrom, since).
		Add(where, args...).Add(") d")
	return db.One[Counts](tx, q.Text(), q.Args()...)
}
