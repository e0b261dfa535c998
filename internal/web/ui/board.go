package ui

// A ChartKind is a shape of chart.
type ChartKind string

const (
	LineChart  ChartKind = "line"
	BarChart   ChartKind = "bar"
	StackChart ChartKind = "stack" // bars upon each other
)

// ChartArgs is a chart with the table it is drawn from: the table is always
// there, for those who do not see the picture or want the numbers, and each
// number of it may open its list. Set PageArgs.Charts on a page with charts.
type ChartArgs struct {
	ID    string // unique on the page
	Title string
	Kind  ChartKind
	First string   // head of the first column
	Heads []string // of the columns of numbers
	Rows  []ChartRow
	Empty string // what is said when there are no rows
}

// A ChartRow is a place or a month with its numbers.
type ChartRow struct {
	Label string
	Href  string
	Cells []ChartCell
}

// A ChartCell is a number as it is drawn and as it is read.
type ChartCell struct {
	Value float64
	Text  string
	Href  string // its list
	None  bool   // there is no such number: not drawn
}

// ScreenArgs is the page of a command screen, made for 1920×1080 and shown on
// smaller ones too. It shows counts and places only.
type ScreenArgs struct {
	PageArgs
	Area  string
	Date  string
	Live  string // address of the stream of counts
	Back  string // address of the board
	Stats []ScreenStat
	Left  []ChartArgs
	Mid   []ChartArgs
	Right []ChartArgs
}

// A ScreenStat is a large number. One with a Key follows the stream.
type ScreenStat struct {
	Stat
	Key string
}
