package field

import (
	"net/http"

	"anju/internal/code"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type householdPage struct {
	ui.PhoneArgs
	ID      string
	Facts   []ui.Item
	Members []member
	Staff   []ui.PersonArgs
	Visit   bool // the actor may record a visit here
}

type member struct {
	Name, About string
	Phone       *ui.MaskedArgs
}

// household is a household as its grid worker sees it: who lives there and whom
// to call.
func (p *Pages) household(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showHousehold(w, r, s, household.ID(r.PathValue("id")), nil)
}

// showHousehold shows the phones that have been asked for in full.
func (p *Pages) showHousehold(w http.ResponseWriter, r *http.Request, s *gate.Session, id household.ID, shown map[person.ID]string) error {
	h, err := p.Overview.Household(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	g := householdPage{PhoneArgs: p.frame(r, s, gate.HouseholdTitle(h), ""), ID: string(id), Visit: visits(s, h),
		Facts: []ui.Item{{Label: i18n.T("staff.household.living"), Text: h.Living, Wide: true}, {Label: i18n.T("staff.household.registered"), Text: h.Village, Wide: true}}}
	g.Back = &ui.LinkArgs{Label: i18n.T("field.home.visit"), Href: "/m/visits"}
	for _, m := range h.Members {
		relation, _ := code.Relation.Lookup(m.Relation)
		one := member{Name: m.Name, About: relation + "，" + i18n.T("staff.years", "n", m.Age)}
		if m.Working {
			one.About += "，" + gate.Working(m)
		}
		if m.Phone != "" {
			one.Phone = &ui.MaskedArgs{ID: "phone-" + string(m.ID), Masked: m.Phone, Label: m.Name, CSRF: s.CSRF, Full: shown[m.ID]}
			if policy.May(s.Actor, policy.PhoneReveal) {
				one.Phone.Action = "/m/people/" + string(m.ID) + "/phone"
			}
		}
		g.Members = append(g.Members, one)
	}
	for _, gr := range h.Grids {
		if c := gr.Call; c != nil {
			g.Staff = append(g.Staff, ui.PersonArgs{Role: i18n.T("staff.grid.contact"), Name: c.Name, Post: c.Organisation,
				Phone: ui.Masked(ui.MaskedArgs{ID: "work-contact", Masked: c.Phone, Label: c.Name, CSRF: s.CSRF, Full: shown["work-contact"], Action: "/m/households/" + string(id) + "/work-contact/phone"})})
		}
		if gr.Main {
			for _, st := range gr.Staff {
				g.Staff = append(g.Staff, ui.PersonArgs{Role: gate.Kind(st.Kind), Name: st.Name, Level: st.Kind.Level(), Phone: ui.Text(st.Phone)})
			}
		}
	}
	return gate.Render(w, r, householdView(g))
}

// revealPhone shows a member's phone: asked for, allowed, logged.
func (p *Pages) revealPhone(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := person.ID(r.PathValue("id"))
	secret, err := p.People.RevealPhone(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	h, err := p.Overview.HouseholdOf(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	return p.showHousehold(w, r, s, h, map[person.ID]string{id: secret.Reveal()})
}

// revealContact shows the phone of whom to call where people of a household work
// outside the county: asked for, allowed, logged.
func (p *Pages) revealContact(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := household.ID(r.PathValue("id"))
	secret, err := p.Grids.RevealContact(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	return p.showHousehold(w, r, s, id, map[person.ID]string{"work-contact": secret.Reveal()})
}
