package staff

import (
	"net/http"

	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type reportPage struct {
	ui.OfficeArgs
	gate.ReportForm
	Hidden []ui.Option
}

// reportForm takes down at a desk what somebody says, phones or writes.
func (p *Pages) reportForm(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showReport(w, r, s, nil, nil, http.StatusOK)
}

func (p *Pages) showReport(w http.ResponseWriter, r *http.Request, s *gate.Session, similar []matter.Similar, wrong map[string]string, status int) error {
	form, err := p.Matters.Form(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	x, err := p.Overview.Index(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	kept, err := p.Matters.Drafts(r.Context(), s.Actor, gate.Key(r))
	if err != nil {
		return err
	}
	g := reportPage{OfficeArgs: p.frame(r, s, i18n.T("staff.matters.new"), "/matters"), ReportForm: gate.ReportFormOf(r, form.Tree, gate.GridOptions(x, s.Actor, form.Grids), similar, kept, wrong)}
	g.Hidden = []ui.Option{{Value: gate.KeyField, Label: gate.KeyOf(r)}, {Value: "household", Label: gate.Trim(r, "household")}}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.matters"), Href: "/matters"}}
	return gate.RenderCode(w, r, status, reportView(g))
}

// report sends a report, once it is said that it is none of the open matters
// that look the same.
func (p *Pages) report(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	if wrong, err := gate.KeepPhotos(r, s, p.Matters); err != nil {
		return err
	} else if wrong != nil {
		return p.showReport(w, r, s, nil, wrong, http.StatusUnprocessableEntity)
	}
	q := gate.ReportOf(r)
	m, err := p.Matters.Report(r.Context(), s.Actor, gate.Key(r), q)
	if wrong, ok := gate.Invalid(err); ok {
		var similar []matter.Similar
		if wrong["into"] != "" {
			if similar, err = p.Matters.Similar(r.Context(), s.Actor, q); err != nil {
				return err
			}
		}
		return p.showReport(w, r, s, similar, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/matters/"+string(m.ID)+"?done=report")
}
