package table

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// TestAhead: what is read ahead comes in order and whole, with the reason why it
// ends; a reader that panics ends the reading and nothing else; one who stops
// asking leaves nobody reading.
func TestAhead(t *testing.T) {
	broken := errors.New("broken")
	count := func(last int, end func() error) func() (int, error) {
		n := 0
		return func() (int, error) {
			if n == last {
				return 0, end()
			}
			n++
			return n, nil
		}
	}
	for name, c := range map[string]struct {
		last int
		end  func() error
		says string
	}{
		"nothing":           {0, func() error { return io.EOF }, "EOF"},
		"a chunk":           {chunk, func() error { return io.EOF }, "EOF"},
		"many":              {10*chunk + 7, func() error { return io.EOF }, "EOF"},
		"an error":          {chunk + 1, func() error { return broken }, "broken"},
		"a reader's defect": {chunk + 1, func() error { panic("index out of range") }, "index out of range"},
	} {
		a := readAhead(count(c.last, c.end))
		for want := 1; want <= c.last; want++ {
			if got, err := a.next(); got != want || err != nil {
				t.Fatalf("%s: %d, %v, want %d", name, got, err, want)
			}
		}
		for range 2 {
			if _, err := a.next(); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%s ends with %v", name, err)
			}
		}
		a.close()
	}
	a := readAhead(count(1<<30, nil))
	if _, err := a.next(); err != nil {
		t.Fatal(err)
	}
	a.close()
	if _, ok := <-a.chunks; ok {
		t.Error("somebody still reads")
	}
}
