package staff

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/relocation"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// redateFields ask for the right day of a move, why, and by which paper.
func redateFields(r *http.Request, m relocation.Move, wrong map[string]string) []ui.FieldArgs {
	fields := []ui.FieldArgs{
		{Name: "on", Label: i18n.T("staff.move.redate_on"), Kind: ui.DateField, Required: true, Value: string(m.MovedOn)},
		{Name: "reason", Label: i18n.T("staff.move.redate_reason"), Required: true, Max: 200, Wide: true},
		{Name: "evidence", Label: i18n.T("staff.requests.evidence"), Hint: i18n.T("staff.move.redate_evidence"), Required: true, Max: 200, Wide: true},
	}
	for i := range fields {
		if r.PostForm.Has(fields[i].Name) {
			gate.Fill(r, wrong, &fields[i])
		}
	}
	return fields
}

// moveRedate corrects the day of a move.
func (p *Pages) moveRedate(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Relocations.Redate(r.Context(), s.Actor, gate.Key(r), id, relocation.Redating{On: calendar.Date(gate.Trim(r, "on")), Reason: gate.Trim(r, "reason"), Evidence: gate.Trim(r, "evidence"), Version: versionOf(r)})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showMove(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/moves/"+id+"?done=move_redated")
}

// moveActs is what became of a move after it was registered; nil if nothing did.
func (p *Pages) moveActs(r *http.Request, s *gate.Session, id string) ([]relocation.Act, *ui.TableArgs, error) {
	all, err := p.Relocations.Acts(r.Context(), s.Actor, id)
	if err != nil || len(all) == 0 {
		return nil, nil, err
	}
	return all, actTable(all), nil
}

func actTable(all []relocation.Act) *ui.TableArgs {
	t := ui.TableArgs{Caption: i18n.T("staff.move.acts"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.move.act")}, {Label: i18n.T("staff.move.act_what"), Wide: true}, {Label: i18n.T("staff.move.act_why"), Wide: true}, {Label: i18n.T("staff.move.act_by")}}}
	for _, a := range all {
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{ui.Text(i18n.T("relocation.act." + a.Kind)), ui.Text(actWhat(a)), ui.Two(a.Reason, a.Evidence), ui.Two(a.Office+" "+a.Name, gate.At(a.At))}}) //i18n:dynamic relocation.act.
	}
	return &t
}

// actWhat is what an act changed, in words.
func actWhat(a relocation.Act) string {
	var what []string
	if a.IsOn != "" {
		what = append(what, i18n.T("staff.move.act_on", "was", a.WasOn.Chinese(), "is", a.IsOn.Chinese()))
	}
	if a.IsAddress != "" {
		what = append(what, i18n.T("staff.move.act_address", "was", a.WasAddress, "is", a.IsAddress))
	}
	return strings.Join(what, i18n.T("staff.move.act_and"))
}

// mayRedate reports whether the page offers to correct the day.
func mayRedate(s *gate.Session) bool { return policy.May(s.Actor, policy.MoveRedate) }
