package matter_test

import (
	"slices"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/matter"
	"anju/internal/proposal"
)

// TestCategoriesAreChangedByTwo begins with the wrong people: a category is
// added, led elsewhere and ended by two accounts, from a day on; the form of a
// report offers what counts that day; and what matters in hand need stays.
func TestCategoriesAreChangedByTwo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one, two := people["county centre"], people["chief"]
		tomorrow := calendar.On(w.clock.Now()).AddDays(1)
		asked := proposal.Asked{ValidFrom: tomorrow, Reason: "汛期"}
		fresh := matter.CategoryChange{Parent: "safety", Name: "河道险情", Days: 1, Basis: "防汛条例", Needs: "place", Level: 3, Unit: string(actor.Agriculture), Asked: asked}
		for _, who := range []string{"nobody", "no post", "worker", "leader", "general", "town centre", "police", "system admin", "audit admin"} {
			if _, err := w.ProposeCategory(t.Context(), people[who], w.key(), fresh); kind(err) == "ok" || kind(err) == "invalid" {
				t.Errorf("%s proposes: %v", who, err)
			}
			if _, err := w.ApproveCategory(t.Context(), people[who], w.key(), "x"); kind(err) == "ok" {
				t.Errorf("%s approves: %v", who, err)
			}
		}
		for field, f := range map[string]func(*matter.CategoryChange){
			"parent": func(c *matter.CategoryChange) { c.Parent = "petition" }, "name": func(c *matter.CategoryChange) { c.Name = "滑坡落石" }, "days": func(c *matter.CategoryChange) { c.Days = 8 },
			"level": func(c *matter.CategoryChange) { c.Level = 1 }, "unit": func(c *matter.CategoryChange) { c.Unit = "grid_worker" }, "basis": func(c *matter.CategoryChange) { c.Basis = " " },
			"valid_from": func(c *matter.CategoryChange) { c.ValidFrom = tomorrow.AddDays(-1) }, "reason": func(c *matter.CategoryChange) { c.Reason = "" }, "needs": func(c *matter.CategoryChange) { c.Needs = "colour" },
		} {
			c := fresh
			f(&c)
			if _, err := w.ProposeCategory(t.Context(), one, w.key(), c); !slices.Contains(fields(err), field) {
				t.Errorf("%s: %v", field, err)
			}
		}
		c, err := w.ProposeCategory(t.Context(), one, w.key(), fresh)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ApproveCategory(t.Context(), one, w.key(), c.ID); fault.KeyOf(err) != "proposal.own" {
			t.Errorf("approved by who asked: %v", err)
		}
		if _, err := w.ApproveCategory(t.Context(), two, w.key(), c.ID); err != nil {
			t.Fatal(err)
		}
		offered := func() bool {
			f, err := w.Form(t.Context(), people["worker"])
			if err != nil {
				t.Fatal(err)
			}
			return slices.ContainsFunc(f.Tree.Under("safety"), func(k matter.Category) bool { return k.Code == c.Code && k.Name == "河道险情" && k.Days == 1 })
		}
		report := func() (matter.Matter, error) {
			return w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "safety", Kind: c.Code, Text: "河堤渗水", Place: "二组河堤"})
		}
		if _, err := report(); kind(err) != "invalid" || offered() {
			t.Errorf("before its day: offered %v, %v", offered(), err)
		}
		w.clock.Move(day)
		if !offered() {
			t.Error("from its day on, it is not offered")
		}
		m := w.must(report())
		if m.Kind != c.Code || m.Days != 1 || m.Level != 3 {
			t.Errorf("reported under it: %+v", m)
		}
		table, err := w.CategoryTable(t.Context(), one)
		if err != nil || table.Open[c.Code] != 1 || len(table.Changes) != 1 {
			t.Errorf("the table: %v open, %d changes, %v", table.Open, len(table.Changes), err)
		}
		// In use, it keeps where it is led to; it may be led elsewhere, and may end.
		next := c
		next.ID, next.Unit = "", ""
		next.Asked = proposal.Asked{ValidFrom: tomorrow.AddDays(1), Reason: "机构改革"}
		if _, err := w.ProposeCategory(t.Context(), one, w.key(), next); !slices.Contains(fields(err), "unit") {
			t.Errorf("in use, and led nowhere: %v", err)
		}
		next.Unit, next.Ended = string(actor.TownWindow), 1
		if next, err = w.ProposeCategory(t.Context(), two, w.key(), next); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ProposeCategory(t.Context(), one, w.key(), next); fault.KeyOf(err) != "proposal.waiting" {
			t.Errorf("asked twice: %v", err)
		}
		if _, err := w.ApproveCategory(t.Context(), one, w.key(), next.ID); err != nil {
			t.Fatal(err)
		}
		w.clock.Move(day)
		if _, err := report(); kind(err) != "invalid" || offered() {
			t.Errorf("ended, and offered %v: %v", offered(), err)
		}
		if p := w.get("county centre", m.ID); p.Kind.Name != "河道险情" || p.Matter.Days != 1 {
			t.Errorf("what was reported under it: %+v", p.Kind)
		}
		later := calendar.On(w.clock.Now()).AddDays(1)
		stays := func(code string, change func(*matter.CategoryChange), field string) {
			k, _ := table.Tree.Of(code)
			q := matter.CategoryChange{Code: k.Code, Name: k.Name, Days: k.Days, Basis: k.Basis, Needs: k.Needs, Level: k.Level, Unit: k.Unit, Private: k.Private, Asked: proposal.Asked{ValidFrom: later, Reason: "试"}}
			change(&q)
			if _, err := w.ProposeCategory(t.Context(), one, w.key(), q); !slices.Contains(fields(err), field) {
				t.Errorf("%s: %v", code, err)
			}
		}
		end := func(q *matter.CategoryChange) { q.Ended = 1 }
		stays("safety", end, "ended")
		stays(matter.Petition, end, "ended")
		stays("safety", func(q *matter.CategoryChange) { q.Name = "安全" }, "name")
		if _, err := w.ProposeCategory(t.Context(), one, w.key(), matter.CategoryChange{Code: "none", Name: "无", Days: 1, Basis: "x", Level: 2, Asked: proposal.Asked{ValidFrom: later, Reason: "试"}}); kind(err) != "not_found" {
			t.Errorf("what is not there: %v", err)
		}
	})
}

// TestCategoryIsTakenIntoUseMeanwhile: a change that waited is held to what has
// been reported since.
func TestCategoryIsTakenIntoUseMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		from := calendar.On(w.clock.Now()).AddDays(3)
		c, err := w.ProposeCategory(t.Context(), people["county centre"], w.key(), matter.CategoryChange{Code: "dispute_wages", Name: "劳动报酬纠纷", Days: 7, Basis: "七天规则", Level: 2, Asked: proposal.Asked{ValidFrom: from, Reason: "试"}})
		if err != nil {
			t.Fatal(err)
		}
		w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: "dispute", Kind: "dispute_wages", Text: "拖欠工资"}))
		if _, err := w.ApproveCategory(t.Context(), people["chief"], w.key(), c.ID); fault.KeyOf(err) != "matter.category_change.in_use" {
			t.Errorf("approved: %v", err)
		}
		if is, err := w.RefuseCategory(t.Context(), people["chief"], w.key(), c.ID, "还有在办的"); err != nil || is.State != proposal.Refused {
			t.Errorf("refused: %+v, %v", is, err)
		}
	})
}

// fields are the names of what is wrong with a form.
func fields(err error) (names []string) {
	if f := fault.Of(err); f != nil {
		for _, e := range f.Fields {
			names = append(names, e.Name)
		}
	}
	return names
}
