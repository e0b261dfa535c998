package booklet

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"anju/internal/fault"
	"anju/internal/paper"
	"anju/internal/paper/papertest"
)

func laid(t *testing.T, l Layout, all ...Content) []papertest.Page {
	t.Helper()
	return papertest.Pages(t, papertest.File(t, func(w io.Writer) error { return Print(w, l, all...) }))
}

// A folded booklet reads on: turned on the short edge, odd pages lie below.
func TestFoldedPlaces(t *testing.T) {
	places := Layout{Format: Folded}.place(nil, 8)
	for page, want := range []paper.Place{
		{Sheet: 1, Y: foldMid}, {Sheet: 2, Y: foldTop}, {Sheet: 3, Y: foldMid}, {Sheet: 4, Y: foldTop},
		{Sheet: 4, Y: foldMid}, {Sheet: 3, Y: foldTop}, {Sheet: 2, Y: foldMid}, {Sheet: 1, Y: foldTop},
	} {
		if got := places[page]; got.Sheet != want.Sheet || got.Y != want.Y || got.Scale != 1 {
			t.Errorf("page %d: got %+v, want %+v", page+1, got, want)
		}
	}
	if next := (Layout{Format: Folded}).place(places, 4); next[8].Sheet != 5 {
		t.Errorf("the next booklet begins on side %d, want its own", next[8].Sheet)
	}
}

func TestLayouts(t *testing.T) {
	for _, c := range []struct {
		l     Layout
		w, h  float64
		sides int
	}{
		{Layout{}, 143, 105, 12 + 8},
		{Layout{Format: Folded}, 210, 297, 6 + 4},
		{Layout{Format: Large}, 297, 210, 12 + 8},
	} {
		pages := laid(t, c.l, coded(), plainest())
		if len(pages) != c.sides {
			t.Errorf("%s: got %d sides, want %d", c.l.Format, len(pages), c.sides)
		}
		for i, p := range pages {
			if !p.Is(c.w, c.h) {
				t.Errorf("%s: side %d is %v", c.l.Format, i+1, p.Bounds())
			}
			if p.Ink() < 0.01 {
				t.Errorf("%s: side %d is empty", c.l.Format, i+1)
			}
		}
	}
	odd := full()
	odd.Members = odd.Members[:2] // nine pages
	if got := len(laid(t, Layout{Format: Folded}, odd)); got != 6 {
		t.Errorf("nine pages folded: got %d sides, want 6", got)
	}
}

// Every format says the same.
func TestLayoutsSayTheSame(t *testing.T) {
	words := func(l Layout) string {
		file := papertest.File(t, func(w io.Writer) error { return Print(w, l, plainest()) })
		return strings.Join(strings.Fields(papertest.Text(t, file)), "")
	}
	small := words(Layout{})
	if large := words(Layout{Format: Large}); len(large) != len(small) {
		t.Errorf("large print says %d bytes, small %d", len(large), len(small))
	}
	for _, want := range []string{"王守山", "610929196102140019", "李秀英", "不领取居住簿不影响办理任何事项"} {
		if !strings.Contains(words(Layout{Format: Folded}), want) {
			t.Errorf("folded: lacks %s", want)
		}
	}
}

// What a printer is off by moves the whole page, and nothing else of it.
func TestOffset(t *testing.T) {
	at := laid(t, Layout{}, plainest())[1]
	moved := laid(t, Layout{DX: 2.54, DY: 2.54}, plainest())[1] // six dots each
	same, all := 0, 0
	for y := 0; y < at.Bounds().Dy()-6; y++ {
		for x := 0; x < at.Bounds().Dx()-6; x++ {
			_, a, _, _ := at.At(x, y).RGBA()
			_, b, _, _ := moved.At(x+6, y+6).RGBA()
			all++
			if max(a, b)-min(a, b) < 0x2000 {
				same++
			}
		}
	}
	if float64(same) < 0.97*float64(all) {
		t.Errorf("moved by six dots, %d of %d dots are where they should be", same, all)
	}
	for _, l := range []Layout{{DX: 5.1}, {DY: -6}, {Format: "a3"}} {
		var b bytes.Buffer
		if err := Print(&b, l, plainest()); fault.KindOf(err) != fault.Invalid || b.Len() > 0 {
			t.Errorf("%+v: got %v", l, err)
		}
	}
}

// The codes leave the text alone and stand on the cover, the household's
// page and each member's.
func TestCodesHaveTheirPlaces(t *testing.T) {
	with, without := laid(t, Layout{}, coded()), laid(t, Layout{}, full())
	for i := range with {
		more := with[i].Ink() - without[i].Ink()
		if coded := i < 7; (more > 0.01) != coded {
			t.Errorf("page %d: %.3f more ink", i+1, more)
		}
	}
}

func TestUnprintable(t *testing.T) {
	c := full()
	if got := c.Unprintable(); got != nil {
		t.Errorf("got %q", got)
	}
	c.Members[1].Name, c.Living.Worker = "陈𠮷兰", "𠮷😀"
	if got := string(c.Unprintable()); got != "𠮷😀" {
		t.Errorf("got %q, want each once", got)
	}
}
