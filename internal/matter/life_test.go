package matter_test

import (
	"slices"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/matter"
)

func (w *world) do(who string, a matter.Act, id matter.ID, y matter.Say) (matter.Matter, error) {
	return w.Do(w.t.Context(), people[who], w.key(), a, id, y)
}

// get is the page of a matter as somebody sees it.
func (w *world) get(who string, id matter.ID) matter.Page {
	w.t.Helper()
	p, err := w.Get(w.t.Context(), people[who], id)
	if err != nil {
		w.t.Fatalf("%s: %v", who, err)
	}
	return p
}

// running are the levels whose clock runs.
func (w *world) running(id matter.ID) (levels []int64) {
	for _, c := range w.get("county centre", id).Clocks {
		if c.StoppedAt == 0 {
			levels = append(levels, c.Level)
		}
	}
	return levels
}

// TestSilence: who has been told and says nothing for seven days has agreed; not
// a moment earlier, once, and not who was never told.
func TestSilence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		lapse := func(want int) {
			t.Helper()
			if n, err := w.LapseDue(t.Context()); err != nil || n != want {
				t.Errorf("%d lapsed, %v; want %d", n, err, want)
			}
		}
		own, phoned := w.report(), w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "other", Text: "来电反映", Via: matter.Phone}))
		w.must(w.act("leader", matter.Handle, own.ID))
		w.must(w.act("leader", matter.Handle, phoned.ID))
		w.clock.Move(matter.WordTime - time.Millisecond)
		lapse(0)
		w.clock.Move(time.Millisecond)
		lapse(1)
		lapse(0)
		p := w.page(own.ID)
		if last := p.Events[len(p.Events)-1]; p.Matter.State != matter.Closed || p.Matter.Solved != 1 || last.Act != matter.Lapse || last.Kind != string(actor.System) {
			t.Errorf("own report: %+v, last %+v", p.Matter, last)
		}
		w.clock.Move(100 * 24 * time.Hour)
		lapse(0)
		w.must(w.do("leader", matter.Tell, phoned.ID, matter.Say{How: "phone", Text: "已告知"}))
		w.clock.Move(matter.WordTime)
		lapse(1)
		if m := w.page(phoned.ID).Matter; m.Solved != 1 || m.State != matter.Closed {
			t.Errorf("told: %+v", m)
		}
	})
}

// TestSentDownBothClocksRun: whoever asks a lower level has not answered; the
// lower level's result stops both clocks, and what goes up again goes on under
// the clock that never stopped.
func TestSentDownBothClocksRun(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.must(w.act("leader", matter.SendUp, m.ID))
		w.clock.Move(48 * time.Hour)
		down := w.must(w.do("section", matter.SendDown, m.ID, matter.Say{Text: "请村里先协调"}))
		if got := w.running(m.ID); down.Level != 2 || down.Duty != 3 || !slices.Equal(got, []int64{2, 3}) && !slices.Equal(got, []int64{3, 2}) {
			t.Fatalf("sent down: %+v, running %v", down, got)
		}
		w.clock.Move(deadline.Limit - 48*time.Hour)
		if done := w.sweep(); done.Warnings != 1 {
			t.Errorf("the sender's limit: %+v, want 1 warning", done)
		}
		up := w.must(w.act("leader", matter.SendUp, m.ID))
		if up.Level != 3 || !slices.Equal(w.running(m.ID), []int64{3}) {
			t.Errorf("back up: %+v, running %v", up, w.running(m.ID))
		}
		for _, c := range w.get("section", m.ID).Clocks {
			if c.Level == 3 && c.StartedAt != down.LevelSince-(48*time.Hour).Milliseconds() {
				t.Errorf("going down and up again wins time: %+v", c)
			}
		}
	})
}

// TestMergedKeepsItsClock: two matters go one way and each keeps its own clock;
// the result is a word for both reporters; and no merge hides anything.
func TestMergedKeepsItsClock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one := w.report()
		w.clock.Move(24 * time.Hour)
		two := w.must(w.Report(t.Context(), people["other worker"], w.key(), matter.ReportRequest{Category: "facility", Text: "3号楼漏水"}))
		private := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "facility", Text: "不便公开", Private: true}))
		merge := func(who string, m matter.Matter, into string) error {
			_, err := w.do(who, matter.Merge, m.ID, matter.Say{Into: into, Text: "同一处"})
			return err
		}
		for why, err := range map[string]error{
			"by who has not got it": merge("section", two, one.Number), "by another village": merge("far leader", two, one.Number), "into itself": merge("leader", two, two.Number),
			"into none": merge("leader", two, "SJ1"), "a private one": merge("leader", private, one.Number), "into a private one": merge("leader", two, private.Number),
		} {
			if err == nil {
				t.Errorf("%s: merged", why)
			}
		}
		lines, err := w.Beside(t.Context(), people["leader"], two.ID)
		if err != nil || len(lines) != 1 || lines[0].Number != one.Number || lines[0].Reporter != "" {
			t.Errorf("beside: %+v, %v", lines, err)
		}
		if _, err := w.Beside(t.Context(), people["far leader"], two.ID); kind(err) != "not_found" {
			t.Errorf("beside, for another village: %v", err)
		}
		if err := merge("leader", two, one.Number); err != nil {
			t.Fatal(err)
		}
		if got := w.running(two.ID); !slices.Equal(got, []int64{2}) {
			t.Errorf("merged, its clock: %v", got)
		}
		list, err := w.List(t.Context(), people["leader"], matter.Filter{Level: 2})
		if err != nil || slices.ContainsFunc(list, func(l matter.Line) bool { return l.ID == two.ID }) {
			t.Errorf("what is merged waits twice: %v", err)
		}
		w.must(w.act("leader", matter.SendUp, one.ID))
		if m := w.get("section", two.ID).Matter; m.Level != 3 || m.State != matter.Merged {
			t.Errorf("it does not go along: %+v", m)
		}
		w.must(w.act("section", matter.Handle, one.ID))
		if m := w.get("other worker", two.ID).Matter; m.State != matter.Handled || m.Result == "" || len(w.running(two.ID)) != 0 {
			t.Errorf("the result is not its reporter's too: %+v", m)
		}
		w.must(w.do("other worker", matter.Confirm, two.ID, matter.Say{}))
		if m := w.get("worker", one.ID).Matter; m.State != matter.Handled {
			t.Errorf("one reporter's word is both's: %s", m.State)
		}
	})
}

// TestSplitWinsNoTime: the part is a matter of its own, under the clock that ran.
func TestSplitWinsNoTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.clock.Move(6 * 24 * time.Hour)
		w.must(w.do("leader", matter.Split, m.ID, matter.Say{Text: "电线也坏了", Category: "safety_fire"}))
		list, err := w.List(t.Context(), people["leader"], matter.Filter{Level: 2})
		i := slices.IndexFunc(list, func(l matter.Line) bool { return l.SplitFrom == m.Number })
		if err != nil || i < 0 {
			t.Fatalf("no part: %v", err)
		}
		part := list[i]
		if part.Category != "safety" || part.Kind != "safety_fire" || part.Number == m.Number || part.LimitAt != m.ReportedAt+deadline.Limit.Milliseconds() || part.Text != "电线也坏了" {
			t.Errorf("the part: %+v", part)
		}
		w.clock.Move(24 * time.Hour)
		if done := w.sweep(); done.Warnings != 2 {
			t.Errorf("%+v, want a warning of each", done)
		}
		if _, err := w.do("leader", matter.Split, m.ID, matter.Say{Text: "x", Category: "petition"}); kind(err) != "invalid" {
			t.Errorf("into no category: %v", err)
		}
	})
}

// TestHandedToADepartment: it sees what it was handed as long as it is, and
// nothing else; the level still owns it, and its clock goes on.
func TestHandedToADepartment(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		people["civil"] = as(actor.CivilAffairs, county)
		m, other := w.report(), w.report()
		w.must(w.do("leader", matter.Transfer, m.ID, matter.Say{Unit: actor.CivilAffairs, Text: "请核实救助"}))
		if p := w.get("civil", m.ID); !slices.Contains(p.Acts, matter.Reply) || slices.Contains(p.Acts, matter.Handle) {
			t.Errorf("the department can %v", p.Acts)
		}
		if _, err := w.Get(t.Context(), people["civil"], other.ID); err == nil {
			t.Errorf("another one: %v", err)
		}
		list, err := w.List(t.Context(), people["civil"], matter.Filter{Handed: true})
		if err != nil || len(list) != 1 || list[0].ID != m.ID {
			t.Errorf("its list: %d, %v", len(list), err)
		}
		if n, err := w.Counts(t.Context(), people["civil"]); err != nil || n.Handed != 1 {
			t.Errorf("its number: %+v, %v", n, err)
		}
		for _, who := range []string{"police", "clerk"} {
			if _, err := w.do(who, matter.Reply, m.ID, matter.Say{Text: "已办"}); err == nil {
				t.Errorf("%s answers for the department", who)
			}
		}
		if got := w.running(m.ID); !slices.Equal(got, []int64{2}) {
			t.Errorf("running %v", got)
		}
		w.must(w.do("civil", matter.Reply, m.ID, matter.Say{Text: "已核实"}))
		if _, err := w.Get(t.Context(), people["civil"], m.ID); err == nil {
			t.Errorf("answered, and still there: %v", err)
		}
	})
}

// TestPrivateIsNarrow: a private matter is there for its reporter, the levels on
// its way, and the centres; not for a level it never reached; and it is late
// like any other (FixMyStreet leaves private ones out).
func TestPrivateIsNarrow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "dispute", Kind: "dispute_family", Text: "家里的事"}))
		if m.Private != 1 {
			t.Fatalf("the category makes it private: %+v", m)
		}
		seen := func(want ...string) {
			t.Helper()
			for who := range people {
				by := people[who]
				_, err := w.Get(t.Context(), by, m.ID)
				if is := slices.Contains(want, who); is != (err == nil) {
					t.Errorf("%s: %v, want seen %v", who, err, is)
				}
				list, err := w.List(t.Context(), by, matter.Filter{})
				in := err == nil && slices.ContainsFunc(list, func(l matter.Line) bool { return l.ID == m.ID })
				if is := slices.Contains(want, who) && who != "worker"; is != in {
					t.Errorf("%s: in the list %v, want %v (%v)", who, in, is, err)
				}
			}
			similar, err := w.Similar(t.Context(), people["other worker"], matter.ReportRequest{Category: "dispute", Path: here})
			if err != nil || len(similar) != 0 {
				t.Errorf("offered to another reporter: %v, %v", similar, err)
			}
		}
		seen("worker", "leader", "town centre", "county centre")
		w.clock.Move(deadline.Limit)
		if done := w.sweep(); done.Warnings != 1 {
			t.Errorf("a private matter is late: %+v", done)
		}
		seen("worker", "leader", "section", "town centre", "county centre")
	})
}

// TestNamedOfficial: a matter that names an official goes to nobody whom it
// names, and does not exist for them at any way in.
func TestNamedOfficial(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update account set name = '贺立春' where id = $1`, people["leader"].Account)
			return err
		})
		for _, wrong := range []string{"无此人", "贺立春、无此人"} {
			if _, err := w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "service", Text: "态度生硬", Officials: wrong}); kind(err) != "invalid" {
				t.Errorf("%s: %v", wrong, err)
			}
		}
		m := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "service", Text: "态度生硬", Officials: "贺立春"}))
		if m.Level != 3 || m.Names != 1 || m.Private != 1 {
			t.Fatalf("it goes to %d: %+v", m.Level, m)
		}
		w.clock.Move(deadline.Limit)
		w.sweep()
		named := people["leader"]
		none := func(what string, err error) {
			t.Helper()
			if kind(err) != "not_found" {
				t.Errorf("%s: %v, want not found", what, err)
			}
		}
		_, err := w.Get(t.Context(), named, m.ID)
		none("its page", err)
		for _, a := range []matter.Act{matter.Comment, matter.Accept, matter.Handle, matter.Confirm, matter.Withdraw} {
			_, err := w.do("leader", a, m.ID, matter.Say{Text: "x"})
			none(string(a), err)
		}
		order := w.get("county centre", m.ID).Orders[0]
		_, err = w.AnswerOrder(t.Context(), named, w.key(), order.ID, "已改")
		none("its order", err)
		none("the order on paper", w.OrderPDF(t.Context(), named, order.ID, nil))
		_, err = w.Beside(t.Context(), named, m.ID)
		none("what lies beside it", err)
		for what, f := range map[string]matter.Filter{"open": {}, "own": {Level: 2}, "overdue": {Overdue: true}, "told": {Told: true}, "mine": {Mine: true}, "under": {Under: village}, "due soon": {DueSoon: true}} {
			list, err := w.List(t.Context(), named, f)
			if err != nil || len(list) != 0 {
				t.Errorf("the list %s: %d lines, %v", what, len(list), err)
			}
		}
		if n, err := w.Counts(t.Context(), named); err != nil || n != (matter.Counts{}) {
			t.Errorf("counted: %+v, %v", n, err)
		}
		// In another post, over the whole county, the same person sees as little.
		chief := actor.Actor{Account: named.Account, Name: named.Name, Kind: actor.CountyCentre, Paths: []string{county}}
		_, err = w.Get(t.Context(), chief, m.ID)
		none("its page, from the county's centre", err)
		if orders, err := w.Orders(t.Context(), chief, matter.AllOrders, "", 50); err != nil || len(orders) != 0 {
			t.Errorf("orders: %d, %v", len(orders), err)
		}
		// Sent down, it passes the level whose post the named one holds.
		if _, err := w.do("section", matter.SendDown, m.ID, matter.Say{Text: "请村里办"}); kind(err) != "conflict" {
			t.Errorf("sent down to whom it names: %v", err)
		}
		// A part of it names the same.
		w.must(w.do("section", matter.Split, m.ID, matter.Say{Text: "另一件"}))
		list, err := w.List(t.Context(), people["county centre"], matter.Filter{})
		for _, l := range list {
			if _, err := w.Get(t.Context(), named, l.ID); kind(err) != "not_found" {
				t.Errorf("%s is there for whom it names: %v", l.Number, err)
			}
		}
		if err != nil || len(list) != 2 {
			t.Errorf("the whole and its part: %d, %v", len(list), err)
		}
	})
}

// TestNamedHigher: whoever is named is passed on the way up.
func TestNamedHigher(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "service", Text: "推诿", Names: []string{people["general"].Account}}))
		if m.Level != 2 {
			t.Fatalf("level %d, want 2", m.Level)
		}
		m = w.must(w.act("leader", matter.SendUp, m.ID))
		m = w.must(w.act("section", matter.SendUp, m.ID))
		if m.Level != 5 {
			t.Errorf("from the third level it goes to %d, want past the fourth", m.Level)
		}
		if _, err := w.Get(t.Context(), people["general"], m.ID); kind(err) != "not_found" {
			t.Errorf("the named one: %v", err)
		}
	})
}

// TestAnonymous: nobody is shown who reported it, at no way in; the reporter has
// it all the same.
func TestAnonymous(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "other", Text: "有人乱倒垃圾", Anonymous: true}))
		w.must(w.act("leader", matter.Return, m.ID))
		w.must(w.act("worker", matter.Resubmit, m.ID))
		worker := people["worker"]
		for _, who := range []string{"leader", "county centre", "chief"} {
			p := w.get(who, m.ID)
			for _, e := range p.Events {
				if e.Account == worker.Account || e.Name == worker.Name {
					t.Errorf("%s: %s says who reported it", who, e.Act)
				}
			}
			list, err := w.List(t.Context(), people[who], matter.Filter{})
			if err != nil || p.Matter.Reporter != "" || p.Matter.ReporterName != "" || len(list) != 1 || list[0].Reporter != "" || list[0].ReporterName != "" {
				t.Errorf("%s: %q %q, %v", who, p.Matter.Reporter, p.Matter.ReporterName, err)
			}
		}
		if p := w.get("worker", m.ID); !p.Mine || !slices.Contains(p.Acts, matter.Withdraw) {
			t.Errorf("its reporter can %v", p.Acts)
		}
		if _, err := w.Report(t.Context(), worker, w.key(), matter.ReportRequest{Category: "other", Text: "x", Anonymous: true, ForName: "张三"}); kind(err) != "invalid" {
			t.Errorf("anonymous, with a name: %v", err)
		}
	})
}

// TestOfferedBeforeItIsSent: open matters that look the same are offered, and
// the report is taken once somebody has said which it is.
func TestOfferedBeforeItIsSent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one := w.report()
		r := matter.ReportRequest{Category: "facility", Text: "3号楼漏水", Offer: true}
		key := w.key()
		if _, err := w.Report(t.Context(), people["other worker"], key, r); kind(err) != "invalid" {
			t.Fatalf("nothing is offered: %v", err)
		}
		for who, want := range map[string]int{"other worker": 1, "next worker": 0} {
			got, err := w.Similar(t.Context(), people[who], matter.ReportRequest{Category: "facility"})
			if err != nil || len(got) != want || want == 1 && got[0].Number != one.Number {
				t.Errorf("%s: %+v, %v", who, got, err)
			}
		}
		r.Offer, r.Into = false, one.Number
		same := w.must(w.Report(t.Context(), people["other worker"], key, r))
		if same.State != matter.Merged || same.Into != one.Number || !slices.Equal(w.running(same.ID), []int64{2}) {
			t.Errorf("the same one: %+v", same)
		}
		r.Into = ""
		w.must(w.Report(t.Context(), people["other worker"], w.key(), r))
		for _, into := range []string{"SJ1", same.Number} {
			r.Into = into
			if _, err := w.Report(t.Context(), people["other worker"], w.key(), r); kind(err) != "invalid" {
				t.Errorf("into %s: %v", into, err)
			}
		}
	})
}

// TestTakenDownLater: what was said or written on another day keeps both dates,
// and whom it is for.
func TestTakenDownLater(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		day := w.clock.Now()
		r := matter.ReportRequest{Category: "other", Text: "来信反映", Via: matter.Paper, Path: here, ForName: "李四", ForPhone: "13912345678"}
		for _, on := range []string{"2026-13-01", "3026-01-01", "1990-01-01"} {
			r.SaidOn = dateOf(on)
			if _, err := w.Report(t.Context(), people["clerk"], w.key(), r); kind(err) != "invalid" {
				t.Errorf("%s: %v", on, err)
			}
		}
		r.SaidOn = dateOf(day.AddDate(0, 0, -3).Format("2006-01-02"))
		m := w.must(w.Report(t.Context(), people["clerk"], w.key(), r))
		p := w.get("leader", m.ID)
		if p.Matter.SaidOn != string(r.SaidOn) || p.Matter.ReportedAt != day.UnixMilli() || p.Contact.Name != "李四" || p.Contact.Phone.Reveal() != "13912345678" {
			t.Errorf("got %+v, for %s", p.Matter, p.Contact.Name)
		}
		if p.Clocks[0].StartedAt != m.ReportedAt {
			t.Errorf("the clock is backdated: %+v", p.Clocks[0])
		}
		for _, e := range p.Events {
			if e.Text == "13912345678" {
				t.Error("the timeline has the phone")
			}
		}
	})
}

// TestButtons: what a page offers is what the guard lets pass, for everybody.
func TestButtons(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		whole := matter.Say{Text: "写明", To: "张三", Until: dateOf(w.clock.Now().AddDate(0, 0, 5).Format("2006-01-02")), Unit: actor.CivilAffairs, How: "phone", Rating: 3, Place: "三号楼"}
		for _, who := range []string{"worker", "other worker", "leader", "next leader", "section", "general", "chief", "town centre", "county centre", "clerk", "civil"} {
			for _, prepare := range [][]matter.Act{nil, {matter.SendUp}, {matter.Handle}, {matter.Handle, matter.Confirm}} {
				var m matter.Matter
				for _, a := range matter.Acts {
					e, _ := matter.EdgeOf(a)
					if e.May == "" || a == matter.AnswerOrder || a == matter.CloseOrder || a == matter.Merge {
						continue
					}
					if m.ID == "" {
						m = w.report()
						for _, p := range prepare {
							by := "leader"
							if p == matter.Confirm {
								by = "worker"
							}
							w.must(w.act(by, p, m.ID))
						}
					}
					page, err := w.Get(t.Context(), people[who], m.ID)
					offered := err == nil && slices.Contains(page.Acts, a)
					if _, err = w.do(who, a, m.ID, whole); offered != (err == nil) {
						t.Errorf("%s after %v, %s: offered %v, done: %v", who, prepare, a, offered, err)
					}
					if err == nil {
						m = matter.Matter{} // the next act finds a matter as it was
					}
				}
			}
		}
	})
}

func dateOf(s string) calendar.Date { return calendar.Date(s) }
