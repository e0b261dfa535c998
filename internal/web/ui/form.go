package ui

import (
	"strings"

	"github.com/a-h/templ"

	"anju/internal/i18n"
)

// ButtonKind is how much weight a button has on its page.
type ButtonKind string

const (
	Secondary ButtonKind = ""       // the usual button
	Primary   ButtonKind = "main"   // the one act the page is for
	Danger    ButtonKind = "danger" // cannot be taken back
	Quiet     ButtonKind = "quiet"  // looks like a link
)

// ButtonArgs is a button, or a link that looks like one when Href is set.
type ButtonArgs struct {
	Label    string
	Kind     ButtonKind
	Href     string // a link instead of a button
	Icon     Icon
	Name     string // name and value are posted when this button sends the form
	Value    string
	Form     string // id of the form it sends, when it stands outside
	Big      bool   // full width, for the phone
	Small    bool
	Disabled bool
	Plain    bool             // type=button: does not send the form
	Spoken   string           // what a screen reader says if the label alone says too little
	Attrs    templ.Attributes // anything else, e.g. Live(…)
}

// FieldKind is the control of a field.
type FieldKind string

const (
	TextField     FieldKind = ""
	PasswordField FieldKind = "password"
	TextArea      FieldKind = "textarea"
	SelectField   FieldKind = "select"
	DateField     FieldKind = "date"
	RadioField    FieldKind = "radio"
	CheckField    FieldKind = "checkbox"
	FileField     FieldKind = "file"
	NumberField   FieldKind = "number" // digits only, still text: keeps leading zeros
	PhoneField    FieldKind = "tel"
	SearchField   FieldKind = "search"
)

// FieldArgs is one question of a form with its label, hint and error.
type FieldArgs struct {
	Name     string
	ID       string // default: f- and the name
	Label    string
	Kind     FieldKind
	Value    string
	Hint     string
	Error    string // in words; empty if the answer is good
	Options  []Option
	Empty    string // select: words of the empty choice; none if empty
	Unit     string // behind the control, e.g. 平方米
	Holder   string // placeholder; never the only place of a hint
	Complete string // autocomplete token
	Accept   string // file: types taken
	Max      int    // longest answer in characters
	Rows     int    // textarea
	Required bool
	ReadOnly bool
	Disabled bool
	Multiple bool // file
	Secret   bool // ID number and the like: never kept as a draft, never completed
	Wide     bool // takes both columns of a form
	Short    bool // narrow control
	Focus    bool // receives the focus when the page opens
	Attrs    templ.Attributes
}

// FieldError is one line of an error summary.
type FieldError struct {
	ID   string // id of the control, "f-" and the name by default
	Text string
}

// FormArgs is a form. Without JavaScript it is an ordinary POST.
type FormArgs struct {
	ID     string
	Action string
	Get    bool   // GET instead of POST
	CSRF   string // token, for POST
	Files  bool   // multipart
	Two    bool   // two columns where there is room
	Top    bool   // labels above the controls (always so on the phone)
	Draft  string // key of the draft kept in this window until it is sent; empty keeps none
	Hidden []Option
	Attrs  templ.Attributes
}

// draftNote is said when what was typed has come back: files do not.
func (f FormArgs) draftNote() string {
	if f.Files {
		return i18n.T("ui.form.draft_files")
	}
	return i18n.T("ui.form.draft")
}

// GroupArgs is a titled part of a form.
type GroupArgs struct {
	Title string
	Hint  string
}

// FilterArgs is the line of questions above a list.
type FilterArgs struct {
	Action string // GET, or POST with a token
	CSRF   string // set where the answers are names or numbers, which no address may hold: they are posted
	Reset  string // address of the list without any filter; "" where the list is another page
	Button string // what it is called that sends the answers; "" is 查询
	Fields []FieldArgs
	More   []FieldArgs // questions folded away; open when one of them has an answer
	Hidden []Option
	Live   string // id of the region that is replaced instead of the whole page; may be empty
}

// ConfirmArgs is an act that asks once more. Without JavaScript it unfolds.
type ConfirmArgs struct {
	Label  string // the button
	Title  string // the question
	Text   string // what will happen
	Yes    string // the button that does it
	Action string // POST
	CSRF   string
	Kind   ButtonKind
	Small  bool
	Fields []FieldArgs // e.g. the reason
	Hidden []Option
}

// MaskedArgs is a value that is shown in full only on request; the request is logged.
type MaskedArgs struct {
	ID     string // unique on the page; the part that is replaced
	Masked string // 6109*************X
	Full   string // set once it may be shown
	Label  string // what it is, for the button's spoken name: 张秀英的电话
	Action string // POST; answered with the page or part that holds this component, Full set; empty if this person may not see it
	CSRF   string
	Hidden []Option
	Why    []Option // reasons to choose from, posted as "reason"; none is asked for without
}

func (f FieldArgs) id() string {
	if f.ID != "" {
		return f.ID
	}
	return "f-" + f.Name
}

// describedBy names the elements that explain the control, for aria-describedby.
func (f FieldArgs) describedBy() string {
	s := ""
	if f.Hint != "" {
		s = f.id() + "-hint"
	}
	if f.Error != "" {
		if s != "" {
			s += " "
		}
		s += f.id() + "-error"
	}
	return s
}

func (f FieldArgs) rows() int {
	if f.Rows > 0 {
		return f.Rows
	}
	return 3
}

// Errors collects the lines of an error summary from the fields that have one.
func Errors(fields ...FieldArgs) []FieldError {
	var es []FieldError
	for _, f := range fields {
		if f.Error != "" {
			e := FieldError{ID: f.id(), Text: f.Error}
			if f.Label != "" && !strings.Contains(f.Error, f.Label) {
				e.Text = i18n.T("ui.form.error_of", "field", f.Label, "error", f.Error)
			}
			es = append(es, e)
		}
	}
	return es
}
