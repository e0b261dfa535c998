// Package papertest looks at printed documents the way a reader does: as text
// and as pictures, by the tools of poppler-utils (make deps installs it).
// Without them nothing is proved, so a missing tool fails the test.
package papertest

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update-print", false, "write the golden texts of printed documents")

// File prints into a file that lasts as long as the test.
func File(t *testing.T, print func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := print(&b); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Run runs one of the tools and returns what it says.
func Run(t *testing.T, tool string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), tool, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s (package poppler-utils, installed by make deps): %v\n%s", tool, err, out)
	}
	return string(out)
}

// Text is what a reader finds, line by line, without the spacing.
func Text(t *testing.T, file string) string {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(Run(t, "pdftotext", "-layout", file, "-")) {
		if words := strings.Fields(line); len(words) > 0 {
			out.WriteString(strings.Join(words, " ") + "\n")
		}
	}
	return out.String()
}

// Golden compares a text with testdata/name.golden; go test -update-print
// writes it.
func Golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// dpi is the resolution of pictures in dots an inch.
const dpi = 60

// A Page is a picture of a printed page.
type Page struct{ image.Image }

// Pages are the pictures of a file's pages.
func Pages(t *testing.T, file string) []Page {
	t.Helper()
	prefix := filepath.Join(t.TempDir(), "page")
	Run(t, "pdftoppm", "-r", "60", "-png", file, prefix)
	names, err := filepath.Glob(prefix + "*.png")
	if err != nil {
		t.Fatal(err)
	}
	pages := make([]Page, len(names))
	for i, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		pages[i] = Page{img}
	}
	return pages
}

// Is reports that the page has a size in millimetres, to half a dot.
func (p Page) Is(w, h float64) bool {
	return p.Bounds().Dx() == Dots(w) && p.Bounds().Dy() == Dots(h)
}

// Dots is a length in millimetres in dots, rounded up.
func Dots(mm float64) int { return int(math.Ceil(mm / 25.4 * dpi)) }

// Ink is the part of the page that is plainly printed on.
func (p Page) Ink() float64 {
	return p.share(func(_, g, _ uint32) bool { return g < 0xd000 })
}

// RedBelow is the part of the page below a height in millimetres that is red.
func (p Page) RedBelow(mm float64) float64 {
	top := p.Bounds()
	top.Min.Y += Dots(mm)
	return Page{crop{p.Image, top}}.Red()
}

// Red is the part of the page that is red.
func (p Page) Red() float64 {
	return p.share(func(r, g, b uint32) bool { return r > g+0x4000 && r > b+0x4000 })
}

func (p Page) share(is func(r, g, b uint32) bool) float64 {
	box, n := p.Bounds(), 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if r, g, b, _ := p.At(x, y).RGBA(); is(r, g, b) {
				n++
			}
		}
	}
	return float64(n) / float64(box.Dx()*box.Dy())
}

// crop is a part of a picture.
type crop struct {
	image.Image
	box image.Rectangle
}

func (c crop) Bounds() image.Rectangle { return c.box }
