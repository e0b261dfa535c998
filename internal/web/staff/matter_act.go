package staff

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"anju/internal/actor"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/matter"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type matterPage struct {
	ui.OfficeArgs
	matter.Page
	Key       string
	Facts     []ui.Item
	Events    []ui.Event
	Explain   []string
	Due       *ui.DueArgs
	Acts      []gate.MatterAct // that stand open
	More      []gate.MatterAct
	Orders    []orderPanel
	Mediation []ui.ButtonArgs
	Bodies    *ui.ButtonArgs
	Tried     string // the act whose form comes back
	Again     string // and its key
	Wrong     []ui.FieldError
}

// matter is one matter with everything that happened to it.
func (p *Pages) matter(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showMatter(w, r, s, matter.ID(r.PathValue("id")), "", nil, http.StatusOK)
}

// showMatter shows a matter's page; tried is the act, or "order-" and the id of
// the order, whose form comes back with what is wrong.
func (p *Pages) showMatter(w http.ResponseWriter, r *http.Request, s *gate.Session, id matter.ID, tried string, wrong map[string]string, status int) error {
	page, err := p.Matters.Get(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	m := page.Matter
	g := matterPage{OfficeArgs: p.frame(r, s, i18n.T("matter.category."+m.Category), "/matters"), Page: page, Key: gate.NewKey(), Explain: page.Explain(p.Now()), Due: gate.RunningDue(page, p.Now())}
	g.Sub = m.Number
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.matters"), Href: "/matters"}}
	if said := gate.SaidOfMatter(r.URL.Query().Get("done")); said != "" {
		g.Notices = append(g.Notices, ui.NoticeArgs{Tone: ui.Good, Text: said, Dismiss: true})
	}
	g.Facts = matterFacts(page, x)
	g.Events = gate.Timeline(page.Events)
	g.Orders = orderPanels(page, s.Actor)
	g.Mediation = mediationWays(page, s.Actor)
	if policy.Check(s.Actor, policy.ParticipantName, m) == nil {
		g.Bodies = &ui.ButtonArgs{Label: i18n.T("staff.participant.title"), Href: "/participants/matter/" + string(m.ID)}
	}
	if page.Answers > m.Level {
		g.Facts = append(g.Facts, ui.Item{Label: i18n.T("staff.matter.instead"), Value: ui.Tag(ui.TagArgs{Label: i18n.T("staff.network.vacant_by", "level", gate.Kind(actor.AtLevel(int(page.Answers)))), Tone: ui.Warn}), Wide: true})
	}
	g.Tried = tried
	for _, a := range gate.MatterActs(page) {
		if a.Path == tried {
			for i := range a.Fields {
				gate.Fill(r, wrong, &a.Fields[i])
			}
			g.Wrong = ui.Errors(a.Fields...)
			g.Again = r.PostFormValue(gate.KeyField)
		}
		if a.Main {
			g.Acts = append(g.Acts, a)
		} else {
			g.More = append(g.More, a)
		}
	}
	for _, o := range g.Orders {
		for id, f := range map[string]*ui.FieldArgs{"order-" + o.ID: o.Answer, "return-" + o.ID: o.Return} {
			if f != nil && id == tried {
				gate.Fill(r, wrong, f)
				g.Wrong = ui.Errors(*f)
			}
		}
	}
	return gate.RenderCode(w, r, status, matterView(g))
}

// matterFacts are what is known of a matter, as far as it is known to whoever
// reads its page.
func matterFacts(page matter.Page, x *division.Index) []ui.Item {
	m := page.Matter
	category := i18n.T("matter.category." + m.Category) //i18n:dynamic matter.category.
	if page.Kind.Name != "" {
		category += " · " + page.Kind.Name
	}
	items := []ui.Item{
		{Label: i18n.T("staff.col.state"), Value: ui.Tag(*gate.MatterTag(m.State))}, {Label: i18n.T("staff.col.hands"), Text: level(m.Level)},
		{Label: i18n.T("staff.col.category"), Text: category}, {Label: i18n.T("staff.col.grid"), Text: x.GridName(m.Path) + " " + m.Place},
		{Label: i18n.T("staff.matter.reported"), Text: orElse(m.ReporterName, i18n.T("matter.anonymous")) + " " + gate.At(m.ReportedAt)},
	}
	add := func(key, text string, is bool) {
		if is {
			items = append(items, ui.Item{Label: i18n.T("staff.matter." + key), Text: text}) //i18n:dynamic staff.matter.
		}
	}
	way := i18n.T("matter.via." + m.Via) //i18n:dynamic matter.via.
	if m.SaidOn != "" {
		way += " " + m.SaidOn
	}
	add("via", way, m.Via != matter.Self || m.SaidOn != "")
	phone := page.Contact.Phone.Reveal()
	if page.Refusal == nil { // of a refusal only the centre sees it, which calls back
		phone = ident.MaskPhone(phone)
	}
	add("for", strings.TrimSpace(page.Contact.Name+" "+phone), m.Contact != "" && page.Refusal == nil)
	add("reporter", strings.TrimSpace(page.Contact.Name+" "+phone), m.Contact != "" && page.Refusal != nil)
	if page.Refusal != nil {
		add("refused", strings.TrimSpace(page.Refusal.Service+" "+page.Refusal.Unit), true)
		add("refused_on", string(page.Refusal.On), true)
	}
	add("private", i18n.T("staff.matter.private_text"), m.Private != 0)
	var named []string
	for _, n := range page.Named {
		named = append(named, n.Name)
	}
	add("named", strings.Join(named, "、"), len(named) > 0)
	add("unit", gate.Kind(actor.Kind(m.Unit)), m.Unit != "")
	add("promised", m.PromisedOn, m.PromisedOn != "" && m.IsOpen())
	add("resume", m.ResumeOn, m.ResumeOn != "")
	add("into", m.Into, m.Into != "")
	add("split_from", m.SplitFrom, m.SplitFrom != "")
	var with []string
	for _, o := range page.With {
		with = append(with, o.Number)
	}
	add("with", strings.Join(with, "、"), len(with) > 0)
	items = append(items, ui.Item{Label: i18n.T("staff.col.text"), Text: m.Text, Wide: true})
	if m.Result != "" {
		items = append(items, ui.Item{Label: i18n.T("staff.matter.result"), Text: m.Result, Wide: true})
	}
	if m.WordBy != 0 && m.Solved == 0 {
		add("word_by", gate.At(m.WordBy), true)
	}
	if m.Rating != 0 {
		add("rating", i18n.T("matter.rating."+strconv.FormatInt(m.Rating, 10)), true) //i18n:dynamic matter.rating.
	}
	return items
}

// matterAct runs one act from the matter's page, or from the act's own.
func (p *Pages) matterAct(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id, path := matter.ID(r.PathValue("id")), r.PathValue("act")
	if wrong, err := gate.KeepPhotos(r, s, p.Matters); err != nil {
		return err
	} else if wrong != nil {
		return p.showMatter(w, r, s, id, path, wrong, http.StatusUnprocessableEntity)
	}
	_, err := p.Matters.Do(r.Context(), s.Actor, gate.Key(r), gate.ActOfPath(path), id, gate.SayOf(r))
	if wrong, ok := gate.Invalid(err); ok {
		if a := gate.ActOfPath(path); a == matter.Merge || a == matter.Split {
			return p.showMatterAct(w, r, s, wrong, http.StatusUnprocessableEntity)
		}
		return p.showMatter(w, r, s, id, path, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/matters/"+string(id)+"?done="+path)
}

type matterActPage struct {
	ui.OfficeArgs
	ID     matter.ID
	Key    string
	Act    gate.MatterAct
	Text   string // of the matter
	Fields []ui.FieldArgs
	Wrong  []ui.FieldError
}

// matterActForm is the page of an act that needs to see more than a form.
func (p *Pages) matterActForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showMatterAct(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showMatterAct(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	id, a := matter.ID(r.PathValue("id")), gate.ActOfPath(r.PathValue("act"))
	page, err := p.Matters.Get(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	form := gate.MatterActOf(page, a)
	if !form.Page || !slices.Contains(page.Acts, a) {
		return fault.New(fault.NotFound, "gate.no_page")
	}
	g := matterActPage{OfficeArgs: p.frame(r, s, form.Label, "/matters"), ID: id, Key: gate.KeyOf(r), Act: form, Text: page.Matter.Text}
	g.Sub = page.Matter.Number
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.matters"), Href: "/matters"}, {Label: page.Matter.Number, Href: "/matters/" + string(id)}}
	if a == matter.Merge {
		lines, err := p.Matters.Beside(r.Context(), s.Actor, id)
		if err != nil {
			return err
		}
		x, err := p.Overview.Index(r.Context(), s.Actor)
		if err != nil {
			return err
		}
		g.Fields = gate.MergeFields(lines, x)
	}
	g.Fields = append(g.Fields, form.Fields...)
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, matterActView(g))
}
