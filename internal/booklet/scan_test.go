package booklet_test

import (
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"anju/internal/booklet"
	"anju/internal/paper/papertest"
)

// zbar reads the signed code of each picture, or "": one program for all of them.
func zbar(t *testing.T, files ...string) []string {
	t.Helper()
	var found struct {
		Sources []struct {
			File string   `xml:"href,attr"`
			Data []string `xml:"index>symbol>data"`
		} `xml:"source"`
	}
	out, _ := exec.CommandContext(t.Context(), "zbarimg", append([]string{"-q", "--xml", "-Sdisable", "-Sqrcode.enable"}, files...)...).Output() // it fails when it finds none
	if err := xml.Unmarshal(out, &found); err != nil {
		t.Fatalf("zbarimg: %v\n%.300s", err, out)
	}
	said := map[string]string{}
	for _, s := range found.Sources {
		for _, text := range s.Data {
			if strings.HasPrefix(text, "JZB1:") {
				said[s.File] = text
			}
		}
	}
	texts := make([]string, len(files))
	for i, file := range files {
		texts[i] = said[file]
	}
	return texts
}

// scanned prints a booklet and scans its cover and its first pages at 300 dpi.
func scanned(t *testing.T, c booklet.Content) (pages []string) {
	t.Helper()
	file, dir := papertest.File(t, c.PDF), t.TempDir()
	papertest.Run(t, "pdftoppm", "-r", "300", "-l", "6", "-gray", "-png", file, filepath.Join(dir, "p"))
	pages, err := filepath.Glob(filepath.Join(dir, "p*.png"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	return pages
}

func picture(t *testing.T, file string) image.Image {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	page, err := png.Decode(in)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// differ is the smallest box around everything in which two pages differ.
func differ(a, b image.Image) (box image.Rectangle) {
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

// TestPrintedCodesAreRead: pages are printed and scanned at 300 dpi, and another
// program reads their codes with a black square over 8 % of them, anywhere. A
// square on one of the three corner marks, by which every program finds a code,
// loses about half of them, whatever the level of correction (measured over 320
// codes and blots: level Q 302 read, level H 303); it is counted, not left out.
func TestPrintedCodesAreRead(t *testing.T) {
	const share, blots = 0.08, 40
	w := alone(t)
	_, c := w.coded(t)
	turn := func(code string) string { return code[:5] + code[15:] + code[5:15] } // another code, as long
	other := c
	other.Code, other.Members = turn(c.Code), slices.Clone(c.Members)
	for i := range other.Members {
		other.Members[i].Code = turn(other.Members[i].Code)
	}
	pages, others := scanned(t, c), scanned(t, other)
	want := []string{c.Code}
	for _, m := range c.Members {
		want = append(want, m.Code)
	}
	found := 0
	type tally struct{ read, of int }
	var beside, marks tally // where the square does not touch a corner mark, and where it does
	r := rand.New(rand.NewPCG(1, 1))
	for i, text := range zbar(t, pages...) {
		if text == "" {
			continue
		}
		if found >= len(want) || text != want[found] {
			t.Fatalf("%s: read %q", pages[i], text)
		}
		found++
		clean := picture(t, pages[i])
		box, dir := differ(clean, picture(t, others[i])), t.TempDir()
		files, on := make([]string, blots), make([]bool, blots)
		for k := range blots {
			files[k] = filepath.Join(dir, fmt.Sprintf("%02d.png", k))
			on[k] = blot(t, files[k], clean, box, share, r)
		}
		for k, got := range zbar(t, files...) {
			n := &beside
			if on[k] {
				n = &marks
			}
			if n.of++; got == text {
				n.read++
			}
		}
	}
	if found != len(want) {
		t.Errorf("%d of %d codes are read from clean pages", found, len(want))
	}
	read, of := beside.read+marks.read, beside.of+marks.of
	t.Logf("%d of %d damaged codes are read; %d of %d with a corner mark damaged", read, of, marks.read, marks.of)
	if beside.read*20 < beside.of*19 || read*20 < of*18 || marks.of == 0 {
		t.Errorf("only %d of %d damaged codes are read, %d of %d with a corner mark damaged", read, of, marks.read, marks.of)
	}
}

// blot writes the code with a black square over a share of it, anywhere, and
// reports whether a corner mark is touched.
func blot(t *testing.T, file string, page image.Image, box image.Rectangle, share float64, r *rand.Rand) (mark bool) {
	t.Helper()
	view := box.Inset(-60)
	all := image.NewGray(view)
	draw.Draw(all, view, page, view.Min, draw.Src)
	side := int(math.Sqrt(share * float64(box.Dx()*box.Dy())))
	x, y := r.IntN(box.Dx()-side+1), r.IntN(box.Dy()-side+1)
	const width = 7.0 / 57 // of the side of the smallest code printed
	west, east := x < int(width*float64(box.Dx())), x+side > int((1-width)*float64(box.Dx()))
	north, south := y < int(width*float64(box.Dy())), y+side > int((1-width)*float64(box.Dy()))
	at := box.Min.Add(image.Pt(x, y))
	draw.Draw(all, image.Rectangle{at, at.Add(image.Pt(side, side))}, image.NewUniform(color.Gray{20}), image.Point{}, draw.Src)
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := png.Encode(out, all); err != nil {
		t.Fatal(err)
	}
	return north && (west || east) || south && west
}
