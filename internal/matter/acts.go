package matter

import (
	"slices"
	"time"
	"unicode/utf8"

	"anju/internal/deadline"
	"anju/internal/fault"
)

// An Act is something that happens to a matter, named as in the record.
type Act string

const (
	Report      Act = "report"
	Accept      Act = "accept"
	Comment     Act = "comment"
	Return      Act = "return"
	Resubmit    Act = "resubmit"
	SendUp      Act = "send_up"
	Handle      Act = "handle"
	Confirm     Act = "confirm" // solved, says the reporter
	Reopen      Act = "reopen"  // not solved, says the reporter
	Notice      Act = "notice"  // the system: 80 % of the limit
	Warn        Act = "warn"    // the system: the limit has passed
	Supervise   Act = "supervise"
	AnswerOrder Act = "answer_order"
	CloseOrder  Act = "close_order"
)

// What an act does to the clock of the level that has the matter.
type tick string

const (
	goesOn tick = "goes_on"
	stops  tick = "stops"
	moves  tick = "moves" // stops here, starts at the level above
	starts tick = "starts"
)

// A rule is one row of the table state × act.
type rule struct {
	from  []State
	to    State // "" stays as it is
	clock tick
	owner bool // only the level that has it; else the reporter, a centre or the system
	text  bool // words are required
}

var (
	open   = []State{Reported, Accepted, Returned, Reopened}
	always = []State{Reported, Accepted, Returned, Reopened, Handled, Closed}
)

// rules is the table of acts. Accepting, commenting, returning and answering
// neither stop nor restart the clock: only a result, or sending the matter up
// with what was done, stops it (C6).
var rules = map[Act]rule{
	Accept:      {from: []State{Reported, Reopened}, to: Accepted, clock: goesOn, owner: true},
	Comment:     {from: []State{Reported, Accepted, Returned, Reopened, Handled}, clock: goesOn, text: true},
	Return:      {from: []State{Reported, Accepted, Reopened}, to: Returned, clock: goesOn, owner: true, text: true},
	Resubmit:    {from: []State{Returned}, to: Reported, clock: goesOn, text: true},
	SendUp:      {from: open, to: Reported, clock: moves, owner: true, text: true},
	Handle:      {from: open, to: Handled, clock: stops, owner: true, text: true},
	Confirm:     {from: []State{Handled}, to: Closed, clock: goesOn},
	Reopen:      {from: []State{Handled}, to: Reopened, clock: starts, text: true},
	Notice:      {from: open, clock: goesOn},
	Warn:        {from: open, clock: goesOn},
	Supervise:   {from: open, clock: goesOn},
	AnswerOrder: {from: always, clock: goesOn, text: true},
	CloseOrder:  {from: always, clock: goesOn},
}

// Acts lists the acts of the table in the order in which they usually happen.
var Acts = []Act{Accept, Comment, Return, Resubmit, SendUp, Handle, Confirm, Reopen, Notice, Warn, Supervise, AnswerOrder, CloseOrder}

// after is the rule: the matter as it is once the act has been done, and what
// that does to the clock. It refuses what the table does not allow.
func (m Matter) after(a Act, text string, now time.Time) (Matter, tick, error) {
	r, ok := rules[a]
	if !ok || !slices.Contains(r.from, m.State) {
		return m, "", fault.New(fault.Conflict, "matter.not_now")
	}
	if err := checkText(text, r.text); err != nil {
		return m, "", err
	}
	if a == SendUp && m.Level >= deadline.TopLevel {
		return m, "", fault.New(fault.Conflict, "matter.no_higher")
	}
	if r.to != "" {
		m.State = r.to
	}
	switch a {
	case SendUp:
		m.Level, m.LevelSince = m.Level+1, now.UnixMilli()
	case Handle:
		m.Result = text
	case Reopen: // the level that handled it has it again
		m.LevelSince = now.UnixMilli()
	case Confirm:
		m.Solved, m.ClosedAt, m.ClosedLevel = 1, now.UnixMilli(), m.Level
	}
	m.Version++
	return m, r.clock, nil
}

// MaxText is how long the words of a report or an act may be, in characters.
const MaxText = 2000

func checkText(text string, required bool) error {
	var f fault.Fields
	if required && text == "" {
		f.Add("text", "matter.text_required")
	}
	if utf8.RuneCountInString(text) > MaxText {
		f.Add("text", "matter.text_long", "most", MaxText)
	}
	return f.Err()
}

// Can reports whether the table allows an act now: for buttons, never instead
// of the guard.
func (m Matter) Can(a Act) bool {
	return slices.Contains(rules[a].from, m.State) && (a != SendUp || m.Level < deadline.TopLevel)
}

// Replay runs an act on a matter as it was at a moment: for the seed and for
// the check that every stored timeline obeys the rules.
func (m Matter) Replay(a Act, text string, at time.Time) (Matter, error) {
	next, _, err := m.after(a, text, at)
	return next, err
}
