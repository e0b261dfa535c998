package matter_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/deadline"
	"anju/internal/matter"
	"anju/internal/proposal"
)

// rule puts a county's row for a limit in force since yesterday.
func (w *world) rule(kind string, amount int64) {
	dbtest.Given(w.t, w.DB, func(tx *db.Tx) error {
		return db.Insert(tx, "term", deadline.Change{ID: tx.NewID(), Kind: kind, Amount: amount, Unit: deadline.WorkingDay, Basis: "县定", Asked: proposal.Asked{ValidFrom: calendar.On(tx.Now()).AddDays(-1), Reason: "试",
			State: proposal.Approved, ProposedBy: "a", ProposedName: "甲", DecidedBy: "b", DecidedName: "乙", Version: 1}})
	})
}

// TestOrderIsSigned begins with the wrong people: where an officer has to sign,
// the order waits for the centre in whose name it goes out, and goes out by
// itself when nobody signs: the warning never waits.
func TestOrderIsSigned(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.rule(deadline.OrderSign, 1)
		m, other := w.report(), w.report()
		w.clock.Move(7 * day)
		if done := w.sweep(); done.Warnings != 2 {
			t.Fatalf("the warnings wait for a signature: %+v", done)
		}
		o := w.page(m.ID).Orders[0]
		if o.SignedAt != 0 || o.AnswerDue != "" || slices.Contains(acts(w.page(m.ID)), matter.Supervise) {
			t.Fatalf("went out unsigned: %+v", o)
		}
		for who, want := range map[string]string{"nobody": "not_found", "far centre": "not_found", "leader": "forbidden", "general": "forbidden", "worker": "forbidden"} {
			if _, err := w.SignOrder(t.Context(), people[who], w.key(), o.ID); kind(err) != want {
				t.Errorf("%s signs: %v, want %s", who, err, want)
			}
		}
		if _, err := w.AnswerOrder(t.Context(), people["leader"], w.key(), o.ID, "在办"); kind(err) != "conflict" {
			t.Errorf("answered before it went out: %v", err)
		}
		is, err := w.SignOrder(t.Context(), people["town centre"], w.key(), o.ID)
		if err != nil || is.SignedBy != people["town centre"].Name || is.AnswerDue == "" {
			t.Fatalf("signed: %+v, %v", is, err)
		}
		if _, err := w.SignOrder(t.Context(), people["county centre"], w.key(), o.ID); kind(err) != "conflict" {
			t.Errorf("signed twice: %v", err)
		}
		w.clock.Move(3 * day)
		w.sweep()
		if o := w.page(other.ID).Orders[0]; o.SignedAt == 0 || o.SignedBy != "" || o.AnswerDue == "" {
			t.Errorf("nobody signed, and it did not go out: %+v", o)
		}
		n := 0
		for _, a := range acts(w.page(other.ID)) {
			if a == matter.Supervise {
				n++
			}
		}
		if n != 1 {
			t.Errorf("it went out %d times", n)
		}
	})
}

// TestOrderIsReturnedAndReminded: an answer that does not suffice is sent back
// with the reason and another time; one that does not come is asked for again,
// by itself each week and by the centre.
func TestOrderIsReturnedAndReminded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.clock.Move(7 * day)
		w.sweep()
		o := w.page(m.ID).Orders[0]
		if _, err := w.ReturnOrder(t.Context(), people["town centre"], w.key(), o.ID, "没有写明措施"); kind(err) != "conflict" {
			t.Errorf("returned unanswered: %v", err)
		}
		w.clock.Move(6 * day) // the answer was due on Monday the 16th
		if done := w.sweep(); done.Reminders != 1 || done.Warnings != 0 {
			t.Errorf("the answer did not come: %+v", done)
		}
		for who, want := range map[string]string{"nobody": "not_found", "far centre": "not_found", "leader": "forbidden", "general": "forbidden"} {
			if _, err := w.RemindOrder(t.Context(), people[who], w.key(), o.ID); kind(err) != want {
				t.Errorf("%s reminds: %v, want %s", who, err, want)
			}
			if _, err := w.ReturnOrder(t.Context(), people[who], w.key(), o.ID, "x"); kind(err) != want {
				t.Errorf("%s returns: %v, want %s", who, err, want)
			}
		}
		if is, err := w.RemindOrder(t.Context(), people["town centre"], w.key(), o.ID); err != nil || is.Reminded != 2 {
			t.Errorf("reminded: %+v, %v", is, err)
		}
		if _, err := w.AnswerOrder(t.Context(), people["leader"], w.key(), o.ID, "在办"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ReturnOrder(t.Context(), people["town centre"], w.key(), o.ID, " "); kind(err) != "invalid" {
			t.Errorf("returned without a reason: %v", err)
		}
		is, err := w.ReturnOrder(t.Context(), people["town centre"], w.key(), o.ID, "没有写明措施")
		if err != nil || is.AnsweredAt != 0 || is.Returns != 1 || is.AnswerDue <= o.AnswerDue {
			t.Fatalf("returned: %+v, %v", is, err)
		}
		if _, err := w.AnswerOrder(t.Context(), people["leader"], w.key(), o.ID, "明日施工，三日内完成"); err != nil {
			t.Errorf("answered again: %v", err)
		}
		if _, err := w.CloseOrder(t.Context(), people["town centre"], w.key(), o.ID); err != nil {
			t.Errorf("closed: %v", err)
		}
		w.must(w.act("leader", matter.Handle, m.ID))
		w.clock.Move(60 * day)
		if done := w.sweep(); done != (deadline.Swept{}) {
			t.Errorf("once closed: %+v", done)
		}
	})
}

// TestWarningGoesToBothCentres: to the town's and the county's, each once, and
// each says for itself that it has it.
func TestWarningGoesToBothCentres(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.report()
		w.clock.Move(14 * day)
		w.sweep()
		p := w.page(m.ID)
		if len(p.Warnings) != 2 || len(p.Receipts) != 4 {
			t.Fatalf("%d warnings, %d receipts", len(p.Warnings), len(p.Receipts))
		}
		for _, x := range p.Warnings {
			var got []string
			for _, r := range p.Receipts {
				if r.WarningID == x.ID {
					got = append(got, r.Path)
				}
			}
			if !slices.Equal(got, matter.Centres(m.Path)) {
				t.Errorf("a warning went to %v", got)
			}
		}
		o := p.Orders[0]
		for who, want := range map[string]string{"nobody": "not_found", "far centre": "not_found", "leader": "forbidden", "general": "forbidden"} {
			if _, err := w.Receive(t.Context(), people[who], w.key(), o.ID); kind(err) != want {
				t.Errorf("%s receives: %v, want %s", who, err, want)
			}
		}
		for _, who := range []string{"town centre", "county centre"} {
			if _, err := w.Receive(t.Context(), people[who], w.key(), o.ID); err != nil {
				t.Errorf("%s receives: %v", who, err)
			}
			if _, err := w.Receive(t.Context(), people[who], w.key(), o.ID); kind(err) != "conflict" {
				t.Errorf("%s receives twice: %v", who, err)
			}
		}
	})
}

// TestLimitsOfALaw: a petition has fifteen days to be accepted, sixty to be
// answered and thirty more for reasons told; they run beside the seven days,
// follow it upwards, and warn for themselves.
func TestLimitsOfALaw(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: matter.Petition, Text: "反映征地补偿"}))
		running := func() (kinds []string) {
			p, err := w.Get(t.Context(), people["worker"], m.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range p.Clocks {
				if c.StoppedAt == 0 {
					kinds = append(kinds, c.Kind)
				}
				if c.StoppedAt == 0 && c.Level != p.Matter.Level {
					t.Errorf("%s is with level %d, the matter with %d", c.Kind, c.Level, p.Matter.Level)
				}
			}
			slices.Sort(kinds)
			return kinds
		}
		if got, want := running(), []string{deadline.PetitionAccept, deadline.SevenDay}; !slices.Equal(got, want) {
			t.Fatalf("reported: %v, want %v", got, want)
		}
		people["by"] = owner(m.Level, m.Path)
		w.must(w.act("by", matter.Accept, m.ID))
		if got, want := running(), []string{deadline.PetitionAnswer, deadline.SevenDay}; !slices.Equal(got, want) {
			t.Fatalf("accepted: %v, want %v", got, want)
		}
		if m.Level < deadline.TopLevel {
			w.must(w.act("by", matter.SendUp, m.ID))
			if got, want := running(), []string{deadline.PetitionAnswer, deadline.SevenDay}; !slices.Equal(got, want) {
				t.Fatalf("sent up: %v, want %v", got, want)
			}
		}
		longer := func(who string, y matter.Say) error {
			_, err := w.Do(t.Context(), people[who], w.key(), matter.ExtendLimit, m.ID, y)
			return err
		}
		ten := matter.Say{Limit: deadline.PetitionAnswer, Days: 10, Text: "需要鉴定"}
		for who, want := range map[string]string{"nobody": "not_found", "far centre": "not_found", "worker": "forbidden", "leader": "not_found", "clerk": "not_found"} {
			if err := longer(who, ten); kind(err) != want {
				t.Errorf("%s extends: %v, want %s", who, err, want)
			}
		}
		offered := func(who string) []matter.Extension {
			p, err := w.Get(t.Context(), people[who], m.ID)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(p.Acts, matter.ExtendLimit) {
				return nil
			}
			return p.Extensions(w.clock.Now())
		}
		if x := offered("worker"); x != nil {
			t.Errorf("the worker is offered %v", x)
		}
		x := offered("county centre")
		if len(x) != 1 || x[0].Kind != deadline.PetitionAnswer || len(x[0].Until) != 30 {
			t.Fatalf("the centre is offered %v", x)
		}
		for why, y := range map[string]matter.Say{
			"without reasons": {Limit: deadline.PetitionAnswer, Days: 10}, "by more than the law": {Limit: deadline.PetitionAnswer, Days: 31, Text: "需要鉴定"},
			"by nothing": {Limit: deadline.PetitionAnswer, Text: "需要鉴定"}, "the seven days": {Limit: deadline.SevenDay, Days: 1, Text: "需要鉴定"},
			"what cannot be": {Limit: deadline.PetitionAccept, Days: 1, Text: "需要鉴定"}, "what is none": {Limit: "grace", Days: 1, Text: "需要鉴定"},
		} {
			if err := longer("county centre", y); kind(err) != "invalid" {
				t.Errorf("extended %s: %v", why, err)
			}
		}
		if err := longer("county centre", matter.Say{Limit: deadline.HotlineAnswer, Days: 1, Text: "需要鉴定"}); kind(err) != "conflict" {
			t.Errorf("a limit that does not run: %v", err)
		}
		if err := longer("county centre", ten); err != nil {
			t.Fatal(err)
		}
		if err := longer("county centre", ten); kind(err) != "conflict" {
			t.Errorf("extended twice: %v", err)
		}
		if x := offered("county centre"); x != nil {
			t.Errorf("offered again: %v", x)
		}
		p, err := w.Get(t.Context(), people["worker"], m.ID) // the reporter reads until when, and why
		if err != nil {
			t.Fatal(err)
		}
		last := p.Events[len(p.Events)-1]
		if y := last.Said(); last.Act != matter.ExtendLimit || y.Limit != deadline.PetitionAnswer || y.Days != 10 || y.Until != x[0].Until[9] || y.Text != "需要鉴定" {
			t.Errorf("the timeline says %+v", last)
		}
		said := strings.Join(p.Explain(w.clock.Now()), "\n")
		for _, want := range []string{"信访工作条例34", "已按规定延长10日", "信访工作条例23"} {
			if !strings.Contains(said, want) || strings.Contains(said, "⟦") {
				t.Errorf("does not explain %s:\n%s", want, said)
			}
		}
		for _, c := range p.Clocks {
			if c.Kind == deadline.PetitionAnswer {
				if want := calendar.Published().RollForward(calendar.On(time.UnixMilli(c.StartedAt)).AddDays(70)).End(); c.LimitAt != want.UnixMilli() {
					t.Errorf("it ends %s, want %s", time.UnixMilli(c.LimitAt), want)
				}
			}
		}
	})
}

// TestOnlyLimitsOfALawPause: a matter that is suspended pauses the hotline's
// limit, until the day and no longer than it can be, and never the seven days.
func TestOnlyLimitsOfALawPause(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: matter.Hotline, Text: "路灯不亮"}))
		limits := func() map[string]int64 {
			out := map[string]int64{}
			p, err := w.Get(t.Context(), people["worker"], m.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range p.Clocks {
				out[c.Kind] = c.LimitAt
			}
			return out
		}
		before := limits()
		by := actor.Actor(owner(m.Level, m.Path))
		until := calendar.On(w.clock.Now()).AddDays(6)
		if _, err := w.Do(t.Context(), by, w.key(), matter.Suspend, m.ID, matter.Say{Until: until, Text: "等待材料"}); err != nil {
			t.Fatal(err)
		}
		after := limits()
		if after[deadline.SevenDay] != before[deadline.SevenDay] || after[deadline.HotlineAnswer] <= before[deadline.HotlineAnswer] {
			t.Errorf("before %v, suspended %v", before, after)
		}
		if _, err := w.Do(t.Context(), by, w.key(), matter.Resume, m.ID, matter.Say{}); err != nil {
			t.Fatal(err)
		}
		if got := limits(); got[deadline.HotlineAnswer] != before[deadline.HotlineAnswer] || got[deadline.SevenDay] != before[deadline.SevenDay] {
			t.Errorf("resumed on the day it was suspended: %v, want %v", got, before)
		}
	})
}

// TestExtensionIsTold: whoever cannot read the matter's page is told the reasons
// of an extension before it counts, and the timeline says how.
func TestExtensionIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: matter.Hotline, Via: matter.Phone, Text: "路灯不亮"}))
		y := matter.Say{Limit: deadline.HotlineAnswer, Days: 5, Text: "要等配件"}
		for _, how := range []string{"", "rumour"} {
			y.How = how
			if _, err := w.Do(t.Context(), people["town centre"], w.key(), matter.ExtendLimit, m.ID, y); kind(err) != "invalid" {
				t.Errorf("told by %q: %v", how, err)
			}
		}
		y.How = "phone"
		w.must(w.Do(t.Context(), people["town centre"], w.key(), matter.ExtendLimit, m.ID, y))
		p, err := w.Get(t.Context(), people["worker"], m.ID)
		if err != nil {
			t.Fatal(err)
		}
		if said := p.Events[len(p.Events)-1].Said(); said.How != "phone" || said.Days != 5 {
			t.Errorf("the timeline says %+v", said)
		}
	})
}

// TestOldExtensionsAreRead: an extension of before its days were chosen was of
// the most that there is, and its timeline still replays.
func TestOldExtensionsAreRead(t *testing.T) {
	y := matter.Event{Act: matter.ExtendLimit, About: deadline.PetitionAnswer, Text: "需要鉴定"}.Said()
	if y.Limit != deadline.PetitionAnswer || y.Days != 30 || y.Until != "" {
		t.Errorf("read as %+v", y)
	}
	if _, err := (matter.Matter{State: matter.Accepted}).Replay(matter.ExtendLimit, y, time.UnixMilli(0)); err != nil {
		t.Error(err)
	}
}
