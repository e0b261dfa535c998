package booklet

import (
	"os"
	"slices"
	"strings"
	"testing"

	"anju/internal/fault"
	"anju/internal/policy"
)

// TestLifeTable is the life of a booklet, every state by every act, written by
// hand: what becomes of it, or "" where it cannot be done now.
func TestLifeTable(t *testing.T) {
	const (
		A = Applied
		R = Returned
		V = Verified
		P = Approved
		M = Made
		I = Issued
		N = Renewed
		L = Lost
		C = Cancelled
	)
	for state, row := range map[State][11]State{
		// apply again, verify, return, approve, make, print, hand over, check, report lost, replace, cancel
		"":        {},
		Applied:   {"", V, R, "", "", "", "", "", "", "", C},
		Returned:  {A, "", "", "", "", "", "", "", "", "", C},
		Verified:  {"", "", R, P, "", "", "", "", "", "", C},
		Approved:  {"", "", "", "", M, "", "", "", "", "", C},
		Made:      {"", "", "", "", M, M, I, "", "", "", C},
		Issued:    {"", "", "", "", "", I, "", I, L, N, C},
		Renewed:   {"", "", "", "", N, N, I, "", N, "", C},
		Lost:      {"", "", "", "", "", "", "", "", "", N, C},
		Cancelled: {},
	} {
		for i, act := range append(slices.Clone(Acts), policy.BookletRead) {
			want := State("")
			if i < len(row) {
				want = row[i]
			}
			got, err := Booklet{State: state}.after(act)
			if want != "" {
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

// The documents show the table that the program goes by.
func TestLifeTableIsInTheDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/walkthrough/booklet-issued.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), LifeTable()) {
		t.Errorf("docs/walkthrough/booklet-issued.md lacks the table:\n%s", LifeTable())
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
