package booklet

import (
	"strings"

	"anju/internal/i18n"
)

// changes is the rule of the change record: what a version says otherwise than
// the one before, a line for each, never a word about a benefit: where only an
// office has changed, the line says so and the page says which.
func changes(was, is Content, by string) (all []PrintedChange) {
	add := func(item, text string) {
		all = append(all, PrintedChange{On: is.IssuedOn, Item: i18n.T("booklet.change." + item), Text: text, By: by}) //i18n:dynamic booklet.change.
	}
	into := func(item, a, b string) {
		if a != b {
			add(item, i18n.T("booklet.change.into", "was", or(a), "is", or(b)))
		}
	}
	into("head", was.Household.Head, is.Household.Head)
	into("register_number", was.Household.RegisterNumber, is.Household.RegisterNumber)
	into("origin_address", was.Household.OriginAddress, is.Household.OriginAddress)
	into("address", was.Household.Address, is.Household.Address)
	for _, m := range is.Members {
		if _, ok := memberOf(was, m); !ok {
			add("member_in", m.Name+"，"+m.Relation)
		}
	}
	for _, m := range was.Members {
		now, ok := memberOf(is, m)
		if !ok {
			add("member_out", m.Name)
			continue
		}
		into("name", m.Name, now.Name)
		into("relation", m.Name+" "+m.Relation, now.Name+" "+now.Relation)
	}
	for _, g := range []struct{ was, is PrintedGrid }{{was.Living, is.Living}, {was.Registered, is.Registered}, {was.Working, is.Working}} {
		if people(g.was) != people(g.is) {
			add("grid", people(g.is))
		}
	}
	if units(was) != units(is) {
		add("units", i18n.T("booklet.change.see_rights"))
	}
	return all
}

func or(text string) string {
	if text == "" {
		return i18n.T("booklet.change.none")
	}
	return text
}

// memberOf finds a member by number; who has none, by name.
func memberOf(c Content, m PrintedMember) (PrintedMember, bool) {
	for _, o := range c.Members {
		if o.IDNumber == m.IDNumber && (m.IDNumber != "" || o.Name == m.Name) {
			return o, true
		}
	}
	return PrintedMember{}, false
}

func people(g PrintedGrid) string {
	if g.Name == "" {
		return ""
	}
	return g.Name + " " + g.Worker + " " + g.Leader
}

func units(c Content) string {
	var s strings.Builder
	for _, p := range []PrintedPlace{c.Origin, c.Settlement} {
		for _, r := range p.Rights {
			s.WriteString(r.Name + r.Unit + r.Phone + r.Detail + "\n")
		}
	}
	return s.String()
}
