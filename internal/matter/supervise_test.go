package matter_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/matter"
	"anju/internal/paper/papertest"
)

const day = 24 * time.Hour

// TestOrderFollowsWarning is the fourth point of the issue: taken up, let lie,
// warned of with nobody looking, supervised, answered, closed.
func TestOrderFollowsWarning(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.clock.Move(time.Hour)
		w.must(w.act("leader", matter.Accept, m.ID))
		w.clock.Move(7*day - time.Hour - time.Millisecond)
		if done := w.sweep(); done != (deadline.Swept{Notices: 1}) {
			t.Fatalf("a moment early: %+v, want only the word beforehand", done)
		}
		w.clock.Move(time.Millisecond)
		if done := w.sweep(); done != (deadline.Swept{Warnings: 1}) {
			t.Fatalf("at the limit: %+v", done)
		}
		p := w.page(m.ID)
		if got, want := acts(p), []matter.Act{matter.Report, matter.Accept, matter.Notice, matter.Warn, matter.Supervise}; !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		if p.Matter.Level != 2 || p.Matter.State != matter.Accepted {
			t.Errorf("the owner has changed: %+v", p.Matter)
		}
		for _, e := range p.Events[2:] {
			if e.Kind != "system" || e.Account != "system:deadline" {
				t.Errorf("%s is not the system's: %+v", e.Act, e)
			}
		}
		o := p.Orders[0]
		if o.Number != "白综督〔2026〕1号" || o.Issuer != "城关镇社会治安综合治理中心" || o.Level != 2 || o.AnswerDue != "2026-03-16" { // Wednesday the 11th and three working days
			t.Errorf("the order: %+v", o)
		}
		w.answerAndClose(p.Orders[0])
		w.must(w.act("leader", matter.Handle, m.ID))
		w.must(w.act("worker", matter.Confirm, m.ID))
		w.clock.Move(60 * day)
		if done := w.sweep(); done != (deadline.Swept{}) {
			t.Errorf("once closed: %+v", done)
		}
	})
}

func (w *world) answerAndClose(o matter.Order) {
	t := w.t
	t.Helper()
	for who, want := range map[string]string{
		"nobody": "not_found", "far leader": "not_found", "far general": "not_found", "worker": "forbidden", "next leader": "forbidden",
		"section": "forbidden", "general": "forbidden", "town centre": "forbidden", "police": "forbidden",
	} {
		if _, err := w.AnswerOrder(t.Context(), people[who], w.key(), o.ID, "在办"); kind(err) != want {
			t.Errorf("%s answers: %v, want %s", who, err, want)
		}
	}
	if _, err := w.CloseOrder(t.Context(), people["town centre"], w.key(), o.ID); kind(err) != "conflict" {
		t.Errorf("closed unanswered: %v", err)
	}
	if _, err := w.AnswerOrder(t.Context(), people["leader"], w.key(), o.ID, " "); kind(err) != "invalid" {
		t.Errorf("answered with nothing: %v", err)
	}
	for range 2 { // a form sent twice
		if is, err := w.AnswerOrder(t.Context(), people["leader"], "answer"+db.Key(o.ID), o.ID, "已联系施工队"); err != nil || is.Answer != "已联系施工队" || is.AnsweredBy == "" {
			t.Errorf("the answer: %+v, %v", is, err)
		}
	}
	if _, err := w.AnswerOrder(t.Context(), people["leader"], w.key(), o.ID, "另一个答复"); kind(err) != "conflict" {
		t.Errorf("answered again: %v", err)
	}
	for who, want := range map[string]string{"nobody": "not_found", "far centre": "not_found", "leader": "forbidden", "general": "forbidden", "town centre": "ok", "county centre": "conflict"} {
		if want == "conflict" {
			continue
		}
		if _, err := w.CloseOrder(t.Context(), people[who], w.key(), o.ID); kind(err) != want {
			t.Errorf("%s closes: %v, want %s", who, err, want)
		}
	}
	if _, err := w.CloseOrder(t.Context(), people["county centre"], w.key(), o.ID); kind(err) != "conflict" {
		t.Errorf("closed twice: %v", err)
	}
}

// TestEachWeekOneLevelHigher: whom each warning tells, in whose name each order
// goes out, and that level 5 is told every week.
func TestEachWeekOneLevelHigher(t *testing.T) {
	const town, county = "城关镇社会治安综合治理中心", "白河县社会治安综合治理中心"
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		for range 6 {
			w.clock.Move(7 * day)
			w.sweep()
		}
		var told []int64
		var issuers []string
		p := w.page(m.ID)
		for i, x := range p.Warnings {
			told, issuers = append(told, x.Told), append(issuers, p.Orders[i].Issuer)
			if p.Orders[i].WarningID != x.ID || p.Orders[i].Level != 2 {
				t.Errorf("order %d: %+v", i, p.Orders[i])
			}
		}
		if want := []int64{3, 4, 5, 5, 5, 5}; !slices.Equal(told, want) {
			t.Errorf("told %v, want %v", told, want)
		}
		if want := []string{town, town, county, county, county, county}; !slices.Equal(issuers, want) {
			t.Errorf("issued by %v, want %v", issuers, want)
		}
	})
}

// TestCentresSee: a warning is there for town and county, and for no other town.
func TestCentresSee(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.clock.Move(7 * day)
		w.sweep()
		for who, want := range map[string]int{"town centre": 1, "county centre": 1, "general": 1, "chief": 1, "far centre": 0, "far general": 0} {
			got, err := w.Orders(t.Context(), people[who], matter.OpenOrders, "", 50)
			if err != nil || len(got) != want {
				t.Errorf("%s: got %d, %v, want %d", who, len(got), err, want)
			}
			n, err := w.Counts(t.Context(), people[who])
			if err != nil || n.Unanswered != int64(want) || n.Overdue != int64(want) {
				t.Errorf("%s counts %+v, %v", who, n, err)
			}
		}
		for _, who := range []string{"nobody", "leader", "section", "worker", "police", "system admin"} {
			if _, err := w.Orders(t.Context(), people[who], matter.AllOrders, "", 50); kind(err) != "forbidden" {
				t.Errorf("%s lists orders: %v", who, err)
			}
		}
		for who, want := range map[string]int{"section": 1, "general": 0, "leader": 0, "elsewhere section": 0} {
			got, err := w.List(t.Context(), people[who], matter.Filter{Told: true})
			if err != nil || len(got) != want || want == 1 && got[0].ID != m.ID {
				t.Errorf("%s is told of %d, %v, want %d", who, len(got), err, want)
			}
		}
		w.clock.Move(7 * day)
		w.sweep()
		for who, want := range map[string]int64{"section": 1, "general": 1, "chief": 0} {
			n, err := w.Counts(t.Context(), people[who])
			if err != nil || n.Told != want {
				t.Errorf("%s is told of %d, %v, want %d", who, n.Told, err, want)
			}
		}
	})
}

// TestLateActDoesNotOutrunTheSweep: the server comes back, and the leader
// records a result before the first sweep: the passed limit is stored all the
// same, before the result.
func TestLateActDoesNotOutrunTheSweep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.clock.Move(15 * day)
		w.must(w.act("leader", matter.Handle, m.ID))
		p := w.page(m.ID)
		want := []matter.Act{matter.Report, matter.Warn, matter.Supervise, matter.Warn, matter.Supervise, matter.Handle}
		if got := acts(p); !slices.Equal(got, want) || len(p.Warnings) != 2 || len(p.Orders) != 2 {
			t.Errorf("got %v with %d warnings, want %v", got, len(p.Warnings), want)
		}
		if done := w.sweep(); done != (deadline.Swept{}) {
			t.Errorf("the sweep after it: %+v", done)
		}
	})
}

// TestOrderOutlivesTheMatter: sent up or closed, the level that let it lie
// still answers, and the centre can close the order.
func TestOrderOutlivesTheMatter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, end := range [][]matter.Act{{matter.SendUp}, {matter.Handle, matter.Confirm}} {
			m := w.report()
			w.clock.Move(7 * day)
			w.sweep()
			for _, a := range end {
				who := "leader"
				if a == matter.Confirm {
					who = "worker"
				}
				w.must(w.act(who, a, m.ID))
			}
			o := w.page(m.ID).Orders[0]
			if _, err := w.AnswerOrder(t.Context(), people["section"], w.key(), o.ID, "在办"); kind(err) != "forbidden" {
				t.Errorf("after %v the next level answers for another: %v", end, err)
			}
			if _, err := w.AnswerOrder(t.Context(), people["leader"], w.key(), o.ID, "已说明"); err != nil {
				t.Errorf("after %v: %v", end, err)
			}
			if _, err := w.CloseOrder(t.Context(), people["town centre"], w.key(), o.ID); err != nil {
				t.Errorf("after %v: %v", end, err)
			}
		}
	})
}

// TestOrderNumbers: one series for a year, without a gap, and a fresh one with
// the new year of Baihe.
func TestOrderNumbers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(time.Date(2026, 12, 24, 15, 59, 0, 0, time.UTC)) // 23:59 in Baihe
		first := w.report()
		w.clock.Move(2 * time.Minute)
		second := w.report()
		w.clock.Move(7*day - 2*time.Minute)
		w.sweep()
		w.clock.Move(2 * time.Minute)
		w.sweep()
		for m, want := range map[matter.ID]string{first.ID: "白综督〔2026〕1号", second.ID: "白综督〔2027〕1号"} {
			if got := w.page(m).Orders[0].Number; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	})
}

func TestOrderPDF(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.clock.Move(15 * day)
		w.sweep()
		o := w.page(m.ID).Orders[1]
		for who, want := range map[string]string{"nobody": "not_found", "far centre": "not_found", "next worker": "not_found", "police": "forbidden"} {
			var b bytes.Buffer
			if err := w.OrderPDF(t.Context(), people[who], o.ID, &b); kind(err) != want || b.Len() > 0 {
				t.Errorf("%s: %v and %d bytes, want %s", who, err, b.Len(), want)
			}
		}
		text := papertest.Text(t, papertest.File(t, func(b io.Writer) error { return w.OrderPDF(t.Context(), people["town centre"], o.ID, b) }))
		text = strings.Join(strings.Fields(text), "")
		for _, want := range []string{"白综督〔2026〕2号", m.Number, "满14日", "2026年3月4日", "城关镇幸福村", "网格长", "真人网"} {
			if !strings.Contains(text, want) {
				t.Errorf("does not say %s:\n%s", want, text)
			}
		}
		for _, never := range []string{"下水管道", people["worker"].Name, "⟦"} { // the words may name people
			if strings.Contains(text, never) {
				t.Errorf("says %s", never)
			}
		}
	})
}

// TestExplain: why it did, and why it did not.
func TestExplain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.clock.Move(time.Hour)
		w.must(w.act("leader", matter.Accept, m.ID))
		say := func(wants ...string) {
			t.Helper()
			got := strings.Join(w.page(m.ID).Explain(w.clock.Now()), "\n")
			for _, want := range wants {
				if !strings.Contains(got, want) {
					t.Errorf("does not say %q:\n%s", want, got)
				}
			}
			if strings.Contains(got, "⟦") {
				t.Errorf("a word is missing:\n%s", got)
			}
		}
		say("2026-03-11 12:00", "到时没有结果会自动预警", "2026-03-04 13:00受理", "不停表")
		w.clock.Move(6*day + 23*time.Hour + 20*time.Second)
		w.sweep()
		say("已预警1次", "2026-03-18 12:00", "2026-03-11 12:00时限届满，2026-03-11 12:00存入预警", "网格片长")
		w.clock.Move(9 * day) // the server was down for two days over the second limit
		w.sweep()
		say("系统当时没有运行，恢复后于2026-03-20 12:00补存预警", "网格总长")
		w.must(w.act("leader", matter.SendUp, m.ID))
		say("其间预警2次")
		w.must(w.act("section", matter.Handle, m.ID))
		say("没有预警")
	})
}

// TestOrderPDFOfATownRenamed: the order says whom to call at the centre that
// issued it, whatever its town is called today; and what cannot be printed is
// said by name.
func TestOrderPDFOfATownRenamed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.clock.Move(7 * day)
		w.sweep()
		o := w.page(m.ID).Orders[0]
		rename := func(code, name string) {
			dbtest.Given(t, w.DB, func(tx *db.Tx) error {
				_, err := tx.Exec(`update division set name = $2 where code = $1`, code, name)
				return err
			})
		}
		rename(town, "新城关镇")
		text := papertest.Text(t, papertest.File(t, func(b io.Writer) error { return w.OrderPDF(t.Context(), people["leader"], o.ID, b) }))
		if !strings.Contains(text, "13800000004") || strings.Contains(text, "13800000005") {
			t.Errorf("whom to call is not the town's centre:\n%s", text)
		}
		rename(village, "𱅒村")
		var b bytes.Buffer
		err := w.OrderPDF(t.Context(), people["leader"], o.ID, &b)
		if f := fault.Of(err); f == nil || f.Kind != fault.Conflict || f.Key != "paper.characters" || !strings.Contains(f.Args[1].(string), "𱅒") || b.Len() > 0 {
			t.Errorf("printed: %v", err)
		}
	})
}
