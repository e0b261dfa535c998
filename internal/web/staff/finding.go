package staff

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/entitlement"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// rightDoer is an act on a right.
type rightDoer = func(context.Context, actor.Actor, db.Key, string, entitlement.Words) (entitlement.Entitlement, error)

func faultWords(f entitlement.Fault) string { return i18n.T("entitlement.fault." + string(f)) } //i18n:dynamic entitlement.fault.

type findingsPage struct {
	ui.OfficeArgs
	Tabs  ui.TabBarArgs
	Table ui.TableArgs
}

// findings is what does not add up in one's area: what waits for one's own
// place, and what it has answered.
func (p *Pages) findings(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	q := r.URL.Query()
	f := entitlement.FindingFilter{View: entitlement.Waiting, After: q.Get("after")}
	if q.Get("view") == entitlement.Answered {
		f.View = entitlement.Answered
	}
	n, err := p.Rights.Count(r.Context(), s.Actor)
	if err != nil {
		return err
	}
	lines, err := p.Rights.Findings(r.Context(), s.Actor, f, limit)
	if err != nil {
		return err
	}
	title := i18n.T("staff.menu.findings")
	g := findingsPage{OfficeArgs: p.frame(r, s, title, "/findings"), Tabs: ui.TabBarArgs{Label: title}}
	g.Sub = i18n.T("staff.finding.sub")
	for _, v := range []string{entitlement.Waiting, entitlement.Answered} {
		t := ui.TabItem{Label: i18n.T("staff.finding.view." + v), Href: "/findings?view=" + v, Current: v == f.View} //i18n:dynamic staff.finding.view.
		if v == entitlement.Waiting {
			t.Count = int(n)
		}
		g.Tabs.Items = append(g.Tabs.Items, t)
	}
	next := ""
	if len(lines) == limit {
		next = lines[limit-1].ID
	}
	g.Table = ui.TableArgs{Caption: title, Cards: true, Pager: live(gate.More(r, "/findings", "after", next)),
		Columns: []ui.Column{{Label: i18n.T("staff.right.head")}, {Label: i18n.T("staff.col.right")}, {Label: i18n.T("staff.finding.what"), Wide: true}, {Label: i18n.T("staff.finding.places"), Wide: true}, {Label: i18n.T("staff.finding.since"), Code: true}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.finding.none"), Hint: i18n.T("staff.finding.none_hint"), Icon: ui.IconGood}}
	for _, l := range lines {
		href := "/findings/" + l.ID
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{
			ui.NameLink(orElse(l.Head, i18n.T("staff.right.nobody")), href), ui.Text(rightName(l.Kind)), ui.Text(faultWords(l.Fault)), ui.Text(partWords(l.Parts)), ui.Text(gate.At(l.FoundAt)),
		}, Actions: []ui.ButtonArgs{{Label: i18n.T("staff.finding.look"), Href: href, Spoken: i18n.T("staff.finding.look") + " " + l.Head + " " + rightName(l.Kind)}}})
	}
	return gate.Render(w, r, findingsView(g))
}

// partWords are the places of a finding, with which of them have answered.
func partWords(parts []entitlement.PartLine) (text string) {
	for i, p := range parts {
		if i > 0 {
			text += "；"
		}
		if p.Answer != "" {
			text += i18n.T("staff.finding.answered_by", "place", p.Place)
		} else {
			text += p.Place
		}
	}
	return text
}

type findingPage struct {
	ID string
	ui.OfficeArgs
	Facts   []ui.Item
	Gone    string
	Book    ui.ButtonArgs
	Table   ui.TableArgs
	Answers []answerPanel
	Wrong   []ui.FieldError
}

// An answerPanel is what one place has found out, and the way to write it.
type answerPanel struct {
	Title, Text, Who string
	May              bool
	Key, Part        string
	Field            ui.FieldArgs
}

func (p *Pages) finding(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return p.showFinding(w, r, s, nil, http.StatusOK)
}

func (p *Pages) showFinding(w http.ResponseWriter, r *http.Request, s *gate.Session, wrong map[string]string, status int) error {
	f, err := p.Rights.Finding(r.Context(), s.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	g := findingPage{OfficeArgs: p.frame(r, s, i18n.T("staff.finding.title", "head", orElse(f.Head, i18n.T("staff.right.nobody")), "right", rightName(f.Kind)), "/findings")}
	g.Crumbs = []ui.LinkArgs{{Label: i18n.T("staff.menu.findings"), Href: "/findings"}}
	g.ID = f.ID
	g.Facts = []ui.Item{{Label: i18n.T("staff.finding.what"), Text: faultWords(f.Fault), Wide: true}, {Label: i18n.T("staff.finding.how"), Text: i18n.T("entitlement.how." + string(f.Fault)), Wide: true}, //i18n:dynamic entitlement.how.
		{Label: i18n.T("staff.household.registered"), Text: f.Village}, {Label: i18n.T("staff.finding.since"), Text: gate.At(f.FoundAt)}}
	if f.GoneAt != 0 {
		g.Gone = i18n.T("staff.finding.gone", "at", gate.At(f.GoneAt))
	}
	g.Book = ui.ButtonArgs{Label: i18n.T("staff.right.open"), Href: "/households/" + string(f.HouseholdID) + "/rights"}
	g.Table = ui.TableArgs{Caption: i18n.T("staff.finding.lists"), Cards: true, Columns: []ui.Column{{Label: i18n.T("staff.right.place")}, {Label: i18n.T("staff.right.side_col")}, {Label: i18n.T("staff.right.evidence"), Wide: true}, {Label: i18n.T("staff.right.dates"), Code: true}, {Label: i18n.T("staff.col.state")}}}
	for _, k := range f.Rights {
		row := ui.Row{Cells: []templ.Component{ui.Text(k.Place), ui.Text(i18n.T("staff.right.side_short." + k.Side)), ui.Two(k.Evidence, k.Amount), ui.Text(rightDates(k.Entitlement)), ui.Tag(rightTag(k.Entitlement, p.today()))}} //i18n:dynamic staff.right.side_short.
		if k.May && f.GoneAt == 0 {
			for _, act := range []string{entitlement.ActCorrect, entitlement.ActEnd, entitlement.ActReopen} {
				if k.Can(act, p.today()) {
					row.Actions = append(row.Actions, ui.ButtonArgs{Label: rightDoes(act), Href: "/rights/" + k.ID + "/" + act, Spoken: rightDoes(act) + " " + k.Evidence})
				}
			}
		}
		g.Table.Rows = append(g.Table.Rows, row)
	}
	for _, part := range f.Parts {
		a := answerPanel{Title: part.Place, Text: part.Answer, May: part.May, Part: part.ID, Key: gate.NewKey()}
		if part.Answer != "" {
			a.Who = part.AnsweredOffice + " " + part.AnsweredName + " " + gate.At(part.AnsweredAt)
		}
		a.Field = ui.FieldArgs{Name: "answer", ID: "f-answer-" + part.ID, Label: i18n.T("staff.finding.answer"), Hint: i18n.T("staff.finding.answer_hint"), Kind: ui.TextArea, Required: true, Max: 200}
		if wrong != nil && r.PostFormValue("part") == part.ID {
			gate.Fill(r, wrong, &a.Field)
			g.Wrong = ui.Errors(a.Field)
		}
		g.Answers = append(g.Answers, a)
	}
	return gate.RenderCode(w, r, status, findingView(g))
}

func (p *Pages) findingAnswer(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	_, err := p.Rights.Answer(r.Context(), s.Actor, gate.Key(r), r.PostFormValue("part"), gate.Trim(r, "answer"))
	if wrong, ok := gate.Invalid(err); ok {
		return p.showFinding(w, r, s, wrong, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/findings/"+r.PathValue("id")+"?done=finding_answered")
}

// rightWork is how many findings wait for one's own place.
func (p *Pages) rightWork(r *http.Request, by actor.Actor, g *workPage) error {
	n, err := p.Rights.Count(r.Context(), by)
	if err != nil || n == 0 && !policy.May(by, policy.FindingAnswer) {
		return err
	}
	stat := ui.Stat{Label: i18n.T("staff.menu.findings"), Unit: i18n.T("staff.unit.matters"), Href: "/findings", Icon: ui.IconSwap}
	if n > 0 {
		stat.Tone = ui.Warn
	}
	g.stat(n, stat.Label, stat)
	return nil
}
