package overview

import (
	"context"
	"fmt"
	"hash/maphash"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/seal"
)

// checks are statements that find what contradicts itself; each yields ids.
// They join in the order in which they are written (cross join): SQLite would
// choose another, and take minutes.
var checks = []struct{ key, query string }{
	{"heads", `select h.id from household h where (select count(*) from spell s where s.household_id = h.id and s.kind = 'registered' and s.relation = '02'
		and s.superseded_at = 0 and s.valid_to = '9999-12-31') <> 1`},
	{"spells", `select distinct person_id from (select person_id, valid_from, lag(valid_to) over (partition by person_id, kind order by valid_from, valid_to) as before
		from spell where superseded_at = 0 and kind in ('registered', 'living')) as s where valid_from < before`},
	{"order", `select id from spell where superseded_at = 0 and valid_to <= valid_from`},
	{"flows", `select b.person_id from spell b cross join spell a left join flow f on f.person_id = b.person_id and f.moved_on = b.valid_from and f.superseded_at = 0
			and f.from_path = a.path and f.to_path = b.path and (f.sealed_to <> '') = (a.sealed_to <> '' or b.sealed_to <> '')
		where b.kind = 'living' and b.superseded_at = 0 and a.person_id = b.person_id and a.kind = 'living' and a.superseded_at = 0 and a.valid_to = b.valid_from and f.person_id is null
		union all select f.person_id from flow f left join spell b on b.person_id = f.person_id and b.kind = 'living' and b.superseded_at = 0 and b.valid_from = f.moved_on and b.path = f.to_path
		where f.superseded_at = 0 and b.id is null`},
	{"ties", `select t.household_id from tie t cross join spell h cross join spell l
		where t.relation = 'living' and t.superseded_at = 0 and t.valid_to = '9999-12-31'
		and h.household_id = t.household_id and h.kind = 'registered' and h.relation = '02' and h.superseded_at = 0 and h.valid_to = '9999-12-31'
		and l.person_id = h.person_id and l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31' and (l.path <> t.path or l.sealed_to <> t.sealed_to)`},
	{"registered_ties", `select t.household_id from tie t cross join spell h
		where t.relation = 'registered' and t.superseded_at = 0 and t.valid_to = '9999-12-31'
		and h.household_id = t.household_id and h.kind = 'registered' and h.relation = '02' and h.superseded_at = 0 and h.valid_to = '9999-12-31' and h.path <> t.path`},
	// Who lives elsewhere than they are registered has both grids, and one that
	// works in a grid of the county has the third. One answers, at most.
	{"three_grids", `select distinct h.household_id from spell h cross join spell l
		where h.kind = 'registered' and h.relation = '02' and h.superseded_at = 0 and h.valid_to = '9999-12-31'
		and l.person_id = h.person_id and l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31' and l.path <> h.path
		and (not exists (select 1 from tie t where t.household_id = h.household_id and t.relation = 'registered' and t.superseded_at = 0 and t.valid_to = '9999-12-31')
			or not exists (select 1 from tie t where t.household_id = h.household_id and t.relation = 'living' and t.superseded_at = 0 and t.valid_to = '9999-12-31'))`},
	{"work_grids", `select distinct h.household_id from spell w cross join spell h
		where w.kind = 'working' and w.superseded_at = 0 and w.valid_to = '9999-12-31'
		and h.person_id = w.person_id and h.kind = 'registered' and h.superseded_at = 0 and h.valid_to = '9999-12-31'
		and not exists (select 1 from tie t where t.household_id = h.household_id and t.relation = 'working' and t.superseded_at = 0 and t.valid_to = '9999-12-31')`},
	{"main_grids", `select household_id from tie where main = 1 and superseded_at = 0 and valid_to = '9999-12-31' group by household_id having count(*) > 1`},
	{"routes", `select id from grid_route where answers = '' or basis = '' or state = 'approved' and decided_by = proposed_by`},
	{"led", `select g.matter_id from matter_grid g join matter m on m.id = g.matter_id where g.answers = 1 and g.path <> m.path`},
	{"grids", `select distinct t.path from tie t left join grid g on g.code = t.path where t.superseded_at = 0 and t.valid_to = '9999-12-31'
		and t.relation <> 'working' and g.code is null and substr(t.path, 13) <> '000'`},
	{"sizes", `select path from tie where relation = 'living' and superseded_at = 0 and valid_to = '9999-12-31' and length(path) = 15 and substr(path, 13) <> '000'
		group by path having count(*) not between 50 and 100 order by path`},
	{"divisions", `select distinct h.village from household h left join division d on d.code = h.village where d.code is null and substr(h.village, 10) <> '000'`},
	{"timelines", `select m.id from matter m where (select count(*) from matter_event e where e.matter_id = m.id) <>
		(select coalesce(max(e.n), 0) from matter_event e where e.matter_id = m.id)`},
	// The level that has a matter has a running clock, and so has the level that
	// sent it down; after a result there is none.
	{"clocks", `select m.id from matter m where m.state in ('handled', 'told', 'checked', 'closed', 'rated', 'withdrawn') and exists (select 1 from clock c where c.subject = 'matter/' || m.id and c.stopped_at = 0)
		or m.state not in ('handled', 'told', 'checked', 'closed', 'rated', 'withdrawn') and (not exists (select 1 from clock c where c.subject = 'matter/' || m.id and c.stopped_at = 0 and c.level = m.level)
			or not exists (select 1 from clock c where c.subject = 'matter/' || m.id and c.stopped_at = 0 and c.level = m.duty))`},
	{"warnings", `select w.id from warning w left join supervision s on s.warning_id = w.id where s.id is null`},
	{"figures", `select m.id from matter m left join matter_figure f on f.matter_id = m.id
		where f.matter_id is null or f.path <> m.path or f.solved <> m.solved or (f.closed_on = '') <> (m.closed_at = 0) or f.level <> m.closed_level
		or f.on_time <> case when m.closed_at > 0 and not exists (select 1 from warning w where w.subject = 'matter/' || m.id) then 1 else 0 end`},
	{"months", `select 'matter_month/' || path || '/' || month from (
			select path, month, sum(reported) as a, sum(answered) as b, sum(closed) as c, sum(on_time) as d, sum(solved) as e, sum(first) as f, sum(level2) as g, sum(level3) as h, sum(level4) as i, sum(level5) as j, sum(minutes) as k, sum(open) as l from (
				select path, month, reported, answered, closed, on_time, solved, first, level2, level3, level4, level5, minutes, open from matter_month
				union all select path, substr(reported_on, 1, 7), -1, -answered, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from matter_figure
				union all select path, substr(closed_on, 1, 7), 0, 0, -1, -on_time, -solved, -first, case when level <= 2 then -1 else 0 end, case when level = 3 then -1 else 0 end,
					case when level = 4 then -1 else 0 end, case when level >= 5 then -1 else 0 end, -minutes, 0 from matter_figure where closed_on <> ''
				union all select path, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1 from matter_figure where closed_on = ''
			) as u group by path, month) as s
		where a <> 0 or b <> 0 or c <> 0 or d <> 0 or e <> 0 or f <> 0 or g <> 0 or h <> 0 or i <> 0 or j <> 0 or k <> 0 or l <> 0`},
	{"approvals", `select id from booklet where approved_by = applied_by and approved_by <> ''`},
	{"versions", `select b.id from booklet b where b.state in ('made', 'issued', 'renewed', 'lost') and not exists (select 1 from booklet_version v where v.booklet_id = b.id)`},
	{"live", `select household_id from booklet where state <> 'cancelled' group by household_id, move_id having count(*) > 1`},
}

// shownFindings is how many ids a finding names.
const shownFindings = 5

// CheckConsistency looks for what contradicts itself in the county and says it
// in words, naming ids and never people. It is for the terminal of the server.
func (s *Service) CheckConsistency(ctx context.Context, by actor.Actor) (out []string, err error) {
	if err := policy.Check(by, policy.AuditVerify, policy.Places{}); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error { out, err = s.check(tx); return err })
	return out, err
}

func (s *Service) check(tx *db.Tx) (out []string, err error) {
	for _, c := range checks {
		ids, err := db.All[string](tx, c.query)
		if err != nil {
			return nil, fmt.Errorf("check %s: %w", c.key, err)
		}
		out = append(out, finding(c.key, ids)...)
	}
	p, err := s.checkPeople(tx)
	if err != nil {
		return nil, err
	}
	out = append(out, finding("numbers", p.numbers)...)
	out = append(out, finding("births", p.births)...)
	out = append(out, finding("keys", p.keys)...)
	wrong, err := wrongBooklets(tx)
	return append(out, finding("booklets", wrong)...), err
}

func finding(key string, ids []string) []string {
	if len(ids) == 0 {
		return nil
	}
	return []string{i18n.T("overview.check."+key, "n", len(ids), "some", fmt.Sprint(ids[:min(len(ids), shownFindings)]))} //i18n:dynamic overview.check.
}

// wrongBooklets lists booklet numbers that do not pass their own check.
func wrongBooklets(tx *db.Tx) (wrong []string, err error) {
	issued, err := db.All[string](tx, `select number from booklet where number <> ''`)
	for _, n := range issued {
		if _, err := ident.ParseBookletNumber(n); err != nil {
			wrong = append(wrong, n)
		}
	}
	return wrong, err
}

// suspects are those with whom something is wrong, by id.
type suspects struct {
	numbers []string // sealed number damaged, no number, or under another token
	births  []string // birth or sex not those in the number
	keys    []string // found by other names and tails than they have, or not by all
}

// checkPeople opens every number and phone and compares them with the tokens
// and keys they are found by. It shows none of them.
func (s *Service) checkPeople(tx *db.Tx) (wrong suspects, err error) {
	seed := maphash.MakeSeed()
	stored := map[string]uint64{} // the keys of each, added up: their order says nothing
	type row struct {
		Key      string `db:"key"`
		PersonID string `db:"person_id"`
	}
	if err := db.Each(tx, `select key, person_id from person_key`, nil, func(r row) error {
		stored[r.PersonID] += maphash.String(seed, r.Key)
		return nil
	}); err != nil {
		return wrong, err
	}
	err = db.Each(tx, `select `+db.Columns[person.Person]("")+` from person`, nil, func(p person.Person) error {
		id, keys, ok := s.opened(tx, p)
		sum := stored[string(p.ID)]
		delete(stored, string(p.ID))
		if !ok {
			wrong.numbers = append(wrong.numbers, string(p.ID))
			return nil
		}
		if !id.IsZero() && (id.Birth() != string(p.Birth) || id.Sex() != p.Sex) {
			wrong.births = append(wrong.births, string(p.ID))
		}
		for _, k := range keys {
			sum -= maphash.String(seed, k)
		}
		if sum != 0 {
			wrong.keys = append(wrong.keys, string(p.ID))
		}
		return nil
	})
	for id := range stored { // keys of nobody
		wrong.keys = append(wrong.keys, id)
	}
	return wrong, err
}

// opened is a person's number and the keys they should be found by; ok is false
// if number or phone do not open, or the number does not check or is found
// under another token.
func (s *Service) opened(tx *db.Tx, p person.Person) (id ident.CitizenID, keys []string, ok bool) {
	number, err := p.Number(s.Keys)
	if err != nil {
		return id, nil, false
	}
	phone, err := p.Phone(s.Keys)
	if err != nil {
		return id, nil, false
	}
	if number.IsZero() != (p.NumberKind != person.CitizenID) || number.IsZero() != (p.NumberToken == nil) {
		return id, nil, false
	}
	if !number.IsZero() {
		if id, err = ident.ParseCitizenID(number.Reveal(), tx.Now()); err != nil { // compared, never shown
			return id, nil, false
		}
		if *p.NumberToken != s.Keys.Token(seal.KindCitizenID, id.Plain()) {
			return id, nil, false
		}
	}
	return id, person.Keys(s.Keys, p.Name, id, phone.Reveal()), true // compared, never shown
}
