package field

import (
	"net/http"
	"strings"

	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/visit"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type homePage struct {
	ui.PhoneArgs
	Hello string
	Grids string
	Stats []ui.Stat
	Tiles []ui.TaskArgs
}

// home is the first page: what waits for one's word, and the ways on.
func (p *Pages) home(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	g := homePage{PhoneArgs: p.frame(r, s, i18n.T("field.home.title"), "/m/"), Hello: i18n.T("field.sign.hello", "name", s.Actor.Name)}
	if done := r.URL.Query().Get("done"); done == "password" || done == "totp" { // a worker begins here, and sets them at the office
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Good, Text: i18n.T("staff.done." + done), Dismiss: true}) //i18n:dynamic staff.done.
	}
	names, err := p.gridNames(r, s)
	if err != nil {
		return err
	}
	if g.Grids = strings.Join(names, "、"); len(names) > 3 {
		g.Grids = i18n.T("field.home.grids", "first", names[0], "n", len(names))
	}
	if err := p.homeStats(r, s, &g); err != nil {
		return err
	}
	if s.Actor.Kind.Level() == 1 { // has no work table at the office, where the others see it
		n, err := p.Network.Work(r.Context(), s.Actor)
		if err != nil {
			return err
		}
		if n.Reserve > 0 {
			g.Tiles = append(g.Tiles, ui.TaskArgs{Title: i18n.T("staff.work.reserve", "n", n.Reserve), Text: i18n.T("field.home.reserve_text"), Href: "/reserve", Icon: ui.IconPerson})
		}
	}
	tile := func(may policy.Action, key, href string, icon ui.Icon) {
		if policy.May(s.Actor, may) {
			g.Tiles = append(g.Tiles, ui.TaskArgs{Title: i18n.T("field.home." + key), Text: i18n.T("field.home." + key + "_text"), Href: href, Icon: icon}) //i18n:dynamic field.home.
		}
	}
	tile(policy.MatterReport, "report", "/m/report", ui.IconPlus)
	tile(policy.VisitRecord, "visit", "/m/visits", ui.IconVisit)
	tile(policy.VisitRecord, "grid", "/m/grid", ui.IconGrid)
	tile(policy.MatterRead, "mine", "/m/matters", ui.IconMatter)
	return gate.Render(w, r, homeView(g))
}

// gridNames are the areas of the actor's post, in words.
func (p *Pages) gridNames(r *http.Request, s *gate.Session) (names []string, err error) {
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return nil, err
	}
	for _, path := range s.Actor.Paths {
		names = append(names, x.GridName(path))
	}
	return names, nil
}

// homeStats are at most four numbers, each with the list it counts.
func (p *Pages) homeStats(r *http.Request, s *gate.Session, g *homePage) (err error) {
	var n matter.Counts
	var v visit.Counts
	if policy.May(s.Actor, policy.MatterRead) {
		if n, err = p.Matters.Counts(r.Context(), s.Actor); err != nil {
			return err
		}
	}
	goes := policy.May(s.Actor, policy.VisitRecord)
	if goes {
		if v, err = p.Visits.Counts(r.Context(), s.Actor); err != nil {
			return err
		}
	}
	add := func(label string, count int64, unit, href string, icon ui.Icon, tone ui.Tone) {
		if count == 0 {
			tone = ui.Neutral
		}
		g.Stats = append(g.Stats, ui.Stat{Label: label, Value: ui.Thousands(int(count)), Unit: unit, Href: href, Tone: tone, Icon: icon})
	}
	matters, households := i18n.T("staff.unit.matters"), i18n.T("field.home.unit_households")
	if !policy.May(s.Actor, policy.MatterRead) {
		return nil
	}
	if s.Actor.Kind.Level() >= 2 {
		add(i18n.T("field.home.hands"), n.Mine, matters, "/m/todo", ui.IconInbox, ui.Info)
		add(i18n.T("staff.work.overdue"), n.Overdue, matters, "/m/overdue", ui.IconClock, ui.Bad)
	}
	add(i18n.T("field.home.confirm"), n.ToConfirm, matters, "/m/todo", ui.IconBell, ui.Warn)
	if goes {
		add(i18n.T("field.home.to_visit"), v.Late, households, "/m/visits", ui.IconVisit, ui.Neutral)
	}
	if goes && s.Actor.Kind.Level() == 1 {
		add(i18n.T("field.home.households"), v.Households, households, "/m/grid", ui.IconHouse, ui.Neutral)
	}
	if s.Actor.Kind.Level() < 2 || !goes {
		add(i18n.T("field.home.open"), n.Reported, matters, "/m/matters", ui.IconMatter, ui.Neutral)
	}
	return nil
}

type gridPage struct {
	ui.PhoneArgs
	Items []ui.Item
}

// grid is the actor's own grids: which they are and how many households they
// hold. It is about the grid and measures nobody.
func (p *Pages) grid(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	n, err := p.Visits.Counts(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	names, err := p.gridNames(r, s)
	if err != nil {
		return err
	}
	g := gridPage{PhoneArgs: p.frame(r, s, i18n.T("field.home.grid"), ""), Items: []ui.Item{
		{Label: i18n.T("field.grid_page.names"), Text: strings.Join(names, "、")},
		{Label: i18n.T("field.home.households"), Text: ui.Thousands(int(n.Households))},
		{Label: i18n.T("field.home.to_visit"), Text: ui.Thousands(int(n.Late))},
		{Label: i18n.T("field.grid_page.post"), Text: gate.Kind(s.Actor.Kind)},
	}}
	g.Back = &ui.LinkArgs{Label: i18n.T("field.tab.home"), Href: "/m/"}
	return gate.Render(w, r, gridView(g))
}
