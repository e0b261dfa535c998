package staff

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/account"
	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/network"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// leaveForm asks for the days on which somebody is away, and who stands in.
func (p *Pages) leaveForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showLeave(w, r, s, nil)
}

func (p *Pages) showLeave(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	id := r.PathValue("id")
	a, err := p.Accounts.Posts(r.Context(), s.Actor, account.ID(id))
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.leave.title", "name", a.Name), "/accounts")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.accounts"), Href: "/accounts"}, {Label: a.Name, Href: "/accounts/" + id}}
	t := ui.TableArgs{Caption: i18n.T("staff.leave.now"), Columns: []ui.Column{{Label: i18n.T("staff.network.days"), Code: true, Wide: true}, {Label: i18n.T("staff.col.do")}}, Empty: ui.EmptyArgs{Title: i18n.T("staff.leave.none"), Icon: ui.IconCalendar}}
	for _, l := range a.Leaves {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(dayRange(l.ValidFrom, l.ValidTo)), confirm(s, "staff.leave.end", "staff.leave.end_text", a.Name, "/accounts/"+id+"/leave/"+l.ID+"/end")}})
	}
	f := sheetForm{Name: "leave", Action: "/accounts/" + id + "/leave", Button: i18n.T("staff.leave.save"), Kind: ui.Primary, Fields: []ui.FieldArgs{
		{Name: "from", Label: i18n.T("staff.leave.from"), Kind: ui.DateField, Required: true}, {Name: "last", Label: i18n.T("staff.leave.last"), Kind: ui.DateField, Required: true}}}
	for _, post := range a.Posts {
		if post.Kind.Admin() {
			continue
		}
		l, err := p.Network.Leaving(r.Context(), s.Actor, post.ID)
		if err != nil {
			return err
		}
		f.Fields = append(f.Fields, ui.FieldArgs{Name: "stand_in_" + post.ID, Label: i18n.T("staff.leave.stand_in", "post", gate.Kind(post.Kind), "path", post.Path), Kind: ui.SelectField, Empty: i18n.T("staff.leave.next_level"), Options: choices(l), Wide: true})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Table: &t}, {Title: i18n.T("staff.leave.new"), Sub: i18n.T("staff.leave.sub"), Forms: []sheetForm{f}}}
	return g.render(w, r, "leave", wrong)
}

// choices are who can take over, for a field to choose from.
func choices(l network.Leaving) (all []ui.Option) {
	for _, c := range l.Candidates {
		all = append(all, ui.Option{Value: string(c.ID), Label: i18n.T("staff.hand_over.choice", "name", c.Name, "kind", gate.Kind(c.Kind), "office", c.Office)})
	}
	return all
}

func (p *Pages) leaveStart(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	a := account.Away{AccountID: account.ID(id), From: calendar.Date(gate.Trim(r, "from")), To: calendar.Date(gate.Trim(r, "last")), StandIns: map[string]account.ID{}}
	if a.To.Valid() { // the page says the last day, a time ends before a day
		a.To = a.To.AddDays(1)
	}
	for name := range r.PostForm {
		if post, ok := strings.CutPrefix(name, "stand_in_"); ok {
			a.StandIns[post] = account.ID(gate.Trim(r, name))
		}
	}
	_, err := p.Accounts.GoOnLeave(r.Context(), s.Actor, gate.Key(r), a)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showLeave(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/accounts/"+id+"?done=away")
}

func (p *Pages) leaveEnd(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if err := p.Accounts.EndLeave(r.Context(), s.Actor, r.PathValue("leave")); err != nil {
		return err
	}
	return gate.See(w, r, "/accounts/"+r.PathValue("id")+"?done=back")
}
