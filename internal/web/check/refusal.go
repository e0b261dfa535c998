package check

import (
	"net/http"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// refusalView is the form in which somebody says that a service did not accept
// the booklet.
type refusalView struct {
	ui.PlainArgs
	Key    string
	Fields []ui.FieldArgs
	Wrong  []ui.FieldError
	Said   string // why it was not taken in, apart from fields
}

func (p *Pages) refusalForm(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	return p.showRefusal(w, r, nil, "", http.StatusOK)
}

func (p *Pages) showRefusal(w http.ResponseWriter, r *http.Request, wrong map[string]string, said string, status int) error {
	form, err := p.Matters.RefusalForm(r.Context(), actor.ForPublic())
	if err != nil {
		return err
	}
	v := refusalView{PlainArgs: p.plain(r, i18n.T("check.refusal.title")), Key: gate.KeyOf(r), Said: said}
	v.Lead = i18n.T("check.refusal.lead")
	item := ui.FieldArgs{Name: "item", Label: i18n.T("check.refusal.item"), Kind: ui.SelectField, Required: true, Empty: i18n.T("check.refusal.choose")}
	for _, i := range form.Items {
		item.Options = append(item.Options, ui.Option{Value: i.Item, Label: i18n.T("check.refusal.item_of", "name", i.Name, "unit", i.Unit)})
	}
	item.Options = append(item.Options, ui.Option{Value: matter.OtherItem, Label: i18n.T("check.refusal.other")})
	town := ui.FieldArgs{Name: "town", Label: i18n.T("check.refusal.town"), Kind: ui.SelectField, Empty: i18n.T("check.refusal.no_town")}
	for _, name := range form.Towns {
		town.Options = append(town.Options, ui.Option{Value: name, Label: name})
	}
	v.Fields = []ui.FieldArgs{
		item,
		{Name: "service", Label: i18n.T("check.refusal.service"), Hint: i18n.T("check.refusal.service_hint"), Max: 100},
		{Name: "place", Label: i18n.T("check.refusal.place"), Hint: i18n.T("check.refusal.place_hint"), Required: true, Max: 100},
		town,
		{Name: "on", Label: i18n.T("check.refusal.on"), Kind: ui.DateField, Required: true, Value: string(form.Today)},
		{Name: "text", Label: i18n.T("check.refusal.text"), Hint: i18n.T("check.refusal.text_hint"), Kind: ui.TextArea, Rows: 5, Required: true, Max: matter.MaxText},
		{Name: "name", Label: i18n.T("check.refusal.name"), Hint: i18n.T("check.refusal.name_hint"), Max: 100, Complete: "name", Secret: true},
		{Name: "phone", Label: i18n.T("check.refusal.phone"), Kind: ui.PhoneField, Max: 15, Complete: "tel", Secret: true},
	}
	for i := range v.Fields {
		f := &v.Fields[i]
		gate.Fill(r, wrong, f)
		if f.Secret { // typed a moment ago, by whoever sees it again
			f.Value = r.PostFormValue(f.Name)
		}
	}
	v.Wrong = ui.Errors(v.Fields...)
	return gate.RenderCode(w, r, status, refusalPage(v))
}

// refusal takes it in and shows the receipt. Sent twice it is taken in once, and
// the receipt is the same.
func (p *Pages) refusal(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	receipt, err := p.Matters.ReportRefusal(r.Context(), actor.ForPublic(), gate.Key(r), p.Gate.Address(r), matter.RefusalRequest{
		Item: gate.Trim(r, "item"), Service: gate.Trim(r, "service"), Town: gate.Trim(r, "town"), Place: gate.Trim(r, "place"), On: calendar.Date(gate.Trim(r, "on")),
		Text: gate.Trim(r, "text"), Name: gate.Trim(r, "name"), Phone: gate.Trim(r, "phone")})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showRefusal(w, r, wrong, wrong[""], http.StatusUnprocessableEntity)
	}
	if status := gate.Status(err); err != nil && status == http.StatusTooManyRequests { // nothing that was typed is lost
		w.Header().Set("Retry-After", "900")
		return p.showRefusal(w, r, nil, i18n.T(fault.KeyOf(err)), status) //i18n:dynamic matter.refusal.
	}
	if err != nil {
		return err
	}
	v := receiptView{PlainArgs: p.plain(r, i18n.T("check.refusal.received")), Receipt: receipt}
	return gate.Render(w, r, receiptPage(v))
}

// receiptView is what somebody is given in the hand.
type receiptView struct {
	ui.PlainArgs
	Receipt matter.RefusalReceipt
}

// stateView is how a refusal stands, or the form that asks for the receipt.
type stateView struct {
	ui.PlainArgs
	Fields []ui.FieldArgs
	Wrong  []ui.FieldError
	Said   string
	Is     *matter.RefusalState
}

func (p *Pages) stateForm(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	return p.showState(w, r, nil, nil, "", http.StatusOK)
}

func (p *Pages) state(w http.ResponseWriter, r *http.Request, _ *gate.Session) error {
	is, err := p.Matters.RefusalState(r.Context(), actor.ForPublic(), p.Gate.Address(r), matter.RefusalReceipt{Number: gate.Trim(r, "number"), Code: gate.Trim(r, "code")})
	if wrong, ok := gate.Invalid(err); ok {
		return p.showState(w, r, nil, wrong, "", http.StatusUnprocessableEntity)
	}
	if status := gate.Status(err); err != nil && status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "900")
		return p.showState(w, r, nil, nil, i18n.T(fault.KeyOf(err)), status) //i18n:dynamic matter.refusal.
	}
	if err != nil {
		return err
	}
	return p.showState(w, r, &is, nil, "", http.StatusOK)
}

func (p *Pages) showState(w http.ResponseWriter, r *http.Request, is *matter.RefusalState, wrong map[string]string, said string, status int) error {
	v := stateView{PlainArgs: p.plain(r, i18n.T("check.refusal.state_title")), Is: is, Said: said, Fields: []ui.FieldArgs{
		{Name: "number", Label: i18n.T("check.refusal.number"), Required: true, Max: 20, Complete: "off"},
		{Name: "code", Label: i18n.T("check.refusal.code"), Required: true, Max: 12, Complete: "off"},
	}}
	for i := range v.Fields {
		gate.Fill(r, wrong, &v.Fields[i])
	}
	v.Wrong = ui.Errors(v.Fields...)
	return gate.RenderCode(w, r, status, statePage(v))
}

// stateWords is how a refusal stands, in plain words.
func stateWords(is matter.RefusalState) string {
	s := i18n.T("check.refusal.state." + string(is.State)) //i18n:dynamic check.refusal.state.
	if is.ResumeOn != "" {
		s += i18n.T("check.refusal.until", "until", calendar.Date(is.ResumeOn).Chinese())
	}
	return s
}

// spaced is a code in groups that can be copied by hand.
func spaced(code string) string {
	if len(code) != 10 {
		return code
	}
	return strings.Join([]string{code[:5], code[5:]}, " ")
}
