package ui

import "github.com/a-h/templ"

// Tone is the meaning of a state. Each tone has a shape besides its colour, and always a word.
type Tone string

const (
	Neutral Tone = ""
	Info    Tone = "info" // in hand
	Good    Tone = "good" // done, valid
	Warn    Tone = "warn" // needs attention
	Bad     Tone = "bad"  // overdue, refused, void by error: the only red
)

// TagArgs is a state in a word.
type TagArgs struct {
	Label string
	Tone  Tone
}

// DueKind is where a time limit stands.
type DueKind string

const (
	DueLeft   DueKind = "left"   // time is left
	DueSoon   DueKind = "soon"   // more than four fifths are gone: 预警
	DueToday  DueKind = "today"  // the last day
	DueLate   DueKind = "late"   // overdue
	DuePaused DueKind = "paused" // a statutory clock that stands still
	DueDone   DueKind = "done"   // kept
)

// DueArgs is a time limit: 剩2天, 超期1天.
type DueArgs struct {
	Kind DueKind
	Days int    // left or over
	At   string // the moment itself, ready to be shown; in the title and for screen readers
	// Expected says that the moment is 预计: counted by a year without its notice.
	Expected bool
}

// NoticeArgs is a message on the page.
type NoticeArgs struct {
	Tone    Tone
	Title   string
	Text    string
	Link    *LinkArgs
	Dismiss bool // may be put away (needs JavaScript)
}

// PanelArgs is a card with a head.
type PanelArgs struct {
	Title   string
	Sub     string
	ID      string
	Icon    Icon
	Actions templ.Component
	Flush   bool // no padding: the content is a table or a list
	Level   int  // of the heading; default 2
}

// FoldArgs is something that stands folded away until it is needed. Folds of one
// Name open one at a time.
type FoldArgs struct {
	Title string
	Sub   string
	ID    string
	Open  bool
	Name  string
}

// Stat is a number that leads to its list.
type Stat struct {
	Label string
	Value string // formatted, e.g. 65,000
	Unit  string
	Href  string
	Note  string // below: 较上周 +12
	Tone  Tone
	Icon  Icon
}

// StatsArgs is a row of numbers.
type StatsArgs struct {
	Label string
	Items []Stat
}

// TabItem is one of the views of a thing.
type TabItem struct {
	Label   string
	Href    string
	Count   int
	Current bool
}

// TabBarArgs is a bar of views; each is an address.
type TabBarArgs struct {
	Label string
	Items []TabItem
}

// StepState is where a step of a wizard stands.
type StepState string

const (
	StepTodo    StepState = ""
	StepCurrent StepState = "current"
	StepDone    StepState = "done"
	StepFailed  StepState = "failed"
)

// Step is one step.
type Step struct {
	Label string
	Hint  string
	State StepState
	Href  string // way back to a step that is done
}

// StepsArgs is the way through a wizard, or of a case.
type StepsArgs struct {
	Label string
	Steps []Step
}

// Event is an entry of a timeline.
type Event struct {
	At    string // ready to be shown
	Title string
	Who   string // post and name
	Text  string
	Tone  Tone
	Body  templ.Component
	Next  bool // has not happened yet: what comes and when
}

// TimelineArgs is what happened, newest first or oldest first as given.
type TimelineArgs struct {
	Label  string
	Events []Event
}

// DrawerArgs is a page shown over the list it belongs to. Answer with the Drawer inside an
// OfficePage, always: OpenDrawer takes the drawer out of it, a browser without JavaScript
// shows it in the page.
type DrawerArgs struct {
	ID     string
	Title  string
	Sub    string
	Close  string // address of the list, for those without JavaScript
	Footer templ.Component
	Wide   bool
}

// ProgressArgs is a long job. The server is asked again until it is finished.
type ProgressArgs struct {
	ID          string
	Label       string
	Detail      string
	Done, Total int    // Total 0: not known yet
	Poll        string // address of a page or part that holds this component again; empty when finished
	Tone        Tone   // when finished
}

// PreviewArgs shows a document that is made to be printed.
type PreviewArgs struct {
	Title    string
	Image    string // address of a picture of it
	PDF      string // address of the file, shown in a frame
	Alt      string
	Download string
	Pages    int
}

// Bar is one of several amounts compared.
type Bar struct {
	Label string
	Value float64
	Text  string // the value as shown
	Href  string
	Tone  Tone
}

// BarsArgs compares amounts; it is a table for those who do not see it.
type BarsArgs struct {
	Label string
	Max   float64 // default: the largest value
	Bars  []Bar
}

// Live returns the attributes that let htmx replace only the region called id with the
// same region of the answer. Without JavaScript the link or form works as ever.
func Live(id, href string) templ.Attributes {
	if id == "" {
		return nil
	}
	return templ.Attributes{
		"hx-get": href, "hx-target": "#" + id, "hx-select": "#" + id,
		"hx-swap": "outerHTML", "hx-push-url": "true",
	}
}

// OpenDrawer returns the attributes of a link whose page is shown in the drawer.
func OpenDrawer(href string) templ.Attributes {
	return templ.Attributes{"hx-get": href, "hx-target": "#drawer", "hx-select": "[data-drawer]", "hx-swap": "innerHTML"}
}

// BlackenArgs is a photograph of which parts are to be blackened.
type BlackenArgs struct {
	Src, Alt string
	Field    string // name of the field that says the same in words
	Most     int    // parts at once
}
