package field

import (
	"net/http"
	"slices"

	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// most is how many matters a page of a list on the phone shows.
const most = 50

type listPage struct {
	ui.PhoneArgs
	Parts []listPart
	Empty ui.EmptyArgs // said when no part has anything
}

type listPart struct {
	Title string // none when it is the only part
	Tasks []ui.TaskArgs
	Pager *ui.PagerArgs
}

// mine lists one's own reports, the newest first.
func (p *Pages) mine(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	g := listPage{PhoneArgs: p.frame(r, s, i18n.T("field.home.mine"), ""), Empty: ui.EmptyArgs{Title: i18n.T("field.matters.none"), Hint: i18n.T("field.matters.none_hint"), Icon: ui.IconMatter}}
	g.Back = &ui.LinkArgs{Label: i18n.T("field.tab.home"), Href: "/m/"}
	if err := p.part(r, s, &g, "", "/m/matters", "after", matter.Filter{Mine: true}); err != nil {
		return err
	}
	return gate.Render(w, r, listView(g))
}

// todo lists what waits: for one's word as the reporter, and for leaders what
// is in their own hands, the longest waiting first.
func (p *Pages) todo(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	g := listPage{PhoneArgs: p.frame(r, s, i18n.T("field.tab.todo"), "/m/todo"), Empty: ui.EmptyArgs{Title: i18n.T("field.todo.none"), Hint: i18n.T("field.todo.none_hint"), Icon: ui.IconGood}}
	if n := s.Actor.Kind.Level(); n >= 2 && policy.May(s.Actor, policy.MatterAccept) {
		if err := p.part(r, s, &g, i18n.T("field.todo.hands"), "/m/todo", "hands", matter.Filter{Level: int64(n)}); err != nil {
			return err
		}
		if err := p.part(r, s, &g, i18n.T("staff.matters.asked"), "/m/todo", "asked", matter.Filter{Asked: true}); err != nil {
			return err
		}
		if err := p.part(r, s, &g, i18n.T("staff.matters.untold"), "/m/todo", "untold", matter.Filter{Untold: true}); err != nil {
			return err
		}
	}
	if slices.Contains(matter.Units, s.Actor.Kind) {
		if err := p.part(r, s, &g, i18n.T("staff.matters.handed"), "/m/todo", "handed", matter.Filter{Handed: true}); err != nil {
			return err
		}
	}
	if err := p.part(r, s, &g, i18n.T("field.todo.word"), "/m/todo", "word", matter.Filter{Mine: true, Waiting: true}); err != nil {
		return err
	}
	return gate.Render(w, r, listView(g))
}

// overdue lists what has run past a limit in the area one reads: the matters of a
// village, in whosever hands.
func (p *Pages) overdue(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	g := listPage{PhoneArgs: p.frame(r, s, i18n.T("staff.work.overdue"), ""), Empty: ui.EmptyArgs{Title: i18n.T("staff.matters.none"), Icon: ui.IconGood}}
	g.Back = &ui.LinkArgs{Label: i18n.T("field.tab.home"), Href: "/m/"}
	if err := p.part(r, s, &g, "", "/m/overdue", "after", matter.Filter{Overdue: true}); err != nil {
		return err
	}
	return gate.Render(w, r, listView(g))
}

// part adds a list of matters if there are any; param is the part of the
// address that says where it goes on.
func (p *Pages) part(r *http.Request, s *gate.Session, g *listPage, title, path, param string, f matter.Filter) error {
	f.Limit = most
	f.AfterAt, f.After = gate.Cursor(r.URL.Query().Get(param))
	lines, err := p.Matters.List(r.Context(), s.Actor, f)
	if err != nil || len(lines) == 0 {
		return err
	}
	next := ""
	if len(lines) == most {
		next = gate.CursorText(lines[most-1].LevelSince, string(lines[most-1].ID))
	}
	one := listPart{Title: title, Pager: gate.More(r, path, param, next)}
	for _, l := range lines {
		one.Tasks = append(one.Tasks, ui.TaskArgs{
			Title: i18n.T("matter.category." + l.Category), Href: "/m/matters/" + string(l.ID), Text: l.Text, Meta: []string{l.Number, progress(l.Matter, f.Mine || l.Reporter == s.Actor.Account)}, //i18n:dynamic matter.category.
			Tag: gate.MatterTag(l.State), Due: gate.LineDue(l, p.Now()), Icon: ui.IconMatter,
		})
	}
	g.Parts = append(g.Parts, one)
	return nil
}
