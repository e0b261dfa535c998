package booklet

import (
	"testing"

	"anju/internal/fault"
	"anju/internal/policy"
)

// TestTable is the life of a booklet, every state by every act: what becomes
// of it, or "" where it cannot be done now.
func TestTable(t *testing.T) {
	order := []policy.Action{policy.BookletApply, policy.BookletApprove, policy.BookletReturn, policy.BookletMake, policy.BookletHandOver, policy.BookletRead}
	for state, row := range map[State][6]State{
		//         apply again, approve, return, make, hand over, read
		"":        {"", "", "", "", "", ""},
		Applied:   {"", Approved, Returned, "", "", ""},
		Returned:  {Applied, "", "", "", "", ""},
		Approved:  {"", "", "", Made, "", ""},
		Made:      {"", "", "", Made, Issued, ""},
		Issued:    {"", "", "", Issued, "", ""},
		Cancelled: {"", "", "", "", "", ""},
	} {
		for i, act := range order {
			got, err := Booklet{State: state}.after(act)
			if want := row[i]; want != "" {
				if err != nil || got.State != want {
					t.Errorf("%s %s: got %s, %v, want %s", state, act, got.State, err, want)
				}
			} else if fault.KeyOf(err) != "booklet.not_now" || fault.KindOf(err) != fault.Conflict || got.State != state {
				t.Errorf("%s %s: got %s, %v, want a refusal", state, act, got.State, err)
			}
			if can := (Booklet{State: state}).Can(act); can != (err == nil) {
				t.Errorf("%s %s: Can says %v", state, act, can)
			}
		}
	}
}

func TestDiffers(t *testing.T) {
	was := Content{Number: "1", IssuedOn: "2026年1月1日", Living: PrintedGrid{Worker: "李护林"}}
	is := was
	is.IssuedOn, is.FirstIssuedOn = "2026年2月1日", "2026年2月1日"
	if d, err := differs(was, is); err != nil || d {
		t.Errorf("another day of issue: %v, %v", d, err)
	}
	is.Living.Worker = "周网格"
	if d, err := differs(was, is); err != nil || !d {
		t.Errorf("another grid worker: %v, %v", d, err)
	}
}
