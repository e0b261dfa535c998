package community

import (
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/policy"
)

func siteByID(tx *db.Tx, id string) (division.Site, error) {
	return db.Found(db.One[division.Site](tx, `select `+db.Columns[division.Site]("")+` from site where id = $1`, id))
}

// A siteRow is a site with the form it has on a day.
type siteRow struct {
	division.Site
	Party   string `db:"party"`
	Self    string `db:"self"`
	With    string `db:"with_code"`
	Members int64  `db:"members"`
}

// sites lists the sites under a path by village and id, after one.
func sites(tx *db.Tx, under, self, village, id string, on calendar.Date, limit int) ([]siteRow, error) {
	q := new(db.Query).Add(`select `+db.Columns[division.Site]("s.")+`, coalesce(f.party, '') as party, coalesce(f.self, '') as self, coalesce(f.with_code, '') as with_code, coalesce(f.members, -1) as members
		from site s left join site_form f on f.site_id = s.id and f.valid_from <= ? and f.valid_to > ? where s.village >= ? and s.village < ?`, on, on, under, policy.PrefixEnd(under)).
		If(self != "", `and f.self = ?`, self).If(village != "", `and (s.village > ? or s.village = ? and s.id > ?)`, village, village, id).
		Add(`order by s.village, s.id limit ?`, limit)
	return db.All[siteRow](tx, q.Text(), q.Args()...)
}

// A total is how many sites govern themselves in one way.
type total struct {
	Self string `db:"self"`
	N    int64  `db:"n"`
}

func totals(tx *db.Tx, under string, on calendar.Date) (map[string]int64, error) {
	all, err := db.All[total](tx, `select coalesce(f.self, '') as self, count(*) as n from site s left join site_form f on f.site_id = s.id and f.valid_from <= $3 and f.valid_to > $3
		where s.village >= $1 and s.village < $2 group by 1`, under, policy.PrefixEnd(under), on)
	n := map[string]int64{}
	for _, t := range all {
		n[t.Self] = t.N
	}
	return n, err
}

// A size is how many households and people live in a site. Those whose place is
// protected are in no count.
type size struct {
	SiteID     string `db:"site_id"`
	Households int64  `db:"households"`
	People     int64  `db:"people"`
}

func counts(tx *db.Tx, ids []string) (map[string]size, error) {
	n := map[string]size{}
	q := new(db.Query).Add(`select a.site_id, count(distinct s.household_id) as households, count(*) as people from address a join house h on h.address_id = a.id
		join spell s on s.house_id = h.id and s.house_id <> '' and s.kind = 'living' and s.superseded_at = 0 and s.valid_to = '9999-12-31' and s.sealed_to = ''
		where a.site_id <> '' and a.site_id in (''`)
	for _, id := range ids {
		q.Add(`, ?`, id)
	}
	all, err := db.All[size](tx, q.Add(`) group by a.site_id`).Text(), q.Args()...)
	for _, one := range all {
		n[one.SiteID] = one
	}
	return n, err
}

func formsOf(tx *db.Tx, site string) ([]Form, error) {
	return db.All[Form](tx, `select `+db.Columns[Form]("")+` from site_form where site_id = $1 order by valid_from desc`, site)
}

func endForm(tx *db.Tx, was, is Form) error {
	if err := db.Met(tx.Exec(`update site_form set valid_to = $2, version = $3 where id = $1 and version = $4`, is.ID, is.ValidTo, is.Version, was.Version)); err != nil {
		return err
	}
	return tx.Record("site/"+is.SiteID, was, is)
}

func ruleRows(tx *db.Tx) ([]Rule, error) {
	return db.All[Rule](tx, `select `+db.Columns[Rule]("")+` from community_rule order by valid_from desc`)
}

func ruleChanges(tx *db.Tx, limit int) ([]RuleChange, error) {
	return db.All[RuleChange](tx, `select `+db.Columns[RuleChange]("")+` from community_rule_change order by id desc limit $1`, limit)
}

func ruleChange(tx *db.Tx, id string) (RuleChange, error) {
	return db.Found(db.One[RuleChange](tx, `select `+db.Columns[RuleChange]("")+` from community_rule_change where id = $1`, id))
}

func endRule(tx *db.Tx, was, is Rule) error {
	if err := db.Met(tx.Exec(`update community_rule set valid_to = $2 where valid_from = $1`, is.ValidFrom, is.ValidTo)); err != nil {
		return err
	}
	return tx.Record(aboutRule, was, is)
}

func dropRule(tx *db.Tx, was Rule) error {
	if err := db.Met(tx.Exec(`delete from community_rule where valid_from = $1`, was.ValidFrom)); err != nil {
		return err
	}
	return tx.Record(aboutRule, was, nil)
}

func waitingFor(tx *db.Tx, code string) (int64, error) {
	return db.One[int64](tx, `select count(*) from founding where code = $1 and state = 'proposed'`, code)
}

func load(tx *db.Tx, id string) (c Founding, parts []Part, err error) {
	if c, err = db.Found(db.One[Founding](tx, `select `+db.Columns[Founding]("")+` from founding where id = $1`, id)); err != nil {
		return c, nil, err
	}
	parts, err = db.All[Part](tx, `select `+db.Columns[Part]("")+` from founding_part where founding_id = $1 order by village`, id)
	return c, parts, err
}

func foundings(tx *db.Tx, state, after string, limit int) ([]Founding, error) {
	q := new(db.Query).Add(`select `+db.Columns[Founding]("")+` from founding where 1 = 1`).If(state != "", `and state = ?`, state).If(after != "", `and id < ?`, after).Add(`order by id desc limit ?`, limit)
	return db.All[Founding](tx, q.Text(), q.Args()...)
}

func saveFounding(tx *db.Tx, was, is Founding) error {
	return db.Met(tx.Exec(`update founding set state = $2, approval = $3, effective_on = $4, decided_by = $5, decided_name = $6, decided_at = $7, answer = $8, version = $9 where id = $1 and version = $10`,
		is.ID, is.State, is.Approval, is.EffectiveOn, is.DecidedBy, is.DecidedName, is.DecidedAt, is.Answer, is.Version, was.Version))
}

func savePart(tx *db.Tx, was, is Part) error {
	return db.Met(tx.Exec(`update founding_part set met_on = $3, entitled = $4, present = $5, agreed = $6, resolution = $7, noted_by = $8, noted_name = $9, noted_at = $10, version = $11 where founding_id = $1 and village = $2 and version = $12`,
		is.FoundingID, is.Village, is.MetOn, is.Entitled, is.Present, is.Agreed, is.Resolution, is.NotedBy, is.NotedName, is.NotedAt, is.Version, was.Version))
}
