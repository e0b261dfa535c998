package staff

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/community"
	"anju/internal/division"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/proposal"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// communityPages are the pages of resettlement sites, communities and their
// founding.
func (p *Pages) communityPages(m *gate.Mux) {
	m.Page("GET /communities", policy.CommunityRead, p.communities)
	m.Page("GET /communities/sites/{id}", policy.CommunityRead, p.site)
	m.Page("POST /communities/sites/{id}", policy.CommunityForm, p.siteForm)
	m.Page("GET /communities/rule", policy.CommunityRead, p.communityRule)
	m.Page("POST /communities/rule", policy.CommunityRulePropose, p.communityRulePropose)
	m.Page("POST /communities/rule/{id}/approve", policy.CommunityRuleDecide, p.communityRuleApprove)
	m.Page("POST /communities/rule/{id}/refuse", policy.CommunityRuleDecide, p.communityRuleRefuse)
	m.Page("GET /communities/foundings", policy.CommunityRead, p.foundings)
	m.Page("GET /communities/foundings/new", policy.CommunityPropose, p.foundingNew)
	m.Page("POST /communities/foundings/new", policy.CommunityPropose, p.foundingPropose)
	m.Page("GET /communities/foundings/{id}", policy.CommunityRead, p.founding)
	m.Page("POST /communities/foundings/{id}/consent", policy.CommunityConsent, p.foundingConsent)
	m.Page("POST /communities/foundings/{id}/approve", policy.CommunityApprove, p.foundingApprove)
	m.Page("POST /communities/foundings/{id}/refuse", policy.CommunityRefuse, p.foundingRefuse)
}

func partyForm(k string) string {
	if k == "" {
		return i18n.T("staff.community.no_form")
	}
	return i18n.T("staff.community.party_form." + k) //i18n:dynamic staff.community.party_form.
}

func selfForm(k string) string {
	if k == "" {
		return i18n.T("staff.community.no_form")
	}
	return i18n.T("staff.community.self_form." + k) //i18n:dynamic staff.community.self_form.
}

func classOf(k string) string {
	return i18n.T("staff.community.class_of", "class", i18n.T("staff.community.class."+k)) //i18n:dynamic staff.community.class.
}

func partyAndSelf(party, self string) templ.Component {
	return ui.Two(i18n.T("staff.community.self_of", "form", selfForm(self)), i18n.T("staff.community.party_of", "form", partyForm(party)))
}

// communities is the list of sites: how each organises itself, and what its
// numbers propose.
func (p *Pages) communities(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	q := r.URL.Query()
	f := community.Filter{Under: q.Get("under"), Self: q.Get("self"), Differs: q.Get("differs") == "1", After: q.Get("after")}
	if f.Under == "" {
		f.Under = firstPath(s)
		f.Under = f.Under[:min(len(f.Under), 9)]
	}
	page, err := p.Communities.Sites(r.Context(), s.Actor, f)
	if err != nil {
		return err
	}
	x, err := p.Divisions.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.menu.communities"), "/communities")
	g.Sub = i18n.T("staff.community.sub")
	g.Stats = []ui.Stat{
		{Label: i18n.T("staff.community.sites"), Value: strconv.FormatInt(page.Sites, 10), Icon: ui.IconBuilding},
		{Label: i18n.T("staff.community.alone_joint"), Value: strconv.FormatInt(page.Forms[community.Own]+page.Forms[community.Joint], 10), Icon: ui.IconGrid},
		{Label: i18n.T("staff.community.self_form.attached"), Value: strconv.FormatInt(page.Forms[community.Attached], 10), Icon: ui.IconGrid},
	}
	for _, class := range division.Classes {
		g.Stats = append(g.Stats, ui.Stat{Label: classOf(class), Value: strconv.Itoa(page.Classes[class]), Icon: ui.IconHouse})
	}
	g.Tabs = communityTabs("/communities")
	g.Filter = &ui.FilterArgs{Action: "/communities", Reset: "/communities", Fields: []ui.FieldArgs{
		{Name: "under", Label: i18n.T("staff.community.filter_place"), Kind: ui.SelectField, Options: townOptions(x, firstPath(s), f.Under)},
		{Name: "self", Label: i18n.T("staff.community.filter_form"), Kind: ui.SelectField, Options: append([]ui.Option{{Value: "", Label: i18n.T("staff.community.all")}}, formOptions(community.SelfForms, f.Self, selfForm)...)},
		{Name: "differs", Label: i18n.T("staff.community.filter_differs"), Kind: ui.SelectField, Options: []ui.Option{{Value: "", Label: i18n.T("staff.community.all")}, {Value: "1", Label: i18n.T("staff.community.differs"), Selected: f.Differs}}},
	}}
	t := ui.TableArgs{Caption: i18n.T("staff.community.sites"), Cards: true, Pager: gate.More(r, "/communities", "after", page.Next),
		Columns: []ui.Column{{Label: i18n.T("staff.community.site"), Wide: true}, {Label: i18n.T("staff.community.size")}, {Label: i18n.T("staff.community.now")}, {Label: i18n.T("staff.community.proposed")}, {Label: i18n.T("staff.community.change"), Wide: true}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.community.none"), Hint: i18n.T("staff.community.none_hint"), Icon: ui.IconBuilding}}
	for _, l := range page.Lines {
		proposed := partyAndSelf(l.Proposed.Party, l.Proposed.Self)
		if !l.Differs() {
			proposed = ui.Tag(ui.TagArgs{Label: i18n.T("staff.community.same"), Tone: ui.Good})
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.NameLink(l.Site.Name, "/communities/sites/"+l.Site.ID), ui.Text(siteSize(l)), partyAndSelf(l.Form.Party, l.Form.Self), proposed, ui.Text(l.Proposed.Change)}})
	}
	g.Panels = []sheetPanel{{Title: t.Caption, Table: &t}}
	return g.render(w, r, "", nil)
}

func siteSize(l community.Line) string {
	return i18n.T("staff.community.size_of", "households", ui.Thousands(int(l.Households)), "people", ui.Thousands(int(l.People)))
}

// communityTabs lead from the sites to their foundings and to the table of sizes.
func communityTabs(here string) ui.TabBarArgs {
	t := ui.TabBarArgs{Label: i18n.T("staff.menu.communities")}
	for _, one := range []struct{ href, label string }{{"/communities", i18n.T("staff.community.sites")}, {"/communities/foundings", i18n.T("staff.community.foundings")}, {"/communities/rule", i18n.T("staff.community.rule")}} {
		t.Items = append(t.Items, ui.TabItem{Label: one.label, Href: one.href, Count: -1, Current: one.href == here})
	}
	return t
}

func formOptions(all []string, chosen string, name func(string) string) (options []ui.Option) {
	for _, k := range all {
		options = append(options, ui.Option{Value: k, Label: name(k), Selected: k == chosen})
	}
	return options
}

// townOptions are the county and its towns.
func townOptions(x *division.Index, path, chosen string) (all []ui.Option) {
	county := path[:min(6, len(path))]
	all = append(all, ui.Option{Value: county, Label: x.Name(county), Selected: county == chosen})
	for _, d := range x.Children(county) {
		all = append(all, ui.Option{Value: d.Code, Label: d.Name, Selected: d.Code == chosen})
	}
	return all
}

// site is one site: its form, why another may be proposed, and what would change
// it.
func (p *Pages) site(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showSite(w, r, s, r.PathValue("id"), nil)
}

func (p *Pages) showSite(w http.ResponseWriter, r *http.Request, s *gate.Session, id string, wrong map[string]string) error {
	l, err := p.Communities.Site(r.Context(), s.Actor, id)
	if err != nil {
		return err
	}
	x, err := p.Divisions.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, l.Site.Name, "/communities")
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.communities"), Href: "/communities"}}
	members := i18n.T("staff.community.members_unknown")
	if l.Form.Members >= 0 {
		members = i18n.T("staff.community.members_of", "n", l.Form.Members)
	}
	facts := []ui.Item{
		{Label: i18n.T("staff.community.place"), Text: l.Place}, {Label: i18n.T("staff.community.size"), Text: siteSize(l.Line)},
		{Label: i18n.T("staff.community.opened"), Text: string(l.Site.OpenedOn)}, {Label: i18n.T("staff.community.founding"), Text: l.Site.Founding},
		{Label: i18n.T("staff.community.self"), Text: selfForm(l.Form.Self)}, {Label: i18n.T("staff.community.party"), Text: partyForm(l.Form.Party)},
		{Label: i18n.T("staff.community.with"), Text: l.With}, {Label: i18n.T("staff.community.members"), Text: members},
	}
	g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.community.now"), Facts: facts})
	g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.community.proposed"), Sub: l.Rule.Basis, Facts: []ui.Item{
		{Label: i18n.T("staff.community.self"), Text: selfForm(l.Proposed.Self)}, {Label: i18n.T("staff.community.party"), Text: partyForm(l.Proposed.Party)},
		{Label: i18n.T("staff.community.why_self"), Text: l.Proposed.WhySelf, Wide: true}, {Label: i18n.T("staff.community.why_party"), Text: l.Proposed.WhyParty, Wide: true},
		{Label: i18n.T("staff.community.change"), Text: l.Proposed.Change, Wide: true}}})
	if policy.Check(s.Actor, policy.CommunityForm, policy.Places{{Relation: policy.At, Path: l.Site.Village}}) == nil {
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.community.set"), Sub: i18n.T("staff.community.set_sub"), Forms: []sheetForm{setForm(l, x)}})
	}
	t := ui.TableArgs{Caption: i18n.T("staff.community.forms"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.rule.dates"), Code: true}, {Label: i18n.T("staff.community.now")}, {Label: i18n.T("staff.community.document"), Wide: true}, {Label: i18n.T("staff.community.recorded")}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.community.no_form"), Icon: ui.IconFile}}
	for _, f := range l.Forms {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(term(f.ValidFrom, f.ValidTo)), partyAndSelf(f.Party, f.Self), ui.Two(f.Document, f.Reason), ui.Two(f.RecordedName, gate.At(f.RecordedAt))}})
	}
	g.Panels = append(g.Panels, sheetPanel{Title: t.Caption, Table: &t})
	return g.render(w, r, "form", wrong)
}

func setForm(l community.SitePage, x *division.Index) sheetForm {
	with := ui.FieldArgs{Name: "with", Label: i18n.T("staff.community.with"), Kind: ui.SelectField, Empty: i18n.T("staff.choose"), Wide: true}
	for _, v := range x.Villages(l.Site.Village[:9]) {
		with.Options = append(with.Options, ui.Option{Value: v.Code, Label: v.Name, Selected: v.Code == l.Form.With})
	}
	members := ""
	if l.Form.Members >= 0 {
		members = strconv.FormatInt(l.Form.Members, 10)
	}
	return sheetForm{Name: "form", Action: "/communities/sites/" + l.Site.ID, Button: i18n.T("staff.community.save"), Kind: ui.Primary, Fields: []ui.FieldArgs{
		{Name: "self", Label: i18n.T("staff.community.self"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Options: formOptions(community.SelfForms, l.Proposed.Self, selfForm)},
		{Name: "party", Label: i18n.T("staff.community.party"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Options: formOptions(community.PartyForms, l.Proposed.Party, partyForm)},
		with, {Name: "members", Label: i18n.T("staff.community.members"), Kind: ui.NumberField, Required: true, Max: 6, Value: members},
		{Name: "valid_from", Label: i18n.T("staff.community.from"), Kind: ui.DateField, Required: true, Value: string(l.Today)},
		{Name: "document", Label: i18n.T("staff.community.document"), Required: true, Max: 200},
		{Name: "reason", Label: i18n.T("staff.community.reason"), Max: 200, Hint: i18n.T("staff.community.reason_hint"), Wide: true}}}
}

// digits is what a field of digits says; -1 is what no field means.
func digits(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(gate.Trim(r, name), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func (p *Pages) siteForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Communities.SetForm(r.Context(), s.Actor, gate.Key(r), community.Form{SiteID: id, Party: gate.Trim(r, "party"), Self: gate.Trim(r, "self"), With: gate.Trim(r, "with"),
		Members: digits(r, "members"), Document: gate.Trim(r, "document"), Reason: gate.Trim(r, "reason"), ValidFrom: calendar.Date(gate.Trim(r, "valid_from"))})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showSite(w, r, s, id, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/communities/sites/"+id+"?done=form_set")
}

// communityRule is the table of sizes, what is asked to change, and the rows
// before.
func (p *Pages) communityRule(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showCommunityRule(w, r, s, "", nil)
}

func (p *Pages) showCommunityRule(w http.ResponseWriter, r *http.Request, s *gate.Session, sent string, wrong map[string]string) error {
	t, err := p.Communities.Rule(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := p.sheet(r, s, i18n.T("staff.community.rule"), "/communities")
	g.Sub, g.Tabs = i18n.T("staff.community_rule.sub"), communityTabs("/communities/rule")
	g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.community_rule.now"), Sub: term(t.Now.ValidFrom, t.Now.ValidTo), Facts: sizeFacts(t.Now.PartyAlone, t.Now.PartyMembers, t.Now.Own, t.Now.Joint, t.Now.Basis)})
	decided := decidedTable()
	for _, k := range t.Changes {
		if k.State != proposal.Proposed {
			decided.Rows = append(decided.Rows, decidedRow(i18n.T("staff.community.rule"), k.Asked))
			continue
		}
		g.Panels = append(g.Panels, waitingPanel(i18n.T("staff.community.rule"), k.ID, k.Asked, sizeFacts(k.PartyAlone, k.PartyMembers, k.Own, k.Joint, k.Basis), s, policy.CommunityRuleDecide, "/communities/rule/"))
	}
	if policy.May(s.Actor, policy.CommunityRulePropose) {
		field := func(name, label string, n int64) ui.FieldArgs {
			return ui.FieldArgs{Name: name, Label: label, Kind: ui.NumberField, Required: true, Max: 6, Value: strconv.FormatInt(n, 10)}
		}
		g.Panels = append(g.Panels, sheetPanel{Title: i18n.T("staff.community_rule.propose"), Forms: []sheetForm{{Name: "propose", Action: "/communities/rule", Button: i18n.T("staff.community_rule.propose"), Fields: []ui.FieldArgs{
			field("party_alone", i18n.T("staff.community_rule.party_alone"), t.Now.PartyAlone), field("party_members", i18n.T("staff.community_rule.party_members"), t.Now.PartyMembers),
			field("own", i18n.T("staff.community_rule.own"), t.Now.Own), field("joint", i18n.T("staff.community_rule.joint"), t.Now.Joint),
			{Name: "basis", Label: i18n.T("staff.rule.basis"), Required: true, Max: 200, Value: t.Now.Basis, Wide: true}, {Name: "valid_from", Label: i18n.T("staff.rule.from"), Kind: ui.DateField, Required: true, Value: string(t.Today)},
			{Name: "reason", Label: i18n.T("staff.rule.reason"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true}}}}})
	}
	rows := ui.TableArgs{Caption: i18n.T("staff.community_rule.rows"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.rule.dates"), Code: true}, {Label: i18n.T("staff.community_rule.own")}, {Label: i18n.T("staff.community_rule.joint")}, {Label: i18n.T("staff.community_rule.party_alone")}, {Label: i18n.T("staff.rule.basis"), Wide: true}},
		Empty: ui.EmptyArgs{Title: i18n.T("staff.rule.no_past"), Icon: ui.IconFile}}
	for _, o := range t.Rows {
		rows.Rows = append(rows.Rows, ui.Row{Cells: []templ.Component{ui.Text(term(o.ValidFrom, o.ValidTo)), ui.Text(strconv.FormatInt(o.Own, 10)), ui.Text(strconv.FormatInt(o.Joint, 10)), ui.Text(strconv.FormatInt(o.PartyAlone, 10)), ui.Text(o.Basis)}})
	}
	g.Panels = append(g.Panels, sheetPanel{Title: rows.Caption, Table: &rows}, sheetPanel{Title: decided.Caption, Table: &decided})
	return g.render(w, r, sent, wrong)
}

func sizeFacts(alone, members, own, joint int64, basis string) []ui.Item {
	households := func(n int64) string { return i18n.T("staff.community_rule.households", "n", n) }
	return []ui.Item{{Label: i18n.T("staff.community_rule.own"), Text: households(own)}, {Label: i18n.T("staff.community_rule.joint"), Text: households(joint)},
		{Label: i18n.T("staff.community_rule.party_alone"), Text: households(alone)}, {Label: i18n.T("staff.community_rule.party_members"), Text: i18n.T("staff.community_rule.people", "n", members)},
		{Label: i18n.T("staff.rule.basis"), Text: basis, Wide: true}}
}

func (p *Pages) communityRulePropose(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Communities.ProposeRule(r.Context(), s.Actor, gate.Key(r), community.RuleChange{PartyAlone: digits(r, "party_alone"), PartyMembers: digits(r, "party_members"), Own: digits(r, "own"), Joint: digits(r, "joint"),
		Basis: gate.Trim(r, "basis"), Asked: asked(r)})
	return p.communityRuleDone(w, r, s, err, "propose", "proposed")
}

func (p *Pages) communityRuleDone(w http.ResponseWriter, r *http.Request, s *gate.Session, err error, sent, done string) error {
	if wrong, ok := gate.Invalid(err); ok {
		return p.showCommunityRule(w, r, s, sent, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/communities/rule?done="+done)
}

func (p *Pages) communityRuleApprove(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Communities.ApproveRule(r.Context(), s.Actor, gate.Key(r), r.PathValue("id"))
	return p.communityRuleDone(w, r, s, err, "", "rule_approved")
}

func (p *Pages) communityRuleRefuse(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Communities.RefuseRule(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "answer"))
	return p.communityRuleDone(w, r, s, err, "refuse-"+id, "rule_refused")
}
