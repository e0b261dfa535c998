package ui

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"anju/internal/i18n"
)

// Thousands writes a whole number with separators: 65,000.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func (c Column) class() string {
	var names []string
	add := func(name string, on bool) {
		if on {
			names = append(names, name)
		}
	}
	add("num", c.Num)
	add("code", c.Code)
	add("wide", c.Wide)
	add("lower", c.Lower)
	return strings.Join(names, " ")
}

func (t TableArgs) checks() bool {
	return slices.ContainsFunc(t.Rows, func(r Row) bool { return r.Check != nil })
}

func (t TableArgs) acts() bool {
	return slices.ContainsFunc(t.Rows, func(r Row) bool { return len(r.Actions) > 0 })
}

func (t TableArgs) actionsHead() string {
	if t.Actions != "" {
		return t.Actions
	}
	return i18n.T("ui.table.acts")
}

// asLink is the button as it stands in a table: light, and small.
func (b ButtonArgs) asLink() ButtonArgs {
	if b.Kind != Danger {
		b.Kind = Quiet
	}
	b.Small = true
	return b
}

func (p PagerArgs) id(what string) string {
	if p.ID == "" {
		return "pager-" + what
	}
	return p.ID + "-" + what
}

func (p PagerArgs) words() string {
	switch {
	case p.Total >= 0 && p.From > 0:
		return i18n.T("ui.pager.all", "from", Thousands(p.From), "to", Thousands(p.To), "total", Thousands(p.Total))
	case p.Total >= 0:
		return i18n.T("ui.pager.total", "total", Thousands(p.Total))
	case p.From > 0:
		return i18n.T("ui.pager.range", "from", Thousands(p.From), "to", Thousands(p.To))
	}
	return ""
}

// opened tells whether a branch shows its children: asked to, or the way to the current node.
func (n TreeNode) opened() bool {
	return n.Open || n.Current || slices.ContainsFunc(n.Children, TreeNode.leads)
}

func (n TreeNode) leads() bool {
	return n.Current || slices.ContainsFunc(n.Children, TreeNode.leads)
}

func (e EmptyArgs) orDefault() EmptyArgs {
	if e.Title == "" {
		e.Title = i18n.T("ui.empty.title")
		if e.Hint == "" {
			e.Hint = i18n.T("ui.empty.hint")
		}
	}
	return e
}

func (e EmptyArgs) icon() Icon {
	if e.Icon == "" {
		return IconSearch
	}
	return e.Icon
}

func (d DescriptionsArgs) class() string {
	switch d.Columns {
	case 1:
		return "one"
	case 3:
		return "three"
	}
	return ""
}

// initial is the family name shown in the disc, or a dash for a vacant post.
func (p PersonArgs) initial() string {
	r, size := utf8.DecodeRuneInString(p.Name)
	if size == 0 {
		return "–"
	}
	return string(r)
}

func (t TaskArgs) class() string {
	if t.Due == nil {
		return ""
	}
	return t.Due.class()
}

func (d DueArgs) class() string { return "due-" + string(d.Kind) }

// words says where the limit stands; colour and shape only repeat it.
func (d DueArgs) words() string {
	if d.Expected {
		d.Expected = false
		return i18n.T("ui.due.expected", "words", d.words())
	}
	switch d.Kind {
	case DueToday:
		return i18n.T("ui.due.today")
	case DueLate:
		return i18n.T("ui.due.late", "days", d.Days)
	case DueSoon:
		return i18n.T("ui.due.soon", "days", d.Days)
	case DuePaused:
		return i18n.T("ui.due.paused")
	case DueDone:
		return i18n.T("ui.due.done")
	}
	return i18n.T("ui.due.left", "days", d.Days)
}

func (d DueArgs) tone() Tone {
	switch d.Kind {
	case DueToday, DueSoon:
		return Warn
	case DueLate:
		return Bad
	case DueDone:
		return Good
	}
	return Neutral
}

// percent is how far a job is, in whole percent.
func (p ProgressArgs) percent() int {
	if p.Total <= 0 {
		return 0
	}
	return min(100, p.Done*100/p.Total)
}
