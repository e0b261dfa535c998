// Package field is the phone door: pages for those who go from door to door.
// They are opened by PIN on an enrolled phone, or by account, password and code
// on any other; whoever is signed in at the office may look at them too.
package field

import (
	"net/http"
	"time"

	"anju/internal/account"
	"anju/internal/grid"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/network"
	"anju/internal/overview"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/visit"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// Pages is the phone door with the guards it knocks at.
type Pages struct {
	Gate     *gate.Gate
	Accounts *account.Service
	Overview *overview.Service
	People   *person.Service
	Grids    *grid.Service
	Visits   *visit.Service
	Matters  *matter.Service
	Network  *network.Service
	Clock    gate.Mover // nil in a real county
	Now      func() time.Time
	mux      *gate.Mux
}

// Mux registers every page of the phone.
func (p *Pages) Mux() *gate.Mux {
	m := p.Gate.NewMux(gate.PhoneCookie, "/m/sign-in")
	p.mux = m
	m.Open("GET /m/sign-in", p.signForm)
	m.Open("POST /m/sign-in", p.sign)
	m.Open("GET /m/enrol", p.enrolForm)
	m.Open("POST /m/enrol", p.enrol)
	m.Page("POST /m/sign-out", "", p.signOut)
	m.Page("GET /m/{$}", "", p.home)
	m.Page("GET /m/grid", policy.VisitRecord, p.grid)
	m.Page("GET /m/report", policy.MatterReport, p.reportForm)
	m.Upload("POST /m/report", policy.MatterReport, p.report)
	m.Page("GET /m/matters", policy.MatterRead, p.mine)
	m.Page("GET /m/todo", policy.MatterRead, p.todo)
	m.Page("GET /m/overdue", policy.MatterRead, p.overdue)
	m.Page("GET /m/matters/{id}", policy.MatterRead, p.matter)
	m.Page("GET /m/matters/{id}/{act}", policy.MatterRead, p.actForm)
	m.Page("GET /m/matters/{id}/photos/{photo}", policy.MatterRead, p.photo)
	m.Upload("POST /m/matters/{id}/{act}", policy.MatterConfirm, p.act)
	m.Page("POST /m/orders/{id}/answer", policy.OrderAnswer, p.answer)
	m.Page("GET /m/visits", policy.VisitRecord, p.visits)
	m.Page("POST /m/visits", policy.VisitRecord, p.find)
	m.Page("GET /m/households/{id}", policy.HouseholdRead, p.household)
	m.Page("GET /m/visits/{household}", policy.VisitRecord, p.visitForm)
	m.Page("POST /m/visits/{household}", policy.VisitRecord, p.visit)
	m.Page("POST /m/people/{id}/phone", policy.PhoneReveal, p.revealPhone)
	m.Page("POST /m/households/{id}/work-contact/phone", policy.ContactReveal, p.revealContact)
	m.Page("GET /m/me", "", p.me)
	m.Page("POST /m/me/type", "", p.Gate.SetType("/m/me"))
	m.Page("POST /m/me/post", "", p.switchPost)
	if p.Clock != nil {
		m.Page("POST /m/demo/clock", policy.ClockMove, m.MoveClock(p.Clock, "/m/"))
	}
	m.Missing("/m/")
	return m
}

// frame is what every phone page shows around its content.
func (p *Pages) frame(r *http.Request, s *gate.Session, title, current string) ui.PhoneArgs {
	a := ui.PhoneArgs{
		PageArgs: ui.PageArgs{Title: title, County: p.Gate.County, CSRF: s.CSRF, Who: s.Actor.Account, From: s.From, Elder: p.Gate.Elder(r)},
		Grid:     s.Actor.Office,
		Tabs: []ui.MenuItem{
			{Label: i18n.T("field.tab.home"), Href: "/m/", Icon: ui.IconHome},
			{Label: i18n.T("field.tab.todo"), Href: "/m/todo", Icon: ui.IconInbox},
			{Label: i18n.T("field.tab.report"), Href: "/m/report", Icon: ui.IconPlus, Raised: true},
			{Label: i18n.T("field.tab.me"), Href: "/m/me", Icon: ui.IconPerson},
		},
	}
	for i := range a.Tabs {
		a.Tabs[i].Current = a.Tabs[i].Href == current
	}
	a.Demo = s.Banner("/m/demo/clock")
	if text := s.Tell(); text != "" {
		a.Notices = append(a.Notices, ui.NoticeArgs{Tone: ui.Warn, Text: text, Dismiss: true})
	}
	return a
}
