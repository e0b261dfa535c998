package db

import (
	"context"
	"time"
)

// StopSealing stops the sequencer as if its disk had gone some time ago.
func (d *DB) StopSealing(ago time.Duration) {
	d.stop()
	d.done.Wait()
	d.started = d.started.Add(-ago)
}

// Numbered is how a statement is given to SQLite.
func Numbered(q string) string { return numbered(q) }

// Tamper changes a log behind the program's back.
func (d *DB) Tamper(ctx context.Context, looks bool, q string) error {
	p := d.write
	if looks {
		p = d.looks
	}
	return d.run(ctx, p, func(tx *Tx) error { _, err := tx.exec(q); return err })
}

// VerifyInParts makes verifying hold so many rows at once, until undone.
func VerifyInParts(n int) (undo func()) {
	was := verifyPart
	verifyPart = n
	return func() { verifyPart = was }
}
