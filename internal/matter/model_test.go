package matter_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/matter"
)

// A model is one matter as C6 says it, in as few words as possible: a level owns
// it or it has a result; each level that was asked and has not answered has a
// clock that began when it was asked.
type model struct {
	level  int64
	open   bool
	clocks map[int64]time.Time // by level
}

// after is what an act that was not refused does to the model.
func (o *model) after(a matter.Act, now time.Time) {
	switch a {
	case matter.Handle, matter.Withdraw:
		o.open, o.clocks = false, map[int64]time.Time{}
	case matter.SendUp:
		o.level++
		for l := range o.clocks {
			if l < o.level {
				delete(o.clocks, l)
			}
		}
		if _, runs := o.clocks[o.level]; !runs {
			o.clocks[o.level] = now
		}
	case matter.SendDown:
		o.level--
		o.clocks[o.level] = now
	case matter.Reopen:
		o.open = true
		o.clocks[o.level] = now
	}
}

// TestProofAgainstTheModel: whatever people do, in any order, a matter is where the
// model says, its clocks are those of the model to the millisecond, every limit
// that passed has exactly its warning, and the timeline replays to what is
// stored. In make proof it is tried at its full count.
func TestProofAgainstTheModel(t *testing.T) {
	if os.Getenv("ANJU_PROOF") == "" {
		if err := flag.Set("rapid.checks", "12"); err != nil {
			t.Fatal(err)
		}
	}
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := given(t, d, c)
		level := map[int64]string{2: "leader", 3: "section", 4: "general", 5: "chief"}
		usual := []matter.Act{matter.SendUp, matter.SendUp, matter.SendDown, matter.SendDown, matter.Handle, matter.Reopen} // what the model is about, more often
		all := slices.Concat(matter.Acts, usual, usual, usual, usual)
		rapid.Check(t, func(r *rapid.T) {
			m := w.report()
			o := &model{level: 2, open: true, clocks: map[int64]time.Time{2: c.Now()}}
			warned := int64(0)
			for range rapid.IntRange(5, 20).Draw(r, "acts") {
				for range rapid.IntRange(0, 3).Draw(r, "sweeps") {
					before := c.Now()
					c.Move(time.Duration(rapid.IntRange(1, 4*24*60).Draw(r, "minutes")) * time.Minute)
					for _, since := range o.clocks {
						warned += int64(c.Now().Sub(since)/deadline.Limit) - int64(before.Sub(since)/deadline.Limit)
					}
					w.sweep()
				}
				a := rapid.SampledFrom(all).Draw(r, "act")
				who := rapid.SampledFrom([]string{level[o.level], level[o.level], level[o.level], "worker", "town centre", "section"}).Draw(r, "who")
				y := matter.Say{Text: "写明", To: "张三", Until: dateOf(c.Now().AddDate(0, 0, 5).Format("2006-01-02")), Unit: actor.CivilAffairs, How: "phone", Rating: 3, Place: "三号楼"}
				if e, _ := matter.EdgeOf(a); e.May == "" || a == matter.Merge || a == matter.AnswerOrder || a == matter.CloseOrder {
					continue
				}
				if _, err := w.do(who, a, m.ID, y); err == nil {
					o.after(a, c.Now())
				}
				p := w.get("county centre", m.ID)
				got := map[int64]time.Time{}
				for _, k := range p.Clocks {
					if k.StoppedAt == 0 {
						got[k.Level] = time.UnixMilli(k.StartedAt)
					}
				}
				if p.Matter.Level != o.level || p.Matter.IsOpen() != o.open || len(got) != len(o.clocks) {
					r.Fatalf("after %s by %s: level %d, open %v, clocks %v; the model says %+v", a, who, p.Matter.Level, p.Matter.IsOpen(), got, o)
				}
				for l, since := range o.clocks {
					if !got[l].Equal(since) {
						r.Fatalf("after %s by %s: the clock of level %d since %s, the model says %s", a, who, l, got[l], since)
					}
				}
				if int64(len(p.Warnings)) != warned {
					r.Fatalf("%d warnings, %d limits have passed", len(p.Warnings), warned)
				}
			}
			w.replays(r, m)
		})
	})
}

// replays holds a stored matter to its timeline: what happened, in that order,
// leads by the rules to what is stored.
func (w *world) replays(t interface{ Fatalf(string, ...any) }, first matter.Matter) {
	p, err := w.Get(w.t.Context(), people["county centre"], first.ID)
	if err != nil {
		t.Fatalf("%v", err)
	}
	m := first
	for i, e := range p.Events {
		if e.N != int64(i+1) || i > 0 && e.At < p.Events[i-1].At {
			t.Fatalf("event %d has number %d at %d", i+1, e.N, e.At)
		}
		if e.Act == matter.Report {
			continue
		}
		if m, err = m.Replay(e.Act, e.Said(), time.UnixMilli(e.At)); err != nil {
			t.Fatalf("event %d, %s: %v", i+1, e.Act, err)
		}
	}
	if is := p.Matter; m.State != is.State || m.Level != is.Level || m.Duty != is.Duty || m.Result != is.Result || m.Unit != is.Unit || m.WordBy != is.WordBy || m.ClosedAt != is.ClosedAt || m.Solved != is.Solved || m.Category != is.Category || m.Place != is.Place {
		t.Fatalf("the timeline leads to %+v, stored is %+v", m, is)
	}
}

// TestAtOnce: many people act on one matter at the same moment. Each act is done
// once or refused; there is one order of events, the one in the timeline, and it
// leads to what is stored.
func TestAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		type try struct {
			who string
			act matter.Act
		}
		var all []try
		for range 4 {
			for _, one := range []try{{"leader", matter.Accept}, {"leader", matter.Comment}, {"leader", matter.SendUp}, {"section", matter.Handle}, {"section", matter.SendDown},
				{"worker", matter.Reopen}, {"worker", matter.Confirm}, {"leader", matter.Return}, {"worker", matter.Resubmit}, {"town centre", matter.Comment},
				{"general", matter.SendUp}, {"general", matter.Handle}, {"chief", matter.SendDown}, {"chief", matter.Comment}, {"county centre", matter.Check}, {"town centre", matter.Reopen}, {"section", matter.SendUp}} {
				all = append(all, one, one) // the form is sent twice, with one key
			}
		}
		done := make([]bool, len(all))
		var wg sync.WaitGroup
		for i, one := range all {
			wg.Go(func() {
				_, err := w.Do(t.Context(), people[one.who], db.Key(fmt.Sprint("at once ", i/2*2)), one.act, m.ID, matter.Say{Text: "写明"})
				done[i] = err == nil
				if k := kind(err); !slices.Contains([]string{"ok", "conflict", "forbidden", "invalid"}, k) {
					t.Errorf("%s by %s: %v", one.act, one.who, err)
				}
			})
		}
		wg.Wait()
		count := map[matter.Act]int{}
		for i, one := range all {
			if i%2 == 0 && (done[i] || done[i+1]) {
				count[one.act]++
			}
		}
		p := w.get("county centre", m.ID)
		for _, e := range p.Events[1:] {
			count[e.Act]--
		}
		for a, n := range count {
			if n != 0 {
				t.Errorf("%s: %d more done than stand in the timeline", a, n)
			}
		}
		if p.Matter.Version != int64(len(p.Events)) {
			t.Errorf("version %d after %d events", p.Matter.Version, len(p.Events))
		}
		w.replays(t, m)
		if said, kept := order(p.Events), w.recorded(m); !slices.Equal(said, kept) {
			t.Errorf("the timeline says %v, the record %v", said, kept)
		}
	})
}

// order is what was done, in the order of a timeline, one after another of the
// same kind as one.
func order(events []matter.Event) (actions []string) {
	for _, e := range events {
		edge, _ := matter.EdgeOf(e.Act)
		actions = append(actions, string(edge.May))
	}
	return slices.Compact(actions)
}

// recorded is the same as the county's record has it.
func (w *world) recorded(m matter.Matter) (actions []string) {
	var rows []db.Change
	err := w.DB.Read(w.t.Context(), func(tx *db.Tx) (err error) {
		rows, err = db.ChangesOf(tx, m.Subject(), 1000)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range slices.Backward(rows) { // the last first
		actions = append(actions, r.Action)
	}
	return slices.Compact(actions)
}
