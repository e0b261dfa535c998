package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// taken is a photograph of w × h pixels whose left upper quarter is red, with
// what a camera writes into it: how it was held, and a secret.
func taken(t *testing.T, w, h, held int) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, 0, 255, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{255, 0, 0, 255}
			}
			p.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00GPS 32.81,110.11")
	binary.BigEndian.PutUint16(exif[6+8+2+8:], uint16(held))
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(head, exif...), b.Bytes()[2:]...)
}

func TestCleanLeavesOnlyWhatIsSeen(t *testing.T) {
	// Where the red quarter comes to lie: left or right, upper or lower.
	for held, want := range map[int][2]bool{1: {true, true}, 2: {false, true}, 3: {false, false}, 4: {true, false}, 5: {true, true}, 6: {false, true}, 7: {false, false}, 8: {true, false}, 9: {true, true}} {
		got, err := Clean(bytes.NewReader(taken(t, 400, 200, held)))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(got.JPEG, []byte("GPS")) || bytes.Contains(got.JPEG, []byte("Exif")) {
			t.Errorf("held %d: what the camera wrote is still there", held)
		}
		wide := got.Width == 400 && got.Height == 200
		if tall := held >= 5 && held <= 8; wide == tall {
			t.Errorf("held %d: %d × %d", held, got.Width, got.Height)
		}
		p, err := jpeg.Decode(bytes.NewReader(got.JPEG))
		if err != nil {
			t.Fatal(err)
		}
		for _, left := range []bool{true, false} {
			for _, upper := range []bool{true, false} {
				x, y := got.Width*3/4, got.Height*3/4
				if left {
					x = got.Width / 4
				}
				if upper {
					y = got.Height / 4
				}
				r, _, _, _ := p.At(x, y).RGBA()
				if red := r > 0x8000; red != (want == [2]bool{left, upper}) {
					t.Errorf("held %d: left %v, upper %v is red: %v", held, left, upper, red)
				}
			}
		}
	}
}

func TestLimits(t *testing.T) {
	got, err := Clean(bytes.NewReader(taken(t, 4000, 1000, 1)))
	if err != nil || got.Width != longSide || got.Height != 400 {
		t.Errorf("%d × %d, %v", got.Width, got.Height, err)
	}
	var bomb bytes.Buffer // few bytes, many pixels
	if err := png.Encode(&bomb, image.NewPaletted(image.Rect(0, 0, 20_000, 10_000), color.Palette{color.Black})); err != nil {
		t.Fatal(err)
	}
	for why, tt := range map[string]struct {
		in   []byte
		want error
	}{
		"nothing": {nil, ErrNone}, "text": {[]byte("一张照片"), ErrNone}, "cut off": {taken(t, 400, 200, 1)[:300], ErrNone}, "too many pixels": {bomb.Bytes(), ErrLarge},
		"too many bytes": {bytes.Repeat([]byte{0xff}, MaxBytes+1), ErrLarge}, "a drawing": {[]byte(strings.Repeat("<svg/>", 10)), ErrNone},
	} {
		if _, err := Clean(bytes.NewReader(tt.in)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", why, err, tt.want)
		}
	}
}

func TestBlackenPaintsOver(t *testing.T) {
	got, err := Blacken(taken(t, 400, 200, 1), []Area{{0, 0, 500, 500}, {900, 900, 900, 900}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := jpeg.Decode(bytes.NewReader(got.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	for at, black := range map[image.Point]bool{{100, 50}: true, {10, 10}: true, {190, 90}: true, {300, 150}: false, {300, 50}: false, {390, 195}: true} {
		r, g, b, _ := p.At(at.X, at.Y).RGBA()
		if is := r+g+b < 0x6000; is != black {
			t.Errorf("at %v black: %v, want %v", at, is, black)
		}
	}
}
