package overview_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/matter"
	"anju/internal/overview"
	"anju/internal/seal"
)

const (
	boardTown    = "610929100"
	boardVillage = "610929100207"
	boardGrid    = boardVillage + "001"
	otherGrid    = "610929101001001"
)

// matters is a county with two grids and what became of some matters there:
// in the first grid one solved in time, one solved late by the level above,
// one late and open, one new; in the other one new.
func matters(t *testing.T, d *db.DB, c *dbtest.Clock) *overview.Service {
	t.Helper()
	dbtest.Given(t, d, func(tx *db.Tx) error {
		if err := division.Install(tx); err != nil {
			return err
		}
		for _, code := range []string{boardGrid, otherGrid} {
			if err := db.Insert(tx, "grid", grid.Grid{Code: code, Village: code[:12], Name: "第一网格", ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	s := &matter.Service{DB: d, Keys: seal.FromSeed(1)}
	ctx, n := t.Context(), 0
	must := func(m matter.Matter, err error) matter.Matter {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	key := func() db.Key { n++; return db.Key(fmt.Sprint(n)) }
	report := func(path string) matter.Matter {
		return must(s.Report(ctx, as(actor.GridWorker, path), key(), matter.ReportRequest{Category: "dispute", Text: "王守山家的水管漏了"}))
	}
	leader, section, worker := as(actor.GridLeader, boardGrid), as(actor.SectionLeader, boardVillage), as(actor.GridWorker, boardGrid)
	good := report(boardGrid)
	must(s.Do(ctx, leader, key(), matter.Accept, good.ID, matter.Say{}))
	must(s.Do(ctx, leader, key(), matter.Handle, good.ID, matter.Say{Text: "修好了"}))
	must(s.Do(ctx, worker, key(), matter.Confirm, good.ID, matter.Say{}))
	late := report(boardGrid)
	report(boardGrid) // nobody ever takes it up
	c.Move(8 * 24 * time.Hour)
	must(s.Do(ctx, leader, key(), matter.SendUp, late.ID, matter.Say{Text: "村上办不了"}))
	must(s.Do(ctx, section, key(), matter.Handle, late.ID, matter.Say{Text: "修好了"}))
	must(s.Do(ctx, worker, key(), matter.Confirm, late.ID, matter.Say{}))
	report(boardGrid)
	report(otherGrid)
	return &overview.Service{DB: d, Keys: s.Keys}
}

var centre = as(actor.TownCentre, boardTown)

func TestBoard(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := matters(t, d, c)
		ctx := t.Context()
		for who, tt := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"nobody":           {actor.Actor{}, fault.Forbidden},
			"a worker":         {as(actor.GridWorker, boardGrid), fault.Forbidden},
			"another town":     {as(actor.TownCentre, "610929101"), fault.NotFound},
			"another village":  {as(actor.SectionLeader, "610929100002"), fault.NotFound},
			"an administrator": {as(actor.SystemAdmin, "610929"), fault.Forbidden},
			"a window":         {as(actor.TownWindow, boardTown), fault.Forbidden},
		} {
			for what, err := range map[string]error{
				"board":    func() error { _, err := s.Board(ctx, tt.by, boardTown, "year"); return err }(),
				"promises": func() error { _, err := s.Promises(ctx, tt.by, boardTown, "year"); return err }(),
				"live":     func() error { _, err := s.Live(ctx, tt.by, boardTown); return err }(),
				"frame":    func() error { _, err := s.Frame(ctx, tt.by, boardTown); return err }(),
				"brief":    func() error { _, err := s.Brief(ctx, tt.by, boardTown); return err }(),
				"print":    s.BriefPDF(ctx, tt.by, boardTown, new(bytes.Buffer)),
			} {
				if fault.KindOf(err) != tt.want {
					t.Errorf("%s, %s: %v", who, what, err)
				}
			}
			lines, err := s.BehindNumber(ctx, tt.by, overview.Behind{Under: boardTown, What: "reported", Period: "year"})
			if k := fault.KindOf(err); len(lines) > 0 || k != fault.NotFound && k != fault.Forbidden {
				t.Errorf("%s lists %d: %v", who, len(lines), err)
			}
		}
		b, err := s.Board(ctx, centre, "", "year")
		if err != nil {
			t.Fatal(err)
		}
		if got, want := b.Total, (overview.BoardLine{Code: boardTown, Name: "城关镇", Overdue: 1, Sums: matter.Sums{Reported: 4, Answered: 1, Closed: 2, OnTime: 1, Solved: 2, First: 2, Level2: 1, Level3: 1, Minutes: 8 * 24 * 60, Open: 2}}); got != want {
			t.Errorf("the town:\n%+v, want\n%+v", got, want)
		}
		// One of the two closed was in time; the third is late and open: 1 of 3, not 1 of 2.
		if r := b.Total.OnTimeRate(); r != (overview.Rate{N: 1, Of: 3}) {
			t.Errorf("on time: %+v", r)
		}
		if len(b.Below) != 1 || b.Below[0].Code != boardVillage || b.Below[0].Sums != b.Total.Sums || b.Above != "" || len(b.Trend) != 12 {
			t.Errorf("%+v", b)
		}
		county, err := s.Board(ctx, as(actor.CountyCentre, "610929"), "", "year")
		if err != nil || len(county.Below) != 2 || county.Total.Reported != 5 || county.Total.Overdue != 1 {
			t.Errorf("the county: %+v, %v", county, err)
		}
		if down, err := s.Board(ctx, as(actor.CountyCentre, "610929"), boardVillage, "year"); err != nil || down.Above != boardTown || len(down.Below) != 1 || down.Below[0].Code != boardGrid {
			t.Errorf("the village: %+v, %v", down, err)
		}
		now, err := s.Live(ctx, centre, "")
		if err != nil || now.Open != 2 || now.Overdue != 1 || now.Reported != 1 || now.Closed != 1 {
			t.Errorf("live: %+v, %v", now, err)
		}
		if text, _ := json.Marshal(now); regexp.MustCompile(`[^\x00-\x7f]|6109`).Match(text) {
			t.Errorf("a stream of counts says %s", text)
		}
	})
}

// An order whose answer is late makes no matter overdue, least of all one that is done.
func TestLateAnswerIsNoOverdueMatter(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := matters(t, d, c)
		c.Move(14 * 24 * time.Hour)
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			n, err := db.One[int](tx, `select count(*) from clock where subject like 'supervision/%' and stopped_at = 0 and due_at < $1`, tx.Millis())
			if err == nil && n == 0 {
				t.Error("no answer is late")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		check := func(when string) {
			t.Helper()
			b, err := s.Board(t.Context(), centre, "", "year")
			if err != nil || b.Total.Overdue != 2 {
				t.Errorf("%s: %d overdue, want the two that are open: %v", when, b.Total.Overdue, err)
			}
			now, err := s.Live(t.Context(), centre, "")
			if err != nil || now.Overdue != 2 {
				t.Errorf("%s, live: %+v, %v", when, now, err)
			}
		}
		check("before the sweep")
		if _, err := (&matter.Service{DB: d, Keys: s.Keys}).Sweeper().Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		check("after it")
	})
}

// What lies in no town, as a booklet that was not accepted, has a line of its own
// on the county's board, and its list: the lines come to the total. No line is
// called by a code.
func TestLinesComeToTheTotal(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := matters(t, d, c)
		m, by := &matter.Service{DB: d, Keys: s.Keys}, as(actor.CountyCentre, "610929")
		if _, err := m.ReportRefusal(t.Context(), actor.ForPublic(), "refused", "10.0.0.1", matter.RefusalRequest{Item: matter.OtherItem, Service: "办电话卡", Place: "某营业厅", On: calendar.On(d.Now()), Text: "说只认户口簿"}); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Report(t.Context(), as(actor.SectionLeader, boardVillage), "nowhere", matter.ReportRequest{Category: "dispute", Text: "后山塌方", Path: boardVillage + "000", Place: "后山"}); err != nil {
			t.Fatal(err)
		}
		c.Move(10 * 24 * time.Hour) // the county's own is late, too
		for _, tt := range []struct{ under, name, want string }{
			{"610929", "白河县", "白河县本级（不属任何镇） 1 1 true;城关镇 5 3 false;中厂镇 1 1 false;"},
			{boardTown, "城关镇", "幸福村 5 3 false;"},
			{boardVillage, "城关镇幸福村", "幸福村（不在网格内） 1 1 true;幸福村第1网格 4 2 false;"},
			{"610929000", "白河县本级（不属任何镇）", "白河县本级（不属任何镇） 1 1 true;"},
		} {
			b, err := s.Board(t.Context(), by, tt.under, "year")
			if err != nil {
				t.Fatal(err)
			}
			got, sum := "", overview.BoardLine{}
			for _, l := range b.Below {
				got += fmt.Sprintln(l.Name, l.Reported, l.Overdue, l.Apart())
				sum.Add(l.Sums, 1)
				sum.Overdue += l.Overdue
				lines, err := s.BehindNumber(t.Context(), by, overview.Behind{Under: l.Code, What: "reported", Period: "year"})
				if err != nil || int64(len(lines)) != l.Reported {
					t.Errorf("behind %s's %d are %d, %v", l.Name, l.Reported, len(lines), err)
				}
			}
			if got = strings.ReplaceAll(got, "\n", ";"); got != tt.want || b.Name != tt.name {
				t.Errorf("%s: %q %q, want %q", tt.under, b.Name, got, tt.want)
			}
			if sum.Sums != b.Total.Sums || sum.Overdue != b.Total.Overdue {
				t.Errorf("%s: the lines come to %+v, the total is %+v", tt.under, sum, b.Total)
			}
		}
		for _, who := range []actor.Actor{centre, as(actor.SectionLeader, boardVillage)} {
			if _, err := s.Board(t.Context(), who, "610929000", "year"); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s reads the county's own: %v", who.Kind, err)
			}
		}
	})
}

// The list behind a number is as long as the number says.
func TestEveryNumberOpensItsList(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := matters(t, d, c)
		b, err := s.Board(t.Context(), centre, "", "year")
		if err != nil {
			t.Fatal(err)
		}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(`update matter set via = 'paper' where number = (select min(number) from matter where path like $1)`, boardTown+"%")
			return err
		})
		frame, err := s.Frame(t.Context(), centre, "")
		if err != nil {
			t.Fatal(err)
		}
		two := map[string]int64{}
		for _, f := range frame.Figures {
			two[f.Key] = f.N
		}
		x := b.Total
		if two["offline"] != 1 || two["online"] != x.Reported-1 {
			t.Errorf("one of %d came on paper: %v", x.Reported, two)
		}
		want := map[string]int64{
			"reported": x.Reported, "answered": x.Answered, "unanswered": x.Reported - x.Answered, "closed": x.Closed, "on_time": x.OnTime, "late": x.Due() - x.OnTime,
			"solved": x.Solved, "first": x.First, "again": x.Closed - x.First, "village": x.Level2 + x.Level3, "town": x.Level4, "county": x.Level5, "open": x.Open, "overdue": x.Overdue,
			"within_town": x.InTown().N, "online": two["online"], "offline": two["offline"],
		}
		if len(want) != len(overview.Numbers()) {
			t.Errorf("%d numbers are compared, there are %v", len(want), overview.Numbers())
		}
		for what, n := range want {
			var got int64
			seen := map[string]bool{}
			for after := ""; ; { // one line at a time: no page repeats or leaves out a line
				lines, err := s.BehindNumber(t.Context(), centre, overview.Behind{What: what, Period: "year", After: after, Limit: 1})
				if err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				if len(lines) == 0 {
					break
				}
				if seen[lines[0].ID] || len(seen) > 20 {
					t.Fatalf("%s: %s comes twice", what, lines[0].ID)
				}
				seen[lines[0].ID] = true
				got++
				after = lines[0].Cursor(what)
			}
			if got != n {
				t.Errorf("%s: the number is %d, its list has %d", what, n, got)
			}
		}
		if _, err := s.BehindNumber(t.Context(), centre, overview.Behind{What: "reporter"}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a number that is none: %v", err)
		}
	})
}

// The brief is one page, and says nothing of anybody.
func TestBrief(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := matters(t, d, c)
		b, err := s.Brief(t.Context(), centre, "")
		if err != nil {
			t.Fatal(err)
		}
		if b.Week != (overview.Flow{Reported: 1, Closed: 1}) || b.Before.Reported != 3 || b.Before.Closed != 1 || b.Before.OnTime != 1 || len(b.Late) != 1 || b.Late[0].Days != 1 || len(b.Villages) != 1 {
			t.Errorf("%+v", b)
		}
		text := fmt.Sprintf("%+v", b)
		for _, word := range []string{"王守山", "水管", "grid_worker", "红", "黄", "信访", "矫正", "精神"} {
			if strings.Contains(text, word) {
				t.Errorf("the brief says %q", word)
			}
		}
		var pdf bytes.Buffer
		if err := s.BriefPDF(t.Context(), centre, "", &pdf); err != nil || !onePage.Match(pdf.Bytes()) {
			t.Errorf("%d bytes, %v", pdf.Len(), err)
		}
		for i := range 60 { // however much there is
			b.Villages = append(b.Villages, overview.VillageWeek{Code: fmt.Sprint(i), Name: "很长名字的村民委员会", Open: 1})
		}
		for len(b.Late) < 6 {
			b.Late = append(b.Late, b.Late[0])
		}
		pdf.Reset()
		if err := b.PDF(&pdf); err != nil || !onePage.Match(pdf.Bytes()) {
			t.Errorf("a full week: %v", err)
		}
		if _, err := s.Brief(t.Context(), as(actor.SectionLeader, boardVillage), ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a village has no brief: %v", err)
		}
	})
}

// A number that is not said cannot be worked out from the ones that are.
func TestHide(t *testing.T) {
	for _, tt := range []struct {
		counts []int64
		want   string
	}{
		{nil, ""}, {[]int64{0, 0}, "nn"}, {[]int64{9, 12}, "nn"}, {[]int64{3, 12, 40}, "hhn"}, {[]int64{1, 1, 40}, "hhh"}, {[]int64{3, 4, 40}, "hhn"}, {[]int64{2}, "h"}, {[]int64{0, 2, 7, 9}, "nhhn"},
	} {
		got := ""
		for _, h := range overview.Hide(tt.counts) {
			got += map[bool]string{true: "h", false: "n"}[h]
		}
		if got != tt.want {
			t.Errorf("%v: %q, want %q", tt.counts, got, tt.want)
		}
	}
}

// What no board may know of stands in no query, no page and no word of one.
func TestNoBoardKnowsOfColour(t *testing.T) {
	files := []string{"board.go", "board_list.go", "promise.go", "frame.go", "brief.go", "brief_print.go", "../web/staff/board.go", "../web/staff/board_more.go", "../web/staff/board.templ", "../web/ui/board.templ", "../web/ui/board.go", "../matter/figure.go", "../matter/tally.go"}
	never := regexp.MustCompile(`(?i)care_|\bcare\b|petition\b.*select|信访|矫正|精神障碍|from (care|petition|correction|illness)|score|online_hours|order by (closed|on_time|reported)`)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if m := never.Find(text); m != nil {
			t.Errorf("%s: %q", name, m)
		}
	}
}

var onePage = regexp.MustCompile(`/Count 1\b`)
