package household

import (
	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/fault"
	"anju/internal/person"
)

// A Kin is a member as the rules see one.
type Kin struct {
	ID       person.ID
	Sex      string        // GB/T 2261.1
	Birth    calendar.Date //
	Relation string        // to the head, GB/T 4761
}

// The ages the law asks for.
const (
	adult         = 18 // 民法典 17
	husbandFrom   = 22 // 民法典 1047
	wifeFrom      = 20 // 民法典 1047
	adopterFrom   = 30 // 民法典 1098
	adopterGap    = 40 // 民法典 1102: unmarried, child of the other sex
	generation    = 12 // no child is born to somebody younger
	twoGeneration = 2 * generation
)

// CheckBirth adds what is wrong with a child of a parent.
func CheckBirth(parent, child Kin, f *fault.Fields) {
	if calendar.Age(parent.Birth, child.Birth) < generation || !parent.Birth.Before(child.Birth) {
		f.Add("birth", "household.act.too_young_parent", "n", generation)
	}
}

// CheckMarriage adds what is wrong with two people's marriage on a day. The
// certificate has been issued by another office; what cannot be is an error in
// one of the dates.
func CheckMarriage(a, b Kin, on calendar.Date, f *fault.Fields) {
	if a.ID != "" && a.ID == b.ID {
		f.Add("kin", "household.act.self")
		return
	}
	if a.Sex == b.Sex {
		f.Add("kin", "household.act.same_sex")
	}
	for _, one := range []Kin{a, b} {
		least := husbandFrom
		if one.Sex == code.Female {
			least = wifeFrom
		}
		if calendar.Age(one.Birth, on) < least {
			f.Add("happened_on", "household.act.marriage_age", "husband", husbandFrom, "wife", wifeFrom)
			return
		}
	}
}

// CheckAdoption adds what is wrong with a child and who adopts it, on a day.
// married says whether the adopter adopts together with a spouse.
func CheckAdoption(adopter, child Kin, on calendar.Date, married bool, f *fault.Fields) {
	if calendar.Age(child.Birth, on) >= adult {
		f.Add("birth", "household.act.adopted_age", "n", adult)
	}
	if calendar.Age(adopter.Birth, on) < adopterFrom {
		f.Add("kin", "household.act.adopter_age", "n", adopterFrom)
	} else if !married && adopter.Sex != child.Sex && calendar.Age(adopter.Birth, child.Birth) < adopterGap {
		f.Add("kin", "household.act.adopter_gap", "n", adopterGap)
	}
}

// CheckHead adds what is wrong with a head among those who will be the
// household: a minor is head only where everybody is.
func CheckHead(field string, head Kin, all []Kin, on calendar.Date, f *fault.Fields) {
	if calendar.Age(head.Birth, on) >= adult {
		return
	}
	for _, m := range all {
		if calendar.Age(m.Birth, on) >= adult {
			f.Add(field, "household.act.minor_head", "n", adult)
			return
		}
	}
}

// CheckRelation adds what is wrong with a relation of a member to a head: a
// word of the table, of the member's sex, with ages that can be.
func CheckRelation(field, relation string, member, head Kin, f *fault.Fields) {
	if _, ok := code.Relation.Lookup(relation); !ok || relation == code.Head || relation == code.Self {
		f.Add(field, "household.act.relation")
		return
	}
	if s := sexOf(relation); s != "" && member.Sex != s && (member.Sex == code.Male || member.Sex == code.Female) {
		f.Add(field, "household.act.relation_sex")
		return
	}
	gap := generation
	older, younger := head.Birth, member.Birth
	switch {
	case child(relation):
	case grandchild(relation):
		gap = twoGeneration
	case parent(relation):
		older, younger = member.Birth, head.Birth
	default:
		return
	}
	if relation == inLawSon || relation == inLawDaughter || relation == "27" || relation == "37" || relation == "57" || relation == "58" {
		return // by marriage or adoption: any age can be
	}
	if !older.Before(younger) || calendar.Age(older, younger) < gap {
		f.Add(field, "household.act.relation_age", "n", gap)
	}
}
