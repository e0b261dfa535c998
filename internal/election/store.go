package election

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

func get(tx *db.Tx, id ID) (Election, error) {
	e, err := db.One[Election](tx, `select `+db.Columns[Election]("")+` from election where id = $1`, id)
	if err == db.ErrNoRow {
		return e, fault.New(fault.NotFound, "policy.not_found")
	}
	return e, err
}

func insert(tx *db.Tx, e Election) error {
	err := db.Insert(tx, "election", e)
	if db.Unique(err) == "election_round_path_uq" {
		return fault.Wrap(fault.Conflict, "election.open.twice", err)
	}
	if err != nil {
		return err
	}
	return tx.Record(e.Subject(), nil, e)
}

// save writes a changed election if nobody changed it meanwhile, and records it.
func save(tx *db.Tx, was, is Election) error {
	n, err := tx.Exec(`update election set state = $2, people = $3, listed = $4, digest = $5, drawn_at = $6, published_on = $7, objections_by = $8, final_on = $9, reason = $10, version = $11
		where id = $1 and version = $12`, is.ID, is.State, is.People, is.Listed, is.Digest, is.DrawnAt, is.PublishedOn, is.ObjectionsBy, is.FinalOn, is.Reason, was.Version+1, was.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(is.Subject(), was, is)
}

// list lists elections the scope reaches, the latest round first.
func list(tx *db.Tx, scope policy.Scope, f Filter) ([]Election, error) {
	where, args := scope.WhereOn(policy.At, "path", "")
	q := new(db.Query).Add("select "+db.Columns[Election]("")+" from election where "+where, args...).
		If(f.Round != "", "and round = ?", f.Round).
		If(f.Under != "", "and path >= ? and path < ?", f.Under, policy.PrefixEnd(f.Under)).
		If(f.State != "", "and state = ?", string(f.State)).
		If(f.After != "", "and id < ?", f.After).Add("order by id desc limit ?", f.Limit)
	return db.All[Election](tx, q.Text(), q.Args()...)
}

// running lists the lists within a scope that are not final, the soonest day first.
func running(tx *db.Tx, scope policy.Scope) ([]Election, error) {
	where, args := scope.WhereOn(policy.At, "path", "")
	q := new(db.Query).Add("select "+db.Columns[Election]("")+" from election where state in ('preparing', 'published') and "+where, args...).Add("order by day, path")
	return db.All[Election](tx, q.Text(), q.Args()...)
}

// undecided counts the objections without a decision of the lists within a scope.
func undecided(tx *db.Tx, scope policy.Scope) (map[ID]open, error) {
	where, args := scope.WhereOn(policy.At, "path", "")
	q := new(db.Query).Add(`select election_id, count(*) as n, min(decide_by) as decide_by from election_objection
		where decision = '' and election_id in (select id from election where state = 'published' and `+where+`) group by election_id order by election_id`, args...)
	list, err := db.All[open](tx, q.Text(), q.Args()...)
	all := make(map[ID]open, len(list))
	for _, o := range list {
		all[o.ElectionID] = o
	}
	return all, err
}

// units are those that have a list in a round.
func units(tx *db.Tx, round string) ([]string, error) {
	return db.All[string](tx, `select path from election where round = $1 and state <> 'cancelled'`, round)
}

// release frees whoever is on a list for another.
func release(tx *db.Tx, id ID) error {
	_, err := tx.Exec(`update elector set listed = 0 where election_id = $1`, id)
	return err
}

// wipe empties a list that is drawn anew.
func wipe(tx *db.Tx, id ID) error {
	_, err := tx.Exec(`delete from elector where election_id = $1`, id)
	return err
}

// shown is the row of a person that may be shown.
func shown(tx *db.Tx, id ID, of person.ID) (Elector, error) {
	hidden, err := veilOver(tx, id)
	if err == nil && hidden.hides(of) {
		err = fault.New(fault.NotFound, "policy.not_found")
	}
	if err != nil {
		return Elector{}, err
	}
	return elector(tx, id, of)
}

func elector(tx *db.Tx, id ID, of person.ID) (Elector, error) {
	e, err := db.One[Elector](tx, `select `+db.Columns[Elector]("")+` from elector where election_id = $1 and person_id = $2`, id, of)
	if err == db.ErrNoRow {
		return e, fault.New(fault.NotFound, "policy.not_found")
	}
	return e, err
}

// A veil is the rows that tell of a place which has been sealed since they were
// drawn. They are on no page, in no sum and on no paper: none of those who follow
// an election may know of such a place.
type veil []veiled

type veiled struct {
	ElectionID ID        `db:"election_id"`
	PersonID   person.ID `db:"person_id"`
	Listed     int64     `db:"listed"`
	Why        Why       `db:"why"`
}

// veilOver is the veil over a list, or over all of them for "".
func veilOver(tx *db.Tx, id ID) (veil, error) {
	q := new(db.Query).Add(`select distinct x.election_id, x.person_id, x.listed, x.why from spell s cross join election e cross join elector x
		where s.superseded_at = 0 and s.sealed_to <> '' and s.kind = 'living' and e.path = substr(s.path, 1, 12)`).
		If(id != "", "and e.id = ?", id).
		Add(`and x.election_id = e.id and x.person_id = s.person_id and x.since <> '' order by x.person_id`)
	return db.All[veiled](tx, q.Text(), q.Args()...)
}

func (v veil) hides(id person.ID) bool {
	return slices.ContainsFunc(v, func(x veiled) bool { return x.PersonID == id })
}

// lift takes what is hidden out of the sums of a list that is read.
func (v veil) lift(e *Election) {
	for _, x := range v {
		if x.ElectionID == e.ID {
			e.People--
			e.Listed -= x.Listed
		}
	}
}

// said lists the rows in which something was written down, hidden or not: a new
// drawing keeps it.
func said(tx *db.Tx, id ID) ([]Elector, error) {
	return db.All[Elector](tx, `select `+db.Columns[Elector]("")+` from elector where election_id = $1 and (work || declared || consent || barred || decided) <> '' order by person_id`, id)
}

// electors lists a page of the rows of a list, by group and name.
func electors(tx *db.Tx, id ID, q Show) ([]Elector, error) {
	hidden, err := veilOver(tx, id)
	if err != nil {
		return nil, err
	}
	b := new(db.Query).Add("select "+db.Columns[Elector]("")+" from elector where election_id = ?", id).
		If(q.Listed, "and listed = 1").If(!q.All && !q.Listed && q.Why == "", "and listed = 0").
		If(q.Why != "", "and why = ?", string(q.Why))
	for _, x := range hidden {
		b.Add("and person_id <> ?", string(x.PersonID))
	}
	if q.Name != "" {
		b.Add("and substr(name, 1, ?) = ?", utf8.RuneCountInString(q.Name), q.Name)
	}
	if k := strings.SplitN(q.After, "|", 3); len(k) == 3 {
		b.Add("and (group_no, name, person_id) > (?, ?, ?)", k[0], k[1], k[2])
	}
	b.Add("order by group_no, name, person_id")
	if q.Limit > 0 {
		b.Add("limit ?", q.Limit)
	}
	return db.All[Elector](tx, b.Text(), b.Args()...)
}

// A Count is how many rows of a list have a reason.
type Count struct {
	Why Why   `db:"why"`
	N   int64 `db:"n"`
}

func counts(tx *db.Tx, id ID, hidden veil) ([]Count, error) {
	all, err := db.All[Count](tx, `select why, count(*) as n from elector where election_id = $1 group by why order by why`, id)
	for _, x := range hidden {
		if i := slices.IndexFunc(all, func(c Count) bool { return c.Why == x.Why }); i >= 0 {
			all[i].N--
		}
	}
	return slices.DeleteFunc(all, func(c Count) bool { return c.N == 0 }), err
}

// known is what is known of a person before an election.
type known struct {
	ID        person.ID     `db:"id"`
	Name      string        `db:"name"`
	Birth     calendar.Date `db:"birth"`
	Household household.ID  `db:"household_id"`
	GroupNo   string        `db:"group_no"`
	spells    []residence.Spell
}

// here selects who is registered or lives in a unit, as everybody may know it:
// a place that is sealed does not exist.
const here = `select person_id from spell where superseded_at = 0 and valid_to = '9999-12-31' and kind in ('registered', 'living') and sealed_to = '' and path >= $1 and path < $2`

// everybody reads who is registered or lives in a unit, in three questions
// however many they are.
func everybody(tx *db.Tx, path string) ([]known, error) {
	return of(tx, here, path, policy.PrefixEnd(path))
}

// one reads a single person in the same way.
func one(tx *db.Tx, id person.ID) (known, error) {
	all, err := of(tx, `select id from person where id = $1`, string(id))
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "policy.not_found")
	}
	if err != nil {
		return known{}, err
	}
	return all[0], nil
}

func of(tx *db.Tx, who string, args ...any) ([]known, error) {
	all, err := db.All[known](tx, `select p.id, p.name, p.birth, coalesce(h.id, '') as household_id, coalesce(h.group_no, '') as group_no from person p
		left join spell r on r.person_id = p.id and r.kind = 'registered' and r.superseded_at = 0 and r.valid_to = '9999-12-31'
		left join household h on h.id = r.household_id where p.id in (`+who+`) order by p.id`, args...)
	if err != nil {
		return nil, err
	}
	at := make(map[person.ID]int, len(all))
	for i, k := range all {
		at[k.ID] = i
	}
	err = db.Each(tx, `select `+db.Columns[residence.Spell]("")+` from spell where superseded_at = 0 and sealed_to = '' and person_id in (`+who+`) order by person_id, valid_from`, args, func(s residence.Spell) error {
		if i, ok := at[s.PersonID]; ok {
			all[i].spells = append(all[i].spells, s)
		}
		return nil
	})
	return all, err
}

// elsewhere is who is on another list of a round.
func elsewhere(tx *db.Tx, e Election) (map[person.ID]bool, error) {
	ids, err := db.All[person.ID](tx, `select person_id from elector where round = $1 and listed = 1 and election_id <> $2 and person_id in (select person_id from elector where election_id = $2
		union `+strings.NewReplacer("$1", "$3", "$2", "$4").Replace(here)+`)`, e.Round, e.ID, e.Path, policy.PrefixEnd(e.Path))
	all := make(map[person.ID]bool, len(ids))
	for _, id := range ids {
		all[id] = true
	}
	return all, err
}

func isElsewhere(tx *db.Tx, e Election, id person.ID) (bool, error) {
	n, err := db.One[int64](tx, `select count(*) from elector where round = $1 and listed = 1 and person_id = $2 and election_id <> $3`, e.Round, id, e.ID)
	return n > 0, err
}

// put writes a row. A person on another list of the round is a Conflict,
// whichever of two committees was first.
func put(tx *db.Tx, e Elector) error {
	if _, err := tx.Exec(`delete from elector where election_id = $1 and person_id = $2`, e.ElectionID, e.PersonID); err != nil {
		return err
	}
	return putAll(tx, []Elector{e})
}

// putAll writes the rows of an emptied list.
func putAll(tx *db.Tx, rows []Elector) error {
	err := db.InsertAll(tx, "elector", rows)
	if db.Unique(err) == "elector_round_person_id_uq" {
		return fault.Wrap(fault.Conflict, "election.elsewhere", err)
	}
	return err
}

// recount brings the sums of an election up to its rows.
func recount(tx *db.Tx, e *Election) error {
	sum := sha256.New()
	e.People, e.Listed = 0, 0
	err := db.Each(tx, `select `+db.Columns[Elector]("")+` from elector where election_id = $1 order by person_id`, []any{e.ID}, func(x Elector) error {
		e.People++
		e.Listed += x.Listed
		fmt.Fprintf(sum, "%s %d %s\n", x.PersonID, x.Listed, x.Why)
		return nil
	})
	e.Digest = hex.EncodeToString(sum.Sum(nil))
	return err
}

func insertObjection(tx *db.Tx, o Objection) error {
	if err := db.Insert(tx, "election_objection", o); err != nil {
		return err
	}
	return tx.Record(o.subject(), nil, o)
}

func saveObjection(tx *db.Tx, was, is Objection) error {
	n, err := tx.Exec(`update election_objection set decision = $2, answer = $3, decided_on = $4, decided_by = $5, decided_name = $6 where id = $1 and decision = ''`,
		is.ID, is.Decision, is.Answer, is.DecidedOn, is.DecidedBy, is.DecidedName)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "form.changed_meanwhile")
	}
	return tx.Record(is.subject(), was, is)
}

func objection(tx *db.Tx, id string) (Objection, error) {
	o, err := db.One[Objection](tx, `select `+db.Columns[Objection]("")+` from election_objection where id = $1`, id)
	if err == db.ErrNoRow {
		return o, fault.New(fault.NotFound, "policy.not_found")
	}
	return o, err
}

func objections(tx *db.Tx, id ID) ([]Objection, error) {
	return db.All[Objection](tx, `select `+db.Columns[Objection]("")+` from election_objection where election_id = $1 order by id`, id)
}
