package matter

import (
	"slices"
	"strings"

	"anju/internal/policy"
)

// An Act is something that happens to a matter, named as in the record.
type Act string

// Acts of people, of the system, and what follows on another matter.
const (
	Report   Act = "report"    // 上报
	SplitOff Act = "split_off" // 拆出: the part of a matter that goes its own way
	Accept   Act = "accept"    // 受理
	Dispatch Act = "dispatch"  // 派遣: who of the level's own people goes
	Handle   Act = "handle"    // 处置
	Tell     Act = "tell"      // 反馈: the reporter has been told
	Check    Act = "check"     // 核查: somebody else has looked, and it is so
	Close    Act = "close"     // 结案
	Rate     Act = "rate"      // 评价

	Comment  Act = "comment"
	Amend    Act = "amend" // 更正: another category, another place
	Return   Act = "return"
	Resubmit Act = "resubmit"
	Extend   Act = "extend" // 延期: until when it will be done
	// ExtendLimit extends the limit of a law, with reasons (延长办理期限).
	ExtendLimit Act = "extend_limit"
	Suspend     Act = "suspend" // 挂起: why nothing can be done until a day
	Resume      Act = "resume"

	Transfer Act = "transfer"  // 移交: a department is asked
	Reply    Act = "reply"     // the department's answer
	HandBack Act = "hand_back" // 退还: it is not the department's
	SendUp   Act = "send_up"   // 上呈
	SendDown Act = "send_down" // 下派

	Merge  Act = "merge"  // 并案: into another matter
	Absorb Act = "absorb" // 并入: another matter has been merged into this one
	Part   Act = "part"   // 撤销并案
	Split  Act = "split"  // 拆分

	Confirm  Act = "confirm" // solved, says the reporter
	Reopen   Act = "reopen"  // 重开: not solved
	Withdraw Act = "withdraw"
	Lapse    Act = "lapse" // the system: the time for the reporter's word has passed

	Notice      Act = "notice" // the system: 80 % of the limit
	Warn        Act = "warn"   // the system: the limit has passed
	Supervise   Act = "supervise"
	RemindOrder Act = "remind_order" // the answer has not come: it is asked for again
	AnswerOrder Act = "answer_order"
	ReturnOrder Act = "return_order" // the answer does not suffice
	CloseOrder  Act = "close_order"
	Rehome      Act = "rehome" // 转入新网格: the grids of its village have been divided anew
)

// A Tick is what an act does to a clock.
type Tick string

// Ticks of the seven-day clock of the level that has the matter.
const (
	GoesOn  Tick = "goes_on"
	Stops   Tick = "stops"   // every clock of the matter
	Moves   Tick = "moves"   // stops below, and runs at the level above: a fresh one, unless that level's has never stopped
	Starts  Tick = "starts"  // a fresh one for the level that has the matter
	Joins   Tick = "joins"   // a fresh one for the level below; the sender's goes on
	Carries Tick = "carries" // the part goes on with the clock of the whole
	None    Tick = "none"    // no clock runs
)

// Ticks of the limits that a law sets for a matter.
const (
	Pauses  Tick = "pauses" // those that can be; until the day, or until the matter goes on
	Resumes Tick = "resumes"
	Extends Tick = "extends" // one of them, once
)

// A Who is whose act an edge is.
type Who string

// People of an edge. Everybody needs the act's permission besides.
const (
	Owner    Who = "owner"    // the level that has the matter, whoever holds its post
	Over     Who = "over"     // a level above, or a centre: never who handled it
	Reporter Who = "reporter" // who reported it, or took the report down
	Office   Who = "office"   // the department it was handed to
	Anybody  Who = "anybody"  // who may see it
	Itself   Who = "itself"   // the system, or what follows from an act upon another matter
)

// A Field is what the form of an act asks for. One that ends in ? may be empty.
type Field string

// Fields of acts.
const (
	Text        Field = "text"
	MayText     Field = "text?"
	ToWhom      Field = "to"
	Until       Field = "until"
	Unit        Field = "unit"
	Into        Field = "into"
	How         Field = "how"
	MayHow      Field = "how?"
	Longer      Field = "extension"
	Stars       Field = "rating"
	NewCategory Field = "category?"
	NewPlace    Field = "place?"
)

// An Edge is one row of the table: from which states an act leads where, who
// may, what its form asks, and what becomes of the clocks.
type Edge struct {
	Act       Act
	May       policy.Action // "" for what the system does
	From      []State       // none: it begins a matter
	To        State         // "" stays as it is
	Who       []Who
	Fields    []Field
	Seven     Tick // the seven-day clock
	Statutory Tick // limits of a law
}

// States in which a matter is, apart.
var (
	// Open are the states in which a level has to act and its clock runs.
	Open = []State{Reported, Accepted, Dispatched, Transferred, Returned, Suspended, Reopened}
	// Done are the states after a result: no clock runs, and the reporter has a word.
	Done = []State{Handled, Told, Checked}
	// Ended are the states in which nothing waits any more.
	Ended = []State{Closed, Rated, Withdrawn}
	// running are those with a clock: a matter merged into another keeps its own.
	running = join(Open, []State{Merged})
	all     = join(running, Done, Ended)
)

func join(parts ...[]State) []State { return slices.Concat(parts...) }

// Edges is the table of matters (事件流转表), in the order in which acts usually
// happen. It is the rule, the buttons of the pages, and docs/matter-table.md.
// Accepting, commenting, amending, dispatching, transferring, returning,
// suspending, extending, merging and splitting neither stop nor restart a
// level's clock: only a result, or sending the matter up with what was done,
// stops it (C6). What a reporter takes back has no clock left to run.
var Edges = []Edge{
	{Report, policy.MatterReport, nil, Reported, []Who{Anybody}, []Field{NewCategory, Text, NewPlace}, Starts, Starts},
	{SplitOff, "", nil, Reported, []Who{Itself}, nil, Carries, Carries},
	{Accept, policy.MatterAccept, []State{Reported, Reopened}, Accepted, []Who{Owner}, nil, GoesOn, Starts},
	{Dispatch, policy.MatterDispatch, []State{Reported, Accepted, Dispatched, Transferred, Reopened}, Dispatched, []Who{Owner}, []Field{ToWhom, MayText}, GoesOn, GoesOn},
	{Handle, policy.MatterHandle, Open, Handled, []Who{Owner}, []Field{Text}, Stops, GoesOn},
	{Tell, policy.MatterTell, []State{Handled}, Told, []Who{Owner}, []Field{How, Text}, None, Stops},
	{Check, policy.MatterCheck, []State{Handled, Told}, Checked, []Who{Over}, []Field{Text}, None, GoesOn},
	{Close, policy.MatterClose, []State{Checked}, Closed, []Who{Owner, Over}, []Field{MayText}, None, Stops},
	{Confirm, policy.MatterConfirm, join(Done, []State{Closed}), Closed, []Who{Reporter}, []Field{MayText}, None, Stops},
	{Lapse, "", join(Done, []State{Closed}), Closed, []Who{Itself}, nil, None, Stops},
	{Rate, policy.MatterRate, []State{Closed}, Rated, []Who{Reporter}, []Field{Stars, MayText}, None, None},
	{Comment, policy.MatterComment, join(running, Done), "", []Who{Anybody}, []Field{Text}, GoesOn, GoesOn},
	{Amend, policy.MatterAmend, Open, "", []Who{Owner}, []Field{NewCategory, NewPlace, Text}, GoesOn, GoesOn},
	{Return, policy.MatterReturn, []State{Reported, Accepted, Dispatched, Reopened}, Returned, []Who{Owner}, []Field{Text}, GoesOn, GoesOn},
	{Resubmit, policy.MatterConfirm, []State{Returned}, Reported, []Who{Reporter}, []Field{Text}, GoesOn, GoesOn},
	{Extend, policy.MatterExtend, Open, "", []Who{Owner}, []Field{Until, Text}, GoesOn, GoesOn},
	{ExtendLimit, policy.LimitExtend, Open, "", []Who{Over}, []Field{Longer, MayHow, Text}, GoesOn, Extends},
	{Suspend, policy.MatterSuspend, []State{Reported, Accepted, Dispatched, Reopened}, Suspended, []Who{Owner}, []Field{Until, Text}, GoesOn, Pauses},
	{Resume, policy.MatterResume, []State{Suspended}, Accepted, []Who{Owner}, []Field{MayText}, GoesOn, Resumes},
	{Transfer, policy.MatterTransfer, []State{Reported, Accepted, Dispatched, Transferred, Reopened}, Transferred, []Who{Owner}, []Field{Unit, Text}, GoesOn, GoesOn},
	{Reply, policy.MatterReply, []State{Transferred}, Accepted, []Who{Office}, []Field{Text}, GoesOn, GoesOn},
	{HandBack, policy.MatterHandBack, []State{Transferred}, Accepted, []Who{Office}, []Field{Text}, GoesOn, GoesOn},
	{SendUp, policy.MatterSendUp, Open, Reported, []Who{Owner}, []Field{Text}, Moves, GoesOn},
	{SendDown, policy.MatterSendDown, Open, Reported, []Who{Owner}, []Field{Text}, Joins, GoesOn},
	{Merge, policy.MatterMerge, []State{Reported, Accepted, Dispatched, Suspended, Reopened}, Merged, []Who{Owner}, []Field{Into, Text}, GoesOn, GoesOn},
	{Absorb, "", Open, "", []Who{Itself}, nil, GoesOn, GoesOn},
	{Part, policy.MatterPart, []State{Merged}, Accepted, []Who{Owner}, []Field{Text}, GoesOn, GoesOn},
	{Split, policy.MatterSplit, Open, "", []Who{Owner}, []Field{NewCategory, Text}, GoesOn, GoesOn},
	{Reopen, policy.MatterReopen, join(Done, []State{Closed, Rated}), Reopened, []Who{Reporter, Over}, []Field{Text}, Starts, Starts},
	{Withdraw, policy.MatterWithdraw, running, Withdrawn, []Who{Reporter}, []Field{Text}, Stops, Stops},
	{Notice, "", running, "", []Who{Itself}, nil, GoesOn, GoesOn},
	{Warn, "", running, "", []Who{Itself}, nil, GoesOn, GoesOn},
	{Supervise, "", running, "", []Who{Itself}, nil, GoesOn, GoesOn},
	{RemindOrder, policy.OrderRemind, all, "", []Who{Over, Itself}, nil, GoesOn, GoesOn},
	{AnswerOrder, policy.OrderAnswer, all, "", []Who{Owner}, []Field{Text}, GoesOn, GoesOn},
	{ReturnOrder, policy.OrderReturn, all, "", []Who{Over}, []Field{Text}, GoesOn, GoesOn},
	{CloseOrder, policy.OrderClose, all, "", []Who{Over}, nil, GoesOn, GoesOn},
	{Rehome, "", join(running, Done), "", []Who{Itself}, nil, GoesOn, GoesOn},
}

// Along are the acts that take with them what has been merged into a matter:
// each keeps its own clock, and the same happens to it.
var Along = []Act{SendUp, SendDown, Handle}

// Acts lists the acts that happen to a matter that is there, in the order of
// the table.
var Acts = func() (acts []Act) {
	for _, e := range Edges {
		if e.From != nil {
			acts = append(acts, e.Act)
		}
	}
	return acts
}()

// EdgeOf is the row of an act; ok is false of what is no act.
func EdgeOf(a Act) (e Edge, ok bool) {
	e, ok = edges[a]
	return e, ok
}

var edges = func() map[Act]Edge {
	m := map[Act]Edge{}
	for _, e := range Edges {
		m[e.Act] = e
	}
	return m
}()

// Asks reports whether the form of an edge has a field, and whether it may
// stay empty.
func (e Edge) Asks(f Field) (asks, empty bool) {
	f = Field(strings.TrimSuffix(string(f), "?"))
	if slices.Contains(e.Fields, f) {
		return true, false
	}
	may := slices.Contains(e.Fields, f+"?")
	return may, may
}

// IsOpen reports whether a level has to act.
func (m Matter) IsOpen() bool { return slices.Contains(Open, m.State) }

// IsEnded reports whether nothing waits any more.
func (m Matter) IsEnded() bool { return slices.Contains(Ended, m.State) }

// Apart reports whether an act has a form of its own and goes not through Do:
// those upon an order.
func (a Act) Apart() bool {
	switch a {
	case AnswerOrder, CloseOrder, ReturnOrder, RemindOrder:
		return true
	}
	return false
}
