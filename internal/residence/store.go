package residence

import (
	"cmp"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
)

// current is the literal condition of the partial indexes: what is believed
// now and still so.
const current = `superseded_at = 0 and valid_to = '9999-12-31'`

// Begin opens a spell: ID, times and belief are set. It is recorded.
func Begin(tx *db.Tx, s Spell) (Spell, error) {
	s, err := begin(tx, s)
	if err != nil || s.Kind != Living {
		return s, err
	}
	return s, reflow(tx, s.PersonID)
}

// First opens the first spells of people of whom nothing was known: they have
// no stay to end, and nobody has flowed.
func First(tx *db.Tx, all ...Spell) error {
	for i := range all {
		all[i] = all[i].now(tx)
	}
	if err := db.InsertAll(tx, "spell", all); err != nil {
		return err
	}
	for _, s := range all {
		if err := tx.Record("spell/"+s.ID, nil, s); err != nil {
			return err
		}
	}
	return nil
}

// now is a spell as it is first believed in this transaction.
func (s Spell) now(tx *db.Tx) Spell {
	s.ID, s.RecordedAt, s.SupersededAt = tx.NewID(), tx.Millis(), 0
	if s.ValidTo == "" {
		s.ValidTo = calendar.Forever
	}
	return s
}

func begin(tx *db.Tx, s Spell) (Spell, error) {
	s = s.now(tx)
	if err := db.Insert(tx, "spell", s); err != nil {
		return s, err
	}
	return s, tx.Record("spell/"+s.ID, nil, s)
}

// End says that a spell lasted until on (the first day it is no longer so).
// The old belief is kept as superseded, the closed spell is a new one.
func End(tx *db.Tx, s Spell, on calendar.Date) error {
	if err := end(tx, s, on); err != nil || s.Kind != Living {
		return err
	}
	return reflow(tx, s.PersonID)
}

func end(tx *db.Tx, s Spell, on calendar.Date) error {
	if err := supersede(tx, s); err != nil {
		return err
	}
	if on <= s.ValidFrom {
		return tx.Record("spell/"+s.ID, s, nil) // it never was
	}
	closed := s
	closed.ID, closed.ValidTo, closed.RecordedAt = tx.NewID(), on, tx.Millis()
	if err := db.Insert(tx, "spell", closed); err != nil {
		return err
	}
	return tx.Record("spell/"+closed.ID, s, closed)
}

func supersede(tx *db.Tx, s Spell) error {
	_, err := tx.Exec(`update spell set superseded_at = $2 where id = $1`, s.ID, tx.Millis())
	return err
}

// replace changes a belief about a spell that is still so.
func replace(tx *db.Tx, was, is Spell) (Spell, error) {
	is, err := restate(tx, was, is)
	if err != nil || is.Kind != Living {
		return is, err
	}
	return is, reflow(tx, is.PersonID)
}

// restate is replace without looking at what follows from it.
func restate(tx *db.Tx, was, is Spell) (Spell, error) {
	if err := supersede(tx, was); err != nil {
		return is, err
	}
	is.ID, is.RecordedAt, is.SupersededAt = tx.NewID(), tx.Millis(), 0
	if err := db.Insert(tx, "spell", is); err != nil {
		return is, err
	}
	return is, tx.Record("spell/"+is.ID, was, is)
}

// flowsKept lists the flows of a person that are believed now.
func flowsKept(tx *db.Tx, id person.ID) ([]Flow, error) {
	return db.All[Flow](tx, `select `+db.Columns[Flow]("")+` from flow where person_id = $1 and superseded_at = 0`, id)
}

func supersedeFlow(tx *db.Tx, f Flow) error {
	_, err := tx.Exec(`update flow set superseded_at = $4 where person_id = $1 and moved_on = $2 and recorded_at = $3`, f.PersonID, f.MovedOn, f.RecordedAt, tx.Millis())
	return err
}

// putFlow writes a flow. One that was believed and corrected in the same
// instant gives way to it.
func putFlow(tx *db.Tx, f Flow) error {
	_, err := tx.Exec(db.InsertText[Flow]("flow")+` on conflict (person_id, moved_on, recorded_at)
		do update set household_id = excluded.household_id, from_path = excluded.from_path, to_path = excluded.to_path, source = excluded.source, superseded_at = 0, sealed_to = excluded.sealed_to`, db.Values(f)...)
	return err
}

// InGrid says in which grid of its village a stay is that was in none: the same
// stay, known more exactly.
func InGrid(tx *db.Tx, was Spell, path string) (Spell, error) {
	is := was
	is.Path = path
	return replace(tx, was, is)
}

// SpellsOf lists what is believed now of where a person is and was, the
// present first.
func SpellsOf(tx *db.Tx, id person.ID) ([]Spell, error) {
	return db.All[Spell](tx, `select `+db.Columns[Spell]("")+` from spell
		where person_id = $1 and superseded_at = 0 order by valid_to desc, valid_from desc, kind`, id)
}

// Current is a person's present spell of a kind; ok is false if there is none.
func Current(tx *db.Tx, id person.ID, kind string) (s Spell, ok bool, err error) {
	s, err = db.One[Spell](tx, `select `+db.Columns[Spell]("")+` from spell
		where person_id = $1 and kind = $2 and `+current, id, kind)
	if err == db.ErrNoRow {
		return s, false, nil
	}
	return s, err == nil, err
}

// A Member is a registered member of a household.
type Member struct {
	Spell  Spell // the registration: relation to the head
	Person person.Person
}

// Members lists the registered members of a household today, the head first,
// then by relation and age.
func Members(tx *db.Tx, id household.ID) ([]Member, error) {
	spells, err := db.All[Spell](tx, `select `+db.Columns[Spell]("")+` from spell
		where household_id = $1 and kind = 'registered' and superseded_at = 0 and valid_to = '9999-12-31'`, id)
	if err != nil {
		return nil, err
	}
	people, err := db.All[person.Person](tx, `select `+db.Columns[person.Person]("p.")+` from spell s join person p on p.id = s.person_id
		where s.household_id = $1 and s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31'`, id)
	if err != nil {
		return nil, err
	}
	byID := map[person.ID]person.Person{}
	for _, p := range people {
		byID[p.ID] = p
	}
	all := make([]Member, len(spells))
	for i, s := range spells {
		all[i] = Member{s, byID[s.PersonID]}
	}
	slices.SortFunc(all, func(a, b Member) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Spell.Relation, b.Spell.Relation), cmp.Compare(a.Person.Birth, b.Person.Birth), cmp.Compare(a.Person.ID, b.Person.ID))
	})
	return all, nil
}

func rank(m Member) int {
	if m.Head() {
		return 0
	}
	return 1
}

// Elsewhere lists the present living and working spells of the registered
// members of a household.
func Elsewhere(tx *db.Tx, id household.ID) ([]Spell, error) {
	return db.All[Spell](tx, `select `+db.Columns[Spell]("x.")+` from spell s join spell x on x.person_id = s.person_id
		where s.household_id = $1 and s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31'
		and x.kind in ('living', 'working') and x.superseded_at = 0 and x.valid_to = '9999-12-31'
		order by x.person_id, x.kind, x.valid_from, x.id`, id)
}

// WorkedSince lists where the registered members of a household have worked since
// a day, those who do no more among them, who began first before others.
func WorkedSince(tx *db.Tx, id household.ID, on calendar.Date) ([]Spell, error) {
	return db.All[Spell](tx, `select `+db.Columns[Spell]("x.")+` from spell s join spell x on x.person_id = s.person_id
		where s.household_id = $1 and s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31'
		and x.kind = 'working' and x.superseded_at = 0 and x.valid_to > $2
		order by x.valid_from, x.id`, id, on)
}

// PlacesOf is how a household lies in the county: the places where its
// members are registered, live and work today. It is the Object of every guard
// about a household.
func PlacesOf(tx *db.Tx, id household.ID) (policy.Places, error) {
	return places(tx, `select distinct x.kind as kind, x.path as path, x.sealed_to as sealed_to from spell s join spell x on x.person_id = s.person_id
		where s.household_id = $1 and s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31'
		and x.superseded_at = 0 and x.valid_to = '9999-12-31'`, string(id))
}

// PlacesOfAll is PlacesOf for many households at once.
func PlacesOfAll(tx *db.Tx, ids []household.ID) (map[household.ID]policy.Places, error) {
	type row struct {
		ID       household.ID `db:"household_id"`
		Kind     string       `db:"kind"`
		Path     string       `db:"path"`
		SealedTo string       `db:"sealed_to"`
	}
	rows, err := db.In[row](tx, `select distinct s.household_id, x.kind, x.path, x.sealed_to from spell s join spell x on x.person_id = s.person_id
		where s.kind = 'registered' and s.superseded_at = 0 and s.valid_to = '9999-12-31' and x.superseded_at = 0 and x.valid_to = '9999-12-31' and s.household_id in`, ids, ``)
	all := make(map[household.ID]policy.Places, len(ids))
	for _, r := range rows {
		all[r.ID] = append(all[r.ID], policy.Place{Relation: policy.Relation(r.Kind), Path: r.Path, SealedTo: r.SealedTo})
	}
	return all, err
}

// PersonPlaces is how a person lies in the county today.
func PersonPlaces(tx *db.Tx, id person.ID) (policy.Places, error) {
	return places(tx, `select kind, path, sealed_to from spell where person_id = $1 and superseded_at = 0 and valid_to = '9999-12-31'`, string(id))
}

func places(tx *db.Tx, query, id string) (policy.Places, error) {
	type row struct {
		Kind     string `db:"kind"`
		Path     string `db:"path"`
		SealedTo string `db:"sealed_to"`
	}
	rows, err := db.All[row](tx, query, id)
	if err != nil {
		return nil, err
	}
	p := make(policy.Places, len(rows))
	for i, r := range rows {
		p[i] = policy.Place{Relation: policy.Relation(r.Kind), Path: r.Path, SealedTo: r.SealedTo}
	}
	return p, nil
}

// OccupantsOf lists the spells of those who live in a house today.
func OccupantsOf(tx *db.Tx, houseID string) ([]Spell, error) {
	return db.All[Spell](tx, `select `+db.Columns[Spell]("")+` from spell
		where house_id = $1 and house_id <> '' and superseded_at = 0 and valid_to = '9999-12-31' order by person_id`, houseID)
}

// livedWith lists the living spells that are over with a household in the village
// of one of its spells, sealed as that is.
func livedWith(tx *db.Tx, was Spell) ([]Spell, error) {
	return db.All[Spell](tx, `select `+db.Columns[Spell]("")+` from spell where household_id = $1 and household_id <> '' and kind = 'living'
		and superseded_at = 0 and valid_to <> '9999-12-31' and substr(path, 1, 12) = $2 and sealed_to = $3 order by person_id, valid_from`, was.HouseholdID, village(was.Path), was.SealedTo)
}

// OccupantsOn lists the spells of those who lived in a house on a day, by what
// is believed now.
func OccupantsOn(tx *db.Tx, houseID string, on calendar.Date) ([]Spell, error) {
	return db.All[Spell](tx, `select `+db.Columns[Spell]("")+` from spell
		where house_id = $1 and house_id <> '' and superseded_at = 0 and valid_from <= $2 and valid_to > $3 order by person_id`, houseID, on, on)
}

// HouseSeen is whether an actor may know of a house: one where somebody lives
// whose place is sealed to others, and nobody besides, is not there.
func HouseSeen(tx *db.Tx, by actor.Actor, houseID string) error {
	all, err := OccupantsOf(tx, houseID)
	if err != nil {
		return err
	}
	for _, s := range all {
		if policy.Sees(by, policy.Place{Relation: policy.Living, Path: s.Path, SealedTo: s.SealedTo}) {
			return nil
		}
	}
	if len(all) > 0 {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return nil
}

// whole reads what is believed now in one part.
var whole = []string{""}

// RegisteredAt lists who was registered in a household at a time, the head first.
func RegisteredAt(tx *db.Tx, id household.ID, w When) ([]Spell, error) {
	all, err := spellsAt(tx, w, whole, `household_id = ? and kind = 'registered'`, string(id))
	slices.SortFunc(all, func(a, b Spell) int {
		return cmp.Or(cmp.Compare(rank(Member{Spell: a}), rank(Member{Spell: b})), cmp.Compare(a.Relation, b.Relation), cmp.Compare(a.PersonID, b.PersonID))
	})
	return all, err
}

// PlacesAt lists where people lived and worked at a time.
func PlacesAt(tx *db.Tx, ids []person.ID, w When) (all []Spell, err error) {
	for part := range slices.Chunk(ids, 500) {
		args := make([]any, len(part))
		for i, id := range part {
			args[i] = string(id)
		}
		some, err := spellsAt(tx, w, whole, `person_id in (?`+strings.Repeat(", ?", len(part)-1)+`) and kind in ('living', 'working')`, args...)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// LivingInHouseAt lists who lived in a house at a time.
func LivingInHouseAt(tx *db.Tx, houseID string, w When) ([]Spell, error) {
	all, err := spellsAt(tx, w, whole, `house_id = ? and house_id <> '' and kind = 'living'`, houseID)
	slices.SortFunc(all, func(a, b Spell) int { return cmp.Compare(a.PersonID, b.PersonID) })
	return all, err
}

// InAreaAt lists who was registered or lived under a path at a time.
func InAreaAt(tx *db.Tx, kind, path string, w When) ([]Spell, error) {
	return spellsAt(tx, w, []string{"and valid_to = '9999-12-31'", "and valid_to <> '9999-12-31'"}, `kind = '`+kind+`' and path >= ? and path < ?`, path, policy.PrefixEnd(path))
}

// spellsAt lists the spells that meet a condition and were so at a time. What
// is believed now and what was believed once are read by indexes of their own,
// the first in one statement for each of the parts.
func spellsAt(tx *db.Tx, w When, parts []string, cond string, args ...any) ([]Spell, error) {
	known, past := w.KnownBy()
	q := new(db.Query)
	for i, p := range parts {
		q.If(i > 0, "union all").Add(`select `+db.Columns[Spell]("")+` from spell where `+cond, args...).
			Add(`and superseded_at = 0 `+p+` and valid_from <= ? and valid_to > ?`, string(w.On), string(w.On)).If(past, `and recorded_at < ?`, known)
	}
	q.If(past, `union all select `+db.Columns[Spell]("")+` from spell where `+cond, args...).
		If(past, `and superseded_at <> 0 and superseded_at >= ? and recorded_at < ? and valid_from <= ? and valid_to > ?`, known, known, string(w.On), string(w.On))
	return db.All[Spell](tx, q.Text(), q.Args()...)
}

// VeilOver is what an actor may not know of some people, whenever it was.
func VeilOver(tx *db.Tx, by actor.Actor, ids []person.ID) (Veil, error) {
	v := Veil{by, map[person.ID][]Spell{}}
	for part := range slices.Chunk(ids, 500) {
		q := new(db.Query).Add(`select ` + db.Columns[Spell]("") + ` from spell where superseded_at = 0 and sealed_to <> '' and person_id in (''`)
		for _, id := range part {
			q.Add(", ?", string(id))
		}
		sealed, err := db.All[Spell](tx, q.Add(")").Text(), q.Args()...)
		if err != nil {
			return v, err
		}
		for _, s := range sealed {
			if !policy.Sees(by, policy.Place{Path: s.Path, SealedTo: s.SealedTo}) {
				v.sealed[s.PersonID] = append(v.sealed[s.PersonID], s)
			}
		}
	}
	return v, nil
}
