package staff

import (
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type writer = io.Writer

// bareViewer asks the browser's viewer to show the page and not its own bars.
const bareViewer = "#toolbar=0&navpanes=0&view=FitH"

type bookletsPage struct {
	ui.OfficeArgs
	Tabs  ui.TabBarArgs
	Table ui.TableArgs
}

// booklets is the inbox by view: the oldest application first.
func (p *Pages) booklets(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	view := booklet.View(r.URL.Query().Get("state"))
	if !slices.Contains(booklet.Views, view) {
		view = booklet.View(booklet.Applied)
		if policy.May(s.Actor, policy.BookletApprove) {
			view = booklet.View(booklet.Verified)
		}
	}
	const limit = 50
	list, err := p.Booklets.List(r.Context(), s.Actor, view, booklet.ID(r.URL.Query().Get("after")), limit)
	if err != nil {
		return err
	}
	n, err := p.Booklets.CountViews(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := bookletsPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.booklets"), "/booklets"), Tabs: ui.TabBarArgs{Label: i18n.T("staff.menu.booklets")}}
	for _, v := range booklet.Views {
		g.Tabs.Items = append(g.Tabs.Items, ui.TabItem{Label: viewName(v), Href: "/booklets?state=" + string(v), Count: int(n[v]), Current: v == view})
	}
	if policy.May(s.Actor, policy.BookletPrint) {
		g.Actions = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.batch.title"), Href: "/batches", Icon: ui.IconPrint})
	}
	next := ""
	if len(list) == limit {
		next = string(list[limit-1].ID)
	}
	g.Table = ui.TableArgs{
		Caption: viewName(view), Pager: live(gate.More(r, "/booklets", "after", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.col.head")}, {Label: i18n.T("staff.col.booklet_no"), Code: true}, {Label: i18n.T("staff.col.origin")}, {Label: i18n.T("staff.col.living")}, {Label: i18n.T("staff.col.applied")}, {Label: i18n.T("staff.col.state")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.booklets.none"), Hint: i18n.T("staff.booklets.none_hint"), Icon: ui.IconBook},
	}
	for _, b := range list {
		href := "/booklets/" + string(b.ID)
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.NameLink(b.HeadName, href), ui.Text(b.Number), ui.Text(x.FullName(b.OriginPath)), ui.Text(x.FullName(b.Path)), ui.Two(b.AppliedName, gate.At(b.AppliedAt)), ui.Tag(*bookletTag(b.State)),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.see"), Href: href}}})
	}
	return gate.Render(w, r, bookletsView(g))
}

func viewName(v booklet.View) string { return i18n.T("booklet.state." + string(v)) } //i18n:dynamic booklet.state.

type bookletPage struct {
	ui.OfficeArgs
	booklet.Page
	Key     string
	Steps   ui.StepsArgs
	Facts   []ui.Item
	Preview ui.PreviewArgs
	Onward  *ui.NoticeArgs // that everybody has left its address, and by which move
	Ended   *ui.NoticeArgs // that it is not good any more, and which one is
	Forms   []bookletAct
	Own     bool // it is for another account to approve
	History *ui.TableArgs
	Wrong   []ui.FieldError
}

// A bookletAct is one thing that can be done now, with what it asks for.
type bookletAct struct {
	Act, Label, Hint string
	Kind             ui.ButtonKind
	Fields           []ui.FieldArgs
	Fold             bool // behind its name: it is not the usual way on
	Open             bool // it was just tried
	There            bool // only while somebody lives at the booklet's address
}

// booklet is one booklet: what it says, where it stands, what can be done.
func (p *Pages) booklet(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showBooklet(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showBooklet(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	page, err := p.Booklets.Get(r.Context(), s.Actor, booklet.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	b := page.Booklet
	g := bookletPage{OfficeArgs: p.frame(r, s, i18n.T("staff.booklet.title", "head", b.HeadName), "/booklets"), Page: page, Key: gate.NewKey(), Own: page.Own}
	g.Sub = b.Number
	if booklet.Lists(s.Actor) {
		g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.booklets"), Href: "/booklets?state=" + string(b.State)}}
	}
	g.Steps = bookletSteps(b.State)
	if b.State == booklet.Applied || b.State == booklet.Returned { // what was verified before it was returned is to be verified again
		b.VerifiedName, b.VerifiedAt = "", 0
	}
	if b.State == booklet.Cancelled {
		g.Ended = bookletEnded(page)
	}
	g.Facts = []ui.Item{
		{Label: i18n.T("staff.col.booklet_no"), Text: b.Number}, {Label: i18n.T("staff.col.state"), Value: ui.Tag(*bookletTag(b.State))},
		{Label: i18n.T("staff.booklet.applied"), Text: doneBy(b.AppliedName, b.AppliedAt)}, {Label: i18n.T("staff.booklet.verified"), Text: doneBy(b.VerifiedName, b.VerifiedAt)},
		{Label: i18n.T("staff.booklet.approved"), Text: doneBy(b.ApprovedName, b.ApprovedAt)}, {Label: i18n.T("staff.booklet.made"), Text: doneBy("", b.MadeAt)}, {Label: i18n.T("staff.booklet.issued"), Text: doneBy(b.ReceivedBy, b.IssuedAt)},
	}
	if page.Whole {
		g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.move.rule"), Text: page.Move.RuleText, Wide: true},
			ui.Item{Label: i18n.T("staff.booklet.household"), Value: ui.LinkTo(i18n.T("staff.booklet.see_household", "head", b.HeadName), "/households/"+string(b.HouseholdID))})
		g.Preview = ui.PreviewArgs{Title: i18n.T("staff.booklet.preview"), PDF: "/booklets/" + string(b.ID) + "/preview.pdf" + bareViewer, Alt: i18n.T("staff.booklet.preview")}
		if page.Versions > 0 {
			g.Preview.Download = "/booklets/" + string(b.ID) + "/booklet.pdf"
			g.Preview.PDF, g.Preview.Title = g.Preview.Download+bareViewer, i18n.T("staff.booklet.frozen", "n", page.Versions)
		}
	}
	if b.CheckDue > 0 {
		g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.booklet.check_due"), Text: gate.At(b.CheckDue)[:10]})
	}
	if page.Whole {
		printers, err := p.printerOptions(r, s)
		if err != nil {
			return err
		}
		g.Forms = bookletActs(b, s.Actor, p.Now(), printers)
		if page.Onward != "" {
			g.Onward = &ui.NoticeArgs{Tone: ui.Warn, Title: i18n.T("staff.booklet.left"), Text: i18n.T("staff.booklet.left_how")}
			if policy.May(s.Actor, policy.MoveRecord) {
				g.Onward.Link = &ui.LinkArgs{Label: i18n.T("staff.booklet.onward"), Href: "/moves/" + page.Onward}
			}
			g.Forms = slices.DeleteFunc(g.Forms, func(f bookletAct) bool { return f.There })
		}
		g.History = historyTable(page.History)
	}
	g.Own = page.Own && b.Can(policy.BookletApprove) && policy.May(s.Actor, policy.BookletApprove)
	for i := range g.Forms {
		if f := &g.Forms[i]; f.Act == path.Base(r.URL.Path) {
			for k := range f.Fields {
				gate.Fill(r, wrong, &f.Fields[k])
			}
			f.Open = true
			g.Wrong = ui.Errors(f.Fields...)
		}
	}
	return gate.RenderCode(w, r, status, bookletView(g))
}

// doneBy is who did something and when, or nothing while nobody has.
func doneBy(who string, at int64) string { return strings.TrimSpace(who + " " + gate.At(at)) }

// bookletEnded says of a booklet that it is not good any more, since when and why,
// and which one the household has now.
func bookletEnded(page booklet.Page) *ui.NoticeArgs {
	b := page.Booklet
	n := &ui.NoticeArgs{Tone: ui.Warn, Title: i18n.T("staff.booklet.ended"), Link: bookletNow(page.Now)}
	if b.EndedAt > 0 {
		n.Text = i18n.T("staff.booklet.ended_on", "on", calendar.On(time.UnixMilli(b.EndedAt)).Chinese(), "why", i18n.T("booklet.ended_why."+b.EndedWhy), "reason", b.Reason) //i18n:dynamic booklet.ended_why.
	}
	return n
}

// bookletNow leads to the booklet that a household has now.
func bookletNow(b *booklet.Booklet) *ui.LinkArgs {
	if b == nil {
		return nil
	}
	l := &ui.LinkArgs{Label: i18n.T("staff.booklet.now", "number", b.Number, "state", b.State.Name()), Href: "/booklets/" + string(b.ID)}
	if b.Number == "" {
		l.Label = i18n.T("staff.booklet.now_asked", "state", b.State.Name())
	}
	return l
}

func bookletSteps(st booklet.State) ui.StepsArgs {
	a := ui.StepsArgs{Label: i18n.T("staff.menu.booklets")}
	order := []booklet.State{booklet.Applied, booklet.Verified, booklet.Approved, booklet.Made, booklet.Issued}
	reached := -1
	for i, o := range order {
		if o == st || st.Held() {
			reached = i
		}
	}
	for i := range order {
		s := ui.Step{Label: i18n.T("staff.booklet.step." + string(order[i]))} //i18n:dynamic staff.booklet.step.
		switch {
		case i <= reached:
			s.State = ui.StepDone
		case i == reached+1:
			s.State = ui.StepCurrent
		}
		if st == booklet.Returned && i == 1 {
			s.State = ui.StepFailed
		}
		a.Steps = append(a.Steps, s)
	}
	return a
}

func (p *Pages) bookletApply(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	b, err := p.Booklets.Apply(r.Context(), s.Actor, gate.Key(r), r.PostFormValue("move"))
	if err != nil {
		return err
	}
	return gate.See(w, r, "/booklets/"+string(b.ID)+"?done=applied")
}

func (p *Pages) bookletAgain(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	return p.showBooklet(w, r, s, wrong, http.StatusUnprocessableEntity)
}

func (p *Pages) bookletPreview(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return pdf(w, "preview.pdf", func(w2 io.Writer) error {
		return p.Booklets.Preview(r.Context(), s.Actor, booklet.ID(r.PathValue("id")), w2)
	})
}

func (p *Pages) bookletPDF(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return pdf(w, "booklet.pdf", func(w2 io.Writer) error {
		return p.Booklets.PDF(r.Context(), s.Actor, booklet.ID(r.PathValue("id")), w2)
	})
}
