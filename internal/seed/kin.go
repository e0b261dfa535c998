package seed

import (
	"slices"

	"anju/internal/code"
)

// inLaw is the wife of a son, GB/T 4761.
const inLaw = "38"

// stages are the ages at which the chances of a life change. Who is made older
// or younger within one leaves every chance that comes after as it was.
var stages = []int{0, 16, 18, 25, 55, 58, 120}

// aged brings the age of a role as near to what is wanted as its stage allows.
func (r *role) aged(want int) {
	for i, from := range stages[1:] {
		if r.age < from {
			r.age = max(stages[i], min(want, from-1))
			return
		}
	}
}

// kin makes a family of the roles that chance has thrown together: a son with
// children of his own has their mother with him where a woman of her age is
// there, and nobody is a parent before they can be. It draws from a chance of
// its own.
func (m *maker) kin(f *family, all []role) []role {
	r := m.chanceOf("kin " + f.no)
	if r.IntN(150) == 0 {
		f.ethnicity = pick(r, []string{"03", "03", "15", "06", "11"}) // 回 土家 苗 满
	}
	if has(all, grandson) || has(all, granddaughter) {
		parents := []*role{eldest(all)}
		if husband, wife := find(all, son), find(all, daughter); husband != nil && wife != nil {
			wife.relation, wife.surname = inLaw, surname(r)
			wife.aged(husband.age - r.IntN(4) + 1)
			parents = []*role{husband, wife}
		}
		for _, p := range parents {
			p.marital = married
			for i := range all {
				if g := &all[i]; g.relation == grandson || g.relation == granddaughter {
					g.aged(min(g.age, p.age-20))
					p.aged(max(p.age, g.age+20))
				}
			}
		}
	}
	for i := range all {
		if mother := &all[i]; mother.relation == code.Wife {
			if child := eldest(all); child != nil {
				mother.aged(max(mother.age, child.age+20))
			}
			for j := range all {
				if c := &all[j]; c.relation == son || c.relation == daughter {
					c.aged(min(c.age, mother.age-20))
				}
			}
		}
	}
	return all
}

// find is a grown member with a relation.
func find(all []role, relation string) *role {
	if i := slices.IndexFunc(all, func(r role) bool { return r.relation == relation && r.age >= 25 && r.age < 55 }); i >= 0 {
		return &all[i]
	}
	return nil
}

// eldest is the eldest child of the head.
func eldest(all []role) (first *role) {
	for i := range all {
		if r := &all[i]; (r.relation == son || r.relation == daughter) && (first == nil || r.age > first.age) {
			first = r
		}
	}
	return first
}

// called is a name that nobody else in the family bears.
func (m *maker) called(f *family, r role, taken []string) string {
	name := r.surname + given(m.r, r.male, r.age)
	if !slices.Contains(taken, name) {
		return name
	}
	for other := m.chanceOf("name " + f.no + name); slices.Contains(taken, name); {
		name = r.surname + given(other, r.male, r.age)
	}
	return name
}

// floor is the area of a house. A flat of a site is as large as its family was
// when it was given out: at most 25 square metres for each, and 120 in all.
func (m *maker) floor(f *family) float64 {
	n := m.r.IntN(12)
	if f.home.site == nil {
		return float64(60 + 10*n)
	}
	return float64(min(25*max(f.size, 2), 125) - n)
}
