package staff

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/proposal"
	"anju/internal/relocation"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type rulesPage struct {
	ui.OfficeArgs
	Key     string
	Now     ui.TableArgs
	Waiting []proposalCard
	Past    ui.TableArgs
	Decided ui.TableArgs
	Wrong   []ui.FieldError
}

// A proposalCard is a change that waits for a second account.
type proposalCard struct {
	ID, Title string
	Facts     []ui.Item
	Approve   bool
	Own       bool
	Answer    ui.FieldArgs
}

// rules is the decision table: what decides today, what is asked to change, and
// every row there has been.
func (p *Pages) rules(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showRules(w, r, s, "", nil, http.StatusOK)
}

func (p *Pages) showRules(w http.ResponseWriter, r *http.Request, s *gate.Session, id string, wrong map[string]string, status int) error {
	t, err := p.Relocations.RuleTable(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := rulesPage{OfficeArgs: p.frame(r, s, i18n.T("staff.menu.rules"), "/rules"), Key: gate.NewKey()}
	g.Sub = i18n.T("staff.rule.sub")
	g.Now = ruleTable(i18n.T("staff.rule.now"), i18n.T("staff.rule.none"))
	g.Past = ruleTable(i18n.T("staff.rule.past"), i18n.T("staff.rule.no_past"))
	for _, c := range relocation.Cases {
		for _, rule := range t.Rules {
			if rule.Case != c || rule.ValidFrom == rule.ValidTo {
				continue
			}
			if !rule.InForce(t.Today) {
				g.Past.Rows = append(g.Past.Rows, ruleRow(rule))
				continue
			}
			row := ruleRow(rule)
			if policy.May(s.Actor, policy.RulePropose) {
				row.Actions = []ui.ButtonArgs{{Label: i18n.T("staff.rule.change"), Href: "/rules/" + c}}
			}
			g.Now.Rows = append(g.Now.Rows, row)
		}
	}
	g.Decided = decidedTable()
	for _, k := range t.Proposals {
		if k.State != proposal.Proposed {
			g.Decided.Rows = append(g.Decided.Rows, decidedRow(caseName(k.Case), k.Asked))
			continue
		}
		card := waitingCard(caseName(k.Case), k.ID, k.Asked, ruleFacts(k), s, policy.RuleDecide)
		if k.ID == id {
			g.Wrong = answered(r, &card, wrong)
		}
		g.Waiting = append(g.Waiting, card)
	}
	return gate.RenderCode(w, r, status, rulesView(g))
}

func ruleTable(caption, empty string) ui.TableArgs {
	return ui.TableArgs{Caption: caption, Columns: []ui.Column{{Label: i18n.T("staff.rule.case")}, {Label: i18n.T("staff.rule.track")}, {Label: i18n.T("staff.rule.text"), Wide: true}, {Label: i18n.T("staff.rule.basis"), Lower: true}, {Label: i18n.T("staff.rule.dates"), Code: true}},
		Empty: ui.EmptyArgs{Title: empty, Icon: ui.IconFile}}
}

func caseName(c string) string { return i18n.T("relocation.case." + c) } //i18n:dynamic relocation.case.

func trackName(t string) string { return i18n.T("relocation.track." + t) } //i18n:dynamic relocation.track.

func ruleRow(k relocation.Rule) ui.Row {
	track := ui.Text(trackName(k.Track))
	if k.Enabled == 0 {
		track = ui.Tag(ui.TagArgs{Label: i18n.T("staff.rule.off")})
	}
	dates := i18n.T("staff.rule.since", "from", k.ValidFrom)
	if k.ValidTo != calendar.Forever {
		dates = i18n.T("staff.rule.until", "from", k.ValidFrom, "to", k.ValidTo)
	}
	return ui.Row{Cells: []templ.Component{ui.Text(caseName(k.Case)), track, ui.Text(k.Text), ui.Text(k.Basis), ui.Text(dates)}}
}

func ruleFacts(k relocation.Proposal) []ui.Item {
	on := i18n.T("staff.rule.on")
	if k.Enabled == 0 {
		on = i18n.T("staff.rule.off")
	}
	return []ui.Item{{Label: i18n.T("staff.rule.track"), Text: trackName(k.Track)}, {Label: i18n.T("staff.rule.enabled"), Text: on},
		{Label: i18n.T("staff.rule.text"), Text: k.Text, Wide: true}, {Label: i18n.T("staff.rule.basis"), Text: k.Basis}}
}

type rulePage struct {
	ui.OfficeArgs
	Key, Case string
	Fields    []ui.FieldArgs
	Wrong     []ui.FieldError
}

// ruleForm asks for another row of one case, beginning with the one in force.
func (p *Pages) ruleForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showRule(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showRule(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	c := r.PathValue("case")
	if !policy.May(s.Actor, policy.RulePropose) || !slices.Contains(relocation.Cases, c) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	t, err := p.Relocations.RuleTable(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	now := relocation.Rule{Enabled: 1}
	for _, k := range t.Rules {
		if k.Case == c && k.InForce(t.Today) {
			now = k
		}
	}
	g := rulePage{OfficeArgs: p.frame(r, s, i18n.T("staff.rule.title", "case", caseName(c)), "/rules"), Key: orElse(r.PostFormValue(gate.KeyField), gate.NewKey()), Case: c}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.rules"), Href: "/rules"}}
	track := ui.FieldArgs{Name: "track", Label: i18n.T("staff.rule.track"), Kind: ui.RadioField, Required: true}
	for _, k := range relocation.TracksOf(c) {
		track.Options = append(track.Options, ui.Option{Value: k, Label: trackName(k), Selected: k == now.Track})
	}
	enabled := ui.FieldArgs{Name: "enabled", Label: i18n.T("staff.rule.enabled"), Kind: ui.RadioField, Required: true, Options: []ui.Option{
		{Value: "1", Label: i18n.T("staff.rule.on"), Selected: now.Enabled == 1}, {Value: "0", Label: i18n.T("staff.rule.off"), Selected: now.Enabled == 0}}}
	g.Fields = []ui.FieldArgs{
		track, enabled,
		{Name: "text", Label: i18n.T("staff.rule.text"), Kind: ui.TextArea, Required: true, Max: 300, Value: now.Text, Wide: true, Hint: i18n.T("staff.rule.text_hint")},
		{Name: "basis", Label: i18n.T("staff.rule.basis"), Required: true, Max: 200, Value: now.Basis},
		{Name: "valid_from", Label: i18n.T("staff.rule.from"), Kind: ui.DateField, Required: true, Value: string(t.Today)},
		{Name: "reason", Label: i18n.T("staff.rule.reason"), Kind: ui.TextArea, Required: true, Max: 200, Wide: true},
	}
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	return gate.RenderCode(w, r, status, ruleView(g))
}

func (p *Pages) rulePropose(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	k := relocation.Proposal{Case: r.PathValue("case"), Track: gate.Trim(r, "track"), Text: gate.Trim(r, "text"), Basis: gate.Trim(r, "basis"), Asked: asked(r)}
	if gate.Trim(r, "enabled") == "1" {
		k.Enabled = 1
	}
	_, err := p.Relocations.ProposeRule(r.Context(), s.Actor, gate.Key(r), k)
	if wrong, ok := gate.Invalid(err); ok {
		return p.showRule(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/rules?done=proposed")
}

func (p *Pages) ruleApprove(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if _, err := p.Relocations.ApproveRule(r.Context(), s.Actor, gate.Key(r), r.PathValue("id")); err != nil {
		return err
	}
	return gate.See(w, r, "/rules?done=rule_approved")
}

func (p *Pages) ruleRefuse(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Relocations.RefuseRule(r.Context(), s.Actor, gate.Key(r), id, gate.Trim(r, "answer"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showRules(w, r, s, id, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/rules?done=rule_refused")
}
