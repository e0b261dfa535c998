package seed

import (
	"context"
	"errors"
	"fmt"

	"anju/internal/actor"
	"anju/internal/db"
)

// rows are rows of one table on their way, with the step that made them.
type rows struct {
	step string
	*db.Rows
}

// maxWrite is about how many rows go into one transaction.
const maxWrite = 100_000

// errStopped ends the inventing when the writing has failed.
var errStopped = errors.New("writing has stopped")

// refers says which tables' rows must be there before those of another.
var refers = map[string][]string{
	"house": {"address"}, "household": {"address"}, "post": {"account"}, "warning": {"clock"}, "warning_receipt": {"warning"}, "site_form": {"site"},
}

// load runs invent in a goroutine of its own and writes what comes out of it,
// in transactions of many rows, each recorded with its step and its number of
// rows.
func (m *maker) load(invent func() error) error {
	ctx, stop := context.WithCancel(m.ctx)
	defer stop()
	m.flow, m.done = make(chan rows, 256), ctx.Done()
	m.bulk = db.NewBulk(refers, func(r *db.Rows) {
		select {
		case m.flow <- rows{m.step, r}:
		case <-m.done:
		}
	})
	invented := make(chan error, 1)
	go func() {
		defer close(m.flow)
		invented <- invent()
	}()
	var err error
	next, more := <-m.flow
	for more && err == nil {
		next, more, err = m.writeStep(next)
	}
	if err != nil {
		stop()
	}
	if e := <-invented; err == nil {
		err = e
	}
	return err
}

// stopped reports that nobody takes the rows any more.
func (m *maker) stopped() bool {
	select {
	case <-m.done:
		return true
	default:
		return false
	}
}

// writeStep writes from first on what belongs to one step, and returns the
// rows it did not write any more.
func (m *maker) writeStep(first rows) (next rows, more bool, err error) {
	next, more = first, true
	err = m.write(first.step, func(tx *db.Tx) (int, error) {
		n := 0
		for more && next.step == first.step && n < maxWrite {
			if err := next.Write(tx); err != nil {
				return n, fmt.Errorf("%s: %w", next.Table, err)
			}
			n += next.N
			m.o.Progress(min(m.made.Rows+n, m.expected()-1), m.expected(), next.step)
			next, more = <-m.flow
		}
		return n, nil
	})
	return next, more, err
}

// write runs f in one transaction and records how many rows it wrote.
func (m *maker) write(step string, f func(*db.Tx) (int, error)) error {
	return m.d.Write(m.ctx, actor.ForSystem("seed"), "seed."+step, func(tx *db.Tx) error {
		n, err := f(tx)
		if err != nil {
			return err
		}
		m.made.Rows += n
		return tx.RecordAll("seed/"+step, n, fmt.Sprintf("seed %d, scale %g, day %s", m.o.Seed, m.o.Scale, m.o.Day))
	})
}

// expected is about how many rows the county will have.
func (m *maker) expected() int { return m.scaled(fullHouseholds, 600) * 43 }
