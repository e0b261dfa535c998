package seed

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/matter"
	"anju/internal/overview"
	"anju/internal/seal"
)

var update = flag.Bool("update", false, "write testdata/board.golden anew")

// golden compares the figures of the demonstration county, and of a refusal that
// lies in none of its towns, with those that a person has read, each of them with
// a raw count, and the total with the sum of its lines.
func golden(t *testing.T, d *db.DB) {
	t.Helper()
	s := &overview.Service{DB: d, Keys: seal.FromSeed(7)}
	refused := matter.RefusalRequest{Item: matter.OtherItem, Service: "办电话卡", Place: "某营业厅", On: calendar.On(d.Now()), Text: "说只认户口簿"}
	if _, err := (&matter.Service{DB: d, Keys: s.Keys}).ReportRefusal(t.Context(), actor.ForPublic(), "refused", "10.0.0.1", refused); err != nil {
		t.Fatal(err)
	}
	by := actor.Actor{Account: "t", Name: "t", Kind: actor.CountyCentre, Paths: []string{"610929"}}
	var got strings.Builder
	for _, period := range overview.Periods {
		b, err := s.Board(t.Context(), by, "", period)
		if err != nil {
			t.Fatal(err)
		}
		var sum overview.BoardLine
		for _, l := range b.Below {
			sum.Add(l.Sums, 1)
			sum.Overdue += l.Overdue
		}
		if sum.Sums != b.Total.Sums || sum.Overdue != b.Total.Overdue {
			t.Errorf("%s: the lines come to %+v, the total is %+v", period, sum, b.Total)
		}
		for _, l := range append([]overview.BoardLine{b.Total}, b.Below...) {
			fmt.Fprintf(&got, "%-5s %-9s open %d overdue %d reported %d answered %d closed %d on time %d solved %d first %d levels %d %d %d %d days %d %s\n",
				period, l.Code, l.Open, l.Overdue, l.Reported, l.Answered, l.Closed, l.OnTime, l.Solved, l.First, l.Level2, l.Level3, l.Level4, l.Level5, l.Days(), l.Name)
			raw := ask[int64](t, d, `select count(*) from matter where closed_at = 0 and path like '`+l.Code+`%'`)
			late := ask[int64](t, d, fmt.Sprintf(`select count(distinct m.id) from matter m join clock c on c.subject = 'matter/' || m.id and c.stopped_at = 0 where m.closed_at = 0 and c.due_at - c.step * 604800000 <= %d and m.path like '%s%%'`, d.Now().UnixMilli(), l.Code))
			if raw != l.Open || late != l.Overdue {
				t.Errorf("%s %s: open %d, overdue %d; counted %d, %d", period, l.Code, l.Open, l.Overdue, raw, late)
			}
		}
	}
	const file = "testdata/board.golden"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the figures of the demonstration county have changed; read them, then run go test ./internal/seed -run TestCounty -update\n%s", got.String())
	}
}
