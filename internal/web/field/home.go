package field

import (
	"net/http"

	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type homePage struct {
	ui.PhoneArgs
	Hello string
	Stats []ui.Stat
	Tiles []ui.TaskArgs
}

// home is the first page: what waits for one's word, and the ways on.
func (p *Pages) home(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	g := homePage{PhoneArgs: p.frame(r, s, i18n.T("field.home.title"), "/m/"), Hello: i18n.T("field.sign.hello", "name", s.Actor.Name)}
	if policy.May(s.Actor, policy.MatterRead) {
		n, err := p.Matters.Counts(r.Context(), s.Actor)
		if err != nil {
			return err
		}
		tone := ui.Neutral
		if n.ToConfirm > 0 {
			tone = ui.Warn
		}
		g.Stats = append(g.Stats, ui.Stat{Label: i18n.T("field.home.confirm"), Value: ui.Thousands(int(n.ToConfirm)), Unit: i18n.T("staff.unit.matters"), Href: "/m/matters", Tone: tone, Icon: ui.IconBell})
		if s.Actor.Kind.Level() > 1 {
			late := ui.Neutral
			if n.Overdue > 0 {
				late = ui.Bad
			}
			g.Stats = append(g.Stats,
				ui.Stat{Label: i18n.T("staff.matters.own"), Value: ui.Thousands(int(n.Mine)), Unit: i18n.T("staff.unit.matters"), Href: "/m/todo", Icon: ui.IconInbox},
				ui.Stat{Label: i18n.T("staff.work.overdue"), Value: ui.Thousands(int(n.Overdue)), Unit: i18n.T("staff.unit.matters"), Href: "/m/todo", Tone: late, Icon: ui.IconClock})
		}
	}
	tile := func(may policy.Action, key, href string, icon ui.Icon) {
		if policy.May(s.Actor, may) {
			g.Tiles = append(g.Tiles, ui.TaskArgs{Title: i18n.T("field.home." + key), Text: i18n.T("field.home." + key + "_text"), Href: href, Icon: icon}) //i18n:dynamic field.home.
		}
	}
	tile(policy.MatterReport, "report", "/m/report", ui.IconPlus)
	tile(policy.VisitRecord, "visit", "/m/visits", ui.IconVisit)
	if s.Actor.Kind.Level() > 1 {
		tile(policy.MatterAccept, "todo", "/m/todo", ui.IconInbox)
	}
	tile(policy.MatterRead, "mine", "/m/matters", ui.IconMatter)
	return gate.Render(w, r, homeView(g))
}
