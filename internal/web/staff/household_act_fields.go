package staff

import (
	"net/http"
	"slices"
	"strings"

	"anju/internal/calendar"
	"anju/internal/code"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/person"
	"anju/internal/registration"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// actFields are the questions of an act: whom it is about, what follows for the
// household, and the paper it rests on.
func (p *Pages) actFields(r *http.Request, s *gate.Session, g actPage, wrong map[string]string) ([]fieldGroup, error) {
	var who []ui.FieldArgs
	switch g.Kind {
	case household.Birth:
		who = append([]ui.FieldArgs{g.members("kin", "staff.act.parent", true)}, newcomer(false)...)
	case household.MarriageIn:
		who = append([]ui.FieldArgs{g.members("kin", "staff.act.spouse", true)}, newcomer(true)...)
	case household.Adoption:
		who = append([]ui.FieldArgs{g.members("kin", "staff.act.adopter", true)}, newcomer(true)...)
	case household.MoveIn:
		who = newcomer(true)
	case household.Death:
		who = []ui.FieldArgs{g.members("person", "staff.act.dead", true), g.members("head", "staff.act.next_head", false)}
	case household.MoveOut:
		who = []ui.FieldArgs{g.members("person", "staff.act.mover", true),
			{Name: "to", Label: i18n.T("staff.act.to"), Kind: ui.NumberField, Required: true, Max: 12, Hint: i18n.T("staff.act.to_hint")}, g.members("head", "staff.act.next_head", false)}
	case household.ChangeHead:
		who = []ui.FieldArgs{g.members("head", "staff.act.new_head", true)}
	case household.Split:
		who = append(g.leavers(r, wrong), g.members("head", "staff.act.split_head", true),
			ui.FieldArgs{Name: "register_no", Label: i18n.T("staff.act.register_no"), Required: true, Max: 40}, g.members("successor", "staff.act.successor", false))
	case household.Merge:
		who = []ui.FieldArgs{{Name: "other_no", Label: i18n.T("staff.act.other_no"), Required: true, Max: 40, Hint: i18n.T("staff.act.other_hint")}}
	}
	related, err := p.relationFields(r, s, g, wrong)
	if err != nil {
		return nil, err
	}
	groups := []fieldGroup{{Title: i18n.T("staff.act.who"), Fields: who}}
	if wrong["distinct"] != "" || gate.Trim(r, "distinct") != "" {
		groups = append(groups, fieldGroup{Title: i18n.T("staff.act.alike"), Fields: []ui.FieldArgs{
			{Name: "distinct", Label: i18n.T("staff.act.distinct"), Kind: ui.TextArea, Max: 200, Wide: true, Hint: i18n.T("staff.act.distinct_hint")}}})
	}
	if len(related) > 0 {
		groups = append(groups, fieldGroup{Title: i18n.T("staff.act.relations"), Hint: i18n.T("staff.act.relations_hint"), Fields: related})
	}
	return append(groups, fieldGroup{Title: i18n.T("staff.act.evidence"), Fields: p.evidence(g.Kind)}), nil
}

// evidence are the questions about the day of an act and its paper.
func (p *Pages) evidence(k household.ActKind) []ui.FieldArgs {
	on := "staff.act.on"
	switch k {
	case household.Birth:
		on = "staff.act.born_on"
	case household.Death:
		on = "staff.act.died_on"
	}
	var papers []ui.Option
	for _, d := range k.Documents() {
		papers = append(papers, ui.Option{Value: d, Label: i18n.T("household.document." + d)}) //i18n:dynamic household.document.
	}
	return []ui.FieldArgs{
		{Name: "happened_on", Label: i18n.T(on), Kind: ui.DateField, Required: true, Value: string(calendar.On(p.Now()))}, //i18n:dynamic staff.act.
		{Name: "document", Label: i18n.T("staff.act.document"), Kind: ui.SelectField, Required: true, Options: papers},
		{Name: "document_no", Label: i18n.T("staff.act.document_no"), Max: 40, Hint: i18n.T("staff.act.document_no_hint")},
		{Name: "document_office", Label: i18n.T("staff.act.office"), Required: true, Max: 60},
		{Name: "document_on", Label: i18n.T("staff.act.document_on"), Kind: ui.DateField, Required: true},
	}
}

// members is a choice among the members of the household.
func (g actPage) members(name, label string, required bool) ui.FieldArgs {
	f := ui.FieldArgs{Name: name, Label: i18n.T(label), Kind: ui.SelectField, Required: required, Empty: i18n.T("staff.choose")}
	for _, m := range g.Home.Members {
		relation, _ := code.Relation.Lookup(m.Relation)
		f.Options = append(f.Options, ui.Option{Value: string(m.ID), Label: i18n.T("staff.act.member", "name", m.Name, "relation", relation, "age", m.Age)})
	}
	return f
}

// leavers are the boxes of those who leave in a split.
func (g actPage) leavers(r *http.Request, wrong map[string]string) (all []ui.FieldArgs) {
	for i, m := range g.Home.Members {
		relation, _ := code.Relation.Lookup(m.Relation)
		f := ui.FieldArgs{Name: "persons", ID: "p-" + string(m.ID), Kind: ui.CheckField, Label: i18n.T("staff.act.leaves", "name", m.Name, "relation", relation, "age", m.Age),
			Options: []ui.Option{{Value: string(m.ID), Selected: slices.Contains(r.PostForm["persons"], string(m.ID))}}}
		if i == 0 {
			f.Error = wrong["persons"]
		}
		all = append(all, f)
	}
	return all
}

// newcomer are the questions about who joins. Who is in the register is found
// by the number; a child that is being born is not.
func newcomer(known bool) []ui.FieldArgs {
	var peoples, sexes []ui.Option
	for _, c := range code.Ethnicity.Codes {
		peoples = append(peoples, ui.Option{Value: c.Code, Label: c.Name, Selected: c.Code == code.Han})
	}
	for _, c := range []string{code.Male, code.Female} {
		sexes = append(sexes, ui.Option{Value: c, Label: sex(c)})
	}
	fields := []ui.FieldArgs{
		{Name: "name", Label: i18n.T("staff.col.name"), Required: true, Max: 50},
		{Name: "sex", Label: i18n.T("staff.col.sex"), Kind: ui.RadioField, Options: sexes, Required: !known},
		{Name: "relation", Label: i18n.T("staff.col.relation"), Kind: ui.SelectField, Required: true, Options: relationOptions(), Empty: i18n.T("staff.choose")},
		{Name: "ethnicity", Label: i18n.T("staff.act.ethnicity"), Kind: ui.SelectField, Options: peoples},
		{Name: "number", Label: i18n.T("staff.act.id_number"), Secret: true, Max: 24, Hint: i18n.T("staff.act.id_number_born")},
		{Name: "no_number", Label: i18n.T("staff.act.no_number"), Max: 60, Hint: i18n.T("staff.act.no_number_hint")},
	}
	if !known {
		return fields
	}
	fields[4].Hint = i18n.T("staff.act.id_number_known")
	return append(fields,
		ui.FieldArgs{Name: "birth", Label: i18n.T("staff.col.birth"), Kind: ui.DateField, Hint: i18n.T("staff.act.birth_hint")},
		ui.FieldArgs{Name: "lives", Label: i18n.T("staff.act.lives"), Kind: ui.CheckField, Wide: true})
}

// relationFields ask for the relations that the words of the register do not
// say, and for those that were answered before.
func (p *Pages) relationFields(r *http.Request, s *gate.Session, g actPage, wrong map[string]string) (all []ui.FieldArgs, err error) {
	var names []string
	for name := range wrong {
		names = append(names, name)
	}
	for name := range r.PostForm {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		id, ok := strings.CutPrefix(name, registration.RelationField)
		if !ok {
			continue
		}
		who, err := p.memberName(r, s, g, person.ID(id))
		if err != nil {
			return nil, err
		}
		all = append(all, ui.FieldArgs{Name: name, Label: i18n.T("staff.act.relation_of", "name", who), Kind: ui.SelectField, Required: true, Options: relationOptions(), Empty: i18n.T("staff.choose")})
	}
	return all, nil
}

// memberName is the name of a member, or of one of the household that is taken in.
func (p *Pages) memberName(r *http.Request, s *gate.Session, g actPage, id person.ID) (string, error) {
	for _, m := range g.Home.Members {
		if m.ID == id {
			return m.Name, nil
		}
	}
	one, err := p.Overview.Person(r.Context(), s.Actor, id)
	return one.Name, err
}
