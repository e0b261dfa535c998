package matter

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/deadline"
	"anju/internal/fault"
)

// How long a reporter has.
const (
	// WordTime is how long, once told of a result, a reporter may take to say
	// that it is not solved before the matter counts as solved: natural days.
	WordTime = 7 * 24 * time.Hour
	// ReopenTime is how long after its close a matter can be opened again.
	ReopenTime = 30 * 24 * time.Hour
)

// How far ahead an extension may promise, and a suspension may reach.
const (
	MaxExtend  = 30 // days
	MaxSuspend = 90
)

// Hows are the ways in which a reporter is told of a result.
var Hows = []string{"visit", "phone", "message", "paper", "unreachable"}

// Units are the kinds of post that a matter can be handed to.
var Units = []actor.Kind{actor.VillageClerk, actor.TownWindow, actor.Registrar, actor.CivilAffairs, actor.Agriculture, actor.Justice}

// A Say is what an act says: the fields of its form. About is what the timeline
// keeps of it beside the words.
type Say struct {
	Text     string
	To       string        // 派遣: who goes
	Until    calendar.Date // 延期, 挂起
	Unit     actor.Kind    // 移交
	Into     string        // 并案: the other matter's number
	How      string        // 反馈
	Rating   int64         // 评价
	Category string        // 更正, 拆分: a root or a leaf of the tree; "" stays
	Kind     string        // the leaf, once the guard has found it
	Place    string
	Level    int64 // 上呈, 下派: to which level; 0 the next one
	// the act takes a matter along that is merged into the one it was done to
	along bool
	Limit string // the kind of limit it is about; "" is the seven days
	Days  int64  // 延长法定时限: by how much, in the limit's unit
	// By is the account that does it; the guard writes it.
	By string
}

// about is what a timeline keeps of a Say beside its words.
func (y Say) about(a Act) string {
	switch a {
	case Dispatch:
		return y.To
	case Extend, Suspend:
		return string(y.Until)
	case Transfer:
		return string(y.Unit)
	case Merge, Absorb, Split, SplitOff:
		return y.Into
	case Tell:
		return y.How
	case Rate:
		return strconv.FormatInt(y.Rating, 10)
	case Amend:
		return y.Category + "/" + y.Kind + "/" + y.Place
	case Notice, Warn:
		return y.Limit
	case ExtendLimit:
		return strings.Join([]string{y.Limit, strconv.FormatInt(y.Days, 10), string(y.Until), y.How}, "/")
	}
	if y.along {
		return y.Into
	}
	return ""
}

// after is the rule: the matter as it is once the act has been done, and what
// that does to its seven-day clocks. It refuses what the table does not allow.
func (m Matter) after(a Act, y Say, now time.Time) (Matter, Tick, error) {
	e, ok := EdgeOf(a)
	if !ok || !m.allows(e, y, now) {
		return m, "", fault.New(fault.Conflict, "matter.not_now")
	}
	if err := y.check(e, calendar.On(now)); err != nil {
		return m, "", err
	}
	if a == ExtendLimit {
		if err := m.mayGrant(y); err != nil {
			return m, "", err
		}
	}
	to, err := m.target(a, y)
	if err != nil {
		return m, "", err
	}
	is := m
	if e.To != "" && !(y.along && a != Handle) {
		is.State = e.To
	}
	if e.To != "" && a != Transfer {
		is.Unit = "" // whoever was asked is asked no more
	}
	is.did(a, y, to, now)
	is.Version++
	return is, e.Seven, nil
}

// allows is the part of the rule that buttons need too: the state, and what
// hangs together with it.
func (m Matter) allows(e Edge, y Say, now time.Time) bool {
	merged := y.along && m.State == Merged && slices.Contains(Along, e.Act)
	if !merged && !slices.Contains(e.From, m.State) {
		return false
	}
	switch e.Act {
	case Confirm:
		return m.Solved == 0
	case Lapse:
		return m.Solved == 0 && m.WordBy != 0 && now.UnixMilli() >= m.WordBy
	case Reopen:
		return m.ClosedAt == 0 || now.UnixMilli() <= m.ClosedAt+ReopenTime.Milliseconds()
	case SendDown:
		return m.Level > 2 && !m.IsCountys()
	case Merge:
		return m.Into == ""
	}
	return true
}

// target is the level a matter goes to.
func (m Matter) target(a Act, y Say) (int64, error) {
	to := y.Level
	switch a {
	case SendUp:
		if to == 0 {
			to = m.Level + 1
		}
		if to <= m.Level || to > deadline.TopLevel {
			return 0, fault.New(fault.Conflict, "matter.no_higher")
		}
	case SendDown:
		if to == 0 {
			to = m.Level - 1
		}
		if to >= m.Level || to < 2 {
			return 0, fault.New(fault.Conflict, "matter.no_lower")
		}
	}
	return to, nil
}

// did is what an act leaves in the matter beside its state.
func (m *Matter) did(a Act, y Say, to int64, now time.Time) {
	at := now.UnixMilli()
	switch a {
	case SendUp:
		m.Level, m.LevelSince, m.Duty = to, at, max(m.Duty, to)
	case SendDown:
		m.Level, m.LevelSince = to, at
	case Handle:
		m.Result, m.HandledBy, m.Into = y.Text, y.By, ""
		if m.TellsItself() {
			m.WordBy = at + WordTime.Milliseconds()
		}
	case Tell:
		m.WordBy = at + WordTime.Milliseconds()
	case Close:
		m.ClosedAt, m.ClosedLevel = at, m.Level
		if m.WordBy == 0 {
			m.WordBy = at + WordTime.Milliseconds()
		}
	case Confirm, Lapse:
		m.Solved = 1
		if m.ClosedAt == 0 {
			m.ClosedAt, m.ClosedLevel = at, m.Level
		}
	case Withdraw:
		m.Into, m.ClosedAt, m.ClosedLevel = "", at, m.Level
	case Reopen: // the level that handled it has it again
		m.LevelSince, m.Duty, m.WordBy, m.Solved, m.Rating, m.ClosedAt, m.ClosedLevel = at, m.Level, 0, 0, 0, 0, 0
	case Rate:
		m.Rating = y.Rating
	case Extend:
		m.PromisedOn = string(y.Until)
	case Suspend:
		m.ResumeOn = string(y.Until)
	case Resume:
		m.ResumeOn = ""
	case Transfer:
		m.Unit = string(y.Unit)
	case Merge:
		m.Into = y.Into
	case Part:
		m.Into = ""
	case Amend:
		if y.Category != "" {
			m.Category, m.Kind = y.Category, y.Kind
		}
		if y.Place != "" {
			m.Place = y.Place
		}
	}
	if m.State != Suspended {
		m.ResumeOn = ""
	}
}

// TellsItself reports whether the reporter sees the result without being told:
// whoever reported for oneself has a page of it, without an account a receipt.
func (m Matter) TellsItself() bool { return (m.Via == Self || m.Via == Public) && m.Contact == "" }

// MaxText is how long the words of a report or an act may be, in characters.
const MaxText = 2000

const maxShort = 100

// check holds the fields of an act's form to its edge.
func (y Say) check(e Edge, today calendar.Date) error {
	var f fault.Fields
	if asks, empty := e.Asks(Text); asks && !empty && y.Text == "" {
		f.Add("text", "matter.text_required")
	}
	if utf8.RuneCountInString(y.Text) > MaxText {
		f.Add("text", "matter.text_long", "most", MaxText)
	}
	if asks, _ := e.Asks(ToWhom); asks && (y.To == "" || utf8.RuneCountInString(y.To) > maxShort) {
		f.Add("to", "matter.dispatch.to")
	}
	if asks, _ := e.Asks(Until); asks {
		most := MaxExtend
		if e.Act == Suspend {
			most = MaxSuspend
		}
		if !y.Until.Valid() || y.Until <= today || y.Until > today.AddDays(most) {
			f.Add("until", "matter.until", "most", most)
		}
	}
	if asks, _ := e.Asks(Unit); asks && !slices.Contains(Units, y.Unit) {
		f.Add("unit", "matter.transfer.unit")
	}
	if asks, _ := e.Asks(Into); asks && y.Into == "" {
		f.Add("into", "matter.merge.into")
	}
	if asks, empty := e.Asks(How); asks && !empty && !slices.Contains(Hows, y.How) {
		f.Add("how", "matter.tell.how")
	}
	if asks, _ := e.Asks(Stars); asks && (y.Rating < 1 || y.Rating > 3) {
		f.Add("rating", "matter.rate.rating")
	}
	if e.Act == Amend && y.Category == "" && y.Place == "" {
		f.Add("category", "matter.amend.nothing")
	}
	if asks, _ := e.Asks("category"); asks && y.Category != "" && !slices.Contains(Categories, y.Category) {
		f.Add("category", "matter.report.category")
	}
	if utf8.RuneCountInString(y.Place) > maxShort {
		f.Add("place", "matter.report.place_long", "most", maxShort)
	}
	return f.Err()
}

// Can reports whether the table allows an act at a moment: for buttons, never
// instead of the guard.
func (m Matter) Can(a Act, now time.Time) bool {
	e, ok := EdgeOf(a)
	return ok && m.allows(e, Say{}, now) && (a != SendUp || m.Level < deadline.TopLevel)
}

// Replay runs an act on a matter as it was at a moment: for the seed and for
// the check that every stored timeline obeys the rules.
func (m Matter) Replay(a Act, y Say, at time.Time) (Matter, error) {
	next, _, err := m.after(a, y, at)
	return next, err
}

// Said is what an event of a timeline said.
func (e Event) Said() Say {
	y := Say{Text: e.Text, By: e.Account}
	switch e.Act {
	case Dispatch:
		y.To = e.About
	case Extend, Suspend:
		y.Until = calendar.Date(e.About)
	case Transfer:
		y.Unit = actor.Kind(e.About)
	case Merge, Absorb, Split, SplitOff:
		y.Into = e.About
	case Tell:
		y.How = e.About
	case Notice, Warn:
		y.Limit = e.About
	case ExtendLimit:
		y.granting(e.About)
	case Rate:
		y.Rating, _ = strconv.ParseInt(e.About, 10, 64)
	case Amend:
		y.Category, y.Kind, _ = strings.Cut(e.About, "/")
		y.Kind, y.Place, _ = strings.Cut(y.Kind, "/")
	case SendUp, SendDown, Handle:
		y.Into, y.along = e.About, e.About != ""
		if e.Act != Handle {
			y.Level = e.Level
		}
	}
	return y
}

// granting reads what a timeline keeps of an extension: the kind of the limit,
// by how much, until when, and how the reporter was told. Older ones kept the
// kind alone, and were all of the most that there is.
func (y *Say) granting(about string) {
	parts := strings.Split(about, "/")
	if y.Limit = parts[0]; len(parts) < 4 {
		y.Days, y.How = deadline.ExtendMost(y.Limit), Hows[0]
		return
	}
	y.Days, _ = strconv.ParseInt(parts[1], 10, 64)
	y.Until, y.How = calendar.Date(parts[2]), parts[3]
}
