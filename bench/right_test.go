package bench

import (
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/entitlement"
)

// findingsLimit is how long the rights of the whole county may take to check.
const findingsLimit = 10 * time.Second

// printSweep prints how long it takes to check the rights of the whole county
// at both places, beside a bare loop that reads the same rows.
func printSweep(b *testing.B, d *db.DB) {
	s := &entitlement.Service{DB: d}
	by := actor.ForSystem("rights")
	if _, err := s.Sweep(b.Context(), by); err != nil { // what is found is stored once
		b.Fatal(err)
	}
	rights := 0
	bare := median(3, func(int) {
		if err := d.Read(b.Context(), func(tx *db.Tx) error {
			all, err := db.All[entitlement.Entitlement](tx, `select `+db.Columns[entitlement.Entitlement]("")+` from entitlement where superseded_at = 0 order by household_id`)
			rights = len(all)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	})
	swept := median(3, func(int) {
		if n, err := s.Sweep(b.Context(), by); err != nil || n != 0 {
			b.Fatalf("%d changed, %v", n, err)
		}
	})
	b.Logf("rights of the county swept, %d of them: %v (limit %v), rows alone %v: ratio %.2f", rights, swept, findingsLimit, bare, float64(swept)/float64(bare))
	if swept > findingsLimit {
		b.Errorf("the sweep takes %v", swept)
	}
}
