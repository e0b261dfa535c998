package ui

import "github.com/a-h/templ"

// Column is the head of a table column and how its cells are set.
type Column struct {
	Label string
	Num   bool   // numbers: to the right, digits of equal width
	Code  bool   // numbers that name something, dates: digits of equal width, never broken
	Wide  bool   // takes the room that is left and may run over two lines
	Lower bool   // left out where the window is narrow
	Sort  string // address that sorts by this column; empty if it cannot
	Order string // "ascending" or "descending" if sorted by it now
}

// Row is one line of a table.
type Row struct {
	ID      string            // unique on the page; may be empty
	Cells   []templ.Component // one for each column: Text, Strong, LinkTo, Num, Two, Tag …
	Actions []ButtonArgs      // of the last column; shown as links
	Check   *CheckArgs        // a box before the row
	Late    bool              // marked at its edge as overdue; the words are in a cell
}

// CheckArgs is the box before a row.
type CheckArgs struct {
	Name, Value, Label string
	Checked            bool
}

// TableArgs is a list as a table with fixed head and fixed last column.
type TableArgs struct {
	Caption string // what the table is, for those who do not see it
	Columns []Column
	Rows    []Row
	Actions string // words of the last column's head; default from the catalogue
	Empty   EmptyArgs
	Pager   *PagerArgs
	Cards   bool // on a narrow screen each row becomes a card
}

// PagerArgs leads through a list by keyset: there is a next page and a previous one.
type PagerArgs struct {
	Prev, Next string // addresses; empty at the ends
	From, To   int    // numbers of the rows shown, from 1; zero if not known
	ID         string // unique on the page; "pager" by default
	Total      int    // rows in all; negative if not counted
	Live       string // see FilterArgs.Live
}

// TreeNode is a node of a tree, e.g. a division with the number of people in it.
type TreeNode struct {
	Label    string
	Href     string
	Count    int // negative: not shown
	Current  bool
	Open     bool
	Children []TreeNode
}

// TreeArgs is a tree in the column beside a list.
type TreeArgs struct {
	Title  string
	Nodes  []TreeNode
	Filter bool // with a box that narrows the tree as one types (needs JavaScript)
}

// EmptyArgs says that there is nothing, why, and what to do.
type EmptyArgs struct {
	Title  string
	Hint   string
	Icon   Icon
	Links  []LinkArgs // where something is, if not here
	Action *ButtonArgs
}

// Item is a label with a value.
type Item struct {
	Label string
	Text  string          // the value as words; — if empty and Value is nil
	Value templ.Component // the value as anything else
	Wide  bool            // takes the whole line
}

// DescriptionsArgs is a grid of labels and values.
type DescriptionsArgs struct {
	Columns int // pairs in a line where there is room: 1, 2 (default) or 3
	Items   []Item
}

// KeyValueArgs is a table of names and one or more values: settings, what a change changed.
type KeyValueArgs struct {
	Caption string
	Head    []string // one more than the values of each line
	Lines   [][]string
}

// PersonArgs is one of the people who look after a grid.
type PersonArgs struct {
	Role  string // 网格员 · 信息员
	Name  string // 空岗 is said by Vacant
	Post  string
	Phone templ.Component // masked or full, or nil
	Call  string          // number behind the call button, only where it may be shown
	Level int             // 1–5
}

// TaskArgs is a card of a to-do list, for the phone and the work table.
type TaskArgs struct {
	Title string
	Href  string
	Text  string
	Meta  []string // small facts: number, place, reporter
	Tag   *TagArgs
	Due   *DueArgs
	Icon  Icon
}
