package duplicate

import (
	"context"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// A Comparison is two records side by side.
type Comparison struct {
	Pair  person.Pair
	A, B  Side
	Lines []Compared
}

// A Side is one of the two records.
type Side struct {
	ID        person.ID
	Name      string
	Household household.ID
}

// A Compared is one field of both. A number is shown masked, so that what looks
// the same may differ: Differs speaks of what is kept.
type Compared struct {
	Field   string // person.duplicate.field.
	A, B    string
	Differs bool
}

// Compare shows the two records of a pair. Where somebody lives is shown only
// to who may know it, and then it is said of neither whether they live together.
func (s *Service) Compare(ctx context.Context, by actor.Actor, id string) (Comparison, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.DuplicateDecide), For: "pair/" + id}, func(tx *db.Tx) (c Comparison, err error) {
		if c.Pair, err = load(tx, by, id); err != nil {
			return c, err
		}
		tx.Saw("person/"+string(c.Pair.A), "person/"+string(c.Pair.B))
		x, err := division.Load(tx)
		if err != nil {
			return c, err
		}
		a, err := s.side(tx, by, x, c.Pair.A)
		if err != nil {
			return c, err
		}
		b, err := s.side(tx, by, x, c.Pair.B)
		if err != nil {
			return c, err
		}
		c.A, c.B = a.Side, b.Side
		for i, f := range a.fields {
			g := b.fields[i]
			c.Lines = append(c.Lines, Compared{Field: f.name, A: f.shown, B: g.shown, Differs: f.kept != g.kept})
		}
		return c, nil
	})
}

type sideOf struct {
	Side
	fields []fieldOf
}

type fieldOf struct{ name, shown, kept string }

func (s *Service) side(tx *db.Tx, by actor.Actor, x *division.Index, id person.ID) (o sideOf, err error) {
	p, err := person.Get(tx, id)
	if err != nil {
		return o, err
	}
	number, phone, err := p.Masked(s.Keys)
	if err != nil {
		return o, err
	}
	o.ID, o.Name = p.ID, p.Name
	add := func(name, shown, kept string) { o.fields = append(o.fields, fieldOf{name, shown, kept}) }
	word := func(name string, table *code.List, c string) {
		w, _ := table.Lookup(c)
		add(name, w, c)
	}
	token := ""
	if p.NumberToken != nil {
		token = *p.NumberToken
	}
	callable, err := p.Phone(s.Keys)
	if err != nil {
		return o, err
	}
	add("name", p.Name, p.Name)
	word("sex", code.Sex, p.Sex)
	add("birth", string(p.Birth), string(p.Birth))
	add("number", number, token)
	add("no_number", p.NoNumberReason, p.NoNumberReason)
	word("ethnicity", code.Ethnicity, p.Ethnicity)
	word("education", code.Education, p.Education)
	word("marital", code.Marital, p.Marital)
	add("phone", phone, s.Keys.Token("phone", callable.Reveal())) // compared, not shown
	return o, s.places(tx, by, x, &o, add)
}

func (s *Service) places(tx *db.Tx, by actor.Actor, x *division.Index, o *sideOf, add func(name, shown, kept string)) error {
	spells, err := residence.SpellsOf(tx, o.ID)
	if err != nil {
		return err
	}
	var registered, lives residence.Spell
	for _, sp := range spells {
		if sp.ValidTo != calendar.Forever {
			continue
		}
		switch sp.Kind {
		case residence.Registered:
			registered = sp
		case residence.Living:
			lives = sp
		}
	}
	o.Household = registered.HouseholdID
	no := ""
	if o.Household != "" {
		h, err := household.Get(tx, o.Household)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		no = h.RegisterNo
	}
	relation, _ := code.Relation.Lookup(registered.Relation)
	add("registered", x.FullName(registered.Path), registered.Path)
	add("register_no", no, no)
	add("relation", relation, registered.Relation)
	add("since", string(registered.ValidFrom), string(registered.ValidFrom))
	if lives.Path == "" || !policy.Sees(by, policy.Place{Path: lives.Path, SealedTo: lives.SealedTo}) ||
		policy.Check(by, policy.HouseholdRead, policy.Places{{Relation: policy.Living, Path: lives.Path}, {Relation: policy.Registered, Path: registered.Path}}) != nil {
		add("living", "", "")
		return nil
	}
	add("living", x.FullName(lives.Path), lives.Path)
	return nil
}
