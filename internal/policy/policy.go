// Package policy decides who may do what to whom. It is pure: no database, no
// HTTP, no clock. Rules (kind of post × action → relation and fields) are the
// Go table in rules.go; who holds which post over which area is data, carried
// by the actor. One rule yields both a decision about one object (Decide) and
// a row filter for lists (Predicate), so a list can never show what a page
// would refuse. The whole table is printed in testdata/matrix.golden for the
// people who must approve it.
package policy

import (
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/fault"
)

// A Relation is how an object lies to an area: a household is registered in
// one village, lives in another, and some of its people work in a third.
type Relation string

const (
	Registered Relation = "registered" // 户籍地
	Living     Relation = "living"     // 居住地
	Working    Relation = "working"    // 务工地
	At         Relation = "at"         // where a matter happened, where a grid or a house lies
	Own        Relation = "own"        // reported or filed by the actor
	Assigned   Relation = "assigned"   // in the actor's hands now
	Handed     Relation = "handed"     // handed to the actor's kind of office
	Informed   Relation = "informed"   // another grid of the household answers, and this one sees it
	Anyone     Relation = "anyone"     // no area is asked
)

// Fields is the set of field groups a decision opens. The relation that
// matched decides: the origin side sees land and forest, the side of residence
// sees house and services (原籍管地和林、社区服务房和人).
type Fields uint

const (
	Basic     Fields = 1 << iota // name, sex, age, relation to head, village, grid
	Address                      // the address to the door
	Phone                        // masked, and revealed by a logged act
	Number                       // the ID number, revealed by a logged act
	Land                         // rights kept at the place of origin
	Insurance                    // rights at the place of residence: which office owes them
	Matters                      // matters at this household
	Booklet                      // the residence booklet, whole
	Validity                     // the booklet's number and whether it is valid
	History                      // who changed what
	Aid                          // 低保, 特困, 临时救助: whether a household draws it
)

// Has reports whether f contains all of g.
func (f Fields) Has(g Fields) bool { return f&g == g }

// A Place is one way in which an object lies in an area.
type Place struct {
	Relation Relation
	Path     string // division code or grid code; for Own and Assigned an account id
	SealedTo string // a protected address: only the police unit over this path sees the place
	// Duty, if there is one, is whose duty alone the place is: this kind of
	// post, over its own area and no wider.
	Duty actor.Kind
}

// An Object is anything the policy speaks about.
type Object interface{ Places() []Place }

// Places is an Object made of places alone.
type Places []Place

// Places returns p itself.
func (p Places) Places() []Place { return p }

// A Decision says that an act is allowed, and which fields it opens.
type Decision struct {
	Fields Fields
	Via    []Relation // every relation that matched
}

// Decide reports whether by may do a to o. An object outside every area of the
// actor is NotFound (it is not said to exist); inside, but not for this kind of
// post, it is Forbidden.
func Decide(by actor.Actor, a Action, o Object) (Decision, error) {
	if by.Kind == actor.System {
		return Decision{Fields: ^Fields(0), Via: []Relation{Anyone}}, nil
	}
	var d Decision
	inside := false
	for _, p := range o.Places() {
		if !reaches(by, p) {
			continue
		}
		inside = true
		for _, r := range rules[a][by.Kind] {
			if r.on == p.Relation {
				d.Fields |= r.fields
				d.Via = append(d.Via, r.on)
			}
		}
	}
	for _, r := range rules[a][by.Kind] {
		if r.on == Anyone {
			d.Fields |= r.fields
			d.Via = append(d.Via, Anyone)
		}
	}
	switch {
	case len(d.Via) > 0:
		return d, nil
	case inside:
		return d, fault.New(fault.Forbidden, "policy.forbidden")
	default:
		return d, fault.New(fault.NotFound, "policy.not_found")
	}
}

// Check is Decide for acts that need no field set.
func Check(by actor.Actor, a Action, o Object) error {
	_, err := Decide(by, a, o)
	return err
}

// May reports whether by's kind of post can do a to anything at all: for menus,
// never for access.
func May(by actor.Actor, a Action) bool {
	return by.Kind == actor.System || len(rules[a][by.Kind]) > 0
}

// Sees reports whether by may know of the place p at all: a sealed place is
// known only to the police unit it is sealed to.
func Sees(by actor.Actor, p Place) bool {
	return p.SealedTo == "" || by.Kind == actor.System || by.Kind.Police() && slices.Contains(by.Paths, p.SealedTo)
}

// SeesAll reports whether by may know of every place of o. What tells of a
// household as a whole (its booklet, its moves) is only for those who may: the
// rest would tell where the protected one of its places is.
func SeesAll(by actor.Actor, o Object) bool {
	return !slices.ContainsFunc(o.Places(), func(p Place) bool { return !Sees(by, p) })
}

func reaches(by actor.Actor, p Place) bool {
	if !Sees(by, p) {
		return false
	}
	if p.Relation == Own || p.Relation == Assigned {
		return p.Path != "" && p.Path == by.Account
	}
	over := areasOn(by, p.Relation)
	if p.Duty != "" {
		if p.Duty != by.Kind {
			return false
		}
		over = by.Paths
	}
	for _, area := range over {
		if area != "" && strings.HasPrefix(p.Path, area) {
			return true
		}
	}
	return false
}

// Areas are the places that the actor's level works over.
func Areas(by actor.Actor) []string { return areas(by) }

// areas widens the post's own paths to what the level works over: a grid
// leader and a section leader see their village (domain 7.9).
func areas(by actor.Actor) []string {
	if by.Kind != actor.GridLeader && by.Kind != actor.SectionLeader {
		return by.Paths
	}
	wide := make([]string, len(by.Paths))
	for i, p := range by.Paths {
		wide[i] = p[:min(len(p), 12)]
	}
	return wide
}

// areasOn is areas for a relation: what one grid sees of another's work is for
// that grid alone, not for the next ones of its village.
func areasOn(by actor.Actor, r Relation) []string {
	if r == Informed {
		return by.Paths
	}
	return areas(by)
}

// A Scope is the row filter of a list: what Decide would allow, as SQL.
type Scope struct {
	all    bool // the system: everything
	ranges []span
	own    map[Relation]string // account id for Own and Assigned
	seals  []string            // protected places this actor sees
}

type span struct {
	on     Relation
	lo, hi string
	fields Fields
}

// Predicate returns the rows by may list for a, or a Forbidden fault.
func Predicate(by actor.Actor, a Action) (Scope, error) {
	if by.Kind == actor.System {
		return Scope{all: true}, nil
	}
	s := Scope{own: map[Relation]string{}}
	for _, r := range rules[a][by.Kind] {
		switch r.on {
		case Own, Assigned:
			s.own[r.on] = by.Account
		case Anyone:
			s.all = true
		default:
			for _, p := range areasOn(by, r.on) {
				if p != "" {
					s.ranges = append(s.ranges, span{r.on, p, PrefixEnd(p), r.fields})
				}
			}
		}
	}
	if by.Kind.Police() {
		s.seals = by.Paths
	}
	if len(s.ranges) == 0 && len(s.own) == 0 && !s.all {
		return s, fault.New(fault.Forbidden, "policy.forbidden")
	}
	return s, nil
}

// With is the scope without the areas that do not open all of f.
func (s Scope) With(f Fields) Scope {
	s.ranges = slices.DeleteFunc(slices.Clone(s.ranges), func(r span) bool { return !r.fields.Has(f) })
	return s
}

// Opens reports whether some area of the scope opens all of f.
func (s Scope) Opens(f Fields) bool { return s.all || len(s.With(f).ranges) > 0 }

// Where renders the filter on three columns for rows whose relation is stored
// in relCol, with ? placeholders. sealCol may be "" for rows that cannot be
// sealed.
func (s Scope) Where(relCol, pathCol, sealCol string) (string, []any) {
	return s.where(pathCol, sealCol, func(r span) (string, []any, bool) {
		return relCol + " = ? and ", []any{string(r.on)}, true
	}, relCol)
}

// WhereOn is Where for rows that all lie in one relation.
func (s Scope) WhereOn(on Relation, pathCol, sealCol string) (string, []any) {
	return s.where(pathCol, sealCol, func(r span) (string, []any, bool) { return "", nil, r.on == on }, "")
}

func (s Scope) where(pathCol, sealCol string, pick func(span) (string, []any, bool), relCol string) (string, []any) {
	var parts []string
	var args []any
	if s.all {
		parts = append(parts, "1=1")
	}
	for _, r := range s.ranges {
		if head, a, ok := pick(r); ok && !s.all {
			parts = append(parts, "("+head+pathCol+" >= ? and "+pathCol+" < ?)")
			args = append(append(args, a...), r.lo, r.hi)
		}
	}
	if relCol != "" {
		for _, on := range []Relation{Own, Assigned} {
			if id := s.own[on]; id != "" && !s.all {
				parts = append(parts, "("+relCol+" = ? and "+pathCol+" = ?)")
				args = append(args, string(on), id)
			}
		}
	}
	if len(parts) == 0 {
		return "1=0", nil
	}
	sql := "(" + strings.Join(parts, " or ") + ")"
	if sealCol == "" {
		return sql, args
	}
	seal, a := s.Unsealed(sealCol)
	return sql + " and " + seal, append(args, a...)
}

// Unsealed renders the filter that hides protected places from everyone but
// the unit they are sealed to. Every query that reads places carries it.
func (s Scope) Unsealed(sealCol string) (string, []any) {
	if s.all && len(s.seals) == 0 && len(s.ranges) == 0 && s.own == nil {
		return "1=1", nil // the system
	}
	sql, args := sealCol+" = ''", []any(nil)
	for _, p := range s.seals {
		sql += " or " + sealCol + " = ?"
		args = append(args, p)
	}
	return "(" + sql + ")", args
}

// Covers reports whether the list may contain a row at p: the same answer that
// Decide gives. It exists for the test that holds the two together.
func (s Scope) Covers(p Place) bool {
	if p.SealedTo != "" && !slices.Contains(s.seals, p.SealedTo) && s.own != nil {
		return false
	}
	if s.all || p.Path != "" && s.own[p.Relation] == p.Path {
		return true
	}
	return slices.ContainsFunc(s.ranges, func(r span) bool {
		return r.on == p.Relation && p.Path >= r.lo && p.Path < r.hi
	})
}

// PrefixEnd is the first string after every string that starts with p. It
// steps the last rune, never a byte: half a rune is no UTF-8.
func PrefixEnd(p string) string {
	if p == "" {
		return "" // an empty range: whoever means everything says so
	}
	r := []rune(p)
	last := r[len(r)-1] + 1
	if last >= 0xD800 && last < 0xE000 {
		last = 0xE000
	}
	r[len(r)-1] = last
	return string(r)
}
