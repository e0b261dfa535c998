package db

// StopSealing stops the sequencer, as if its disk had gone.
func (d *DB) StopSealing() { d.stop(); d.done.Wait() }
