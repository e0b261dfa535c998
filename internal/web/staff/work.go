package staff

import (
	"fmt"
	"net/http"
	"slices"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type workPage struct {
	ui.OfficeArgs
	Find  *ui.FilterArgs // for those who look people up
	Stats []ui.Stat
	Tasks []ui.TaskArgs
	More  *ui.LinkArgs
	Empty ui.EmptyArgs
	lists []ui.LinkArgs // of what waits behind the numbers
}

// stat shows a number of what waits. Where there is some, the list behind it is said
// to hold it if no task does: the page never denies below what it counts above.
func (g *workPage) stat(n int64, what string, s ui.Stat) {
	s.Value = ui.Thousands(int(n))
	g.Stats = append(g.Stats, s)
	if n > 0 {
		g.lists = append(g.lists, ui.LinkArgs{Label: i18n.T("staff.work.elsewhere_link", "what", what, "n", s.Value, "unit", s.Unit), Href: s.Href})
	}
}

// workTable is the first page: what waits for this post, worst first.
func (p *Pages) workTable(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	g := workPage{OfficeArgs: p.frame(r, s, i18n.T("staff.work.title"), "/"), Empty: ui.EmptyArgs{Title: i18n.T("staff.work.nothing"), Hint: i18n.T("staff.work.nothing_hint")}}
	by := s.Actor
	if policy.May(by, policy.HouseholdRead) {
		work, err := p.Overview.Work(r.Context(), by)
		if err != nil {
			return err
		}
		g.Find = &ui.FilterArgs{Action: "/residents", CSRF: s.CSRF, Fields: []ui.FieldArgs{residentSearch("")}}
		g.Stats = append(g.Stats, ui.Stat{Label: i18n.T("staff.work.people"), Value: ui.Thousands(int(work.People)), Unit: i18n.T("staff.unit.people"), Href: "/residents", Icon: ui.IconPeople})
		if policy.May(by, policy.BookletApprove) || policy.May(by, policy.BookletMake) {
			bookletStats(work.Booklets, &g)
		}
	}
	if !by.Kind.Admin() && policy.May(by, policy.MatterRead) && (by.Kind.Level() > 1 || policy.May(by, policy.MatterSupervise)) {
		if err := p.matterWork(r, s, &g); err != nil {
			return err
		}
	}
	if slices.Contains(matter.Units, by.Kind) {
		if err := p.handedWork(r, by, &g); err != nil {
			return err
		}
	}
	if policy.May(by, policy.BookletApprove) {
		if err := p.approvals(r, by, &g); err != nil {
			return err
		}
	}
	if policy.May(by, policy.RequestRead) {
		if err := p.requestWork(r, by, &g); err != nil {
			return err
		}
	}
	if policy.May(by, policy.MoveAccept) {
		if err := p.arrivalWork(r, by, &g); err != nil {
			return err
		}
	}
	if policy.May(by, policy.NetworkRead) {
		if err := p.networkWork(r, by, &g); err != nil {
			return err
		}
	}
	if policy.May(by, policy.RightRead) {
		if err := p.rightWork(r, by, &g); err != nil {
			return err
		}
	}
	if policy.May(by, policy.ElectionRead) || policy.May(by, policy.ElectionCancel) {
		if err := p.electionWork(r, by, &g); err != nil {
			return err
		}
	}
	if policy.May(by, policy.CalendarImport) {
		if err := p.calendarWork(r, by, &g); err != nil {
			return err
		}
	}
	if len(g.lists) > 0 {
		g.Empty = ui.EmptyArgs{Title: i18n.T("staff.work.elsewhere"), Hint: i18n.T("staff.work.elsewhere_hint"), Icon: ui.IconInbox, Links: g.lists}
	}
	if by.Kind.Admin() {
		g.Empty = ui.EmptyArgs{Title: i18n.T("staff.work.admin"), Hint: i18n.T("staff.work.admin_hint"), Icon: ui.IconShield}
	}
	return gate.Render(w, r, workView(g))
}

func bookletStats(n map[booklet.State]int64, g *workPage) {
	for _, st := range []booklet.State{booklet.Applied, booklet.Returned, booklet.Verified, booklet.Approved, booklet.Made, booklet.Renewed} {
		label := i18n.T("booklet.state." + string(st)) //i18n:dynamic booklet.state.
		g.stat(n[st], i18n.T("staff.work.booklets", "state", label), ui.Stat{Label: label, Unit: i18n.T("staff.unit.booklets"), Href: "/booklets?state=" + string(st), Icon: ui.IconBook})
	}
}

func (p *Pages) matterWork(r *http.Request, s *gate.Session, g *workPage) error {
	n, err := p.Matters.Counts(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	late := ui.Neutral
	if n.Overdue > 0 {
		late = ui.Bad
	}
	count := func(n int64, label, unit, href string, tone ui.Tone, icon ui.Icon) {
		g.stat(n, label, ui.Stat{Label: label, Unit: unit, Href: href, Tone: tone, Icon: icon})
	}
	count(n.Open, i18n.T("staff.work.open"), i18n.T("staff.unit.matters"), "/matters", ui.Neutral, ui.IconMatter)
	count(n.Overdue, i18n.T("staff.work.overdue"), i18n.T("staff.unit.matters"), "/matters?overdue=1", late, ui.IconClock)
	if n.Asked > 0 {
		count(n.Asked, i18n.T("staff.matters.asked"), i18n.T("staff.unit.matters"), "/matters?asked=1", ui.Bad, ui.IconOrder)
	}
	f := matter.Filter{Level: int64(s.Actor.Kind.Level()), Limit: 8}
	if policy.May(s.Actor, policy.MatterSupervise) {
		count(n.Unanswered, i18n.T("staff.work.orders"), i18n.T("staff.unit.orders"), "/orders?waiting=1", ui.Neutral, ui.IconOrder)
		if f.Level == 0 {
			f.Overdue = true
		}
	}
	lines, err := p.Matters.List(r.Context(), s.Actor, f)
	if err != nil {
		return err
	}
	if len(lines) == 0 && !f.Overdue && policy.May(s.Actor, policy.MatterSupervise) { // nothing in one's own hands: what lies too long below
		if lines, err = p.Matters.List(r.Context(), s.Actor, matter.Filter{Overdue: true, Limit: f.Limit}); err != nil {
			return err
		}
	}
	if s.Actor.Kind == actor.CountyCentre { // what is in the centre's own hands comes before what lies too long elsewhere
		own, err := p.Matters.List(r.Context(), s.Actor, matter.Filter{Countys: true, Limit: f.Limit})
		if err != nil {
			return err
		}
		lines = append(own, slices.DeleteFunc(lines, func(l matter.Line) bool { return l.IsCountys() })...)
	}
	if err := p.matterTasks(r, s.Actor, g, lines); err != nil {
		return err
	}
	if len(lines) == f.Limit {
		g.More = &ui.LinkArgs{Label: i18n.T("staff.work.all"), Href: "/matters"}
	}
	return nil
}

// handedWork is what a department has been asked to do.
func (p *Pages) handedWork(r *http.Request, by actor.Actor, g *workPage) error {
	n, err := p.Matters.Counts(r.Context(), by)
	if err != nil || n.Handed == 0 {
		return err
	}
	label := i18n.T("staff.matters.handed")
	g.stat(n.Handed, label, ui.Stat{Label: label, Unit: i18n.T("staff.unit.matters"), Href: "/matters", Icon: ui.IconMatter})
	lines, err := p.Matters.List(r.Context(), by, matter.Filter{Handed: true, Limit: 8})
	if err != nil {
		return err
	}
	return p.matterTasks(r, by, g, lines)
}

// matterTasks lists matters as what is to be done.
func (p *Pages) matterTasks(r *http.Request, by actor.Actor, g *workPage, lines []matter.Line) error {
	x, err := p.Overview.Index(r.Context(), by)
	if err != nil {
		return err
	}
	for _, l := range lines {
		g.Tasks = append(g.Tasks, ui.TaskArgs{
			Title: i18n.T("matter.category." + l.Category), Href: "/matters/" + string(l.ID), Text: clip(l.Text, 60), //i18n:dynamic matter.category.
			Meta: []string{l.Number, x.FullName(l.Path), level(l.Level)}, Tag: gate.MatterTag(l.State), Due: gate.LineDue(l, p.Now()), Icon: ui.IconMatter,
		})
	}
	return nil
}

func (p *Pages) approvals(r *http.Request, by actor.Actor, g *workPage) error {
	list, err := p.Booklets.List(r.Context(), by, booklet.View(booklet.Verified), "", 8)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), by)
	if err != nil {
		return err
	}
	for _, b := range list {
		g.Tasks = append(g.Tasks, ui.TaskArgs{
			Title: i18n.T("staff.work.approve", "head", b.HeadName), Href: "/booklets/" + string(b.ID),
			Meta: []string{x.FullName(b.OriginPath) + " → " + x.FullName(b.Path), i18n.T("staff.work.applied", "name", b.AppliedName, "at", gate.At(b.AppliedAt))},
			Tag:  bookletTag(b.State), Icon: ui.IconBook,
		})
	}
	return nil
}

// requestWork is what waits for a decision, or has been answered.
func (p *Pages) requestWork(r *http.Request, by actor.Actor, g *workPage) error {
	n, err := p.Requests.Counts(r.Context(), by)
	if err != nil {
		return err
	}
	waits, label := n.Waiting, i18n.T("staff.requests.waiting")
	if !policy.May(by, policy.RequestApprove) {
		if waits, label = n.Answered, i18n.T("staff.requests.answers"); waits == 0 {
			return nil
		}
	}
	g.stat(waits, label, ui.Stat{Label: label, Unit: i18n.T("staff.unit.matters"), Href: "/requests", Icon: ui.IconFile})
	return nil
}

// calendarWork warns that a year's notice of holidays is missing, with the way to
// take it in.
func (p *Pages) calendarWork(r *http.Request, by actor.Actor, g *workPage) error {
	v, err := p.Deadlines.Years(r.Context(), by)
	if err != nil || v.Missing == 0 {
		return err
	}
	g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Warn, Title: i18n.T("staff.calendar.missing", "year", v.Missing), Text: i18n.T("staff.calendar.missing_text", "n", v.Waiting),
		Link: &ui.LinkArgs{Label: i18n.T("staff.calendar.import"), Href: "/calendar"}})
	return nil
}

// networkWork is what waits in the network: what one answers for while a post is
// vacant, what one is to take over, what is with nobody.
func (p *Pages) networkWork(r *http.Request, by actor.Actor, g *workPage) error {
	n, err := p.Network.Work(r.Context(), by)
	if err != nil {
		return err
	}
	for _, w := range []struct {
		n                int64
		title, how, href string
	}{
		{n.HandOvers, "staff.work.hand_overs", "staff.work.hand_overs_how", "/hand-overs"},
		{n.Vacancies, "staff.work.vacancies", "staff.work.vacancies_how", "/posts/vacancies"},
		{n.Holes, "staff.work.holes", "staff.work.holes_how", "/posts/check"},
		{n.Reserve, "staff.work.reserve", "staff.work.reserve_how", "/reserve"},
	} {
		if w.n > 0 {
			g.Tasks = append(g.Tasks, ui.TaskArgs{Title: i18n.T(w.title, "n", w.n), Text: i18n.T(w.how), Href: w.href, Icon: ui.IconPeople, Tag: &ui.TagArgs{Label: i18n.T("staff.work.waits"), Tone: ui.Warn}}) //i18n:dynamic staff.work.
		}
	}
	return nil
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

func level(n int64) string { return gate.Kind(actor.AtLevel(int(n))) + fmt.Sprintf("（%d）", n) }
