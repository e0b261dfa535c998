package ui

import "github.com/a-h/templ"

// PageArgs is what every shell needs to know about the page it frames.
type PageArgs struct {
	Title   string       // heading of the page, also its window title
	County  string       // full name of the county, e.g. 白河县
	CSRF    string       // token that every POST form of the shell carries
	Who     string       // opaque name of the person signed in; drafts are this person's, and without it there are none
	From    string       // of an answer to what was sent: the page that its form stands on
	Elder   bool         // large type, chosen by the person and kept in a cookie
	Notices []NoticeArgs // what the last act has to say, shown above the content
	Demo    *DemoArgs    // set in the demonstration county only
	Charts  bool         // loads what draws charts
	Map     bool         // loads what a map is drawn and moved with
	Blacken bool         // loads what parts of a photograph are drawn with
}

// DemoArgs fills the banner that says that nothing here is real.
type DemoArgs struct {
	Text  string          // replaces the catalogue's sentence about fictional data if set
	Clock templ.Component // the control that moves the demonstration clock, see DemoClock
}

// DemoClockArgs is the control of the demonstration clock: one button for each step forward.
type DemoClockArgs struct {
	Now    string   // the county's present moment, ready to be shown
	Action string   // where the form is posted; the field is called "step"
	CSRF   string   // token of the session
	Steps  []Option // value and words of each step, e.g. 168h and 快进7天
}

// LinkArgs is a word with an address.
type LinkArgs struct {
	Label string
	Href  string
}

// MenuItem is an entry of a menu.
type MenuItem struct {
	Label   string
	Href    string
	Icon    Icon
	Current bool
	Count   int  // shown beside the label if not zero
	Late    bool // the count is of overdue things: shown in red and said in words
	Raised  bool // on the phone: the one entry that stands out (＋上报)
}

// MenuGroup is a part of the side menu under one word.
type MenuGroup struct {
	Label string
	Items []MenuItem
}

// UserArgs is the person signed in and the posts this person may change to.
type UserArgs struct {
	Name      string
	Post      string     // present post in words, e.g. 城关派出所 · 户籍民警
	Posts     []Option   // other posts; Value is posted as "post" to SwitchURL
	SwitchURL string     // POST
	OutURL    string     // POST, signs out
	Links     []LinkArgs // own pages: 我的账户, 字号 …
}

// OfficeArgs frames a page of the back office.
type OfficeArgs struct {
	PageArgs
	Sub     string // beside the heading: a count, a number, a state in words
	Menu    []MenuItem
	Side    []MenuGroup
	Crumbs  []LinkArgs // the way here, without the page itself
	User    UserArgs
	Aside   templ.Component // a column left of the content, mostly a Tree; may be nil
	Actions templ.Component // buttons at the right of the heading; may be nil
	Fill    bool            // the page is one list that fills the window and scrolls in itself
	Footer  string          // organiser, help line; replaces the catalogue's if set
}

// PhoneArgs frames a page of the field: big type, a bar of tabs below.
type PhoneArgs struct {
	PageArgs
	Grid  string     // the grid the person works in, e.g. 清风社区 第3网格
	Back  *LinkArgs  // set on pages below a tab
	State string     // network and unsent records in words; may be empty
	Tabs  []MenuItem // 首页 待办 ＋上报 我的
	Right templ.Component
}

// PlainArgs frames a page outside the menus: sign-in, errors, one question.
type PlainArgs struct {
	PageArgs
	Cover bool   // with the picture of the county, for the sign-in page
	Lead  string // one sentence below the product's name on the cover
	Foot  []string
}

// Option is a choice: in a select, a set of radio cards, a switch.
type Option struct {
	Value    string
	Label    string
	Hint     string
	Selected bool
	Disabled bool
}
