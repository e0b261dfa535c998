package staff

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/adjust"
	"anju/internal/calendar"
	"anju/internal/community"
	"anju/internal/division"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

func foundingState(k string) ui.TagArgs {
	t := ui.TagArgs{Label: i18n.T("staff.founding.state." + k)} //i18n:dynamic staff.founding.state.
	if k == community.Waiting {
		t.Tone = ui.Warn
	} else if k == community.Done {
		t.Tone = ui.Good
	}
	return t
}

// foundings lists what towns have proposed, the latest first.
func (p *Pages) foundings(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	all, next, err := p.Communities.Foundings(r.Context(), s.Actor, "", r.URL.Query().Get("after"), 20)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.founding.list"), "/communities")
	g.Sub, g.Tabs = i18n.T("staff.founding.sub"), communityTabs("/communities/foundings")
	if policy.May(s.Actor, policy.CommunityPropose) {
		g.Actions = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.founding.new"), Kind: ui.Primary, Href: "/communities/foundings/new"})
	}
	t := ui.TableArgs{Caption: i18n.T("staff.founding.list"), Cards: true, Pager: gate.More(r, "/communities/foundings", "after", next),
		Columns: []ui.Column{{Label: i18n.T("staff.founding.number"), Code: true}, {Label: i18n.T("staff.founding.name"), Wide: true}, {Label: i18n.T("staff.founding.way")}, {Label: i18n.T("staff.founding.proposed")}, {Label: i18n.T("staff.col.state")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.founding.none"), Hint: i18n.T("staff.founding.none_hint"), Icon: ui.IconBuilding}}
	for _, c := range all {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.NameLink(c.Number, "/communities/foundings/"+c.ID), ui.Two(c.Name, c.Code), ui.Text(c.Way), ui.Two(c.ProposedName, gate.At(c.ProposedAt)), ui.Tag(foundingState(c.State))}})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Table: &t}}
	return g.render(w, r, "", nil)
}

// mostVillages is how many villages the form asks about.
const mostVillages = 4

func (p *Pages) foundingNew(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showFoundingNew(w, r, s, nil)
}

// showFoundingNew asks which way and which villages, then for the rest.
func (p *Pages) showFoundingNew(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string) error {
	if !policy.May(s.Actor, policy.CommunityPropose) {
		return policy.Check(s.Actor, policy.CommunityPropose, policy.Places{})
	}
	x, err := p.Divisions.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.founding.new"), "/communities")
	g.Sub = i18n.T("staff.founding.sub")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.communities"), Href: "/communities"}, {Label: i18n.T("staff.founding.list"), Href: "/communities/foundings"}}
	way := r.FormValue("way")
	g.Filter = &ui.FilterArgs{Action: "/communities/foundings/new", Reset: "/communities/foundings/new", Button: i18n.T("staff.founding.next"), Fields: []ui.FieldArgs{{Name: "way", Label: i18n.T("staff.founding.way"), Kind: ui.SelectField, Empty: i18n.T("staff.choose")}}}
	for _, k := range adjust.Foundings {
		g.Filter.Fields[0].Options = append(g.Filter.Fields[0].Options, ui.Option{Value: k, Label: k, Selected: k == way})
	}
	villages := foundingVillages(r)
	for i := range mostVillages {
		chosen := ""
		if i < len(villages) {
			chosen = villages[i]
		}
		f := ui.FieldArgs{Name: villageField(i), Label: i18n.T("staff.founding.village_n", "n", i+1), Kind: ui.SelectField, Empty: i18n.T("staff.choose")}
		for _, v := range x.Villages(firstPath(s)) {
			f.Options = append(f.Options, ui.Option{Value: v.Code, Label: v.Name, Selected: v.Code == chosen})
		}
		g.Filter.Fields = append(g.Filter.Fields, f)
	}
	if way == "" || len(villages) == 0 {
		g.Notice = &ui.NoticeArgs{Tone: ui.Info, Text: i18n.T("staff.founding.first")}
		return g.render(w, r, "", nil)
	}
	f := sheetForm{Name: "found", Action: "/communities/foundings/new", Button: i18n.T("staff.founding.new"), Kind: ui.Primary, Hidden: []ui.Option{{Value: "way", Label: way}}}
	for i, v := range villages {
		f.Hidden = append(f.Hidden, ui.Option{Value: villageField(i), Label: v})
		if way == community.Whole {
			continue
		}
		for _, o := range x.Groups(v) {
			if o.ValidTo == calendar.Forever {
				f.Fields = append(f.Fields, ui.FieldArgs{Name: "g-" + v + "-" + o.No, Kind: ui.CheckField, Label: i18n.T("staff.founding.group_of", "village", x.Name(v), "group", o.Name)})
			}
		}
	}
	kind := ui.FieldArgs{Name: "kind", Label: i18n.T("staff.founding.kind"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose")}
	for _, k := range []division.Kind{division.ResidentsCommittee, division.CommunityVillage} {
		kind.Options = append(kind.Options, ui.Option{Value: string(k), Label: i18n.T("division.kind." + string(k))}) //i18n:dynamic division.kind.
	}
	f.Fields = append(f.Fields, ui.FieldArgs{Name: "name", Label: i18n.T("staff.founding.name"), Required: true, Max: 40}, ui.FieldArgs{Name: "code", Label: i18n.T("staff.founding.code"), Kind: ui.NumberField, Required: true, Max: 12, Hint: i18n.T("staff.founding.code_hint")},
		kind, ui.FieldArgs{Name: "class", Label: i18n.T("staff.founding.class"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Options: formOptions(division.Classes, "", classOf)},
		ui.FieldArgs{Name: "document", Label: i18n.T("staff.founding.proposal"), Required: true, Max: 200, Hint: i18n.T("staff.division.document_hint"), Wide: true})
	g.Panels = []sheetPanel{{Title: way, Forms: []sheetForm{f}}}
	if text := wrong["groups"]; text != "" {
		g.Notice = &ui.NoticeArgs{Tone: ui.Bad, Title: i18n.T("staff.founding.groups"), Text: text}
	}
	return g.render(w, r, "found", wrong)
}

func villageField(i int) string {
	return "village" + string(rune('1'+i))
}

// foundingVillages are the villages of a form, each once.
func foundingVillages(r *http.Request) (all []string) {
	for i := range mostVillages {
		if v := r.FormValue(villageField(i)); len(v) == 12 && strings.Trim(v, "0123456789") == "" && !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}

func (p *Pages) foundingPropose(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	q := community.Request{Way: gate.Trim(r, "way"), Code: gate.Trim(r, "code"), Name: gate.Trim(r, "name"), Kind: division.Kind(gate.Trim(r, "kind")), Class: gate.Trim(r, "class"), Document: gate.Trim(r, "document"), Groups: map[string][]string{}}
	for _, v := range foundingVillages(r) {
		q.Groups[v] = nil
		for field := range r.PostForm {
			if no, ok := strings.CutPrefix(field, "g-"+v+"-"); ok {
				q.Groups[v] = append(q.Groups[v], no)
			}
		}
	}
	if len(q.Code) < 9 || len(q.Groups) == 0 {
		return p.showFoundingNew(w, r, s, map[string]string{"code": i18n.T("adjust.code")})
	}
	c, err := p.Communities.Propose(r.Context(), s.Actor, gate.Key(r), q)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showFoundingNew(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/communities/foundings/"+c.ID+"?done=founding_proposed")
}

func (p *Pages) founding(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showFounding(w, r, s, "", nil)
}

// showFounding is one founding: what the town asks, what each assembly said, and
// the county's word.
func (p *Pages) showFounding(w http.ResponseWriter, r *http.Request, s *gate.Session, sent string, wrong map[string]string) error {
	c, err := p.Communities.Founding(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	x, err := p.Divisions.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	base := "/communities/foundings/" + c.ID
	g := p.sheet(r, s, i18n.T("staff.founding.title", "number", c.Number), "/communities")
	g.Sub = i18n.T("staff.founding.sub")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.communities"), Href: "/communities"}, {Label: i18n.T("staff.founding.list"), Href: "/communities/foundings"}}
	facts := []ui.Item{{Label: i18n.T("staff.founding.name"), Text: c.Name}, {Label: i18n.T("staff.founding.code"), Text: c.Code}, {Label: i18n.T("staff.founding.way"), Text: c.Way},
		{Label: i18n.T("staff.founding.kind"), Text: i18n.T("division.kind." + string(c.Kind))}, {Label: i18n.T("staff.founding.class"), Text: classOf(c.Class)}, {Label: i18n.T("staff.col.state"), Text: foundingState(c.State).Label}, //i18n:dynamic division.kind.
		{Label: i18n.T("staff.founding.proposal"), Text: c.Proposal}, {Label: i18n.T("staff.founding.proposed"), Text: c.ProposedName + " " + gate.At(c.ProposedAt)}}
	if c.State == community.Done {
		facts = append(facts, ui.Item{Label: i18n.T("staff.founding.approval"), Text: c.Approval}, ui.Item{Label: i18n.T("staff.founding.effective"), Text: c.EffectiveOn.Chinese()})
		g.Actions = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.founding.open"), Href: "/divisions/" + c.Code})
	}
	if c.State != community.Waiting {
		facts = append(facts, ui.Item{Label: i18n.T("staff.founding.decided"), Text: c.DecidedName + " " + gate.At(c.DecidedAt)}, ui.Item{Label: i18n.T("staff.founding.answer"), Text: c.Answer})
	}
	g.Panels = append(g.Panels, sheetPanel{Title: c.Name, Facts: facts})
	agreed := true
	for _, one := range c.Parts {
		g.Panels = append(g.Panels, partPanel(s, c, one, x, base))
		agreed = agreed && one.Agrees()
	}
	place := policy.Places{{Relation: policy.At, Path: c.Code}}
	if c.State == community.Waiting && agreed && c.ProposedBy != s.Actor.Account && policy.Check(s.Actor, policy.CommunityApprove, place) == nil {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.founding.approve"), Sub: i18n.T("staff.founding.approve_sub"), Forms: []sheetForm{{Name: "approve", Action: base + "/approve", Button: i18n.T("staff.founding.approve"), Kind: ui.Primary, Fields: []ui.FieldArgs{
			{Name: "document", Label: i18n.T("staff.founding.approval"), Required: true, Max: 200, Hint: i18n.T("staff.division.document_hint")}, {Name: "on", Label: i18n.T("staff.founding.effective"), Kind: ui.DateField, Required: true, Value: string(c.Today)}}}}})
	}
	if c.State == community.Waiting && policy.Check(s.Actor, policy.CommunityRefuse, place) == nil {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.founding.refuse"), Forms: []sheetForm{{Name: "refuse", Action: base + "/refuse", Button: i18n.T("staff.founding.refuse"), Fields: []ui.FieldArgs{{Name: "answer", Label: i18n.T("staff.founding.answer"), Required: true, Max: 200}}}}})
	}
	return g.render(w, r, sent, wrong)
}

// partPanel is one village of a founding, with the form for its assembly's word.
func partPanel(s *gate.Session, c community.FoundingPage, one community.Part, x *division.Index, base string) sheetPanel {
	groups := i18n.T("staff.founding.whole")
	if one.Groups != "" {
		var names []string
		for _, no := range strings.Fields(one.Groups) {
			names = append(names, orElse(x.GroupName(one.Village, no), no))
		}
		groups = i18n.T("staff.founding.part_groups", "groups", strings.Join(names, "、"))
	}
	panel := sheetPanel{Title: i18n.T("staff.founding.part", "village", x.FullName(one.Village)), Sub: i18n.T("staff.founding.part_sub"), Facts: []ui.Item{{Label: i18n.T("staff.founding.groups"), Text: groups}}}
	switch {
	case one.Agrees():
		panel.Facts = append(panel.Facts, ui.Item{Label: i18n.T("staff.founding.met_on"), Text: one.MetOn.Chinese()}, ui.Item{Label: i18n.T("staff.founding.entitled"), Text: ui.Thousands(int(one.Entitled))}, ui.Item{Label: i18n.T("staff.founding.present"), Text: ui.Thousands(int(one.Present))},
			ui.Item{Label: i18n.T("staff.founding.agreed"), Text: ui.Thousands(int(one.Agreed))}, ui.Item{Label: i18n.T("staff.founding.resolution"), Text: one.Resolution}, ui.Item{Label: i18n.T("staff.founding.noted"), Text: one.NotedName + " " + gate.At(one.NotedAt)})
	case c.State == community.Waiting:
		panel.Facts = append(panel.Facts, ui.Item{Label: i18n.T("staff.col.state"), Text: i18n.T("staff.founding.waits")})
		if policy.Check(s.Actor, policy.CommunityConsent, policy.Places{{Relation: policy.At, Path: one.Village}}) == nil {
			panel.Forms = []sheetForm{{Name: "consent-" + one.Village, Action: base + "/consent", Button: i18n.T("staff.founding.note"), Hidden: []ui.Option{{Value: "village", Label: one.Village}}, Fields: []ui.FieldArgs{
				{Name: "met_on", Label: i18n.T("staff.founding.met_on"), Kind: ui.DateField, Required: true}, {Name: "entitled", Label: i18n.T("staff.founding.entitled"), Kind: ui.NumberField, Required: true, Max: 6},
				{Name: "present", Label: i18n.T("staff.founding.present"), Kind: ui.NumberField, Required: true, Max: 6}, {Name: "agreed", Label: i18n.T("staff.founding.agreed"), Kind: ui.NumberField, Required: true, Max: 6},
				{Name: "resolution", Label: i18n.T("staff.founding.resolution"), Required: true, Max: 200, Wide: true}}}}
		}
	}
	return panel
}

func (p *Pages) foundingDone(w http.ResponseWriter, r *http.Request, s *gate.Session, err error, sent, done string) error {
	if wrong, ok := gate.Invalid(err); ok {
		return p.showFounding(w, r, s, sent, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/communities/foundings/"+r.PathValue("id")+"?done="+done)
}

func (p *Pages) foundingConsent(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	village := gate.Trim(r, "village")
	_, err := p.Communities.Consent(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), community.Consent{Village: village, MetOn: calendar.Date(gate.Trim(r, "met_on")),
		Entitled: digits(r, "entitled"), Present: digits(r, "present"), Agreed: digits(r, "agreed"), Resolution: gate.Trim(r, "resolution")})
	return p.foundingDone(w, r, s, err, "consent-"+village, "founding_consented")
}

func (p *Pages) foundingApprove(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Communities.Approve(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), community.Approval{Document: gate.Trim(r, "document"), On: calendar.Date(gate.Trim(r, "on"))})
	return p.foundingDone(w, r, s, err, "approve", "founding_done")
}

func (p *Pages) foundingRefuse(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Communities.Refuse(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"), gate.Trim(r, "answer"))
	return p.foundingDone(w, r, s, err, "refuse", "founding_refused")
}
