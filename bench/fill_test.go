package bench

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/db"
)

// fillRows is how many things a transaction of a filling writes.
const fillRows = 20_000

// fill writes the things of the numbers from one to another, each by put, and
// counts the tables anew.
func fill(b *testing.B, d *db.DB, from, to int, put func(*db.Bulk, *db.Tx, int)) {
	b.Helper()
	for ; from < to; from += fillRows {
		err := d.Write(b.Context(), actor.ForSystem("bench"), "bench.fill", func(tx *db.Tx) error {
			var failed error
			bulk := db.NewBulk(map[string][]string{}, func(r *db.Rows) {
				if err := r.Write(tx); err != nil {
					failed = err
				}
			})
			for i := from; i < min(from+fillRows, to); i++ {
				put(bulk, tx, i)
			}
			bulk.Flush()
			if failed != nil {
				return failed
			}
			return tx.RecordAll("bench", fillRows, "bench")
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := d.Analyze(b.Context()); err != nil {
		b.Fatal(err)
	}
}
