package baseline

import (
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
)

// Get is a round by id, or NotFound.
func Get(tx *db.Tx, id string) (Round, error) {
	r, err := db.One[Round](tx, `select `+db.Columns[Round]("")+` from baseline_round where id = $1`, id)
	if err == db.ErrNoRow {
		return r, fault.New(fault.NotFound, "policy.not_found")
	}
	return r, err
}

// rounds lists the rounds, the latest first.
func rounds(tx *db.Tx) ([]Round, error) {
	return db.All[Round](tx, `select `+db.Columns[Round]("")+` from baseline_round order by opens_on desc, id desc limit 100`)
}

func wordOf(tx *db.Tx, round string, id household.ID, side Side) (w Word, ok bool, err error) {
	w, err = db.One[Word](tx, `select `+db.Columns[Word]("")+` from baseline_word where round_id = $1 and household_id = $2 and side = $3`, round, id, side)
	if err == db.ErrNoRow {
		return w, false, nil
	}
	return w, err == nil, err
}

// say writes a word, the first or another, and records it.
func say(tx *db.Tx, was Word, known bool, is Word) error {
	if !known {
		if err := db.Insert(tx, "baseline_word", is); err != nil {
			return err
		}
		return tx.Record("household/"+string(is.HouseholdID), nil, is)
	}
	n, err := tx.Exec(`update baseline_word set verdict = $2, reason = $3, account = $4, name = $5, office = $6, at = $7, version = $8
		where id = $1 and version = $9`, is.ID, is.Verdict, is.Reason, is.Account, is.Name, is.Office, is.At, was.Version+1, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record("household/"+string(is.HouseholdID), was, is)
}

// A Row is a household in a round, with the word of each side.
type Row struct {
	ID              household.ID `db:"id"`
	RegisterNo      string       `db:"register_no"`
	Village         string       `db:"village"`
	Head            string       `db:"head"`
	Police          Verdict      `db:"police"`
	ByVillage       Verdict      `db:"by_village"`
	Community       Verdict      `db:"community"`
	PoliceReason    string       `db:"police_reason"`
	VillageReason   string       `db:"village_reason"`
	CommunityReason string       `db:"community_reason"`
	Elsewhere       int64        `db:"elsewhere"` // 1: the community must sign too
}

// from joins the words of a round to the households under its path. Where a
// protected household lives is nobody's to say, so its community is not asked.
const from = ` from household h
	left join tie t on t.household_id = h.id and t.relation = 'living' and t.main = 1 and t.superseded_at = 0 and t.valid_to = '9999-12-31'
		and t.sealed_to = '' and substr(t.path, 1, 12) <> h.village and substr(t.path, 1, 6) = substr(h.village, 1, 6)
	left join baseline_word p on p.round_id = ? and p.household_id = h.id and p.side = 'police'
	left join baseline_word v on v.round_id = ? and v.household_id = h.id and v.side = 'village'
	left join baseline_word c on c.round_id = ? and c.household_id = h.id and c.side = 'community'
	where h.village >= ? and h.village < ?`

func fromArgs(r Round) []any {
	return []any{r.ID, r.ID, r.ID, r.Path, policy.PrefixEnd(r.Path)}
}

const rowColumns = `h.id as id, h.register_no as register_no, h.village as village,
	coalesce((select min(x.name) from spell s join person x on x.id = s.person_id where s.household_id = h.id and s.kind = 'registered'
		and s.relation = '02' and s.superseded_at = 0 and s.valid_to = '9999-12-31'), '') as head,
	coalesce(p.verdict, '') as police, coalesce(v.verdict, '') as by_village, coalesce(c.verdict, '') as community,
	coalesce(p.reason, '') as police_reason, coalesce(v.reason, '') as village_reason, coalesce(c.reason, '') as community_reason,
	case when t.path is null then 0 else 1 end as elsewhere`

// What the words of a household come to, in SQL: a figure and the list it leads
// to are the same words.
const (
	settled  = `(coalesce(p.verdict, '') = 'signed' and coalesce(v.verdict, '') = 'signed' and (t.path is null or coalesce(c.verdict, '') = 'signed'))`
	disputed = `(coalesce(p.verdict, '') = 'disputed' or coalesce(v.verdict, '') = 'disputed' or t.path is not null and coalesce(c.verdict, '') = 'disputed')`
)

// waits is which households wait for a side.
var waits = map[Side]string{
	Police:    `p.id is null`,
	Village:   `v.id is null`,
	Community: `t.path is not null and c.id is null`,
}

// where is the filter of a side's own households.
func (s Side) where(scope policy.Scope) (string, []any) {
	if s == Community {
		return scope.WhereOn(policy.Living, "t.path", "")
	}
	return scope.WhereOn(policy.Registered, "h.village", "")
}

// queue lists the households that wait for a side.
func queue(tx *db.Tx, scope policy.Scope, r Round, side Side, after string, limit int) ([]Row, error) {
	where, args := side.where(scope)
	q := new(db.Query).Add("select "+rowColumns+from, fromArgs(r)...).Add("and "+waits[side]).Add("and "+where, args...).
		If(after != "", "and h.id > ?", after).Add("order by h.id limit ?", limit)
	return db.All[Row](tx, q.Text(), q.Args()...)
}

// list lists the households of a village, all that are not settled or those in
// dispute only.
func list(tx *db.Tx, scope policy.Scope, r Round, village string, view View, after string, limit int) ([]Row, error) {
	where, args := scope.WhereOn(policy.Registered, "h.village", "")
	q := new(db.Query).Add("select "+rowColumns+from, fromArgs(r)...).Add("and "+where, args...).
		If(village != "", "and h.village = ?", village).
		If(view == Unresolved, "and not "+settled).If(view == InDispute, "and "+disputed).If(view == Settled, "and "+settled).
		If(after != "", "and h.id > ?", after).Add("order by h.id limit ?", limit)
	return db.All[Row](tx, q.Text(), q.Args()...)
}

// A Figure is how far a village has come.
type Figure struct {
	Village    string `db:"village"`
	Households int64  `db:"households"`
	Settled    int64  `db:"settled"`
	Disputed   int64  `db:"disputed"`
}

func figures(tx *db.Tx, scope policy.Scope, r Round) ([]Figure, error) {
	where, args := scope.WhereOn(policy.Registered, "h.village", "")
	q := new(db.Query).Add("select h.village as village, count(*) as households, sum(case when "+settled+" then 1 else 0 end) as settled, sum(case when "+disputed+" then 1 else 0 end) as disputed"+from, fromArgs(r)...).
		Add("and "+where, args...).Add("group by h.village order by h.village")
	return db.All[Figure](tx, q.Text(), q.Args()...)
}
