package table

import (
	"fmt"
	"os"
	"runtime/debug"
)

// A chunk is how many items are handed over at once: enough that handing over
// costs nothing beside reading them.
const chunk = 64

// ahead reads in a goroutine of its own, a few chunks ahead of who asks, so that
// a sheet is taken apart on one core while its rows are checked on the other.
type ahead[T any] struct {
	chunks chan []T
	cur    []T
	err    error         // why reading ended; read once chunks is closed
	stop   chan struct{} // closed by close
}

func readAhead[T any](next func() (T, error)) *ahead[T] {
	a := &ahead[T]{chunks: make(chan []T, 2), stop: make(chan struct{})}
	go func() {
		defer close(a.chunks)
		for a.err == nil {
			some := make([]T, 0, chunk)
			for len(some) < chunk && a.err == nil {
				var item T
				if item, a.err = contained(next); a.err == nil {
					some = append(some, item)
				}
			}
			select {
			case a.chunks <- some:
			case <-a.stop:
				return
			}
		}
	}()
	return a
}

// contained makes a panic of a reader an error: here nobody above would catch it,
// and one file would take the county down.
func contained[T any](next func() (T, error)) (item T, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("read a sheet: %v\n%s", v, debug.Stack())
		}
	}()
	return next()
}

// next returns the next item, or why there is none: io.EOF after the last.
func (a *ahead[T]) next() (item T, err error) {
	for len(a.cur) == 0 {
		some, ok := <-a.chunks
		if !ok {
			return item, a.err
		}
		a.cur = some
	}
	item, a.cur = a.cur[0], a.cur[1:]
	return item, nil
}

// close ends the reading and waits until nobody reads any more; what was read
// ahead is dropped.
func (a *ahead[T]) close() {
	close(a.stop)
	for range a.chunks { // until the reader closes it
	}
	a.cur = nil
	if a.err == nil {
		a.err = os.ErrClosed
	}
}
