package matter

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"anju/internal/deadline"
	"anju/internal/fault"
)

var (
	states = []State{Reported, Accepted, Returned, Handled, Reopened, Closed}
	noon   = time.Date(2026, 3, 4, 4, 0, 0, 0, time.UTC)
)

// table is state × act, written by hand: the state after it and what becomes of
// the clock; "" is refused.
//
//	reported           accepted           returned           handled            reopened           closed
var table = map[Act][6]string{
	Accept:      {"accepted goes_on", "", "", "", "accepted goes_on", ""},
	Comment:     {"reported goes_on", "accepted goes_on", "returned goes_on", "handled goes_on", "reopened goes_on", ""},
	Return:      {"returned goes_on", "returned goes_on", "", "", "returned goes_on", ""},
	Resubmit:    {"", "", "reported goes_on", "", "", ""},
	SendUp:      {"reported moves", "reported moves", "reported moves", "", "reported moves", ""},
	Handle:      {"handled stops", "handled stops", "handled stops", "", "handled stops", ""},
	Confirm:     {"", "", "", "closed goes_on", "", ""},
	Reopen:      {"", "", "", "reopened starts", "", ""},
	Notice:      {"reported goes_on", "accepted goes_on", "returned goes_on", "", "reopened goes_on", ""},
	Warn:        {"reported goes_on", "accepted goes_on", "returned goes_on", "", "reopened goes_on", ""},
	Supervise:   {"reported goes_on", "accepted goes_on", "returned goes_on", "", "reopened goes_on", ""},
	AnswerOrder: {"reported goes_on", "accepted goes_on", "returned goes_on", "handled goes_on", "reopened goes_on", "closed goes_on"},
	CloseOrder:  {"reported goes_on", "accepted goes_on", "returned goes_on", "handled goes_on", "reopened goes_on", "closed goes_on"},
}

func TestEveryCell(t *testing.T) {
	if len(table) != len(Acts) || len(table) != len(rules) {
		t.Fatalf("%d acts here, %d in order, %d rules", len(table), len(Acts), len(rules))
	}
	for _, a := range Acts {
		for i, s := range states {
			m := Matter{State: s, Level: 3, LevelSince: 7, Version: 4}
			is, tick, err := m.after(a, "写明", noon)
			got := strings.TrimSpace(string(is.State) + " " + string(tick))
			if err != nil {
				got = ""
				if fault.KindOf(err) != fault.Conflict || is != m {
					t.Errorf("%s in %s is refused with %v, and left %+v", a, s, err, is)
				}
			}
			if want := table[a][i]; got != want {
				t.Errorf("%s in %s: got %q, want %q", a, s, got, want)
			}
			if can := m.Can(a); can != (err == nil) {
				t.Errorf("%s in %s: Can says %v", a, s, can)
			}
			if err == nil && is.Version != 5 {
				t.Errorf("%s in %s: version %d, want 5", a, s, is.Version)
			}
		}
	}
	if _, _, err := (Matter{State: Reported}).after("recall", "x", noon); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an act that does not exist: %v", err)
	}
}

// TestWords: what needs words is refused without them, field by field.
func TestWords(t *testing.T) {
	need := []Act{Comment, Return, Resubmit, SendUp, Handle, Reopen, AnswerOrder}
	for _, a := range Acts {
		s := rules[a].from[0]
		is, _, err := (Matter{State: s, Level: 2}).after(a, "", noon)
		if want := slices.Contains(need, a); (fault.KindOf(err) == fault.Invalid) != want || want && is.State != s {
			t.Errorf("%s without words: %v, want refused %v", a, err, want)
		}
	}
}

// TestLevels: a matter goes up one level at a time to the fifth, and there is
// no sixth.
func TestLevels(t *testing.T) {
	m := Matter{State: Reported, Level: 2}
	for want := int64(3); want <= deadline.TopLevel; want++ {
		is, _, err := m.after(SendUp, "已查看", noon)
		if err != nil || is.Level != want || is.State != Reported || is.LevelSince != noon.UnixMilli() {
			t.Fatalf("got %+v, %v, want level %d from now", is, err, want)
		}
		m = is
	}
	if _, _, err := m.after(SendUp, "已查看", noon); fault.KeyOf(err) != "matter.no_higher" || m.Can(SendUp) {
		t.Errorf("from the fifth level: %v", err)
	}
}

// TestOnlyTwoActsStopAClock is C6 read off the table: a result, or going up
// with what was done.
func TestOnlyTwoActsStopAClock(t *testing.T) {
	for a, r := range rules {
		stops := r.clock == stops || r.clock == moves
		if want := a == Handle || a == SendUp; stops != want {
			t.Errorf("%s stops a clock: %v, want %v", a, stops, want)
		}
		if want := a == Reopen || a == SendUp; (r.clock == starts || r.clock == moves) != want {
			t.Errorf("%s starts a clock: want %v", a, want)
		}
		if stops && (!r.text || !r.owner) {
			t.Errorf("%s stops a clock without a word or by a stranger", a)
		}
	}
}

// TestNoWayRound lets people do anything the table allows, in random order: a
// level that has neither recorded a result nor sent the matter up for seven
// days is warned of, whatever else was done (T11). ANJU_SIM_SEQUENCES asks for
// more.
func TestNoWayRound(t *testing.T) {
	sequences := 20_000
	if n, err := strconv.Atoi(os.Getenv("ANJU_SIM_SEQUENCES")); err == nil {
		sequences = n
	}
	r := rand.New(rand.NewPCG(1, 2))
	people := []Act{Accept, Comment, Return, Resubmit, SendUp, Handle, Confirm, Reopen, AnswerOrder, CloseOrder}
	for n := range sequences {
		now := noon
		m := Matter{State: Reported, Level: 2, LevelSince: now.UnixMilli(), Category: "other"}
		clock, running, since := m.Clock(), true, now
		warned := int64(0)
		for range 30 {
			now = now.Add(time.Duration(r.IntN(72*60)) * time.Minute)
			for {
				next, _, ok := clock.Warn(now)
				if !running || !ok {
					break
				}
				clock, warned = next, warned+1
			}
			if running {
				if want := int64(now.Sub(since) / deadline.Limit); warned != want {
					t.Fatalf("sequence %d: %s without a result, and %d warnings; want %d", n, now.Sub(since), warned, want)
				}
			}
			a := people[r.IntN(len(people))]
			is, tick, err := m.after(a, "写明", now)
			if err != nil {
				continue
			}
			m = is
			if tick == stops || tick == moves {
				running = false
			}
			if tick == moves || tick == starts {
				clock, running, since, warned = m.Clock(), true, now, 0
			}
			if open := m.State != Handled && m.State != Closed; open != running {
				t.Fatalf("sequence %d: %s leaves state %s with a clock running: %v", n, a, m.State, running)
			}
		}
	}
}

func TestCategories(t *testing.T) {
	if len(Categories) != 8 || len(limits) != 8 {
		t.Errorf("got %d categories with %d limits, want 8", len(Categories), len(limits))
	}
	names, got, err := readCategories(strings.NewReader("category,days,basis\nfire,2,消防法\nother,7,规则\n"))
	if err != nil || !slices.Equal(names, []string{"fire", "other"}) || got["fire"] != 48*time.Hour {
		t.Errorf("got %v %v %v", names, got, err)
	}
	for why, rows := range map[string]string{
		"longer than seven days": "other,8,规则", "never": "other,0,规则", "no number": "other,七,规则", "no basis": "other,7,",
		"no name": ",7,规则", "twice": "other,7,规则\nother,7,规则", "a column less": "other,7",
	} {
		if _, _, err := readCategories(strings.NewReader("category,days,basis\n" + rows + "\n")); err == nil {
			t.Errorf("%s: accepted", why)
		}
	}
}
