package staff

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"anju/internal/adjust"
	"anju/internal/calendar"
	"anju/internal/division"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type divisionPage struct {
	ui.OfficeArgs
	Filter   ui.FilterArgs
	Notice   *ui.NoticeArgs
	Facts    []ui.Item
	Below    *ui.TableArgs
	Groups   *ui.TableArgs
	Meanings ui.TableArgs
	Acts     ui.TimelineArgs
}

// divisions is the county, or the division whose code is asked for: names are
// no keys.
func (p *Pages) divisions(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	code := gate.Trim(r, "code")
	if code == "" {
		code = firstPath(s)
		code = code[:min(len(code), 6)]
	}
	return p.showDivision(w, r, s, code)
}

func (p *Pages) division(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showDivision(w, r, s, r.PathValue("code"))
}

func (p *Pages) showDivision(w http.ResponseWriter, r *http.Request, s *gate.Session, code string) error {
	on := calendar.Date(gate.Trim(r, "on"))
	status, wrong := http.StatusOK, map[string]string(nil)
	h, err := p.Adjust.History(r.Context(), s.Actor, code, on)
	if words, bad := gate.Invalid(err); bad {
		status, wrong = http.StatusUnprocessableEntity, words
		h, err = p.Adjust.History(r.Context(), s.Actor, code, "")
	}
	if err != nil {
		return err
	}
	x, err := p.Divisions.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	g := divisionPage{OfficeArgs: p.frame(r, s, h.Division.Name, "/divisions")}
	g.Sub = code
	g.Aside = ui.Tree(ui.TreeArgs{Title: i18n.T("staff.residents.tree"), Nodes: divisionTree(x, code, on), Filter: true})
	if policy.May(s.Actor, policy.DivisionAdjust) {
		g.Actions = ui.Button(ui.ButtonArgs{Label: i18n.T("staff.division.act"), Kind: ui.Primary, Href: "/divisions/act?village=" + code})
	}
	g.Filter = ui.FilterArgs{Action: "/divisions", Reset: "/divisions", Fields: []ui.FieldArgs{
		{Name: "code", Label: i18n.T("staff.division.code"), Value: code, Kind: ui.NumberField, Max: 12},
		{Name: "on", Label: i18n.T("staff.past.on"), Kind: ui.DateField, Value: string(on), Error: wrong["on"]},
	}}
	today := calendar.On(p.Now())
	if h.On != today {
		g.Notice = &ui.NoticeArgs{Tone: ui.Warn, Title: i18n.T("staff.past.title", "on", h.On.Chinese()), Link: &ui.LinkArgs{Label: i18n.T("staff.past.back"), Href: "/divisions/" + code}}
	}
	g.Facts = divisionFacts(h)
	if h.Division.Level != division.Village {
		g.Below = belowTable(h)
	}
	if len(h.Groups) > 0 {
		g.Groups = groupTable(h)
	}
	g.Meanings = meaningTable(h)
	g.Acts = actTimeline(h.Acts)
	return gate.RenderCode(w, r, status, divisionView(g))
}

// divisionTree is the county's places, each under its code.
func divisionTree(x *division.Index, current string, on calendar.Date) []ui.TreeNode {
	query := ""
	if on != "" {
		query = "?on=" + string(on)
	}
	var build func(d division.Division) ui.TreeNode
	build = func(d division.Division) ui.TreeNode {
		n := ui.TreeNode{Label: d.Name, Href: "/divisions/" + d.Code + query, Count: -1, Current: d.Code == current, Open: len(current) >= len(d.Code) && current[:len(d.Code)] == d.Code}
		below := x.Children(d.Code)
		if on != "" {
			below = x.ChildrenOn(d.Code, on)
		}
		for _, c := range below {
			n.Children = append(n.Children, build(c))
		}
		return n
	}
	var all []ui.TreeNode
	for _, d := range x.Roots() {
		all = append(all, build(d))
	}
	return all
}

func divisionFacts(h adjust.History) []ui.Item {
	d := h.Division
	state := i18n.T("staff.division.valid")
	if h.On < d.ValidFrom {
		state = i18n.T("staff.division.not_yet")
	} else if h.On >= d.ValidTo {
		state = i18n.T("staff.division.over")
	}
	items := []ui.Item{
		{Label: i18n.T("staff.division.code"), Text: d.Code}, {Label: i18n.T("staff.division.name"), Text: d.Name},
		{Label: i18n.T("staff.division.level"), Text: i18n.T("division.level." + string(d.Level))}, {Label: i18n.T("staff.col.state"), Text: state}, //i18n:dynamic division.level.
	}
	if d.Kind != "" {
		items = append(items, ui.Item{Label: i18n.T("staff.division.is"), Text: i18n.T("division.kind." + string(d.Kind))}) //i18n:dynamic division.kind.
	}
	return append(items, ui.Item{Label: i18n.T("staff.division.document"), Text: d.Document, Wide: true})
}

// term is the days something was valid, as a table says it.
func term(from, to calendar.Date) string {
	if to == calendar.Forever {
		return i18n.T("staff.division.since", "from", string(from))
	}
	return i18n.T("staff.division.term", "from", string(from), "to", string(to))
}

func belowTable(h adjust.History) *ui.TableArgs {
	t := &ui.TableArgs{Caption: i18n.T("staff.division.below"), Columns: []ui.Column{{Label: i18n.T("staff.division.code"), Code: true}, {Label: i18n.T("staff.division.name")}, {Label: i18n.T("staff.division.is")}, {Label: i18n.T("staff.division.valid_days"), Code: true}}}
	for _, d := range h.Below {
		is := ""
		if d.Kind != "" {
			is = i18n.T("division.kind." + string(d.Kind)) //i18n:dynamic division.kind.
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(d.Code), ui.NameLink(d.Name, "/divisions/"+d.Code), ui.Text(is), ui.Text(term(d.ValidFrom, d.ValidTo))}})
	}
	return t
}

func groupTable(h adjust.History) *ui.TableArgs {
	t := &ui.TableArgs{Caption: i18n.T("staff.division.groups"), Columns: []ui.Column{{Label: i18n.T("staff.division.no"), Code: true}, {Label: i18n.T("staff.division.name")}, {Label: i18n.T("staff.col.state")}, {Label: i18n.T("staff.division.valid_days"), Code: true}, {Label: i18n.T("staff.division.replaced")}, {Label: i18n.T("staff.division.document"), Wide: true}}}
	for _, g := range h.Groups {
		tag := ui.TagArgs{Label: i18n.T("staff.division.valid"), Tone: ui.Good}
		if h.On < g.ValidFrom {
			tag = ui.TagArgs{Label: i18n.T("staff.division.not_yet")}
		} else if h.On >= g.ValidTo {
			tag = ui.TagArgs{Label: i18n.T("staff.division.over")}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(g.No), ui.Strong(g.Name), ui.Tag(tag), ui.Text(term(g.ValidFrom, g.ValidTo)), ui.Text(g.ReplacedBy), ui.Text(g.Document)}})
	}
	return t
}

func meaningTable(h adjust.History) ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.division.meanings"), Columns: []ui.Column{{Label: i18n.T("staff.division.valid_days"), Code: true}, {Label: i18n.T("staff.division.name")}, {Label: i18n.T("staff.division.replaced")}, {Label: i18n.T("staff.division.document"), Wide: true}}}
	for _, d := range h.Meanings {
		by := ui.Text("")
		if d.ReplacedBy != "" {
			by = ui.LinkTo(d.ReplacedBy, "/divisions/"+d.ReplacedBy)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(term(d.ValidFrom, d.ValidTo)), ui.Strong(d.Name), by, ui.Text(d.Document)}})
	}
	return t
}

func actTimeline(all []adjust.Act) ui.TimelineArgs {
	t := ui.TimelineArgs{Label: i18n.T("staff.division.acts")}
	for _, a := range all {
		text := a.Document
		if a.Consent != "" {
			text = a.Consent + " · " + text
		}
		if a.Result != "" && a.Result != a.Code {
			text = a.Code + " → " + a.Result + " · " + text
		}
		if a.Founding != "" {
			text = a.Founding + " · " + text
		}
		if p := a.Proved(); p.Rows > 0 {
			text += "。" + i18n.T("staff.division.proof", "rows", ui.Thousands(int(p.Rows)), "posts", p.Posts)
			if p.Ended > 0 {
				text += i18n.T("staff.division.ended", "n", p.Ended)
			}
		}
		title := i18n.T("adjust.kind." + string(a.Kind)) //i18n:dynamic adjust.kind.
		if a.Name != "" {
			title += "：" + a.Name
		}
		t.Events = append(t.Events, ui.Event{At: string(a.EffectiveOn), Title: title, Text: text, Who: a.ByName, Tone: ui.Info})
	}
	return t
}

type adjustPage struct {
	ui.OfficeArgs
	Choose ui.FilterArgs
	Key    string
	Hidden []ui.Option
	Fields []ui.FieldArgs
	Groups []ui.FieldArgs
	Wrong  []ui.FieldError
	What   string
}

// adjustForm asks which act upon which village, then for what that act needs.
func (p *Pages) adjustForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showAdjust(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showAdjust(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	if err := policy.Check(s.Actor, policy.DivisionAdjust, policy.Places{{Relation: policy.At, Path: firstPath(s)}}); err != nil {
		return err
	}
	x, err := p.Divisions.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	kind, village := adjust.Kind(r.FormValue("kind")), r.FormValue("village")
	if len(village) != 12 {
		village = ""
	}
	g := adjustPage{OfficeArgs: p.frame(r, s, i18n.T("staff.division.act"), "/divisions"), Key: r.FormValue("key")}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.divisions"), Href: "/divisions"}}
	if g.Key == "" {
		g.Key = gate.NewKey()
	}
	g.Choose = ui.FilterArgs{Action: "/divisions/act", Reset: "/divisions/act", Fields: []ui.FieldArgs{
		{Name: "kind", Label: i18n.T("staff.division.kind"), Kind: ui.SelectField, Empty: i18n.T("staff.choose"), Options: kindOptions(kind), Error: wrong["kind"]},
		{Name: "village", Label: i18n.T("staff.division.village"), Kind: ui.SelectField, Empty: i18n.T("staff.choose"), Options: villageOptions(x, firstPath(s), village), Error: wrong["village"], Wide: true},
	}}
	needs := adjust.Needs(kind)
	if needs == nil || slices.Contains(needs, "village") && village == "" {
		return gate.RenderCode(w, r, status, adjustView(g))
	}
	g.What = i18n.T("adjust.kind." + string(kind)) //i18n:dynamic adjust.kind.
	g.Hidden = []ui.Option{{Value: "kind", Label: string(kind)}, {Value: "village", Label: village}}
	if slices.Contains(needs, "village") {
		g.Sub = village + " " + x.FullName(village)
	} else {
		g.Hidden[1].Label = ""
	}
	for _, name := range needs {
		switch name {
		case "village":
		case "groups":
			g.Groups = groupChecks(x, village, r.Form["groups"])
		default:
			g.Fields = append(g.Fields, adjustField(x, kind, village, name, firstPath(s)))
		}
	}
	g.Fields = append(g.Fields, ui.FieldArgs{Name: "on", Label: i18n.T("staff.division.on"), Kind: ui.DateField, Required: true, Value: string(calendar.On(p.Now()))},
		ui.FieldArgs{Name: "document", Label: i18n.T("staff.division.document"), Required: true, Hint: i18n.T("staff.division.document_hint"), Max: 100, Wide: true})
	for i := range g.Fields {
		gate.Fill(r, wrong, &g.Fields[i])
	}
	g.Wrong = ui.Errors(g.Fields...)
	if wrong["groups"] != "" && len(g.Groups) > 0 {
		g.Wrong = append([]ui.FieldError{{ID: g.Groups[0].ID, Text: wrong["groups"]}}, g.Wrong...)
	}
	if wrong["village"] != "" {
		g.Wrong = append([]ui.FieldError{{ID: "f-village", Text: wrong["village"]}}, g.Wrong...)
	}
	return gate.RenderCode(w, r, status, adjustView(g))
}

func kindOptions(chosen adjust.Kind) (all []ui.Option) {
	for _, k := range adjust.Kinds {
		all = append(all, ui.Option{Value: string(k), Label: i18n.T("adjust.kind." + string(k)), Selected: k == chosen}) //i18n:dynamic adjust.kind.
	}
	return all
}

// villageOptions are the villages of today, each with its code: in one town two
// may share a name.
func villageOptions(x *division.Index, path, chosen string) (all []ui.Option) {
	for _, v := range x.Villages(path[:min(len(path), 6)]) {
		all = append(all, ui.Option{Value: v.Code, Label: v.Code + " " + x.FullName(v.Code), Selected: v.Code == chosen})
	}
	return all
}

func groupChecks(x *division.Index, village string, chosen []string) (all []ui.FieldArgs) {
	for _, g := range x.Groups(village) {
		if g.ValidTo == calendar.Forever {
			all = append(all, ui.FieldArgs{Name: "groups", ID: "g-" + g.No, Kind: ui.CheckField, Label: g.No + " " + g.Name, Options: []ui.Option{{Value: g.No, Selected: slices.Contains(chosen, g.No)}}})
		}
	}
	return all
}

// adjustField is one more question of an act.
func adjustField(x *division.Index, kind adjust.Kind, village, name, path string) ui.FieldArgs {
	f := ui.FieldArgs{Name: name, Label: i18n.T("staff.division.field." + name), Required: true, Max: 40} //i18n:dynamic staff.division.field.
	switch name {
	case "into":
		f.Kind, f.Empty = ui.SelectField, i18n.T("staff.choose")
		if kind == adjust.MergeVillage || kind == adjust.Transfer {
			f.Options, f.Wide = villageOptions(x, path, ""), true
			break
		}
		for _, g := range x.Groups(village) {
			if g.ValidTo == calendar.Forever {
				f.Options = append(f.Options, ui.Option{Value: g.No, Label: g.No + " " + g.Name})
			}
		}
	case "code":
		f.Kind, f.Max, f.Hint = ui.NumberField, 12, i18n.T("staff.division.code_hint")
	case "is":
		f.Kind, f.Empty = ui.SelectField, i18n.T("staff.choose")
		for _, k := range []division.Kind{division.ResidentsCommittee, division.CommunityVillage, division.VillageCommittee} {
			f.Options = append(f.Options, ui.Option{Value: string(k), Label: i18n.T("division.kind." + string(k))}) //i18n:dynamic division.kind.
		}
	case "consent":
		f.Max, f.Wide = 200, true
	case "founding":
		f.Kind, f.Empty = ui.SelectField, i18n.T("staff.choose")
		for _, k := range adjust.Foundings {
			f.Options = append(f.Options, ui.Option{Value: k, Label: k})
		}
	}
	return f
}

// adjustRecord carries an act out.
func (p *Pages) adjustRecord(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	a, err := p.Adjust.Record(r.Context(), s.Actor, gate.Key(r), adjust.Request{
		Kind: adjust.Kind(gate.Trim(r, "kind")), Village: gate.Trim(r, "village"), Groups: r.PostForm["groups"], Consent: gate.Trim(r, "consent"), Into: gate.Trim(r, "into"), Code: gate.Trim(r, "code"), Name: gate.Trim(r, "name"),
		VillageIs: division.Kind(gate.Trim(r, "is")), Founding: gate.Trim(r, "founding"), On: calendar.Date(gate.Trim(r, "on")), Document: gate.Trim(r, "document"),
	})
	if words, bad := gate.Invalid(err); bad {
		return p.showAdjust(w, r, s, words, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	code := a.Result
	if code == "" {
		code = a.Code
	}
	return gate.See(w, r, "/divisions/"+code+"?done=adjusted")
}
