// Package picture makes photographs fit to be kept: read whole, turned upright,
// made smaller, and written anew, so that nothing is left in them but what is to
// be seen: no place, no time, no name of a camera. Parts can be blackened; they
// are painted over, and not merely covered.
package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // read, never written
	"io"
	"sync"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // read, never written
)

var (
	// ErrNone says that what was sent is no picture that can be read.
	ErrNone = errors.New("picture: not a picture")
	// ErrLarge says that it is too large to be read.
	ErrLarge = errors.New("picture: too large")
)

// Limits of what is read and of what is kept.
const (
	MaxBytes  = 15 << 20
	maxPixels = 50_000_000
	longSide  = 1600 // pixels of the longer side that are kept
	quality   = 80
)

// A Picture is a photograph as it is kept.
type Picture struct {
	JPEG          []byte
	Width, Height int
}

// An Area is a part of a picture, in thousandths of its width and height.
type Area struct{ Left, Top, Width, Height int }

// one picture is open at a time: a large one takes two hundred megabytes.
var one sync.Mutex

// Clean reads a photograph and makes it fit to be kept.
func Clean(r io.Reader) (Picture, error) {
	raw, err := read(r)
	if err != nil {
		return Picture{}, err
	}
	return Blacken(raw, nil)
}

// Blacken is a copy of a picture with parts of it painted over.
func Blacken(raw []byte, areas []Area) (Picture, error) {
	one.Lock()
	defer one.Unlock()
	return write(raw, areas)
}

func write(raw []byte, black []Area) (Picture, error) {
	about, _, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return Picture{}, ErrNone
	}
	if about.Width <= 0 || about.Height <= 0 || about.Width > maxPixels/about.Height {
		return Picture{}, ErrLarge
	}
	whole, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return Picture{}, ErrNone
	}
	is := turn(shrink(whole), orientation(raw))
	b := is.Bounds()
	for _, a := range black {
		part := image.Rect(a.Left*b.Dx()/1000, a.Top*b.Dy()/1000, ((a.Left+a.Width)*b.Dx()+999)/1000, ((a.Top+a.Height)*b.Dy()+999)/1000)
		draw.Draw(is, part.Intersect(b), image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, is, &jpeg.Options{Quality: quality}); err != nil {
		return Picture{}, fmt.Errorf("write picture: %w", err)
	}
	return Picture{JPEG: out.Bytes(), Width: b.Dx(), Height: b.Dy()}, nil
}

// shrink draws a picture anew, no longer than the long side, on white.
func shrink(p image.Image) *image.RGBA {
	b := p.Bounds()
	w, h := b.Dx(), b.Dy()
	if most := max(w, h); most > longSide {
		w, h = max(1, w*longSide/most), max(1, h*longSide/most)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(out, out.Bounds(), p, b, draw.Over, nil)
	return out
}

// turn puts a picture upright that a camera has held otherwise (EXIF 2.32,
// orientation 1 to 8).
func turn(p *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return p
	}
	w, h := p.Bounds().Dx(), p.Bounds().Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			var u, v int
			switch orientation {
			case 2:
				u, v = w-1-x, y
			case 3:
				u, v = w-1-x, h-1-y
			case 4:
				u, v = x, h-1-y
			case 5:
				u, v = y, x
			case 6:
				u, v = h-1-y, x
			case 7:
				u, v = h-1-y, w-1-x
			case 8:
				u, v = y, w-1-x
			}
			out.SetRGBA(u, v, p.RGBAAt(x, y))
		}
	}
	return out
}

// orientation is how a camera says that it was held; 1 where it does not.
func orientation(raw []byte) int {
	const soi, app1, sos = 0xd8, 0xe1, 0xda
	if len(raw) < 4 || raw[0] != 0xff || raw[1] != soi {
		return 1
	}
	for at := 2; at+4 <= len(raw) && raw[at] == 0xff && raw[at+1] != sos; {
		n := int(binary.BigEndian.Uint16(raw[at+2:]))
		end := at + 2 + n
		if n < 2 || end > len(raw) {
			return 1
		}
		if body := raw[at+4 : end]; raw[at+1] == app1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			return tagged(body[6:])
		}
		at = end
	}
	return 1
}

// tagged reads the orientation out of the first directory of a TIFF header.
func tagged(t []byte) int {
	if len(t) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if t[0] == 'M' {
		order = binary.BigEndian
	}
	at := int(order.Uint32(t[4:]))
	if at < 8 || at+2 > len(t) {
		return 1
	}
	for i := range int(order.Uint16(t[at:])) {
		e := at + 2 + 12*i
		if e+12 > len(t) {
			return 1
		}
		if order.Uint16(t[e:]) == 0x0112 {
			return int(order.Uint16(t[e+8:]))
		}
	}
	return 1
}
