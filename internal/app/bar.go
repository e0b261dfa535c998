package app

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"anju/internal/i18n"
)

// A Bar is the progress of a long command: a bar on a terminal, a line now and
// then elsewhere, nothing with --no-progress.
type Bar struct {
	out   io.Writer
	label string
	tty   bool
	off   bool
	now   func() time.Time

	mu      sync.Mutex
	began   time.Time
	last    time.Time // when it was drawn
	percent int
	what    string
}

// Progress begins a bar.
func (c *Config) Progress(out io.Writer, label string) *Bar {
	return &Bar{out: out, label: label, off: c.NoProgress, tty: terminal(out), now: time.Now, began: time.Now(), percent: -1}
}

// terminal reports whether somebody watches what is written to w.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

const (
	barWidth  = 28
	drawEvery = 150 * time.Millisecond
	lineEvery = 5 * time.Second
)

// Step says how far it has come, and with what.
func (b *Bar) Step(done, total int, what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.off || total <= 0 {
		return
	}
	done = min(max(done, 0), total)
	percent := int(int64(done) * 100 / int64(total))
	now, every := b.now(), lineEvery
	if b.tty {
		every = drawEvery
	}
	if percent == b.percent && what == b.what || now.Sub(b.last) < every && done < total {
		return
	}
	b.last, b.percent, b.what = now, percent, what
	if !b.tty {
		fmt.Fprintln(b.out, strings.TrimSpace(fmt.Sprintf("%s %3d%% %s", b.label, percent, what)))
		return
	}
	full := barWidth * percent / 100
	fmt.Fprintf(b.out, "\r\x1b[K%s [%s%s] %3d%% %s%s", b.label, strings.Repeat("█", full), strings.Repeat("░", barWidth-full), percent, what, b.left(now, done, total))
}

// left is how long it will still take, once that can be told.
func (b *Bar) left(now time.Time, done, total int) string {
	gone := now.Sub(b.began)
	if done == total || done*20 < total || gone < 2*time.Second {
		return ""
	}
	left := time.Duration(float64(gone) * float64(total-done) / float64(done))
	return " " + i18n.T("terminal.left", "seconds", int(left.Seconds())+1)
}

// Done ends the bar, however far it has come.
func (b *Bar) Done() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tty && b.percent >= 0 {
		fmt.Fprintln(b.out)
	}
	b.percent, b.off = -1, true
}
