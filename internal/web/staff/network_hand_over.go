package staff

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/account"
	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/network"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

func partName(p network.Part) string { return i18n.T("network.part." + string(p)) } //i18n:dynamic network.part.

// handOverForm shows what is open in a post, counted, and asks who takes it.
func (p *Pages) handOverForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showHandOverForm(w, r, s, nil)
}

func (p *Pages) showHandOverForm(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	id, postID := r.PathValue("id"), r.PathValue("post")
	l, err := p.Network.Leaving(r.Context(), s.Actor, postID)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.hand_over.title", "name", l.Name), "/accounts")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.accounts"), Href: "/accounts"}, {Label: l.Name, Href: "/accounts/" + id}}
	g.Sub = gate.Kind(l.Post.Kind) + " " + l.Post.Office
	open := ui.TableArgs{Caption: i18n.T("staff.hand_over.open"), Columns: []ui.Column{{Label: i18n.T("staff.hand_over.part"), Wide: true}, {Label: i18n.T("staff.hand_over.items"), Num: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.hand_over.nothing"), Hint: i18n.T("staff.hand_over.nothing_hint"), Icon: ui.IconGood}}
	f := sheetForm{Name: "give", Action: "/accounts/" + id + "/posts/" + postID + "/hand-over", Button: i18n.T("staff.hand_over.give"), Kind: ui.Primary,
		Fields: []ui.FieldArgs{{Name: "ends_on", Label: i18n.T("staff.hand_over.ends_on"), Kind: ui.DateField, Required: true, Value: string(l.Today), Hint: i18n.T("staff.hand_over.ends_hint"), Wide: true}}}
	for _, part := range network.Parts {
		n := l.Open[part]
		if n == 0 {
			continue
		}
		open.Rows = append(open.Rows, ui.Row{Cells: []templ.Component{ui.Text(partName(part)), ui.Num(n)}})
		f.Fields = append(f.Fields, ui.FieldArgs{Name: string(part), Label: i18n.T("staff.hand_over.to", "part", partName(part), "n", n), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Options: choices(l), Wide: true})
	}
	if len(open.Rows) > 0 && len(l.Candidates) == 0 {
		g.Notice = &ui.NoticeArgs{Tone: ui.Warn, Text: i18n.T("staff.hand_over.no_candidate")}
	}
	g.Panels = []sheetPanel{{Title: open.Caption, Sub: i18n.T("staff.hand_over.open_sub"), Table: &open}, {Title: i18n.T("staff.hand_over.end"), Sub: i18n.T("staff.hand_over.end_sub"), Forms: []sheetForm{f}}}
	return g.render(w, r, "give", wrong)
}

func (p *Pages) handOverGive(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	o := network.Offer{PostID: r.PathValue("post"), EndsOn: calendar.Date(gate.Trim(r, "ends_on")), To: map[network.Part]account.ID{}}
	for _, part := range network.Parts {
		if to := gate.Trim(r, string(part)); to != "" {
			o.To[part] = account.ID(to)
		}
	}
	h, err := p.Network.HandOver(r.Context(), s.Actor, gate.Key(r), o)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showHandOverForm(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	if h.ID == "" {
		return gate.See(w, r, "/accounts/"+id+"?done=ended")
	}
	return gate.See(w, r, "/hand-overs/"+h.ID+"?done=offered")
}

// handOvers lists what waits to be taken over.
func (p *Pages) handOvers(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	done := r.URL.Query().Get("show") == "all"
	all, err := p.Network.HandOvers(r.Context(), s.Actor, done)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.menu.hand_overs"), "/hand-overs")
	g.Tabs = ui.TabBarArgs{Label: g.Title, Items: []ui.TabItem{{Label: i18n.T("staff.hand_over.waiting"), Href: "/hand-overs", Current: !done}, {Label: i18n.T("staff.all"), Href: "/hand-overs?show=all", Current: done}}}
	t := ui.TableArgs{Caption: g.Title, Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.hand_over.who")}, {Label: i18n.T("staff.col.post")}, {Label: i18n.T("staff.col.office"), Wide: true}, {Label: i18n.T("staff.hand_over.ends_on"), Code: true}, {Label: i18n.T("staff.col.state")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.hand_over.none"), Hint: i18n.T("staff.hand_over.none_hint"), Icon: ui.IconGood}}
	for _, h := range all {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.NameLink(h.Name, "/hand-overs/"+h.ID), ui.Text(gate.Kind(h.Kind)), ui.Text(h.Office), ui.Text(string(h.EndsOn)), ui.Tag(handOverTag(h))}})
	}
	g.Panels = []sheetPanel{{Title: g.Title, Table: &t}}
	return g.render(w, r, "", nil)
}

func handOverTag(h network.HandOver) ui.TagArgs {
	if h.DoneAt != 0 {
		return ui.TagArgs{Label: i18n.T("staff.hand_over.done", "at", gate.At(h.DoneAt)), Tone: ui.Good}
	}
	return ui.TagArgs{Label: i18n.T("staff.hand_over.open_tag"), Tone: ui.Warn}
}

// itemPage is where a thing that is handed over is seen, if it has a page.
var itemPage = map[string]string{"matter": "/matters/", "household": "/households/", "mediation": "/mediations/", "booklet": "/booklets/", "request": "/requests/", "import": "/imports/"}

// handOver is one hand-over: what, to whom, whether it has been taken.
func (p *Pages) handOver(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	h, err := p.Network.GetHandOver(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.hand_over.title", "name", h.Name), "/hand-overs")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.hand_overs"), Href: "/hand-overs"}}
	facts := []ui.Item{{Label: i18n.T("staff.col.post"), Text: gate.Kind(h.Kind)}, {Label: i18n.T("staff.col.office"), Text: h.Office}, {Label: i18n.T("staff.hand_over.ends_on"), Text: string(h.EndsOn)},
		{Label: i18n.T("staff.hand_over.offered"), Text: h.OfferedName + " " + gate.At(h.OfferedAt)}, {Label: i18n.T("staff.col.state"), Value: ui.Tag(handOverTag(h.HandOver))}}
	parts := ui.TableArgs{Caption: i18n.T("staff.hand_over.parts"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.hand_over.part"), Wide: true}, {Label: i18n.T("staff.hand_over.items"), Num: true}, {Label: i18n.T("staff.hand_over.taker")}, {Label: i18n.T("staff.col.state")}}}
	for _, b := range h.Bundles {
		state := ui.TagArgs{Label: i18n.T("staff.hand_over.open_tag"), Tone: ui.Warn}
		if b.TakenAt != 0 {
			state = ui.TagArgs{Label: i18n.T("staff.hand_over.taken", "at", gate.At(b.TakenAt)), Tone: ui.Good}
		}
		parts.Rows = append(parts.Rows, ui.Row{Cells: []templ.Component{ui.Text(partName(b.Part)), ui.Num(int(b.Items)), ui.Two(b.ToName, b.ToOffice), ui.Tag(state)}})
	}
	g.Panels = []sheetPanel{{Title: i18n.T("staff.hand_over.facts"), Facts: facts}, {Title: parts.Caption, Table: &parts}}
	if h.Mine && policy.May(s.Actor, policy.HandOverTake) {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.hand_over.take"), Sub: i18n.T("staff.hand_over.take_sub"), Forms: []sheetForm{{Name: "take", Action: "/hand-overs/" + h.ID + "/take", Button: i18n.T("staff.hand_over.take"), Kind: ui.Primary}}})
	}
	for _, part := range network.Parts {
		if items := h.Items[part]; len(items) > 0 {
			g.Panels = append(g.Panels, sheetPanel{Title: partName(part), Table: itemTable(part, items)})
		}
	}
	return g.render(w, r, "", nil)
}

// itemTable leads to each thing that is handed over: its own page says what it
// is, to who may see it.
func itemTable(part network.Part, items []network.Item) *ui.TableArgs {
	t := &ui.TableArgs{Caption: partName(part), Columns: []ui.Column{{Label: i18n.T("staff.hand_over.item"), Wide: true}}}
	for i, item := range items {
		noun, id, _ := strings.Cut(item.Subject, "/")
		name := orElse(item.Label, i18n.T("staff.hand_over.nth", "n", i+1))
		cell := ui.Text(name)
		if at := itemPage[noun]; at != "" {
			cell = ui.LinkTo(name, at+id)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{cell}})
	}
	return t
}

func (p *Pages) handOverTake(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	if _, err := p.Network.TakeOver(r.Context(), s.Actor, gate.Key(r), id); err != nil {
		return err
	}
	return gate.See(w, r, "/hand-overs/"+id+"?done=taken")
}
