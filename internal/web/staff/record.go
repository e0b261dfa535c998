package staff

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"anju/internal/audit"
	"anju/internal/i18n"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

type recordPage struct {
	ui.OfficeArgs
	Table ui.TableArgs
	File  string // address of the signed copy
	Hint  string
	Check string // the command that verifies it
}

// ownActs is what one has done oneself, as it was recorded.
func (p *Pages) ownActs(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	const limit = 50
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	deeds, err := p.Audit.Own(r.Context(), s.Actor, before, limit)
	if err != nil {
		return err
	}
	g := recordPage{OfficeArgs: p.frame(r, s, i18n.T("staff.record.own"), "/me/acts"), File: "/me/acts/record.txt", Hint: i18n.T("staff.record.own_hint"), Check: p.checkCommand()}
	next := ""
	if len(deeds) == limit {
		next = strconv.FormatInt(deeds[limit-1].N, 10)
	}
	g.Table = ui.TableArgs{Caption: g.Title, Pager: live(gate.More(r, "/me/acts", "before", next)), Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.record.n"), Code: true}, {Label: i18n.T("staff.record.at"), Code: true}, {Label: i18n.T("staff.record.action")}, {Label: i18n.T("staff.record.subject")}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.record.none"), Hint: i18n.T("staff.record.none_hint"), Icon: ui.IconLog}}
	for _, d := range deeds {
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.Text(strconv.FormatInt(d.N, 10)), ui.Text(gate.At(d.At)), ui.Text(audit.ActionName(d.Action)), deedOf(d.Subject)}})
	}
	return gate.Render(w, r, recordView(g))
}

// deedOf is what an act was about, and the way there.
func deedOf(subject string) templ.Component {
	noun, id, _ := strings.Cut(subject, "/")
	at := map[string]string{"household": "/households/", "person": "/people/", "booklet": "/booklets/", "matter": "/matters/", "mediation": "/mediations/", "request": "/requests/"}[noun]
	if at == "" {
		return ui.Text(audit.SubjectName(subject))
	}
	return ui.LinkTo(audit.SubjectName(subject), at+id)
}

func (p *Pages) ownRecord(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return signedText(w, func(out io.Writer) error { return p.Audit.OwnRecord(r.Context(), s.Actor, out) })
}

// record is what was recorded about a household or a person, for the police.
func (p *Pages) record(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	subject := r.PathValue("noun") + "/" + r.PathValue("id")
	entries, err := p.Audit.ChangesOf(r.Context(), s.Actor, subject)
	if err != nil {
		return err
	}
	g := recordPage{OfficeArgs: p.frame(r, s, i18n.T("staff.record.title"), "/residents"), File: "/records/" + subject + "/record.txt", Hint: i18n.T("staff.record.hint"), Check: p.checkCommand()}
	g.Table = ui.TableArgs{Caption: g.Title, Cards: true,
		Columns: []ui.Column{{Label: i18n.T("staff.record.n"), Code: true}, {Label: i18n.T("staff.record.at"), Code: true}, {Label: i18n.T("staff.record.who")}, {Label: i18n.T("staff.record.action")}, {Label: i18n.T("staff.record.fields"), Wide: true}},
		Empty:   ui.EmptyArgs{Title: i18n.T("staff.record.none"), Hint: i18n.T("staff.record.unchanged_hint"), Icon: ui.IconLog}}
	for _, e := range entries {
		words := ""
		for i, f := range e.Fields {
			if i > 0 {
				words += "；"
			}
			words += f.Words()
		}
		g.Table.Rows = append(g.Table.Rows, ui.Row{Cells: []templ.Component{ui.Text(strconv.FormatInt(e.N, 10)), ui.Text(gate.At(e.At.UnixMilli())), ui.Two(e.Name, gate.Kind(e.Kind)), ui.Text(audit.ActionName(e.Action)), ui.Text(words)}})
	}
	return gate.Render(w, r, recordView(g))
}

func (p *Pages) recordFile(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	return signedText(w, func(out io.Writer) error {
		return p.Audit.Record(r.Context(), s.Actor, r.PathValue("noun")+"/"+r.PathValue("id"), out)
	})
}

// signedText sends a signed copy, whole or not at all.
func signedText(w http.ResponseWriter, f func(io.Writer) error) error {
	var b bytes.Buffer
	if err := f(&b); err != nil {
		return err
	}
	return attach(w, "text/plain; charset=utf-8", &b, "record.txt")
}

// checkCommand is how anybody verifies a signed copy, with this county's key.
func (p *Pages) checkCommand() string {
	if p.RecordKey == "" {
		return ""
	}
	return "anju audit record --key '" + p.RecordKey + "' record.txt"
}
