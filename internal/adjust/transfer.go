package adjust

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"anju/internal/account"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/grid"
	"anju/internal/policy"
)

// A transfer lets places go over from one village to another: all of it, or
// some of its groups. Within one village, groups are only renumbered.
type transfer struct {
	from, to string
	whole    bool
	groups   map[string]string // number before → number after
	paths    map[string]string // scope path before → after
}

// A column holds scope paths or codes of places.
type column struct{ table, name string }

// columns are all that hold the scope path of something: village and grid, or
// the village alone. internal/adjust/columns_test.go reads the schema for more.
var columns = []column{
	{"spell", "path"}, {"tie", "path"}, {"post", "path"}, {"grid", "code"}, {"grid_part", "grid"},
	{"entitlement", "path"}, {"booklet", "path"}, {"booklet", "origin_path"}, {"move", "from_path"}, {"move", "to_path"},
	{"flow", "from_path"}, {"flow", "to_path"}, {"visit", "path"}, {"matter", "path"}, {"clock", "path"}, {"warning", "path"}, {"warning_receipt", "path"}, {"supervision", "path"},
	{"import", "path"}, {"grid", "village"}, {"site", "village"}, {"change_request", "path"}, {"organisation", "village"}, {"baseline_round", "path"},
	{"difference", "path"}, {"difference", "living_path"}, {"household_act", "path"}, {"household_review", "path"}, {"person_pair", "a_path"}, {"person_pair", "b_path"},
	{"mediation", "path"}, {"matter_figure", "path"}, {"matter_month", "path"}, {"matter_grid", "path"}, {"work_grid", "village"},
	{"right_act", "path"}, {"right_finding_place", "path"},
	{"grid_plan", "village"}, {"grid_plan_grid", "code"}, {"grid_plan_home", "was_grid"}, {"grid_plan_hand_over", "from_grid"}, {"grid_plan_hand_over", "to_grid"}, {"grid_door", "village"}, {"grid_door", "grid"},
	{"election", "path"}, {"printer", "path"}, {"booklet_batch", "path"}, {"booklet_batch", "area"},
	{"vacancy", "path"}, {"hole", "path"}, {"handover", "path"}, {"grid_duty_placed", "path"}, {"mass_organisation", "village"},
	{"party_branch", "path"}, {"party_branch_place", "path"}, {"participant", "path"}, {"reserve_file", "path"}, {"site_form", "with_code"},
}

// grouped are the tables whose rows lie in a group of a village.
var grouped = []string{"household", "address", "grid_part"}

// A Proof is what an act compared before and after it: that whoever could see
// so many people in an area before can see the same number after.
type Proof struct {
	Rows   int64 // rewritten
	Posts  int   // whose areas were compared
	Ended  int   // posts over a village that is no more
	People int64 // places of people that were compared
}

// transfer rewrites everything that lies in the places that go over, and proves
// that nothing was lost or gained on the way.
func (d *doing) transfer(t transfer) error {
	if err := d.plan(&t); err != nil {
		return err
	}
	before, err := census(d.tx)
	if err != nil {
		return err
	}
	posts, err := areas(d.tx)
	if err != nil {
		return err
	}
	if t.whole {
		if err := d.closePosts(t); err != nil {
			return err
		}
	}
	for _, table := range grouped {
		if err := d.regroup(table, t); err != nil {
			return err
		}
	}
	for _, c := range columns {
		paths := t.paths
		if c.table == "post" && d.r.Kind == MergeVillage { // those over the village are over with it
			paths = maps.Clone(paths)
			delete(paths, t.from)
		}
		if err := d.rewrite(c, paths); err != nil {
			return err
		}
	}
	if t.from != t.to && !t.whole {
		if err := d.follow(t); err != nil {
			return err
		}
	}
	after, err := census(d.tx)
	if err != nil {
		return err
	}
	return d.prove(t, before, after, posts)
}

// plan finds every path that goes over, and where to.
func (d *doing) plan(t *transfer) error {
	t.paths = map[string]string{}
	if t.from == t.to {
		return d.oneGrid(*t)
	}
	var moving []string
	var err error
	if t.whole {
		t.paths[t.from] = t.to
		moving, err = pathsUnder(d.tx, t.from)
	} else {
		moving, err = d.gridsOf(*t)
	}
	if err != nil {
		return err
	}
	used, err := pathsUnder(d.tx, t.to)
	if err != nil {
		return err
	}
	for _, p := range moving {
		to := t.to + p[12:]
		if p[12:] != grid.NoGrid && slices.Contains(used, to) {
			to = freeSerial(t.to, used, moving)
		}
		used = append(used, to)
		t.paths[p] = to
	}
	return nil
}

// oneGrid checks that groups that become one lie in one grid, and lets the grid
// consist of what stays.
func (d *doing) oneGrid(t transfer) error {
	q := new(db.Query).Add(`select distinct grid from grid_part where village = ? and building = '' and group_no in (?`, t.from, d.r.Into)
	for _, no := range sortedKeys(t.groups) {
		q.Add(`, ?`, no)
	}
	grids, err := db.All[string](d.tx, q.Add(`) order by grid`).Text(), q.Args()...)
	if err != nil {
		return err
	}
	if len(grids) > 1 {
		return invalid("groups", "adjust.grids", "grids", strings.Join(grids, "、"))
	}
	for _, no := range sortedKeys(t.groups) {
		if _, err := d.tx.Exec(`delete from grid_part where village = $1 and building = '' and group_no = $2 and exists
			(select 1 from grid_part p where p.village = $1 and p.building = '' and p.group_no = $3)`, t.from, no, d.r.Into); err != nil {
			return err
		}
	}
	return nil
}

// freeSerial is a grid code of a village that nothing has or will have.
func freeSerial(village string, used, moving []string) string {
	for n := 1; ; n++ {
		code := fmt.Sprintf("%s%03d", village, n)
		if !slices.Contains(used, code) && !slices.ContainsFunc(moving, func(p string) bool { return p[12:] == code[12:] }) {
			return code
		}
	}
}

// pathsUnder are all paths below a village that anything has.
func pathsUnder(tx *db.Tx, village string) ([]string, error) {
	q := new(db.Query)
	for i, c := range columns {
		q.If(i > 0, "union").Add(`select `+c.name+` as path from `+c.table+` where `+c.name+` > ? and `+c.name+` < ?`, village, policy.PrefixEnd(village))
	}
	return db.All[string](tx, q.Add("order by path").Text(), q.Args()...)
}

// gridsOf are the grids made of nothing but the groups that go over. One that
// has others too must be divided first: who answers for it could not be said.
func (d *doing) gridsOf(t transfer) ([]string, error) {
	parts, err := db.All[grid.Part](d.tx, `select `+db.Columns[grid.Part]("")+` from grid_part where village = $1 order by grid, group_no, building`, t.from)
	if err != nil {
		return nil, err
	}
	goes, stays := map[string]bool{}, map[string]bool{}
	for _, p := range parts {
		if t.groups[p.GroupNo] != "" {
			goes[p.Grid] = true
		} else {
			stays[p.Grid] = true
		}
	}
	var all []string
	for code := range goes {
		if stays[code] {
			return nil, invalid("groups", "adjust.straddles", "grid", code)
		}
		all = append(all, code)
	}
	slices.Sort(all)
	return all, nil
}

// closePosts ends the posts over a village that goes into another: who answers
// for more than before is appointed to it.
func (d *doing) closePosts(t transfer) error {
	if d.r.Kind != MergeVillage {
		return nil
	}
	posts, err := db.All[account.Post](d.tx, `select `+db.Columns[account.Post]("")+` from post where path = $1 and superseded_at = 0 and valid_to = '9999-12-31' order by id`, t.from)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if err := account.EndPost(d.tx, p, d.r.On); err != nil {
			return err
		}
	}
	d.proof.Ended = len(posts)
	return nil
}

// regroup gives the rows of the groups that go over their new village and
// number. What lies in no group goes with the whole village.
func (d *doing) regroup(table string, t transfer) error {
	q := new(db.Query).Add(`update ` + table + ` set group_no = case group_no`)
	no := sortedKeys(t.groups)
	for _, g := range no {
		q.Add(`when ? then ?`, g, t.groups[g])
	}
	if len(no) == 0 {
		q = new(db.Query).Add(`update ` + table + ` set group_no = group_no`)
	} else {
		q.Add(`else group_no end`)
	}
	q.Add(`, village = ? where village = ?`, t.to, t.from)
	if !t.whole {
		q.Add(`and group_no in (''`)
		for _, g := range no {
			q.Add(`, ?`, g)
		}
		q.Add(`) and group_no <> ''`)
	}
	n, err := d.tx.Exec(q.Text(), q.Args()...)
	d.proof.Rows += n
	return err
}

// rewrite gives every path of a column its new value.
func (d *doing) rewrite(c column, paths map[string]string) error {
	if len(paths) == 0 {
		return nil
	}
	from := sortedKeys(paths)
	q := new(db.Query).Add(`update ` + c.table + ` set ` + c.name + ` = case ` + c.name)
	for _, p := range from {
		q.Add(`when ? then ?`, p, paths[p])
	}
	q.Add(`else ` + c.name + ` end`)
	if c == (column{"grid", "code"}) { // a grid's number says in which village it lies
		q.Add(`, village = case code`)
		for _, p := range from {
			q.Add(`when ? then ?`, p, paths[p][:min(12, len(paths[p]))])
		}
		q.Add(`else village end`)
	}
	q.Add(`where ` + c.name + ` in (''`)
	for _, p := range from {
		q.Add(`, ?`, p)
	}
	n, err := d.tx.Exec(q.Add(`)`).Text(), q.Args()...)
	d.proof.Rows += n
	return err
}

// follow takes along what lies in no grid, by the household and the house it
// belongs to, when only some groups go over.
func (d *doing) follow(t transfer) error {
	for _, text := range []string{
		`update spell set path = $1 || '000' where path = $2 || '000' and kind = 'registered' and household_id in (select id from household where village = $1)`,
		`update spell set path = $1 || '000' where path = $2 || '000' and kind = 'living' and house_id in (select h.id from house h join address a on a.id = h.address_id where a.village = $1)`,
		`update tie set path = $1 || '000' where path = $2 || '000' and relation = 'registered' and household_id in (select id from household where village = $1)`,
		`update tie set path = $1 || '000' where path = $2 || '000' and relation = 'living' and household_id in
			(select household_id from spell where kind = 'living' and path = $1 || '000' and superseded_at = 0 and valid_to = '9999-12-31')`,
		`update entitlement set path = $1 where path = $2 and household_id in (select id from household where village = $1)`,
	} {
		n, err := d.tx.Exec(text, t.to, t.from)
		if err != nil {
			return err
		}
		d.proof.Rows += n
	}
	return nil
}

// A count is how many people are registered or live on a path, or how many
// open matters there are.
type count struct {
	Kind string `db:"kind"`
	Path string `db:"path"`
	N    int64  `db:"n"`
}

// census counts everything that a scope decides about, by path.
func census(tx *db.Tx) ([]count, error) {
	return db.All[count](tx, `select kind, path, count(*) as n from spell where superseded_at = 0 and valid_to = '9999-12-31' group by kind, path
		union all select 'tie ' || relation, path, count(*) from tie where superseded_at = 0 and valid_to = '9999-12-31' group by relation, path
		union all select 'matter', path, count(*) from matter where closed_at = 0 group by path
		union all select 'booklet', path, count(*) from booklet group by path
		union all select 'household', village, count(*) from household group by village`)
}

// areas are the areas of all present posts.
func areas(tx *db.Tx) ([]string, error) {
	return db.All[string](tx, `select distinct path from post where superseded_at = 0 and valid_to = '9999-12-31' order by path`)
}

// prove holds the county after the act to the county before it: whatever could
// be seen in the area of a post is seen in the area it is now, and nothing else.
// Into a village that another went into comes what that one had.
func (d *doing) prove(t transfer, before, after []count, posts []string) error {
	sum := func(all []count, area string, moved bool) map[string]int64 {
		n := map[string]int64{}
		for _, c := range all {
			p := c.Path
			if to, ok := t.paths[p]; ok && moved {
				p = to
			}
			if strings.HasPrefix(p, area) {
				n[c.Kind] += c.N
			}
		}
		return n
	}
	for _, area := range posts {
		is := area
		if to, ok := t.paths[area]; ok {
			is = to
		}
		had, has := sum(before, area, false), sum(after, is, false)
		if is == t.to || is == t.from { // of a village that others go into or out of, by where each goes
			had = sum(before, is, true)
		}
		if !t.whole && (is == t.to || is == t.from) { // what lies in no grid goes by household: both together
			continue
		}
		for kind := range has {
			if had[kind] != has[kind] {
				return fmt.Errorf("adjust %s to %s: %s of the post over %s: %d before, %d after", t.from, t.to, kind, area, had[kind], has[kind])
			}
		}
		for kind := range had {
			if had[kind] != has[kind] {
				return fmt.Errorf("adjust %s to %s: %s of the post over %s: %d before, %d after", t.from, t.to, kind, area, had[kind], has[kind])
			}
		}
	}
	both := func(all []count) (n int64) {
		for _, c := range all {
			if strings.HasPrefix(c.Path, t.from) || strings.HasPrefix(c.Path, t.to) {
				n += c.N
			}
		}
		return n
	}
	if had, has := both(before), both(after); had != has {
		return fmt.Errorf("adjust %s to %s: %d before, %d after", t.from, t.to, had, has)
	}
	for _, c := range after {
		if t.whole && strings.HasPrefix(c.Path, t.from) {
			return fmt.Errorf("adjust %s to %s: %d %s have stayed at %s", t.from, t.to, c.N, c.Kind, c.Path)
		}
	}
	d.proof.Posts += len(posts)
	for _, c := range after {
		d.proof.People += c.N
	}
	return nil
}

// householdsIn is how many households are registered in a group.
func householdsIn(tx *db.Tx, village, no string) (int64, error) {
	return db.One[int64](tx, `select count(*) from household where village = $1 and group_no = $2`, village, no)
}

// peopleIn is how many are registered or live in a village.
func peopleIn(tx *db.Tx, village string) (int64, error) {
	return db.One[int64](tx, `select count(*) from spell where path >= $1 and path < $2 and superseded_at = 0 and valid_to = $3`, village, policy.PrefixEnd(village), string(calendar.Forever))
}

func sortedKeys(m map[string]string) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}
