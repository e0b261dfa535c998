package seed

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"anju/internal/code"
	"anju/internal/ident"
	"anju/internal/person"
)

// A role is a member to be: relation, sex and age.
type role struct {
	relation string
	male     bool
	age      int
	surname  string
	marital  string
}

// GB/T 2261.2.
const (
	single  = "10"
	married = "20"
	widowed = "30"
)

// Relations to the head that families have here, GB/T 4761.
const (
	son, daughter           = "20", "30"
	grandson, granddaughter = "41", "42"
	father, mother          = "51", "52"
)

// roles invents a family of a size: head, spouse, children, parents,
// grandchildren.
func (m *maker) roles(size int) []role {
	name := surname(m.r)
	male := m.chance(0.76)
	age := m.between(27, 78)
	if size == 1 {
		age = m.between(45, 89)
	}
	all := []role{{code.Head, male, age, name, single}}
	children := name
	if !male {
		children = surname(m.r)
	}
	for len(all) < size {
		switch {
		case len(all) == 1 && m.chance(0.86):
			all[0].marital = married
			if male {
				all = append(all, role{code.Wife, false, max(22, age-m.between(-2, 4)), surname(m.r), married})
			} else {
				all = append(all, role{code.Husband, true, max(22, age+m.between(-2, 4)), children, married})
			}
		case age < 62 && m.chance(0.28) && !has(all, father) && !has(all, mother):
			all = append(all, m.parent(age, name))
		case age > 50 && m.chance(0.45) && (has(all, son) || has(all, daughter)):
			all = append(all, m.child(grandson, granddaughter, m.r.IntN(max(1, min(24, age-44))), children))
		default:
			all = append(all, m.child(son, daughter, max(0, age-m.between(21, 34)), children))
		}
	}
	if all[0].marital == single && (size > 1 || age > 65 && m.chance(0.7)) {
		all[0].marital = widowed
	}
	return all
}

func (m *maker) parent(age int, name string) role {
	r := role{father, true, min(97, age+m.between(20, 29)), name, married}
	if m.chance(0.6) {
		r.relation, r.male, r.surname = mother, false, surname(m.r)
	}
	if m.chance(0.55) {
		r.marital = widowed
	}
	return r
}

func (m *maker) child(boy, girl string, age int, name string) role {
	r := role{boy, true, age, name, single}
	if m.chance(0.47) {
		r.relation, r.male = girl, false
	}
	if age > 26 && m.chance(0.5) {
		r.marital = married
	}
	return r
}

func has(all []role, relation string) bool {
	return slices.ContainsFunc(all, func(r role) bool { return r.relation == relation })
}

// schooling is a level of education of GB/T 4658 that a generation has.
func (m *maker) schooling(age int) string {
	switch {
	case age < 16:
		return ""
	case age >= 60:
		return pick(m.r, []string{"81", "81", "81", "83", "71"})
	case age >= 36:
		return pick(m.r, []string{"71", "71", "71", "81", "61", "31"})
	}
	return pick(m.r, []string{"71", "71", "61", "61", "44", "31", "21"})
}

// person invents one person with an ID number of the division 610999, which
// was never issued.
func (m *maker) person(f *family, r role, taken []string) person.Person {
	birth := m.o.Day.AddYears(-r.age).AddDays(-m.between(1, 364))
	d := person.Draft{
		Name: m.called(f, r, taken), Sex: code.Female, Birth: birth, Ethnicity: cmp.Or(f.ethnicity, code.Han), Education: m.schooling(r.age), Marital: r.marital,
		Source: registerSource, AsOf: m.o.Day,
	}
	odd := 0
	if r.male {
		d.Sex, odd = code.Male, 1
	}
	compact := strings.ReplaceAll(string(birth), "-", "")
	first := fmt.Sprintf("610999%s%03d", compact, 2*(m.count(compact+d.Sex)-1)+odd)
	number, err := ident.ParseCitizenID(first+string(ident.CheckDigit(first)), m.at)
	if err != nil {
		panic(fmt.Sprintf("seed: invented a bad number for %s: %v", birth, err)) // five hundred of one sex are born on no day
	}
	d.Number = number
	if r.age >= 16 && m.chance(0.8) {
		d.Phone = m.phone()
	}
	id := person.ID(m.id())
	for _, k := range person.Keys(m.keys, d.Name, d.Number, d.Phone) {
		m.keyRows = append(m.keyRows, keyRow{k, id})
	}
	return d.Seal(m.keys, id)
}
