package db

import "time"

// StopSealing stops the sequencer as if its disk had gone some time ago.
func (d *DB) StopSealing(ago time.Duration) {
	d.stop()
	d.done.Wait()
	d.started = d.started.Add(-ago)
}

// Numbered is how a statement is given to SQLite.
func Numbered(q string) string { return numbered(q) }
