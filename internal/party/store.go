package party

import (
	"strconv"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/policy"
)

// branches lists the branches under a path with their secretaries, and how many
// members and pairs each has.
func branches(tx *db.Tx, under string, on calendar.Date) ([]BranchLine, error) {
	type row struct {
		Branch
		Called  string `db:"called"`
		To      string `db:"to_name"`
		Members int64  `db:"members"`
		Pairs   int64  `db:"pairs"`
	}
	rows, err := db.All[row](tx, `select `+db.Columns[Branch]("b.")+`, coalesce(a.name, '') as called, coalesce(o.name, '') as to_name,
		(select count(distinct p.account_id) from post p where p.kind = 'party_member' and p.superseded_at = 0 and p.valid_from <= $3 and p.valid_to > $3
			and (substr(p.path, 1, length(b.path)) = b.path or substr(b.path, 1, length(p.path)) = p.path)) as members,
		(select count(*) from party_pair q where q.branch_id = b.id and q.ended_on = '') as pairs
		from party_branch b left join account a on a.id = b.secretary left join party_branch o on o.id = b.attached_to
		where b.ended_on = '' and b.path >= $1 and b.path < $2 order by b.path, b.id`, under, policy.PrefixEnd(under), on)
	all := make([]BranchLine, len(rows))
	for i, r := range rows {
		all[i] = BranchLine{Branch: r.Branch, Secretary: r.Called, To: r.To, Members: r.Members, Pairs: r.Pairs}
	}
	return all, err
}

// jointPlaces are the places of the joint branches, by branch.
func jointPlaces(tx *db.Tx) (map[string][]string, error) {
	type row struct {
		BranchID string `db:"branch_id"`
		Path     string `db:"path"`
	}
	rows, err := db.All[row](tx, `select branch_id, path from party_branch_place order by branch_id, path`)
	all := map[string][]string{}
	for _, r := range rows {
		all[r.BranchID] = append(all[r.BranchID], r.Path)
	}
	return all, err
}

func branch(tx *db.Tx, id string) (Branch, error) {
	return db.Found(db.One[Branch](tx, `select `+db.Columns[Branch]("")+` from party_branch where id = $1`, id))
}

func insertBranch(tx *db.Tx, b Branch, places []string) error {
	if err := db.Insert(tx, "party_branch", b); err != nil {
		return err
	}
	for _, p := range places {
		if _, err := tx.Exec(`insert into party_branch_place (branch_id, path) values ($1, $2)`, b.ID, p); err != nil {
			return err
		}
	}
	return tx.Record("branch/"+b.ID, nil, b)
}

func saveBranch(tx *db.Tx, was, is Branch) error {
	if err := db.Met(tx.Exec(`update party_branch set ended_on = $2, version = $3 where id = $1 and version = $4`, is.ID, is.EndedOn, is.Version, was.Version)); err != nil {
		return err
	}
	return tx.Record("branch/"+is.ID, was, is)
}

// hangsOn is how many branches and pairs hang on a branch.
func hangsOn(tx *db.Tx, id string) (int64, error) {
	return db.One[int64](tx, `select (select count(*) from party_branch where attached_to = $1 and ended_on = '') + (select count(*) from party_pair where branch_id = $1 and ended_on = '')`, id)
}

// branchOver is the branch that a grid is of: the grid's own, a joint one's that
// names it, the village's.
func branchOver(tx *db.Tx, path string) (b Branch, ok bool, err error) {
	b, err = db.One[Branch](tx, `select `+db.Columns[Branch]("b.")+` from party_branch b where b.ended_on = '' and (b.path = $1 or b.path = $2
		or exists (select 1 from party_branch_place p where p.branch_id = b.id and p.path in ($1, $2))) order by length(b.path) desc, b.id limit 1`, path, path[:min(12, len(path))])
	if err == db.ErrNoRow {
		return b, false, nil
	}
	return b, err == nil, err
}

// GetPair is a pair by id, or NotFound.
func GetPair(tx *db.Tx, id string) (Pair, error) {
	return db.Found(db.One[Pair](tx, `select `+db.Columns[Pair]("")+` from party_pair where id = $1`, id))
}

func insertPair(tx *db.Tx, p Pair) error {
	err := db.Insert(tx, "party_pair", p)
	if db.Unique(err) == "party_pair_account_id_household_id_uq" {
		return fault.Wrap(fault.Conflict, "party.pair.already", err)
	}
	if err != nil {
		return err
	}
	return tx.Record("household/"+string(p.HouseholdID), nil, p)
}

// EndPair ends a pair on a day and records why.
func EndPair(tx *db.Tx, was Pair, on calendar.Date, why string) error {
	is := was
	is.EndedOn, is.EndedWhy, is.Version = on, why, was.Version+1
	if err := db.Met(tx.Exec(`update party_pair set ended_on = $2, ended_why = $3, version = $4 where id = $1 and version = $5`, is.ID, is.EndedOn, is.EndedWhy, is.Version, was.Version)); err != nil {
		return err
	}
	return tx.Record("household/"+string(is.HouseholdID), was, is)
}

// pairsOf lists the households that a member pairs with, but for those of which
// anything is protected.
func pairsOf(tx *db.Tx, account string) ([]PairLine, error) {
	return db.All[PairLine](tx, `select `+db.Columns[Pair]("q.")+`, p.name as head, coalesce(a.text, '') as address, t.path from party_pair q
		join tie t on t.household_id = q.household_id and t.relation = 'living' and t.superseded_at = 0 and t.valid_to = '9999-12-31' and t.sealed_to = ''
		join spell r on r.household_id = q.household_id and r.kind = 'registered' and r.relation = '02' and r.superseded_at = 0 and r.valid_to = '9999-12-31'
		join person p on p.id = r.person_id
		left join spell l on l.person_id = p.id and l.kind = 'living' and l.superseded_at = 0 and l.valid_to = '9999-12-31'
		left join house h on h.id = l.house_id left join address a on a.id = h.address_id
		where q.account_id = $1 and q.ended_on = '' and not exists (select 1 from spell s join spell m on m.person_id = s.person_id
			where m.household_id = q.household_id and m.superseded_at = 0 and m.valid_to = '9999-12-31' and s.sealed_to <> '' and s.superseded_at = 0 and s.valid_to = '9999-12-31')
		order by t.path, q.id`, account)
}

func pairedWith(tx *db.Tx, id household.ID) ([]Paired, error) {
	return db.All[Paired](tx, `select `+db.Columns[Pair]("q.")+`, a.name from party_pair q join account a on a.id = q.account_id where q.household_id = $1 and q.ended_on = '' order by q.id`, id)
}

// membersOver lists the members of the village that a path lies in.
func membersOver(tx *db.Tx, path string, on calendar.Date) ([]MemberChoice, error) {
	village := path[:min(12, len(path))]
	return db.All[MemberChoice](tx, `select distinct a.id, a.name from post p join account a on a.id = p.account_id
		where p.kind = 'party_member' and p.path >= $1 and p.path < $2 and p.superseded_at = 0 and p.valid_from <= $3 and p.valid_to > $3 and a.state = 'active' order by a.name, a.id`,
		village, policy.PrefixEnd(village), on)
}

func participant(tx *db.Tx, id string) (Participant, error) {
	return db.Found(db.One[Participant](tx, `select `+db.Columns[Participant]("")+` from participant where id = $1`, id))
}

func participantsOf(tx *db.Tx, subject string) ([]Participant, error) {
	return db.All[Participant](tx, `select `+db.Columns[Participant]("")+` from participant where subject = $1 order by id`, subject)
}

func insertParticipant(tx *db.Tx, p Participant) error {
	if err := db.Insert(tx, "participant", p); err != nil {
		return err
	}
	return tx.Record(p.Subject, nil, p)
}

func saveParticipant(tx *db.Tx, was, is Participant) error {
	if err := db.Met(tx.Exec(`update participant set answer = $2, answered_at = $3, ended_at = $4, version = $5 where id = $1 and version = $6`,
		is.ID, is.Answer, is.AnsweredAt, is.EndedAt, is.Version, was.Version)); err != nil {
		return err
	}
	return tx.Record(is.Subject, was, is)
}

// tasksOf lists what is asked of somebody: of a matter its number, its kind and
// how it stands, and nothing else of it.
func tasksOf(tx *db.Tx, account string) ([]Task, error) {
	return db.All[Task](tx, `select `+db.Columns[Participant]("p.")+`, coalesce(m.number, '') as number, coalesce(m.category, '') as category, coalesce(m.state, '') as state
		from participant p left join matter m on substr(p.subject, 1, 7) = 'matter/' and m.id = substr(p.subject, 8) where p.account_id = $1 and p.ended_at = 0
		and not exists (select 1 from matter_named n where n.matter_id = m.id and n.account_id = $1) order by p.answered_at, p.id desc limit 200`, account)
}

// holdsUnder reports whether an account holds a post under a path on a day.
func holdsUnder(tx *db.Tx, id, path string, on calendar.Date) (bool, error) {
	n, err := db.One[int64](tx, `select count(*) from post where account_id = $1 and path >= $2 and path < $3 and superseded_at = 0 and valid_from <= $4 and valid_to > $4`, id, path, policy.PrefixEnd(path), on)
	return n > 0, err
}

func getReserve(tx *db.Tx, id string) (Reserve, error) {
	return db.Found(db.One[Reserve](tx, `select `+db.Columns[Reserve]("")+` from reserve_file where id = $1`, id))
}

func saveReserve(tx *db.Tx, was, is Reserve) error {
	return db.Met(tx.Exec(`update reserve_file set state = $3, answered_on = $4, own_view = $5, own_view_at = $6, ended_on = $7, ended_name = $8, ended_why = $9, version = $10 where id = $1 and version = $2`,
		is.ID, was.Version, is.State, is.AnsweredOn, is.OwnView, is.OwnViewAt, is.EndedOn, is.EndedName, is.EndedWhy, is.Version))
}

// reserves is a page of the files under a path that somebody may read there, and of
// their own wherever they lie; or of these what is kept there. Of the place and of
// one's own a page is read along an index each, and of both together as many. Where
// all of the place may be read its bounds are the scope: with a second bound beside it
// an index would begin there and not where the page does.
func reserves(by actor.Actor, scope policy.Scope, under string, kept bool, after string, limit int) *db.Query {
	path, rest, _ := strings.Cut(after, "|")
	day, id, later := strings.Cut(rest, "|")
	at, _ := strconv.ParseInt(day, 10, 64) // a cursor of ours
	end := policy.PrefixEnd(under)
	where, args := scope.WhereOn(policy.At, "path", "")
	if policy.Check(by, policy.ReserveRead, policy.Places{{Relation: policy.At, Path: under}}) == nil {
		where, args = "1=1", nil
	}
	const next, order = "and (path, proposed_at, id) > (?, ?, ?)", "order by path, proposed_at, id limit ?"
	q := new(db.Query).Add("select * from (select "+db.Columns[Reserve]("")+" from reserve_file where path < ? and "+where, append([]any{end}, args...)...)
	if later && path >= under {
		q.Add(next, path, at, id)
	} else {
		q.Add("and path >= ?", under)
	}
	q.If(kept, "and state = 'kept'").Add(order+") as placed", limit)
	q.Add("union all select * from (select "+db.Columns[Reserve]("")+" from reserve_file where account_id = ? and not (path >= ? and path < ? and "+where+")", append([]any{by.Account, under, end}, args...)...)
	q.If(kept, "and state = 'kept' and path >= ? and path < ?", under, end).If(later, next, path, at, id).Add(order+") as own", limit)
	return q.Add(order, limit)
}

func getDeed(tx *db.Tx, id string) (Deed, error) {
	return db.Found(db.One[Deed](tx, `select `+db.Columns[Deed]("")+` from reserve_deed where id = $1`, id))
}

func saveDeed(tx *db.Tx, was, is Deed) error {
	return db.Met(tx.Exec(`update reserve_deed set words = $3, wish = $4, wished_at = $5, was = $6, answer = $7, answered_name = $8, answered_at = $9, version = $10 where id = $1 and version = $2`,
		is.ID, was.Version, is.Words, is.Wish, is.WishedAt, is.Was, is.Answer, is.AnsweredName, is.AnsweredAt, is.Version))
}

func deedsOf(tx *db.Tx, file string) ([]Deed, error) {
	return db.All[Deed](tx, `select `+db.Columns[Deed]("")+` from reserve_deed where file_id = $1 order by done_on, id`, file)
}

// ReserveWaits is how many files of the reserve wait for somebody: their own, to
// which they have not said yes or no, and corrections that they have to answer.
func ReserveWaits(tx *db.Tx, by actor.Actor) (int64, error) {
	q := new(db.Query).Add(`select (select count(*) from reserve_file where account_id = ? and state = 'asked')`, by.Account)
	if scope, err := policy.Predicate(by, policy.ReserveCorrect); err == nil {
		where, args := scope.WhereOn(policy.At, "f.path", "")
		q.Add(`+ (select count(*) from reserve_deed d join reserve_file f on f.id = d.file_id where f.state = 'kept' and d.wished_at > d.answered_at and f.account_id <> ? and`, by.Account).Add(where, args...).Add(`)`)
	}
	return db.One[int64](tx, q.Text(), q.Args()...)
}
