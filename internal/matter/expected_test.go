package matter_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/matter"
	"anju/internal/paper/papertest"
)

// TestYearWithoutNotice: while no notice of a year's holidays is known, no report
// is refused for it; a day that hangs on it is 预计 in the list, on the page, on
// the order and on paper; and once the notice is there the day is counted anew
// and is 预计 no longer. What has passed, and what hangs on no such year, is not.
func TestYearWithoutNotice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(time.Date(2026, 12, 23, 2, 0, 0, 0, time.UTC))
		late := w.report()
		w.clock.Set(time.Date(2026, 12, 29, 2, 0, 0, 0, time.UTC)) // a Tuesday
		call := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: matter.Hotline, Via: matter.Phone, Text: "路灯不亮"}))
		expected := func() map[matter.ID]bool {
			lines, err := w.List(t.Context(), people["county centre"], matter.Filter{})
			if err != nil || len(lines) != 2 {
				t.Fatalf("the list: %d lines, %v", len(lines), err)
			}
			return map[matter.ID]bool{lines[0].ID: lines[0].Expected, lines[1].ID: lines[1].Expected}
		}
		if got := expected(); got[late.ID] || got[call.ID] {
			t.Errorf("the seven days are counted by no calendar: %v", got)
		}
		w.must(w.Do(t.Context(), owner(call.Level, call.Path), w.key(), matter.Handle, call.ID, matter.Say{Text: "已修好"})) // the caller has not been told: the hotline's limit runs on
		if got := expected(); got[late.ID] || !got[call.ID] {
			t.Errorf("预计 in the list: %v, want the call alone", got)
		}
		w.clock.Set(time.Date(2026, 12, 30, 3, 0, 0, 0, time.UTC))
		w.sweep()
		order := func() (matter.OrderLine, matter.Page, string) {
			lines, err := w.Orders(t.Context(), people["town centre"], matter.OpenOrders, "", 10)
			if err != nil || len(lines) != 1 {
				t.Fatalf("the orders: %d, %v", len(lines), err)
			}
			p, err := w.Get(t.Context(), people["town centre"], late.ID)
			if err != nil {
				t.Fatal(err)
			}
			text := papertest.Text(t, papertest.File(t, func(b io.Writer) error { return w.OrderPDF(t.Context(), people["town centre"], lines[0].ID, b) }))
			return lines[0], p, strings.ReplaceAll(text, "\n", "")
		}
		o, p, text := order()
		if o.AnswerDue != "2027-01-04" || !o.Expected || !p.Expected[o.ID] || !strings.Contains(text, "2027年1月4日（预计）") || !strings.Contains(text, "还没有放假通知") {
			t.Errorf("the order is due %s, 预计 %v in the list and %v on the page; on paper:\n%s", o.AnswerDue, o.Expected, p.Expected[o.ID], text)
		}
		notices := &deadline.Service{DB: w.DB, Recount: []func(*db.Tx, *calendar.Notice) error{matter.Recount}}
		if _, err := notices.ImportNotice(t.Context(), people["system admin"], w.key(), "2027-01-01 元旦 放假 1\n", "国办发明电"); err != nil {
			t.Fatal(err)
		}
		o, p, text = order()
		if o.AnswerDue != "2027-01-05" || o.Expected || p.Expected[o.ID] || strings.Contains(text, "预计") || !strings.Contains(text, "2027年1月5日") {
			t.Errorf("with the notice the order is due %s, 预计 %v and %v; on paper:\n%s", o.AnswerDue, o.Expected, p.Expected[o.ID], text)
		}
		if got := expected(); got[call.ID] {
			t.Error("the call is still 预计")
		}
		w.clock.Set(time.Date(2031, 5, 1, 2, 0, 0, 0, time.UTC)) // no notice for years
		far := w.must(w.Report(t.Context(), people["worker"], w.key(), matter.ReportRequest{Category: matter.Petition, Text: "反映征地补偿"}))
		if p, err := w.Get(t.Context(), people["worker"], far.ID); err != nil || len(p.Clocks) != 2 || !strings.Contains(strings.Join(p.Explain(w.clock.Now()), ""), "预计") {
			t.Errorf("reported in a year that nobody knows: %d clocks, %v", len(p.Clocks), err)
		}
	})
}
