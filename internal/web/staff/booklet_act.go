package staff

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"anju/internal/actor"
	"anju/internal/booklet"
	"anju/internal/i18n"
	"anju/internal/policy"
	"anju/internal/web/gate"
	"anju/internal/web/ui"
)

// onlyThere leads to what says that people live at the booklet's address.
var onlyThere = []policy.Action{policy.BookletApply, policy.BookletVerify, policy.BookletApprove, policy.BookletMake, policy.BookletCheck, policy.BookletReplace}

// bookletActs are what the actor can do with a booklet now, the usual way on
// first.
func bookletActs(b booklet.Booklet, by actor.Actor, now time.Time, printers []ui.Option) (all []bookletAct) {
	say := func(name, label string) []ui.FieldArgs {
		return []ui.FieldArgs{{Name: name, Label: i18n.T(label), Kind: ui.TextArea, Required: true, Max: 200}}
	}
	pick := func(label, at string, options ...string) ui.FieldArgs {
		f := ui.FieldArgs{Name: "why", Label: i18n.T(label), Kind: ui.RadioField, Required: true}
		for _, o := range options {
			f.Options = append(f.Options, ui.Option{Value: o, Label: i18n.T(at + o)}) //i18n:dynamic booklet.
		}
		return f
	}
	add := func(a policy.Action, at string, kind ui.ButtonKind, fold bool, fields ...ui.FieldArgs) {
		if b.Can(a) && policy.May(by, a) {
			key := "staff.booklet." + strings.ReplaceAll(at, "-", "_")
			for i := range fields {
				fields[i].ID = "f-" + at + "-" + fields[i].Name
			}
			all = append(all, bookletAct{Act: at, Label: i18n.T(key), Hint: i18n.T(key + "_hint"), Kind: kind, Fields: fields, Fold: fold, There: slices.Contains(onlyThere, a)}) //i18n:dynamic staff.booklet.
		}
	}
	add(policy.BookletVerify, "verify", ui.Primary, false)
	add(policy.BookletApprove, "approve", ui.Primary, false)
	add(policy.BookletReturn, "return", ui.Secondary, false, say("reason", "staff.booklet.reason")...)
	if b.State == booklet.Returned {
		add(policy.BookletApply, "reapply", ui.Primary, false)
	}
	add(policy.BookletMake, "make", ui.Primary, b.State != booklet.Approved)
	add(policy.BookletPrint, "print", ui.Secondary, b.State == booklet.Issued, printFields(printers)...)
	add(policy.BookletHandOver, "hand-over", ui.Primary, false, ui.FieldArgs{Name: "received_by", Label: i18n.T("staff.booklet.received"), Required: true, Value: b.HeadName, Max: 60})
	if b.CheckOpen(now) {
		add(policy.BookletCheck, "check", ui.Primary, false)
	}
	if b.State == booklet.Lost {
		add(policy.BookletReplace, "replace", ui.Primary, false)
	} else {
		add(policy.BookletReplace, "replace", ui.Secondary, b.StaleAt == 0, pick("staff.booklet.why", "booklet.made_why.", string(booklet.Changed), string(booklet.Damaged)))
	}
	add(policy.BookletReportLost, "lost", ui.Secondary, true, say("told", "staff.booklet.told")...)
	add(policy.BookletCancel, "cancel", ui.Danger, true, append([]ui.FieldArgs{pick("staff.booklet.why", "booklet.ended_why.", booklet.Ends...)}, ui.FieldArgs{Name: "reason", Label: i18n.T("staff.booklet.reason_end"), Kind: ui.TextArea, Required: true, Max: 200})...)
	return all
}

func printFields(printers []ui.Option) []ui.FieldArgs {
	format := ui.FieldArgs{Name: "format", Label: i18n.T("staff.print.format"), Kind: ui.SelectField, Required: true}
	for _, f := range booklet.Formats {
		format.Options = append(format.Options, ui.Option{Value: string(f), Label: i18n.T("booklet.print.format_is." + string(f))}) //i18n:dynamic booklet.print.format_is.
	}
	fields := []ui.FieldArgs{format}
	if len(printers) > 0 {
		fields = append(fields, ui.FieldArgs{Name: "printer", Label: i18n.T("staff.print.printer"), Kind: ui.SelectField, Empty: i18n.T("staff.print.no_printer"), Options: printers})
	}
	return fields
}

func (p *Pages) printerOptions(r *http.Request, s *gate.Session) (all []ui.Option, err error) {
	if !policy.May(s.Actor, policy.PrinterSet) {
		return nil, nil
	}
	list, err := p.Booklets.Printers(r.Context(), s.Actor)
	for _, k := range list {
		all = append(all, ui.Option{Value: k.ID, Label: i18n.T("staff.print.offset", "name", k.Name, "right", mm(k.DX()), "down", mm(k.DY()))})
	}
	return all, err
}

func mm(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// historyTable is every version a booklet has had, and what became of it.
func historyTable(all []booklet.Version) *ui.TableArgs {
	if len(all) == 0 {
		return nil
	}
	t := &ui.TableArgs{Caption: i18n.T("staff.booklet.history"), Columns: []ui.Column{{Label: i18n.T("staff.booklet.version")}, {Label: i18n.T("staff.booklet.why")}, {Label: i18n.T("staff.booklet.made"), Code: true},
		{Label: i18n.T("staff.booklet.printed")}, {Label: i18n.T("staff.booklet.issued"), Code: true}, {Label: i18n.T("staff.booklet.superseded"), Code: true}}}
	for _, v := range all {
		why := i18n.T("booklet.made_why." + string(v.MadeWhy)) //i18n:dynamic booklet.made_why.
		t.Rows = append(t.Rows, ui.Row{Cells: []templ.Component{
			ui.Text(i18n.T("staff.booklet.nth", "n", v.N)), ui.Text(why), ui.Text(gate.At(v.MadeAt)),
			ui.Text(i18n.T("staff.booklet.times", "n", v.Printed)), ui.Text(gate.At(v.IssuedAt)), ui.Text(gate.At(v.SupersededAt)),
		}})
	}
	return t
}

// bookletReplace makes the next version for the reason chosen.
func (p *Pages) bookletReplace(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Booklets.Replace(r.Context(), s.Actor, gate.Key(r), booklet.ID(id), booklet.Why(gate.Trim(r, "why")))
	return p.bookletDone(w, r, s, id, "replaced", err)
}

func (p *Pages) bookletCancel(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	id := r.PathValue("id")
	_, err := p.Booklets.Cancel(r.Context(), s.Actor, gate.Key(r), booklet.ID(id), booklet.End{Why: gate.Trim(r, "why"), Reason: gate.Trim(r, "reason")})
	return p.bookletDone(w, r, s, id, "cancelled", err)
}

func (p *Pages) bookletDone(w http.ResponseWriter, r *http.Request, s *gate.Session, id, done string, err error) error {
	if wrong, ok := gate.Invalid(err); ok {
		return p.bookletAgain(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return gate.See(w, r, "/booklets/"+id+"?done="+done)
}

// bookletPrint sends the booklet to the printer: counted first, each time it is
// asked for, since the page stays as it is.
func (p *Pages) bookletPrint(w http.ResponseWriter, r *http.Request, s *gate.Session) error {
	var b bytes.Buffer
	err := p.Booklets.Print(r.Context(), s.Actor, "", booklet.ID(r.PathValue("id")), job(r), &b)
	if wrong, ok := gate.Invalid(err); ok {
		return p.bookletAgain(w, r, s, wrong)
	}
	if err != nil {
		return err
	}
	return attach(w, "application/pdf", &b, "booklet.pdf")
}

func job(r *http.Request) booklet.Job {
	return booklet.Job{Format: booklet.Format(gate.Trim(r, "format")), Printer: gate.Trim(r, "printer")}
}
