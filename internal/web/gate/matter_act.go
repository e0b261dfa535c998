package gate

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/deadline"
	"anju/internal/division"
	"anju/internal/i18n"
	"anju/internal/matter"
	"anju/internal/web/ui"
)

// A MatterAct is something that can be done with a matter from its page.
type MatterAct struct {
	Act    matter.Act
	Path   string // the last part of its address
	Label  string
	Hint   string // what it does to the clock
	Kind   ui.ButtonKind
	Fields []ui.FieldArgs
	Main   bool // what the page is for: it stands open
	Page   bool // has a page of its own
}

// mainActs stand open, in the order in which they do.
var mainActs = []matter.Act{matter.Confirm, matter.Resubmit, matter.Accept, matter.Reply, matter.Handle, matter.Tell, matter.Check, matter.Close, matter.Rate}

// ownPages are acts that need to see more than a form: the other matters, the
// whole of this one.
var ownPages = []matter.Act{matter.Merge, matter.Split}

// MatterActs are the forms of what this actor can do with the matter now: those
// that stand open first, then that it is not solved, the other answer to whether it is.
func MatterActs(page matter.Page) (all []MatterAct) {
	for _, a := range page.Acts {
		all = append(all, MatterActOf(page, a))
	}
	slices.SortStableFunc(all, func(a, b MatterAct) int { return cmp.Compare(a.order(), b.order()) })
	return all
}

func (a MatterAct) order() int {
	if i := slices.Index(mainActs, a.Act); i >= 0 {
		return i
	}
	if a.Act == matter.Reopen {
		return len(mainActs)
	}
	return len(mainActs) + 1
}

// MatterActOf is the form of one act on a matter.
func MatterActOf(page matter.Page, a matter.Act) MatterAct {
	f := MatterAct{Act: a, Path: strings.ReplaceAll(string(a), "_", "-"), Label: i18n.T("matter.do." + string(a)), Main: slices.Contains(mainActs, a), Page: slices.Contains(ownPages, a)} //i18n:dynamic matter.do.
	if f.Main && a != matter.Rate && a != matter.Close {
		f.Kind = ui.Primary
	}
	e, _ := matter.EdgeOf(a)
	if page.Matter.IsOpen() {
		switch e.Seven {
		case matter.GoesOn:
			if !f.Main && a != matter.Comment {
				f.Hint = i18n.T("matter.hint.goes_on")
			}
		case matter.Moves, matter.Joins, matter.Stops:
			f.Hint = i18n.T("matter.hint." + string(e.Seven)) //i18n:dynamic matter.hint.
		}
	}
	if a == matter.ExtendLimit {
		f.Hint = i18n.T("matter.hint.extends")
	}
	for _, field := range e.Fields {
		name := strings.TrimSuffix(string(field), "?")
		if name == string(matter.Into) {
			continue // its page offers them
		}
		if a == matter.ExtendLimit && name == string(matter.How) && page.Matter.TellsItself() {
			continue // it stands on the reporter's page
		}
		f.Fields = append(f.Fields, actField(page, a, name, !strings.HasSuffix(string(field), "?")))
	}
	if photoActs[a] {
		f.Fields = append(f.Fields, PhotoField("f-photo-"+f.Path, 0))
	}
	return f
}

// actField is one question of an act's form.
func actField(page matter.Page, a matter.Act, name string, must bool) ui.FieldArgs {
	f := ui.FieldArgs{Name: name, ID: "f-" + string(a) + "-" + name, Required: must, Label: i18n.T("matter.field." + name)} //i18n:dynamic matter.field.
	choose := func(key string, values ...string) {
		for _, v := range values {
			f.Options = append(f.Options, ui.Option{Value: v, Label: i18n.T(key + v)}) //i18n:dynamic matter.how. account.kind. matter.rating.
		}
	}
	switch name {
	case "text":
		f.Kind, f.Max, f.Label = ui.TextArea, matter.MaxText, i18n.T("matter.words."+string(a)) //i18n:dynamic matter.words.
		f.ID = "f-" + strings.ReplaceAll(string(a), "_", "-")
	case "to", "place":
		f.Max = 100
		if name == "place" {
			f.Value = ""
			f.Hint = i18n.T("matter.field.now", "now", orNone(page.Matter.Place))
		}
	case "until":
		f.Kind = ui.DateField
		most := matter.MaxExtend
		if a == matter.Suspend {
			most = matter.MaxSuspend
		}
		f.Hint = i18n.T("matter.until", "most", most)
	case "unit":
		f.Kind, f.Empty, f.Value = ui.SelectField, i18n.T("staff.choose"), page.Kind.Unit
		for _, k := range page.Units() {
			choose("account.kind.", string(k))
		}
	case string(matter.Longer):
		longerField(page, &f)
	case "how":
		f.Kind = ui.RadioField
		if a == matter.ExtendLimit {
			f.Required, f.Label, f.Hint = true, i18n.T("matter.extend_limit.how"), i18n.T("matter.extend_limit.how_hint")
		}
		choose("matter.how.", matter.Hows...)
	case "rating":
		f.Kind = ui.RadioField
		choose("matter.rating.", "3", "2", "1")
	case "category":
		f.Kind, f.Empty = ui.SelectField, i18n.T("matter.field.category_stays")
		f.Options = CategoryOptions(page.Tree)
	}
	return f
}

// longerField asks by how much a limit of a law is to be made longer: each
// choice says the last day it leads to, and the last one is the most there is.
func longerField(page matter.Page, f *ui.FieldArgs) {
	f.Kind, f.Empty = ui.SelectField, i18n.T("staff.choose")
	var hints []string
	for _, x := range page.Extensions(page.At) {
		unit := i18n.T("deadline.short." + string(x.Unit)) //i18n:dynamic deadline.short.
		for i, until := range x.Until {
			f.Options = append(f.Options, ui.Option{Value: x.Kind + "/" + strconv.Itoa(i+1), Label: i18n.T("matter.extend_limit.by", "n", i+1, "unit", unit, "until", until.Chinese())})
		}
		hints = append(hints, i18n.T("matter.extend_limit.most", "name", deadline.NameOf(x.Kind), "basis", deadline.BasisOf(x.Kind), "now", x.LastDay().Chinese(), "n", len(x.Until), "unit", unit))
	}
	f.Hint = strings.Join(hints, "")
}

func orNone(s string) string { return cmp.Or(s, i18n.T("matter.field.none")) }

// CategoryOptions are the categories that can be chosen today, each leaf under
// its root.
func CategoryOptions(t matter.Tree) (all []ui.Option) {
	for _, root := range matter.Categories {
		name := i18n.T("matter.category." + root) //i18n:dynamic matter.category.
		all = append(all, ui.Option{Value: root, Label: name})
		for _, c := range t.Under(root) {
			all = append(all, ui.Option{Value: c.Code, Label: name + " · " + c.Name})
		}
	}
	return all
}

// ActOfPath is the act at the end of an address; it need not exist.
func ActOfPath(path string) matter.Act { return matter.Act(strings.ReplaceAll(path, "-", "_")) }

// SayOf reads the form of an act.
func SayOf(r *http.Request) matter.Say {
	kind, n, _ := strings.Cut(Trim(r, string(matter.Longer)), "/")
	days, _ := strconv.ParseInt(n, 10, 64)                   // and so is this
	rating, _ := strconv.ParseInt(Trim(r, "rating"), 10, 64) // 0 is asked for again
	return matter.Say{
		Text: Trim(r, "text"), To: Trim(r, "to"), Until: calendar.Date(Trim(r, "until")), Unit: actor.Kind(Trim(r, "unit")), Into: cmp.Or(Trim(r, "number"), Trim(r, "into")),
		How: Trim(r, "how"), Rating: rating, Limit: kind, Days: days, Category: Trim(r, "category"), Place: Trim(r, "place"),
	}
}

// SaidOfMatter is what a matter's page says once an act has been done; "" for
// what is no act.
func SaidOfMatter(done string) string {
	e, ok := matter.EdgeOf(ActOfPath(done))
	if !ok || e.May == "" || e.Act.Apart() {
		return ""
	}
	return i18n.T("matter.after." + string(e.Act)) //i18n:dynamic matter.after.
}

// MergeFields ask into which matter another is to be merged: one of those that
// lie beside it, or one whose number is known.
func MergeFields(lines []matter.Line, x *division.Index) []ui.FieldArgs {
	into := ui.FieldArgs{Name: "into", Label: i18n.T("matter.merge.which"), Kind: ui.RadioField}
	for _, l := range lines {
		into.Options = append(into.Options, ui.Option{Value: l.Number, Label: l.Number + " " + i18n.T("matter.category."+l.Category), //i18n:dynamic matter.category.
			Hint: x.GridName(l.Path) + " " + l.Place + "：" + l.Text})
	}
	number := ui.FieldArgs{Name: "number", Label: i18n.T("matter.merge.number"), Max: 20, Hint: i18n.T("matter.merge.number_hint")}
	if len(into.Options) == 0 {
		number.Name, number.Required, number.Hint = "into", true, i18n.T("matter.merge.none_beside")
		return []ui.FieldArgs{number}
	}
	return []ui.FieldArgs{into, number}
}

// AnswerField asks for the answer to a supervision order.
func AnswerField(o matter.Order) ui.FieldArgs {
	return ui.FieldArgs{Name: "text", ID: "f-order-" + o.ID, Label: i18n.T("staff.order.answer"), Kind: ui.TextArea, Required: true, Max: matter.MaxText}
}

// KeyOf is the key of a form that is shown again, or a new one.
func KeyOf(r *http.Request) string { return cmp.Or(r.PostFormValue(KeyField), NewKey()) }
