package check

import (
	"net/http"
	"slices"
	"strings"

	"anju/internal/accepting"
	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// servicesView is the list of services that accept the booklet.
type servicesView struct {
	ui.PlainArgs
	On    string // the day of the list, in words
	Items []accepting.Item
}

// services is the list as the county publishes it today: where to go with the
// booklet, whom to call, and by which document.
func (p *Pages) services(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	on, today, err := p.Accepting.Published(r.Context())
	if err != nil {
		return err
	}
	v := servicesView{PlainArgs: p.plain(r, i18n.T("check.services.title")), On: today.Chinese(), Items: on}
	v.Lead = i18n.T("check.services.lead")
	return gate.Render(w, r, servicesPage(v))
}

// plain begins a public page.
func (p *Pages) plain(r *http.Request, title string) ui.PlainArgs {
	a := ui.PlainArgs{PageArgs: ui.PageArgs{Title: title, County: p.Gate.County, Elder: p.Gate.Elder(r)}, Foot: []string{i18n.T("check.foot")}}
	if p.Gate.Demo != nil {
		a.PageArgs.Demo = &ui.DemoArgs{}
	}
	return a
}

// phones are the numbers of a service, each to be called.
func phones(i accepting.Item) []string { return strings.Split(i.Phone, "、") }

// bring is what to bring, in words.
func bring(i accepting.Item) string {
	if i.Bring == "" {
		return i18n.T("check.services.booklet")
	}
	return i18n.T("check.services.booklet_and", "what", i.Bring)
}

// dates is since when a service accepts the booklet, and until when if that is
// settled.
func dates(i accepting.Item) string {
	if i.ValidTo == calendar.Forever {
		return i18n.T("check.services.from", "from", i.ValidFrom.Chinese())
	}
	return i18n.T("check.services.from_to", "from", i.ValidFrom.Chinese(), "to", i.ValidTo.Chinese())
}

// otherType is the type that is not shown now.
func otherType(elder bool) string {
	if elder {
		return "usual"
	}
	return "large"
}

// setType turns large type on or off and leads back to the page it was asked on.
func (p *Pages) setType(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	back := r.PostFormValue("back")
	if !slices.Contains(backs, back) {
		back = "/check"
	}
	return p.Gate.SetType(back)(w, r, nil)
}

// backs are the pages that have the switch.
var backs = []string{"/check", "/check/services"}
