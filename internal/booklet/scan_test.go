package booklet_test

import (
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

// zbar reads the signed code of a picture, or "".
func zbar(t *testing.T, file string) string {
	t.Helper()
	out, _ := exec.CommandContext(t.Context(), "zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", file).Output() // it fails when it finds none
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "JZB1:") {
			return strings.TrimSuffix(line, "\n")
		}
	}
	return ""
}

// scanned prints a booklet and scans it at 300 dpi.
func scanned(t *testing.T, c booklet.Content) (pages []string) {
	t.Helper()
	file, dir := papertest.File(t, c.PDF), t.TempDir()
	papertest.Run(t, "pdftoppm", "-r", "300", "-gray", "-png", file, filepath.Join(dir, "p"))
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

// TestPrintedCodesAreRead: a page is printed, scanned at 300 dpi, and a blot
// over a twelfth of its code does not stop another program from reading it.
func TestPrintedCodesAreRead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
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
		found, tries, read := 0, 0, 0
		r := rand.New(rand.NewPCG(1, 1))
		for i, page := range pages {
			text := zbar(t, page)
			if text == "" {
				continue
			}
			clean := picture(t, page)
			box := differ(clean, picture(t, others[i]))
			if found >= len(want) || text != want[found] {
				t.Fatalf("%s: read %q", page, text)
			}
			found++
			for range 20 {
				tries++
				if zbar(t, blot(t, clean, box, 0.08, r)) == text {
					read++
				}
			}
		}
		if found != len(want) {
			t.Errorf("%d of %d codes are read from clean pages", found, len(want))
		}
		t.Logf("%d of %d damaged codes are read", read, tries)
		if read*20 < tries*19 {
			t.Errorf("only %d of %d damaged codes are read", read, tries)
		}
	})
}

// blot is the picture with a black square over a share of the code, anywhere
// but on its three corner marks: without one of them no program finds a code.
func blot(t *testing.T, page image.Image, box image.Rectangle, share float64, r *rand.Rand) string {
	t.Helper()
	all := image.NewRGBA(page.Bounds())
	draw.Draw(all, all.Bounds(), page, page.Bounds().Min, draw.Src)
	side := int(math.Sqrt(share * float64(box.Dx()*box.Dy())))
	var at image.Point
	for {
		x, y := r.IntN(box.Dx()-side), r.IntN(box.Dy()-side)
		const mark = 7.0 / 45 // of the side of the smallest code
		west, east := x < int(mark*float64(box.Dx())), x+side > int((1-mark)*float64(box.Dx()))
		north, south := y < int(mark*float64(box.Dy())), y+side > int((1-mark)*float64(box.Dy()))
		if at = box.Min.Add(image.Pt(x, y)); !(north && (west || east) || south && west) {
			break
		}
	}
	draw.Draw(all, image.Rectangle{at, at.Add(image.Pt(side, side))}, image.NewUniform(color.Gray{20}), image.Point{}, draw.Src)
	name := filepath.Join(t.TempDir(), "blot.png")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := png.Encode(out, all.SubImage(box.Inset(-60))); err != nil {
		t.Fatal(err)
	}
	return name
}
