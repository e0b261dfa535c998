package gate

import (
	"net/http"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/division"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/web/ui"
)

// A ReportForm is the form of a report: what everybody answers, and what is
// folded away until somebody needs it.
type ReportForm struct {
	Fields []ui.FieldArgs
	More   []ui.FieldArgs
	Open   bool          // something that is folded away has an answer, or is wrong
	Same   *ui.FieldArgs // which of the open matters that look the same it is
	Wrong  []ui.FieldError
}

// ReportFormOf is the form with what was typed, what is wrong, and the open
// matters that may be the same.
func ReportFormOf(r *http.Request, tree matter.Tree, grids []ui.Option, similar []matter.Similar, photos int, wrong map[string]string) ReportForm {
	var g ReportForm
	category := ui.FieldArgs{Name: "category", Label: i18n.T("field.report.category"), Kind: ui.RadioField, Required: true}
	kind := ui.FieldArgs{Name: "kind", Label: i18n.T("matter.report.kind_label"), Kind: ui.SelectField, Empty: i18n.T("matter.report.kind_none")}
	for _, c := range matter.Categories {
		name := i18n.T("matter.category." + c) //i18n:dynamic matter.category.
		category.Options = append(category.Options, ui.Option{Value: c, Label: name})
		for _, leaf := range tree.Under(c) {
			kind.Options = append(kind.Options, ui.Option{Value: leaf.Code, Label: i18n.T("matter.report.kind_of", "root", name, "leaf", leaf.Name, "days", leaf.Days)})
		}
	}
	g.Fields = []ui.FieldArgs{category,
		{Name: "text", Label: i18n.T("field.report.text"), Kind: ui.TextArea, Required: true, Rows: 4, Max: matter.MaxText, Holder: i18n.T("field.report.text_hint")},
		{Name: "place", Label: i18n.T("field.report.place"), Max: 100, Hint: i18n.T("field.report.place_hint")}}
	if len(grids) > 1 {
		g.Fields = append(g.Fields, ui.FieldArgs{Name: "path", Label: i18n.T("field.report.grid"), Kind: ui.SelectField, Required: true, Empty: i18n.T("staff.choose"), Options: grids})
	}
	g.Fields = append(g.Fields, PhotoField("", photos))
	via := ui.FieldArgs{Name: "via", Label: i18n.T("matter.report.via_label"), Kind: ui.SelectField}
	for _, v := range matter.Ways {
		via.Options = append(via.Options, ui.Option{Value: v, Label: i18n.T("matter.via." + v)}) //i18n:dynamic matter.via.
	}
	g.More = []ui.FieldArgs{kind, via,
		{Name: "said_on", Label: i18n.T("matter.report.said_on_label"), Kind: ui.DateField, Hint: i18n.T("matter.report.said_on_hint")},
		{Name: "for_name", Label: i18n.T("matter.report.for_name_label"), Max: 100, Hint: i18n.T("matter.report.for_name_hint")},
		{Name: "for_phone", Label: i18n.T("matter.report.for_phone_label"), Kind: ui.PhoneField, Max: 15, Secret: true},
		{Name: "officials", Label: i18n.T("matter.report.officials_label"), Max: 100, Hint: i18n.T("matter.report.officials_hint"), Secret: true},
		{Name: "private", Label: i18n.T("matter.report.private_label"), Kind: ui.CheckField, Hint: i18n.T("matter.report.private_hint")},
		{Name: "anonymous", Label: i18n.T("matter.report.anonymous_label"), Kind: ui.CheckField, Hint: i18n.T("matter.report.anonymous_hint")},
	}
	if Trim(r, "household") != "" {
		g.Fields = append(g.Fields, ui.FieldArgs{Name: "here", Label: i18n.T("matter.report.here_label"), Kind: ui.CheckField, Hint: i18n.T("matter.report.here_hint")})
	}
	for _, fields := range [][]ui.FieldArgs{g.Fields, g.More} {
		for i := range fields {
			Fill(r, wrong, &fields[i])
			if f := &fields[i]; f.Secret { // typed a moment ago, by whoever sees it again
				f.Value = r.PostFormValue(f.Name)
			}
		}
	}
	for _, f := range g.More {
		answered := f.Value != "" && !(f.Name == "via" && f.Value == matter.Self)
		g.Open = g.Open || f.Error != "" || answered
	}
	g.Wrong = ui.Errors(append(append([]ui.FieldArgs{}, g.Fields...), g.More...)...)
	if wrong["household"] != "" {
		g.Wrong = append(g.Wrong, ui.FieldError{ID: "f-category", Text: wrong["household"]})
	}
	if len(similar) > 0 {
		g.Same = similarField(similar)
		Fill(r, wrong, g.Same)
		g.Wrong = append(ui.Errors(*g.Same), g.Wrong...)
	} else if wrong["into"] != "" {
		g.Wrong = append(g.Wrong, ui.FieldError{ID: "f-category", Text: wrong["into"]})
	}
	return g
}

// GridOptions are the places that somebody reports from: the grids of the area,
// and the villages where what happened lies in no grid.
func GridOptions(x *division.Index, by actor.Actor, grids []string) (all []ui.Option) {
	for _, path := range by.Paths {
		if len(path) == 15 {
			continue
		}
		for _, v := range x.Villages(path[:min(len(path), 12)]) {
			all = append(all, ui.Option{Value: v.Code, Label: i18n.T("matter.report.no_grid", "village", x.FullName(v.Code))})
		}
	}
	for _, g := range grids {
		all = append(all, ui.Option{Value: g, Label: x.GridName(g)})
	}
	slices.SortFunc(all, func(a, b ui.Option) int { return strings.Compare(a.Value, b.Value) })
	return slices.CompactFunc(all, func(a, b ui.Option) bool { return a.Value == b.Value })
}

// similarField asks whether the report is about one of the matters that are
// open already; nothing is chosen before.
func similarField(similar []matter.Similar) *ui.FieldArgs {
	f := ui.FieldArgs{Name: "into", Label: i18n.T("matter.report.similar"), Kind: ui.RadioField, Required: true}
	for _, s := range similar {
		f.Options = append(f.Options, ui.Option{Value: s.Number, Label: i18n.T("matter.report.same", "number", s.Number, "state", i18n.T("matter.state."+string(s.State))), //i18n:dynamic matter.state.
			Hint: At(s.ReportedAt) + " " + s.Place})
	}
	f.Options = append(f.Options, ui.Option{Value: NotSimilar, Label: i18n.T("matter.report.another"), Hint: i18n.T("matter.report.another_hint")})
	return &f
}

// NotSimilar is the answer that a report is about none of those that were
// offered.
const NotSimilar = "none"

// ReportOf reads the form of a report. Until it says which open matter it is, or
// that it is none of them, those that look the same are offered.
func ReportOf(r *http.Request) matter.ReportRequest {
	q := matter.ReportRequest{
		Category: Trim(r, "category"), Kind: Trim(r, "kind"), Text: Trim(r, "text"), Place: Trim(r, "place"), Path: Trim(r, "path"), HouseholdID: Trim(r, "household"),
		Via: Trim(r, "via"), SaidOn: calendar.Date(Trim(r, "said_on")), ForName: Trim(r, "for_name"), ForPhone: Trim(r, "for_phone"), Officials: Trim(r, "officials"),
		Anonymous: Trim(r, "anonymous") != "", Private: Trim(r, "private") != "", Into: Trim(r, "into"),
		Here: Trim(r, "here") != "",
	}
	q.Offer = q.Into == ""
	if q.Into == NotSimilar {
		q.Into = ""
	}
	return q
}
