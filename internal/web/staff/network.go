package staff

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/network"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// networkPages registers the pages of the people network and of the
// party-building line.
func (p *Pages) networkPages(m *gate.Mux) {
	m.Page("GET /posts", policy.NetworkRead, p.networkTree)
	m.Page("GET /posts/vacancies", policy.VacancyRead, p.vacancies)
	m.Page("POST /posts/vacancies/{id}/note", policy.VacancyNote, p.vacancyNote)
	m.Page("GET /posts/check", policy.NetworkCheck, p.networkCheck)
	m.Page("GET /accounts/{id}/leave", policy.PostAppoint, p.leaveForm)
	m.Page("POST /accounts/{id}/leave", policy.PostAppoint, p.leaveStart)
	m.Page("POST /accounts/{id}/leave/{leave}/end", policy.PostAppoint, p.leaveEnd)
	m.Page("GET /accounts/{id}/posts/{post}/hand-over", policy.PostAppoint, p.handOverForm)
	m.Page("POST /accounts/{id}/posts/{post}/hand-over", policy.PostAppoint, p.handOverGive)
	m.Page("GET /hand-overs", policy.HandOverRead, p.handOvers)
	m.Page("GET /hand-overs/{id}", policy.HandOverRead, p.handOver)
	m.Page("POST /hand-overs/{id}/take", policy.HandOverTake, p.handOverTake)
	m.Page("GET /duties", policy.DutyRead, p.duties)
	m.Page("POST /duties", policy.DutyPropose, p.dutyPropose)
	m.Page("POST /duties/{id}/approve", policy.DutyDecide, p.dutyApprove)
	m.Page("POST /duties/{id}/refuse", policy.DutyDecide, p.dutyRefuse)
	m.Page("POST /duties/placed", policy.DutyPlace, p.dutyPlace)
	m.Page("POST /duties/placed/end", policy.DutyPlace, p.dutyTakeBack)
	m.Page("GET /households/{id}/main-grid", policy.GridMain, p.mainGrid)
	m.Page("POST /households/{id}/main-grid", policy.GridMain, p.mainGridSet)
	m.Page("GET /households/{id}/work-grid", policy.WorkGridBind, p.workBind)
	m.Page("POST /households/{id}/work-grid", policy.WorkGridBind, p.workBindSet)
	m.Page("GET /households/{id}/work", policy.WorkRecord, p.workHere)
	m.Page("POST /households/{id}/work", policy.WorkRecord, p.workHereRecord)
	m.Page("POST /households/{id}/work/end", policy.WorkEnd, p.workHereEnd)
	m.Page("GET /visits", policy.VisitRead, p.visits)
	m.Page("GET /visits/list", policy.VisitRead, p.visitList)
	m.Page("POST /households/{id}/work-contact/phone", policy.ContactReveal, p.revealContact)
	m.Page("GET /grids/without/{id}/{relation}", policy.GridAssign, p.assignForm)
	m.Page("POST /grids/without/{id}/{relation}", policy.GridAssign, p.assign)
	m.Page("GET /work-grids", policy.WorkGridEnter, p.workGrids)
	m.Page("POST /work-grids", policy.WorkGridEnter, p.workEnter)
	m.Page("POST /work-grids/contact", policy.WorkGridEnter, p.workContactChange)
	m.Page("GET /grid-routes", policy.GridRouteRead, p.gridRoutes)
	m.Page("POST /grid-routes", policy.GridRoutePropose, p.gridRoutePropose)
	m.Page("POST /grid-routes/{id}/approve", policy.GridRouteDecide, p.gridRouteApprove)
	m.Page("POST /grid-routes/{id}/refuse", policy.GridRouteDecide, p.gridRouteRefuse)
	m.Page("GET /mass", policy.MassRead, p.mass)
	m.Page("POST /mass", policy.MassRecord, p.massRecord)
	m.Page("POST /mass/{id}/end", policy.MassRecord, p.massEnd)
	m.Page("GET /branches", policy.BranchRead, p.branches)
	m.Page("POST /branches", policy.BranchRecord, p.branchFound)
	m.Page("POST /branches/{id}/end", policy.BranchRecord, p.branchEnd)
	m.Page("GET /pairs", policy.PairRead, p.pairs)
	m.Page("GET /households/{id}/pairs", policy.PairRecord, p.householdPairs)
	m.Page("POST /households/{id}/pairs", policy.PairRecord, p.pairRecord)
	m.Page("POST /households/{id}/pairs/{pair}/end", policy.PairRecord, p.pairEnd)
	m.Page("GET /reserve", policy.ReserveRead, p.reserves)
	m.Page("POST /reserve", policy.ReservePropose, p.reservePropose)
	m.Page("GET /reserve/{id}", policy.ReserveRead, p.reserve)
	m.Page("POST /reserve/{id}/answer", policy.ReserveAnswer, p.reserveAnswer)
	m.Page("POST /reserve/{id}/view", policy.ReserveSay, p.reserveSay)
	m.Page("POST /reserve/{id}/deeds", policy.ReserveNote, p.reserveNote)
	m.Page("POST /reserve/{id}/wish", policy.ReserveSay, p.reserveWish)
	m.Page("POST /reserve/{id}/correct", policy.ReserveCorrect, p.reserveCorrect)
	m.Page("POST /reserve/{id}/end", policy.ReserveEnd, p.reserveEnd)
	m.Page("GET /tasks", policy.TaskRead, p.tasks)
	m.Page("POST /tasks/{id}", policy.TaskRead, p.taskAnswer)
	m.Page("GET /participants/{noun}/{id}", policy.ParticipantName, p.participants)
	m.Page("POST /participants/{noun}/{id}", policy.ParticipantName, p.participantName)
	m.Page("POST /participants/{noun}/{id}/{participant}/end", policy.ParticipantName, p.participantEnd)
}

// at is the place that a page is about: the one asked for, or the actor's own.
func at(r *http.Request, s *gate.Session, digits int) string {
	path := r.URL.Query().Get("at")
	if path == "" {
		path = firstPath(s)
	}
	return path[:min(digits, len(path))]
}

// networkTree is the tree of posts at a place.
func (p *Pages) networkTree(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	t, err := p.Network.Tree(r.Context(), s.Actor, at(r, s, 15))
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.network.of", "place", t.Name), "/posts")
	g.Aside = placesTree(x, "/posts", t.At[:min(12, len(t.At))], t.At)
	g.Stats = []ui.Stat{
		{Label: i18n.T("staff.network.posts"), Value: ui.Thousands(int(t.Total.Posts)), Unit: i18n.T("staff.network.unit"), Icon: ui.IconGrid},
		{Label: i18n.T("staff.network.people"), Value: ui.Thousands(int(t.Total.People)), Unit: i18n.T("staff.unit.people"), Icon: ui.IconPeople, Note: i18n.T("staff.network.once")},
		{Label: i18n.T("staff.network.vacant"), Value: ui.Thousands(t.Vacant), Unit: i18n.T("staff.network.unit"), Icon: ui.IconPerson, Tone: toneIf(t.Vacant > 0, ui.Warn)},
	}
	line := seatTable(i18n.T("staff.network.line"), t.Line, t.On, t.At)
	g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.network.line"), Sub: i18n.T("staff.network.line_sub"), Table: &line})
	if len(t.Below) > 0 {
		below := seatTable(i18n.T("staff.network.below"), t.Below, t.On, t.At)
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.network.below"), Table: &below})
	}
	if len(t.Made) > 0 {
		made := ui.TableArgs{Caption: i18n.T("staff.network.made"), Columns: []ui.Column{{Label: i18n.T("staff.network.made_of"), Wide: true}, {Label: i18n.T("staff.network.posts"), Num: true}, {Label: i18n.T("staff.network.people"), Num: true}}}
		for _, c := range t.Made {
			made.Rows = append(made.Rows, ui.Row{Cells: []templ.Component{ui.Text(orElse(c.MadeOf, i18n.T("staff.network.made_none"))), ui.Num(int(c.Posts)), ui.Num(int(c.People))}})
		}
		g.Panels = append(g.Panels, sheetPanel{Title: made.Caption, Sub: i18n.T("staff.network.made_sub"), Table: &made})
	}
	past := ui.TableArgs{Caption: i18n.T("staff.network.past"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.col.name")}, {Label: i18n.T("staff.col.post")}, {Label: i18n.T("staff.col.office"), Wide: true}, {Label: i18n.T("staff.network.days"), Code: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.network.past_none"), Hint: i18n.T("staff.network.past_hint"), Icon: ui.IconLog}}
	for _, h := range append(t.Coming, t.Past...) {
		past.Rows = append(past.Rows, ui.Row{Cells: []templ.Component{ui.Strong(h.Name), ui.Text(gate.Kind(h.Kind)), ui.Text(h.Office), ui.Text(dayRange(h.ValidFrom, h.ValidTo))}})
	}
	g.Panels = append(g.Panels, sheetPanel{Title: past.Caption, Table: &past})
	return g.render(w, r, "", nil)
}

func toneIf(is bool, t ui.Tone) ui.Tone {
	if is {
		return t
	}
	return ui.Neutral
}

// dayRange is a time in words: the first and the last day.
func dayRange(from, to calendar.Date) string {
	return i18n.T("staff.network.from_to", "from", from, "last", lastDay(to))
}

func roleName(k actor.Kind) string { return i18n.T("account.role." + string(k)) } //i18n:dynamic account.role.

// seatTable lists seats, one row for each who holds one.
func seatTable(caption string, seats []network.Seat, on calendar.Date, here string) ui.TableArgs {
	t := ui.TableArgs{Caption: caption, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.network.level")}, {Label: i18n.T("staff.network.place"), Wide: true}, {Label: i18n.T("staff.network.holder")}, {Label: i18n.T("staff.network.hats")}, {Label: i18n.T("staff.network.days"), Code: true}, {Label: i18n.T("staff.col.state")}}}
	for _, seat := range seats {
		level := ui.Two(fmt.Sprintf("%d %s", seat.Level, gate.Kind(seat.Kind())), roleName(seat.Kind()))
		place := ui.Text(seat.Place)
		if seat.Path != here {
			place = ui.LinkTo(seat.Place, "/posts?at="+seat.Path)
		}
		if len(seat.Holders) == 0 {
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{level, place, ui.Text("—"), ui.Text(""), ui.Text(""), ui.Tag(vacantTag(seat))}})
			continue
		}
		for _, h := range seat.Holders {
			t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{level, place, ui.Two(h.Name, orElse(h.MaskedPhone(), h.Office)), hats(h), ui.Text(dayRange(h.ValidFrom, h.ValidTo)), ui.Tag(holdTag(seat, h))}})
		}
	}
	return t
}

// hats are the other posts of the same person.
func hats(h network.Holding) templ.Component {
	var names []string
	for _, p := range h.Hats {
		names = append(names, gate.Kind(p.Kind))
	}
	also := ""
	if len(names) > 0 {
		also = i18n.T("staff.network.also", "posts", strings.Join(compact(names), "、"))
	}
	if h.MadeOf != "" && also != "" {
		return ui.Two(h.MadeOf, also)
	}
	return ui.Text(h.MadeOf + also)
}

func compact(all []string) (out []string) {
	for _, s := range all {
		if len(out) == 0 || out[len(out)-1] != s {
			out = append(out, s)
		}
	}
	return out
}

// vacantTag says that a seat is vacant and who answers.
func vacantTag(seat network.Seat) ui.TagArgs {
	if seat.Answers == 0 {
		return ui.TagArgs{Label: i18n.T("staff.network.nobody"), Tone: ui.Bad}
	}
	return ui.TagArgs{Label: i18n.T("staff.network.vacant_by", "level", gate.Kind(actor.AtLevel(seat.Answers))), Tone: ui.Warn}
}

func holdTag(seat network.Seat, h network.Holding) ui.TagArgs {
	switch {
	case h.AwayTo != "" && seat.Present():
		return ui.TagArgs{Label: i18n.T("staff.network.away", "last", h.AwayTo.AddDays(-1)), Tone: ui.Info}
	case h.AwayTo != "":
		return ui.TagArgs{Label: i18n.T("staff.network.away_by", "last", h.AwayTo.AddDays(-1), "level", gate.Kind(actor.AtLevel(max(1, seat.Answers)))), Tone: ui.Warn}
	case h.HeldAs == account.StandIn:
		return ui.TagArgs{Label: i18n.T("staff.network.stands", "name", h.Standing), Tone: ui.Info}
	case h.HeldAs == account.Deputy:
		return ui.TagArgs{Label: i18n.T("staff.network.deputy"), Tone: ui.Info}
	}
	return ui.TagArgs{Label: i18n.T("staff.network.held"), Tone: ui.Good}
}

// vacancies lists what is vacant in the actor's area: what the actor's level
// answers for, and the rest.
func (p *Pages) vacancies(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	others := r.URL.Query().Get("show") == "others" || s.Actor.Kind.Level() == 0
	all, err := p.Network.Vacancies(r.Context(), s.Actor, !others, r.URL.Query().Get("after"), limit)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.menu.vacancies"), "/posts/vacancies")
	title, sub, none := i18n.T("staff.vacancy.mine"), i18n.T("staff.vacancy.mine_sub"), i18n.T("staff.vacancy.none_mine")
	if others {
		title, sub, none = i18n.T("staff.vacancy.others"), "", i18n.T("staff.vacancy.none")
	}
	if s.Actor.Kind.Level() > 0 {
		g.Tabs = ui.TabBarArgs{Label: g.Title, Items: []ui.TabItem{{Label: i18n.T("staff.vacancy.mine"), Href: "/posts/vacancies", Current: !others}, {Label: i18n.T("staff.vacancy.others"), Href: "/posts/vacancies?show=others", Current: others}}}
	}
	next := ""
	if len(all) == limit {
		next = all[limit-1].Key()
	}
	t := ui.TableArgs{Caption: title, Cards: true, Pager: gate.More(r, "/posts/vacancies", "after", next), Columns: []ui.Column{{Label: i18n.T("staff.network.level")}, {Label: i18n.T("staff.network.place"), Wide: true}, {Label: i18n.T("staff.vacancy.answers")}, {Label: i18n.T("staff.vacancy.told"), Code: true}, {Label: i18n.T("staff.vacancy.noted")}},
		Empty: ui.EmptyArgs{Title: none, Hint: i18n.T("staff.vacancy.none_hint"), Icon: ui.IconGood}}
	for _, l := range all {
		answers := ui.Tag(ui.TagArgs{Label: i18n.T("staff.network.nobody"), Tone: ui.Bad})
		if l.Answers > 0 {
			answers = ui.Text(gate.Kind(actor.AtLevel(l.Answers)))
		}
		do := ui.Text("")
		switch {
		case l.New():
			do = confirm(s, "staff.vacancy.note", "staff.vacancy.note_text", l.Place, "/posts/vacancies/"+l.Word.ID+"/note")
		case l.Word.NotedAt != 0:
			do = ui.Two(l.Word.NotedName, gate.At(l.Word.NotedAt))
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Two(gate.Kind(l.Kind()), roleName(l.Kind())), ui.LinkTo(l.Place, "/posts?at="+l.Path), answers, ui.Text(gate.At(l.Word.ToldAt)), do}})
	}
	g.Panels = []sheetPanel{{Title: title, Sub: sub, Table: &t}}
	return g.render(w, r, "", nil)
}

func (p *Pages) vacancyNote(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if _, err := p.Network.NoteVacancy(r.Context(), s.Actor, gate.Key(r), r.PathValue("id")); err != nil {
		return err
	}
	return gate.See(w, r, "/posts/vacancies?done=noted")
}

// networkCheck lists what is with nobody.
func (p *Pages) networkCheck(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	holes, err := p.Network.Holes(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.menu.network_check"), "/posts/check")
	t := ui.TableArgs{Caption: i18n.T("staff.hole.title"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.hole.kind")}, {Label: i18n.T("staff.hole.what"), Wide: true}, {Label: i18n.T("staff.hole.since"), Code: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.hole.none"), Hint: i18n.T("staff.hole.none_hint"), Icon: ui.IconGood}}
	for _, h := range holes {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Tag(ui.TagArgs{Label: i18n.T("network.kind." + string(h.What)), Tone: ui.Bad}), ui.Text(h.Text), ui.Text(string(h.FoundOn))}}) //i18n:dynamic network.kind.
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Sub: i18n.T("staff.hole.sub"), Table: &t}}
	return g.render(w, r, "", nil)
}
