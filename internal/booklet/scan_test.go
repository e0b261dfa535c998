package booklet_test

import (
	"encoding/xml"
	"errors"
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
	"strconv"
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
func scanned(t *testing.T, c booklet.Content) (pages []*image.Gray) {
	t.Helper()
	file, dir := papertest.File(t, c.PDF), t.TempDir()
	papertest.Run(t, "pdftoppm", "-r", "300", "-l", strconv.Itoa(2+len(c.Members)), "-gray", "-png", file, filepath.Join(dir, "p"))
	files, err := filepath.Glob(filepath.Join(dir, "p*.png"))
	if err != nil || len(files) != 2+len(c.Members) {
		t.Fatalf("%d pages: %v", len(files), err)
	}
	for _, file := range files {
		pages = append(pages, picture(t, file))
	}
	return pages
}

func picture(t *testing.T, file string) *image.Gray {
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
	grey := image.NewGray(page.Bounds())
	draw.Draw(grey, grey.Rect, page, image.Point{}, draw.Src)
	return grey
}

// A printed code: a page and the box it fills there.
type printed struct {
	page *image.Gray
	box  image.Rectangle
}

// differ is what differs between two scans of a page in its left or right half:
// the code printed there.
func differ(a, b *image.Gray, right bool) printed {
	from, to := 0, a.Rect.Dx()/2
	if right {
		from, to = to, a.Rect.Dx()
	}
	var box image.Rectangle
	for y := range a.Rect.Dy() {
		for x := from; x < to; x++ {
			if a.GrayAt(x, y) != b.GrayAt(x, y) {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return printed{a, box}
}

// TestProofPrintedCodesAreRead: pages are printed and scanned at 300 dpi, and
// another program reads their codes with a black square over 8 % of them,
// anywhere. A square on one of the three corner marks, by which every program
// finds a code, loses about half of them, whatever the level of correction. So
// each code is printed twice, and each print has its own square: who cannot scan
// the one scans the other.
func TestProofPrintedCodesAreRead(t *testing.T) {
	blots := 20
	if os.Getenv("ANJU_PROOF") != "" {
		blots = 100
	}
	w := alone(t)
	_, c := w.coded(t)
	turn := func(code string) string { return code[:5] + code[15:] + code[5:15] } // another code, as long
	other := c
	other.Code, other.Members = turn(c.Code), slices.Clone(c.Members)
	for i := range other.Members {
		other.Members[i].Code = turn(other.Members[i].Code)
	}
	pages, others := scanned(t, c), scanned(t, other)
	const cover, household, members = 0, 1, 2
	texts := []string{c.Code}
	codes := [][2]printed{{differ(pages[cover], others[cover], true), differ(pages[household], others[household], false)}}
	for i, m := range c.Members {
		page, other := pages[members+i], others[members+i]
		texts, codes = append(texts, m.Code), append(codes, [2]printed{differ(page, other, true), differ(page, other, false)})
	}
	r := rand.New(rand.NewPCG(1, 1))
	first, read, of := 0, 0, 0
	for i, text := range texts {
		lost := blots
		for n, at := range codes[i] {
			if got := zbar(t, blot(t, at, 0, 1, r)...)[0]; got != text {
				t.Errorf("clean print %d is read as %q", n+1, got)
			}
			if lost == 0 {
				continue
			}
			for _, got := range zbar(t, blot(t, at, 0.08, lost, r)...) {
				if got == text {
					lost--
				}
			}
			if n == 0 {
				first += blots - lost
			}
		}
		read, of = read+blots-lost, of+blots
	}
	t.Logf("%d of %d damaged codes are read, %d of them from the first print", read, of, first)
	if read*20 < of*19 || read > of {
		t.Errorf("only %d of %d damaged codes are read", read, of)
	}
}

// blot writes a printed code several times, each with a black square over a
// share of it, anywhere.
func blot(t *testing.T, at printed, share float64, times int, r *rand.Rand) (files []string) {
	t.Helper()
	box, dir := at.box, t.TempDir()
	view := box.Inset(-30).Intersect(at.page.Rect)
	side := int(math.Sqrt(share * float64(box.Dx()*box.Dy())))
	for n := range times {
		all := image.NewGray(view)
		draw.Draw(all, view, at.page, view.Min, draw.Src)
		from := box.Min.Add(image.Pt(r.IntN(box.Dx()-side+1), r.IntN(box.Dy()-side+1)))
		draw.Draw(all, image.Rectangle{from, from.Add(image.Pt(side, side))}, image.NewUniform(color.Gray{20}), image.Point{}, draw.Src)
		files = append(files, filepath.Join(dir, fmt.Sprintf("%03d.png", n)))
		out, err := os.Create(files[n])
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join((&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(out, all), out.Close())
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}
