package booklet

import (
	"slices"
	"strings"

	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/policy"
)

// A Why is why a version was made.
type Why string

const (
	First     Why = "first"   // 首次制作
	Again     Why = "again"   // 重新制作: the one before never left the office
	Changed   Why = "changed" // 变更换发
	Damaged   Why = "damaged" // 损坏换发
	AfterLoss Why = "lost"    // 遗失补发
)

// Replacements are the reasons a booklet in the household's hands is replaced
// for. After a loss there is no other.
var Replacements = []Why{Changed, Damaged}

// Ends are the reasons a booklet ends for. The archive is kept whatever it was.
var Ends = []string{"registration_moved", "moved_away", "given_back", "nobody_left", "mistake"}

// States lists the states in the order of a booklet's life.
var States = []State{Applied, Returned, Verified, Approved, Made, Issued, Renewed, Lost, Cancelled}

// Acts lists what is done to a booklet, in the same order.
var Acts = []policy.Action{
	policy.BookletApply, policy.BookletVerify, policy.BookletReturn, policy.BookletApprove, policy.BookletMake, policy.BookletPrint, policy.BookletHandOver,
	policy.BookletCheck, policy.BookletReportLost, policy.BookletReplace, policy.BookletCancel,
}

// life is the table state × act: what an act makes of a booklet, and nothing
// where it cannot be done. Applying is applying again, after a return.
var life = map[State]map[policy.Action]State{
	Applied:   {policy.BookletVerify: Verified, policy.BookletReturn: Returned, policy.BookletCancel: Cancelled},
	Returned:  {policy.BookletApply: Applied, policy.BookletCancel: Cancelled},
	Verified:  {policy.BookletApprove: Approved, policy.BookletReturn: Returned, policy.BookletCancel: Cancelled},
	Approved:  {policy.BookletMake: Made, policy.BookletCancel: Cancelled},
	Made:      {policy.BookletMake: Made, policy.BookletPrint: Made, policy.BookletHandOver: Issued, policy.BookletCancel: Cancelled},
	Issued:    {policy.BookletPrint: Issued, policy.BookletCheck: Issued, policy.BookletReportLost: Lost, policy.BookletReplace: Renewed, policy.BookletCancel: Cancelled},
	Renewed:   {policy.BookletMake: Renewed, policy.BookletPrint: Renewed, policy.BookletHandOver: Issued, policy.BookletReportLost: Renewed, policy.BookletCancel: Cancelled},
	Lost:      {policy.BookletReplace: Renewed, policy.BookletCancel: Cancelled},
	Cancelled: {},
}

// after is the rule: the booklet once the act has been done, or a Conflict.
func (b Booklet) after(a policy.Action) (Booklet, error) {
	to, ok := life[b.State][a]
	if !ok {
		return b, fault.New(fault.Conflict, "booklet.not_now")
	}
	b.State = to
	return b, nil
}

// Can reports whether the table allows an act now: for buttons, never instead
// of the guard.
func (b Booklet) Can(a policy.Action) bool {
	_, err := b.after(a)
	return err == nil
}

// LifeTable is the table in Markdown, as docs/walkthrough shows it.
func LifeTable() string {
	var s strings.Builder
	s.WriteString("| |")
	for _, a := range Acts {
		s.WriteString(" " + i18n.T("policy.action."+string(a)) + " |") //i18n:dynamic policy.action.
	}
	s.WriteString("\n|---|" + strings.Repeat("---|", len(Acts)) + "\n")
	for _, st := range States {
		s.WriteString("| " + st.Name() + " |")
		for _, a := range Acts {
			cell := ""
			if to, ok := life[st][a]; ok {
				cell = to.Name()
			}
			s.WriteString(" " + cell + " |")
		}
		s.WriteString("\n")
	}
	return s.String()
}

// Name is the state in words.
func (s State) Name() string { return i18n.T("booklet.state." + string(s)) } //i18n:dynamic booklet.state.

// Held reports whether the household holds a booklet, or held one that it lost.
func (s State) Held() bool { return slices.Contains([]State{Issued, Renewed, Lost}, s) }
