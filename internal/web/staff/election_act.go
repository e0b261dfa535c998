package staff

import (
	"bytes"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"anju/internal/calendar"
	"anju/internal/election"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// An electionAct is one act that can be done from a page, with its form.
type electionAct struct {
	Act, Title, Hint, Button string
	Kind                     ui.ButtonKind
	Fields                   []ui.FieldArgs
}

func newElectionAct(act string, kind ui.ButtonKind, fields ...ui.FieldArgs) electionAct {
	for i := range fields {
		fields[i].ID = "f-" + act + "-" + fields[i].Name
	}
	return electionAct{Act: act, Kind: kind, Fields: fields,
		Title:  i18n.T("staff.election.act." + act),    //i18n:dynamic staff.election.act.
		Hint:   i18n.T("staff.election.hint." + act),   //i18n:dynamic staff.election.hint.
		Button: i18n.T("staff.election.button." + act), //i18n:dynamic staff.election.button.
	}
}

// fillActs gives the form that was sent its answers and errors back.
func fillActs(r *http.Request, acts []electionAct, tried string, wrong map[string]string) (all []ui.FieldError) {
	for i := range acts {
		if acts[i].Act != tried {
			continue
		}
		for j := range acts[i].Fields {
			gate.Fill(r, wrong, &acts[i].Fields[j])
		}
		all = append(all, ui.Errors(acts[i].Fields...)...)
	}
	return all
}

// electionAct does what a form of the page of a list asks.
func (p *Pages) electionAct(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	ctx, id, act := r.Context(), election.ID(r.PathValue("id")), r.PathValue("act")
	var people []person.ID
	for _, of := range r.PostForm["people"] {
		people = append(people, person.ID(of))
	}
	back := "/elections/" + string(id) + "?done=" + electionDone(act)
	var err error
	switch act {
	case "find":
		return p.Gate.Searched(w, r, s, "/elections/"+string(id))
	case "declare":
		_, err = p.Elections.Declare(ctx, s.Actor, gate.Key(r), id, word(r, people))
		back += "&why=" + url.QueryEscape(gate.Trim(r, "why"))
	case "consent":
		_, err = p.Elections.Consent(ctx, s.Actor, gate.Key(r), id, resolution(r, people))
		back += "&why=" + url.QueryEscape(gate.Trim(r, "why"))
	case "draw":
		_, err = p.Elections.Draw(ctx, s.Actor, gate.Key(r), id)
	case "enter":
		number, _ := ident.ParseCitizenID(gate.Trim(r, "number"), p.Now()) // a wrong one is asked for again
		_, err = p.Elections.Enter(ctx, s.Actor, gate.Key(r), id, election.Worker{Number: number, Work: gate.Trim(r, "work")})
	case "publish":
		_, err = p.Elections.Publish(ctx, s.Actor, gate.Key(r), id)
	case "object":
		o := election.Objection{PersonID: person.ID(gate.Trim(r, "person")), About: gate.Trim(r, "about"), ByName: gate.Trim(r, "by_name"), Text: gate.Trim(r, "text"), MadeOn: calendar.Date(gate.Trim(r, "made_on"))}
		_, err = p.Elections.Object(ctx, s.Actor, gate.Key(r), id, o)
	case "finish":
		_, err = p.Elections.Finish(ctx, s.Actor, gate.Key(r), id)
	case "cancel":
		_, err = p.Elections.Cancel(ctx, s.Actor, gate.Key(r), id, gate.Trim(r, "reason"))
	default:
		return fault.New(fault.NotFound, "policy.not_found")
	}
	if wrong, ok := gate.Invalid(err); ok {
		return p.showElection(w, r, s, act, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, back)
}

func (p *Pages) electionDecide(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id, objection := election.ID(r.PathValue("id")), r.PathValue("objection")
	_, err := p.Elections.Decide(r.Context(), s.Actor, gate.Key(r), id, objection, gate.Trim(r, "decision"), gate.Trim(r, "answer"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showElection(w, r, s, "objections/"+objection, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/elections/"+string(id)+"?done=election_decided")
}

// electionDone is what the page says after an act.
func electionDone(act string) string {
	switch act {
	case "draw", "publish", "object", "finish", "enter":
		return "election_" + act
	}
	return "saved"
}

func (p *Pages) electionPDF(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	sheet, err := p.Elections.Public(r.Context(), s.Actor, election.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return pdf(w, "electors.pdf", sheet.PDF)
}

func (p *Pages) electionXLSX(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	sheet, err := p.Elections.Public(r.Context(), s.Actor, election.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := sheet.XLSX(&b); err != nil {
		return err
	}
	return attach(w, xlsx, &b, "electors.xlsx")
}
func objectionTable(e election.Election, list []election.Objection, today calendar.Date) (ui.TableArgs, []electionAct) {
	t := ui.TableArgs{Caption: i18n.T("staff.election.objections"), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.election.about")}, {Label: i18n.T("staff.election.by_name")}, {Label: i18n.T("staff.election.text"), Wide: true}, {Label: i18n.T("staff.election.made_on"), Code: true}, {Label: i18n.T("staff.election.decide_by"), Code: true}, {Label: i18n.T("staff.election.decision"), Wide: true}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.election.no_objection"), Hint: i18n.T("staff.election.no_objection_hint"), Icon: ui.IconFile}}
	var acts []electionAct
	for _, o := range list {
		decision := i18n.T("staff.election.undecided")
		if o.Decision != "" {
			decision = electionDecision(o.Decision) + " " + o.Answer
		} else if e.State == election.Published {
			options := []ui.Option{{Value: election.Reject, Label: electionDecision(election.Reject)}}
			if o.PersonID != "" {
				options = append([]ui.Option{{Value: election.Add, Label: electionDecision(election.Add)}, {Value: election.Remove, Label: electionDecision(election.Remove)}}, options...)
			}
			a := newElectionAct("decide", ui.Primary, ui.FieldArgs{Name: "decision", Kind: ui.RadioField, Label: i18n.T("staff.election.decision"), Required: true, Options: options},
				ui.FieldArgs{Name: "answer", Kind: ui.TextArea, Label: i18n.T("staff.election.answer"), Required: true, Max: 200, Wide: true})
			a.Title, a.Hint, a.Act = i18n.T("staff.election.act.decide", "name", o.About), i18n.T("staff.election.hint.decide", "by", o.DecideBy.Chinese()), "objections/"+o.ID
			acts = append(acts, a)
		}
		t.Rows = append(t.Rows, ui.Row{Late: o.Decision == "" && e.State == election.Published && today > o.DecideBy, Cells: []templ.Component{ui.Text(o.About), ui.Text(o.ByName), ui.Text(o.Text), ui.Text(string(o.MadeOn)), ui.Text(string(o.DecideBy)), ui.Text(decision)}})
	}
	return t, acts
}
func electionDecision(d string) string { return i18n.T("staff.election.decision_is." + d) } //i18n:dynamic staff.election.decision_is.
