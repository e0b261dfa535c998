package election_test

import (
	"fmt"
	"strings"
	"testing"

	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/election"
	"anju/internal/fault"
	"anju/internal/person"
	"anju/internal/residence"
)

// TestVeil: whose place is protected after a list was drawn is on no page of it,
// in no sum and on no paper, and is there again when it is let go.
func TestVeil(t *testing.T) {
	each(t, func(t *testing.T, w *world, _ *dbtest.Clock) {
		const name = "搬去社区" // registered in the village, lives in the community
		e := w.open(t, other)
		w.declare(t, other, e.ID, name, election.Yes)
		w.declare(t, other, e.ID, "来了三年", election.Yes)
		read := func() (rows, sheet string, listed, people, counted int64) {
			t.Helper()
			all, err := w.Electors(t.Context(), other, e.ID, election.Show{All: true})
			if err != nil {
				t.Fatal(err)
			}
			s, err := w.Public(t.Context(), other, e.ID)
			if err != nil {
				t.Fatal(err)
			}
			p, err := w.Get(t.Context(), other, e.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range p.Counts {
				counted += c.N
			}
			followed, err := w.List(t.Context(), civil, election.Filter{Limit: 9})
			if err != nil || len(followed) != 1 || followed[0].Listed != p.Election.Listed || followed[0].People != p.Election.People || s.Election.Listed != p.Election.Listed {
				t.Errorf("followed %+v, on the page %+v, on the wall %d, %v", followed, p.Election, s.Election.Listed, err)
			}
			return fmt.Sprintf("%+v", all), fmt.Sprintf("%+v", s.Groups), p.Election.Listed, p.Election.People, counted
		}
		rows, sheet, listed, people, counted := read()
		if !strings.Contains(rows, name) || !strings.Contains(sheet, name) || counted != people {
			t.Fatalf("before: %s, %s, %d of %d counted", rows, sheet, counted, people)
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			_, err := residence.Protect(tx, w.at[name], "610929101")
			return err
		})
		hidden, wall, left, of, sum := read()
		if strings.Contains(hidden, name) || strings.Contains(hidden, string(w.at[name])) || strings.Contains(wall, name) {
			t.Errorf("the list tells: %s, %s", hidden, wall)
		}
		if left != listed-1 || of != people-1 || sum != of {
			t.Errorf("%d of %d, %d counted; they were %d of %d", left, of, sum, listed, people)
		}
		word := election.Word{People: []person.ID{w.at[name]}, Answer: election.No, On: "2026-03-01", How: "书面"}
		for what, err := range map[string]error{
			"the row":      failed(w.Elector(t.Context(), other, e.ID, w.at[name])),
			"the notice":   failed(w.Notice(t.Context(), other, e.ID, w.at[name])),
			"what is said": failed(w.Declare(t.Context(), other, "", e.ID, word)),
		} {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { _, err := residence.Unprotect(tx, w.at[name]); return err })
		if again, on, n, m, _ := read(); again != rows || on != sheet || n != listed || m != people {
			t.Errorf("let go: %s, %s, %d of %d", again, on, n, m)
		}
	})
}

func failed[T any](_ T, err error) error { return err }
