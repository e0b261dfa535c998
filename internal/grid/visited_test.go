package grid_test

import (
	"fmt"
	"testing"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/grid"
	"anju/internal/household"
)

// TestVisited: a household is seen at home by the grid that the row names, and
// where it has none by the one that is said to be the main one or that it lives
// in; never because another of its places is protected. The condition of the lists
// says the same of every household as the rule.
func TestVisited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		all := map[household.ID][]grid.Tie{}
		one := func(relation, path, sealed string, main int64) grid.Tie {
			return grid.Tie{Relation: relation, Path: path, SealedTo: sealed, Main: main, ValidFrom: "2020-01-01", ValidTo: calendar.Forever}
		}
		places := []struct{ reg, live, work, sealed string }{}
		for _, live := range []string{"", atSite, "320583"} {
			for _, work := range []string{"", atWork, elsewhere} {
				for _, sealed := range []string{"", "610929101"} {
					if live != "" || sealed == "" {
						places = append(places, struct{ reg, live, work, sealed string }{atHome, live, work, sealed})
					}
				}
			}
		}
		for i, p := range places {
			for k, main := range []string{"", "registered", "living", "working"} {
				id := household.ID(fmt.Sprintf("h%02d%d", i, k))
				mark := func(relation string) int64 {
					if relation == main {
						return 1
					}
					return 0
				}
				for _, t := range []grid.Tie{one("registered", p.reg, "", mark("registered")), one("living", p.live, p.sealed, mark("living")), one("working", p.work, "", mark("working"))} {
					if t.HouseholdID = id; t.Path != "" {
						all[id] = append(all[id], t)
					}
				}
			}
		}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for _, ties := range all {
				for _, one := range ties {
					if err := db.Insert(tx, "tie", one); err != nil {
						return err
					}
				}
			}
			return tx.RecordAll("test", 1, "test")
		})
		for _, answers := range grid.Relations {
			r := grid.Route{Answers: answers}
			where, args := r.VisitedSQL()
			listed := map[household.ID]string{}
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				q := new(db.Query).Add("select "+db.Columns[grid.Tie]("t.")+" from tie t where "+where, args...)
				rows, err := db.All[grid.Tie](tx, q.Text(), q.Args()...)
				for _, row := range rows {
					if was := listed[row.HouseholdID]; was != "" {
						t.Errorf("%s: %s is on two lists", answers, row.HouseholdID)
					}
					listed[row.HouseholdID] = row.Relation
				}
				return err
			})
			if err != nil || len(listed) == 0 {
				t.Fatal(len(listed), err)
			}
			for id, ties := range all {
				if got, _ := r.Visited(ties); got.Relation != listed[id] {
					t.Errorf("%s: the rule sends %q to %v, the list %q", answers, got.Relation, ties, listed[id])
				}
			}
		}
		reg, live, work := one("registered", atHome, "", 0), one("living", atSite, "", 1), one("working", atWork, "", 0)
		hidden, away, main := one("living", atSite, "610929101", 1), one("living", "320583", "", 1), one("registered", atHome, "", 1)
		for name, tt := range map[string]struct {
			answers string
			ties    []grid.Tie
			want    string
		}{
			"as the row says":                       {"registered", []grid.Tie{reg, live, work}, "registered"},
			"where they work":                       {"working", []grid.Tie{reg, live, work}, "working"},
			"nowhere to work":                       {"working", []grid.Tie{reg, live}, "living"},
			"not known where they live":             {"living", []grid.Tie{reg}, ""},
			"outside the county":                    {"living", []grid.Tie{reg, away}, ""},
			"protected":                             {"living", []grid.Tie{reg, hidden}, ""},
			"protected, and where they work":        {"working", []grid.Tie{reg, hidden, work}, ""},
			"registered is told of whoever hides":   {"registered", []grid.Tie{reg, hidden}, "registered"},
			"nowhere known, and said which is main": {"living", []grid.Tie{main}, "registered"},
		} {
			if got, _ := (grid.Route{Answers: tt.answers}).Visited(tt.ties); got.Relation != tt.want {
				t.Errorf("%s: %q, want %q", name, got.Relation, tt.want)
			}
		}
	})
}
