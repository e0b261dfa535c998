package bench

import (
	"testing"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/household"
	"anju/internal/ledger"
	"anju/internal/overview"
	"anju/internal/residence"
)

// What looking back should cost; printed, for machines differ.
const (
	pastRatio   = 2.0                    // times the present page of the same household
	matrixLimit = 300 * time.Millisecond // of the county's towns over ten years
)

// printPast prints what a household page of the past costs beside the present
// one, and how long the matrix of the whole county over ten years takes.
func printPast(b *testing.B, d *db.DB, s *overview.Service, ids []household.ID) {
	const rounds = 1000
	present := median(rounds, func(i int) {
		if _, err := s.Household(b.Context(), registrar, ids[i%len(ids)]); err != nil {
			b.Fatal(err)
		}
	})
	today := calendar.On(d.Now())
	for name, w := range map[string]residence.When{"of ten years ago": {On: today.AddYears(-10)}, "of ten years ago as known today": {On: today.AddYears(-10), Known: today}} {
		past := median(rounds, func(i int) {
			if _, err := s.HouseholdAt(b.Context(), registrar, ids[i%len(ids)], w); err != nil {
				b.Fatal(err)
			}
		})
		b.Logf("household page %s %v, of today %v: ratio %.2f (limit %.0f)", name, past, present, float64(past)/float64(present), pastRatio)
	}
	books := &ledger.Service{DB: d}
	var n ledger.Sum
	matrix := median(11, func(int) {
		m, err := books.Matrix(b.Context(), registrar, ledger.MatrixQuery{Period: ledger.Decade(today)})
		if err != nil {
			b.Fatal(err)
		}
		n = m.Row("")
	})
	b.Logf("flow matrix of the county over ten years, %d moves of %d people: %v (limit %v)", n.Moves, n.People, matrix, matrixLimit)
	list := median(11, func(int) {
		if _, err := books.List(b.Context(), registrar, ledger.Query{Place: []string{"610929100"}, Side: ledger.Out, Period: ledger.Decade(today)}); err != nil {
			b.Fatal(err)
		}
	})
	b.Logf("a page of a town's out-ledger over ten years, with its sums: %v", list)
}
