package staff

import (
	"net/http"

	"github.com/a-h/templ"

	"anju/internal/i18n"
	"anju/internal/registration"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type reviewsPage struct {
	ui.OfficeArgs
	Table ui.TableArgs
}

// reviews is what acts at the counter have left for this post to decide.
func (p *Pages) reviews(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	page, err := p.Registrations.Reviews(r.Context(), s.Actor, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := reviewsPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.reviews"), "/reviews")}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.menu.reviews"), Cards: true, Pager: gate.More(r, "/reviews", "after", page.Next),
		Columns: []ui.Column{{Label: i18n.T("staff.review.kind")}, {Label: i18n.T("staff.review.household")}, {Label: i18n.T("staff.review.place"), Wide: true}, {Label: i18n.T("staff.review.act")}, {Label: i18n.T("staff.act.on"), Code: true}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.review.none"), Hint: i18n.T("staff.review.none_hint"), Icon: ui.IconGood}}
	for _, l := range page.Lines {
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.LinkTo(reviewName(l.Kind), "/reviews/"+l.ID), ui.Text(l.Head), ui.Text(x.FullName(l.Path)), ui.Two(actName(l.ActKind), l.ActNumber), ui.Text(l.On),
		}})
	}
	return gate.Render(w, r, reviewsView(g))
}

func reviewName(k string) string { return i18n.T("registration.review.kind." + k) } //i18n:dynamic registration.review.kind.

type reviewPage struct {
	ui.OfficeArgs
	Key, ID, Text string
	Facts         []ui.Item
	Fields        []ui.FieldArgs
	Wrong         []ui.FieldError
}

func (p *Pages) review(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showReview(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showReview(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	l, err := p.Registrations.Review(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := reviewPage{OfficeArgs: p.frame(r, s, reviewName(l.Kind), "/reviews"), ID: l.ID, Key: orElse(r.PostFormValue(gate.KeyField), gate.NewKey())}
	g.Text = i18n.T("registration.review.text." + l.Kind) //i18n:dynamic registration.review.text.
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.reviews"), Href: "/reviews"}}
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.review.household"), Value: ui.LinkTo(orElse(l.Head, i18n.T("staff.review.empty")), "/households/"+string(l.HouseholdID))},
		{Label: i18n.T("staff.review.place"), Text: x.FullName(l.Path)},
		{Label: i18n.T("staff.review.act"), Text: actName(l.ActKind) + " " + l.ActNumber},
		{Label: i18n.T("staff.act.on"), Text: l.On},
	}
	decision := ui.FieldArgs{Name: "decision", Label: i18n.T("staff.review.decision"), Kind: ui.RadioField, Required: true}
	for _, d := range registration.Decisions {
		decision.Options = append(decision.Options, ui.Option{Value: d, Label: i18n.T("registration.review.decision_is." + d)}) //i18n:dynamic registration.review.decision_is.
	}
	g.Fields = []ui.FieldArgs{decision, {Name: "reason", Label: i18n.T("staff.review.reason"), Kind: ui.TextArea, Required: true, Max: 200}}
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, reviewView(g))
}

func (p *Pages) reviewDecide(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Registrations.Decide(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), gate.Trim(r, "decision"), gate.Trim(r, "reason"))
	if wrong, again := gate.Invalid(err); again {
		return p.showReview(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/reviews?done=reviewed")
}
