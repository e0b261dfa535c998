package matter_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/matter"
)

// TestWrongPeople: everyone but the level that has the matter is turned away
// from every act, and those of another place do not learn that it exists.
func TestWrongPeople(t *testing.T) {
	const none, no, ok, late = "not_found", "forbidden", "ok", "conflict"
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		for _, tt := range []struct {
			who                         string
			see, comment, hand, confirm string // who is over it may open it again, once there is a result
		}{
			{"nobody", none, none, none, none},
			{"no post", no, no, no, no},
			{"next worker", none, none, none, none},
			{"far worker", none, none, none, none},
			{"far leader", none, none, none, none},
			{"elsewhere section", none, none, none, none},
			{"far general", none, none, none, none},
			{"far centre", none, none, none, none},
			{"other worker", no, no, no, no},
			{"police", no, no, no, no},
			{"clerk", no, no, no, no},
			{"system admin", no, no, no, no},
			{"audit admin", no, no, no, no},
			{"town centre", ok, ok, no, no},
			{"county centre", ok, ok, no, no},
			{"next leader", ok, ok, no, no},
			{"section", ok, ok, no, no},
			{"general", ok, ok, no, no},
			{"chief", ok, ok, no, no},
			{"worker", ok, ok, no, late}, // the reporter's word comes after the result
		} {
			if _, err := w.Get(t.Context(), people[tt.who], m.ID); kind(err) != tt.see {
				t.Errorf("%s sees it: %v, want %s", tt.who, err, tt.see)
			}
			if _, err := w.act(tt.who, matter.Comment, m.ID); kind(err) != tt.comment {
				t.Errorf("%s comments: %v, want %s", tt.who, err, tt.comment)
			}
			for _, a := range []matter.Act{matter.Accept, matter.Return, matter.SendUp, matter.Handle} {
				if _, err := w.act(tt.who, a, m.ID); kind(err) != tt.hand {
					t.Errorf("%s does %s: %v, want %s", tt.who, a, err, tt.hand)
				}
			}
			for _, a := range []matter.Act{matter.Confirm, matter.Reopen, matter.Resubmit} {
				want := tt.confirm
				if over := slices.Contains([]string{"town centre", "county centre", "section", "general", "chief"}, tt.who); over && a == matter.Reopen {
					want = late
				}
				if _, err := w.act(tt.who, a, m.ID); kind(err) != want {
					t.Errorf("%s does %s: %v, want %s", tt.who, a, err, want)
				}
			}
		}
		p := w.page(m.ID)
		if p.Matter.State != matter.Reported || p.Matter.Version != m.Version+7 {
			t.Errorf("after 7 comments and many refusals: %+v", p.Matter)
		}
		if _, err := w.act("leader", matter.Accept, "no such matter"); kind(err) != none {
			t.Errorf("a matter that is not there: %v", err)
		}
	})
}

// TestWrongReporters: nobody reports for a place that is not theirs, and a form
// that is wrong says where.
func TestWrongReporters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		good := matter.ReportRequest{Category: "facility", Text: "路灯不亮", Path: here}
		for who, want := range map[string]string{
			"nobody": "not_found", "no post": "forbidden", "next worker": "not_found", "far leader": "not_found", "far general": "not_found",
			"police": "forbidden", "county centre": "forbidden", "system admin": "forbidden",
			"worker": "ok", "next leader": "ok", "clerk": "ok", "chief": "ok", "town centre": "ok",
		} {
			if _, err := w.Report(t.Context(), people[who], w.key(), good); kind(err) != want {
				t.Errorf("%s: %v, want %s", who, err, want)
			}
		}
		for field, r := range map[string]matter.ReportRequest{
			"category": {Category: "petition", Text: "路灯不亮", Path: here},
			"text":     {Category: "other", Text: " \n", Path: here},
			"path":     {Category: "other", Text: "路灯不亮", Path: village + "999"},
		} {
			_, err := w.Report(t.Context(), people["leader"], w.key(), r)
			if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("%s: got %v", field, err)
			}
		}
		for path, want := range map[string]string{"610929100999": "invalid", town: "invalid", county: "invalid", here + "1": "invalid", village: "ok"} {
			_, err := w.Report(t.Context(), people["chief"], w.key(), matter.ReportRequest{Category: "other", Text: "路灯不亮", Path: path})
			if kind(err) != want {
				t.Errorf("path %s: %v, want %s", path, err, want)
			}
		}
	})
}

// TestReportGoesOneLevelUp: into the hands of the level above, at once.
func TestReportGoesOneLevelUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for who, want := range map[string]int64{"worker": 2, "clerk": 2, "town centre": 2, "leader": 3, "section": 4, "general": 5, "chief": 5} {
			m := w.must(w.Report(t.Context(), people[who], w.key(), matter.ReportRequest{Category: "other", Text: "路灯不亮", Path: here}))
			if m.Level != want || m.State != matter.Reported || m.Reporter != people[who].Account {
				t.Errorf("%s: %+v, want level %d", who, m, want)
			}
			p, err := w.Get(t.Context(), people["chief"], m.ID)
			if err != nil || len(p.Clocks) != 1 || p.Clocks[0].Level != want || p.Clocks[0].StartedAt != m.ReportedAt {
				t.Errorf("%s: clocks %+v, %v", who, p.Clocks, err)
			}
		}
	})
}

// TestSameKeyOnce: a form sent twice, by a nervous thumb or a bad network, acts
// once.
func TestSameKeyOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := matter.ReportRequest{Category: "facility", Text: "路灯不亮"}
		one := w.must(w.Report(t.Context(), people["worker"], "k", r))
		w.clock.Move(time.Minute)
		two := w.must(w.Report(t.Context(), people["worker"], "k", r))
		if one != two {
			t.Errorf("got %+v, then %+v", one, two)
		}
		r.Text = "水管破了"
		if _, err := w.Report(t.Context(), people["worker"], "k", r); kind(err) != "conflict" {
			t.Errorf("the same key for something else: %v", err)
		}
		for range 2 {
			w.must(w.Do(t.Context(), people["leader"], "a", matter.Accept, one.ID, matter.Say{}))
		}
		if got, want := acts(w.page(one.ID)), []matter.Act{matter.Report, matter.Accept}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// TestClockOnlyStopsByAResult is C6: accepting, commenting, returning and the
// answer to a return neither stop nor restart the clock.
func TestClockOnlyStopsByAResult(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		was := w.page(m.ID).Clocks
		for _, a := range []struct {
			who string
			act matter.Act
		}{{"leader", matter.Accept}, {"leader", matter.Comment}, {"leader", matter.Return}, {"worker", matter.Comment}, {"worker", matter.Resubmit}, {"leader", matter.Accept}, {"town centre", matter.Comment}} {
			w.clock.Move(11 * time.Hour)
			w.must(w.act(a.who, a.act, m.ID))
			if is := w.page(m.ID).Clocks; len(is) != 1 || is[0] != was[0] {
				t.Errorf("%s by %s moved the clock: %+v, was %+v", a.act, a.who, is, was)
			}
		}
		w.clock.Move(time.Hour)
		w.must(w.act("leader", matter.SendUp, m.ID))
		sent := w.clock.Now().UnixMilli()
		is := w.page(m.ID).Clocks
		if len(is) != 2 || is[0].StoppedAt != sent || is[1].Level != 3 || is[1].StartedAt != sent || is[1].DueAt != sent+deadline.Limit.Milliseconds() {
			t.Fatalf("sent up at %d: %+v", sent, is)
		}
		w.clock.Move(time.Hour)
		w.must(w.act("section", matter.Handle, m.ID))
		if is = w.page(m.ID).Clocks; len(is) != 2 || is[1].StoppedAt != sent+3_600_000 {
			t.Fatalf("handled: %+v", is)
		}
		w.clock.Move(time.Hour)
		again := w.must(w.act("worker", matter.Reopen, m.ID))
		is = w.page(m.ID).Clocks
		if again.Level != 3 || len(is) != 3 || is[2].Level != 3 || is[2].StartedAt != w.clock.Now().UnixMilli() || is[2].StoppedAt != 0 {
			t.Errorf("reopened: level %d, %+v", again.Level, is)
		}
		w.must(w.act("section", matter.Handle, m.ID))
		closed := w.must(w.act("worker", matter.Confirm, m.ID))
		if closed.State != matter.Closed || closed.Solved != 1 || closed.ClosedLevel != 3 || closed.ClosedAt == 0 {
			t.Errorf("closed: %+v", closed)
		}
		w.clock.Move(100 * 24 * time.Hour)
		if _, err := w.act("worker", matter.Reopen, m.ID); kind(err) != "conflict" {
			t.Errorf("a matter closed long ago was reopened: %v", err)
		}
		if done := w.sweep(); done != (deadline.Swept{}) {
			t.Errorf("a closed matter warns: %+v", done)
		}
	})
}

// TestTimelineIsOnlyAddedTo: numbers without a gap, times that do not go back,
// and words that stay as they were.
func TestTimelineIsOnlyAddedTo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		var before []matter.Event
		for _, a := range []matter.Act{matter.Accept, matter.Comment, matter.Return, matter.Handle} {
			w.clock.Move(3 * 24 * time.Hour)
			w.must(w.act("leader", a, m.ID))
			w.sweep()
			after := w.page(m.ID).Events
			if len(after) <= len(before) || !slices.Equal(after[:len(before)], before) {
				t.Fatalf("%s changed what was there", a)
			}
			before = after
		}
		for i, e := range before {
			if e.N != int64(i+1) || i > 0 && e.At < before[i-1].At || e.Name == "" {
				t.Errorf("event %d: %+v", i, e)
			}
		}
	})
}

// TestRecorded: the change is recorded with who did it, and without the words.
func TestRecorded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.must(w.act("leader", matter.Handle, m.ID))
		var changes []db.Change
		if err := w.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
			changes, err = db.ChangesOf(tx, m.Subject(), 10)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(changes) != 2 || changes[0].Action != "matter.handle" || changes[0].Account != people["leader"].Account {
			t.Fatalf("got %+v", changes)
		}
		for _, c := range changes {
			for _, never := range []string{"下水管道", "已修好"} {
				if strings.Contains(c.Diff, never) {
					t.Errorf("the record keeps the words: %s", c.Diff)
				}
			}
		}
	})
}
