package proposal_test

import (
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/proposal"
)

// TestTwoAccounts: what one account asks for another approves, once and in time.
func TestTwoAccounts(t *testing.T) {
	const today = calendar.Date("2026-03-01")
	one, two := actor.Actor{Account: "one", Name: "甲"}, actor.Actor{Account: "two", Name: "乙"}
	waits := proposal.Asked{ValidFrom: today, Reason: "机构改革"}.By(one, 7)
	done, err := waits.Decided(two, proposal.Approved, "", today, 8)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		asked  proposal.Asked
		by     actor.Actor
		to     string
		answer string
		first  calendar.Date
		key    string
	}{
		"one's own":               {waits, one, proposal.Approved, "", today, "proposal.own"},
		"after its day":           {waits, two, proposal.Approved, "", today.AddDays(1), "proposal.late"},
		"approved already":        {done, two, proposal.Approved, "", today, "proposal.decided"},
		"refused after approval":  {done, two, proposal.Refused, "不行", today, "proposal.decided"},
		"refused without a word":  {waits, two, proposal.Refused, " ", today, ""},
		"refused with too many":   {waits, two, proposal.Refused, strings.Repeat("长", proposal.MaxWords+1), today, ""},
		"taken back without word": {waits, one, proposal.Refused, "", today, ""},
	} {
		is, err := tt.asked.Decided(tt.by, tt.to, tt.answer, tt.first, 9)
		if err == nil || is != tt.asked {
			t.Errorf("%s: %+v, %v", name, is, err)
		}
		if tt.key != "" && fault.KeyOf(err) != tt.key || tt.key == "" && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if done.State != proposal.Approved || done.DecidedBy != "two" || done.DecidedAt != 8 || done.Version != waits.Version+1 || done.ProposedBy != "one" {
		t.Errorf("approved: %+v", done)
	}
	for _, by := range []actor.Actor{one, two} { // late or not: saying no is always possible
		if is, err := waits.Decided(by, proposal.Refused, " 撤回 ", today.AddDays(9), 9); err != nil || is.State != proposal.Refused || is.Answer != "撤回" {
			t.Errorf("%s says no: %+v, %v", by.Account, is, err)
		}
	}
	again := done.By(two, 10)
	if again.DecidedBy != "" || again.State != proposal.Proposed || again.ProposedBy != "two" {
		t.Errorf("what is asked anew is decided by nobody: %+v", again)
	}
}

// TestWhatIsAsked: a reason that fits, and a day on which something can change.
func TestWhatIsAsked(t *testing.T) {
	for field, a := range map[string]proposal.Asked{
		"reason":     {ValidFrom: "2026-03-02", Reason: "  "},
		"valid_from": {ValidFrom: "2026-03-01", Reason: "因为"},
	} {
		var f fault.Fields
		if a.Check(&f, "2026-03-02"); len(f) != 1 || f[0].Name != field {
			t.Errorf("%s: %v", field, f)
		}
	}
	long := proposal.Asked{ValidFrom: "2026-03-02", Reason: strings.Repeat("长", proposal.MaxWords+1)}
	var f fault.Fields
	if long.Check(&f, "2026-03-02"); len(f) != 1 {
		t.Errorf("too long: %v", f)
	}
	good := proposal.Asked{ValidFrom: "2026-03-02", Reason: " 因为 "}
	f = nil
	if good.Check(&f, "2026-03-02"); len(f) != 0 || good.Reason != "因为" {
		t.Errorf("%+v: %v", good, f)
	}
}
