package picture

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/signintech/gopdf"
)

// pdf is a PDF with pages and pictures; packed puts its pages into a packed part.
func pdf(pages int, filter string, packed bool, pictures ...[]byte) []byte {
	var b, list bytes.Buffer
	b.WriteString("%PDF-1.5\n1 0 obj\n<< /Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert) >> >>\nendobj\n")
	list.WriteString("<< /Type /Pages /Count 9 >>\n")
	for range pages {
		list.WriteString("<< /Type /Page /Parent 2 0 R >>\n")
	}
	if packed {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		w.Write(list.Bytes())
		w.Close()
		list.Reset()
		fmt.Fprintf(&list, "3 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\n", z.Bytes())
	}
	b.Write(list.Bytes())
	for _, p := range pictures {
		fmt.Fprintf(&b, "9 0 obj\n<< /Subtype /Image /Filter %s /Length %d >>\nstream\r\n%s\nendstream\nendobj\n", filter, len(p), p)
	}
	b.WriteString("trailer\n<< /Info << /Author (someone at home) >> >>\n%%EOF\n")
	return b.Bytes()
}

// written is a page of text with a picture on it.
func written(packed bool, shot []byte) []byte {
	const font = "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>\n"
	raw := pdf(1, "/DCTDecode", false, shot)
	if !packed {
		return append(raw, font...)
	}
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write([]byte(font))
	w.Close()
	return fmt.Appendf(raw, "3 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\n", z.Bytes())
}

// made is a PDF that another program has made of pictures, one to a page.
func made(t *testing.T, pictures ...[]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	p := &gopdf.GoPdf{}
	p.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	for _, raw := range pictures {
		p.AddPage()
		h, err := gopdf.ImageHolderByBytes(raw)
		if err == nil {
			err = p.ImageByHolder(h, 0, 0, gopdf.PageSizeA4)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestScan(t *testing.T) {
	shot := taken(t, 40, 30, 6)
	for name, in := range map[string]struct {
		raw  []byte
		want int
		err  error
	}{
		"a photograph":                           {shot, 1, nil},
		"a page":                                 {pdf(1, "/DCTDecode", false, shot), 1, nil},
		"two pages, packed":                      {pdf(2, "[ /DCTDecode ]", true, shot, shot), 2, nil},
		"what another program makes":             {made(t, shot, taken(t, 30, 40, 1)), 2, nil},
		"more pages than are kept":               {pdf(3, "/DCTDecode", false, shot, shot, shot), 0, ErrMany},
		"a page without a picture":               {pdf(2, "/DCTDecode", true, shot), 0, ErrPDF},
		"pages that were written":                {pdf(1, "/DCTDecode", false), 0, ErrPDF},
		"two pictures on a page":                 {pdf(1, "/DCTDecode", false, shot, shot), 0, ErrPDF},
		"a picture packed otherwise":             {pdf(1, "/JBIG2Decode", false, shot), 0, ErrPDF},
		"a picture packed twice":                 {pdf(1, "[ /FlateDecode /DCTDecode ]", false, shot), 0, ErrPDF},
		"a page that is no JPEG":                 {pdf(1, "/DCTDecode", false, []byte("no picture")), 0, ErrNone},
		"cut off":                                {pdf(1, "/DCTDecode", false, shot)[:300], 0, ErrPDF},
		"a letter with a picture":                {written(false, shot), 0, ErrPDF},
		"a letter with a picture, packed":        {written(true, shot), 0, ErrPDF},
		"locked":                                 {append(pdf(1, "/DCTDecode", false, shot), "<< /Encrypt 7 0 R >>"...), 0, ErrPDF},
		"a packed part that unpacks to too much": {bomb(), 0, ErrPDF},
		"too many bytes":                         {bytes.Repeat([]byte{0xff}, MaxBytes+1), 0, ErrLarge},
	} {
		got, err := Scan(bytes.NewReader(in.raw), 2)
		if len(got) != in.want || !errors.Is(err, in.err) {
			t.Errorf("%s: %d pages, %v", name, len(got), err)
		}
		for _, p := range got {
			for _, never := range []string{"GPS", "Exif", "JavaScript", "someone"} {
				if bytes.Contains(p.JPEG, []byte(never)) {
					t.Errorf("%s: %s is kept", name, never)
				}
			}
			if p.Width != 30 || p.Height != 40 {
				t.Errorf("%s: %d × %d, want it upright", name, p.Width, p.Height)
			}
		}
	}
}

func bomb() []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write([]byte(strings.Repeat(" ", pdfMost+1)))
	w.Close()
	return fmt.Appendf(nil, "%%PDF-1.5\n3 0 obj\n<< /Type /ObjStm >>\nstream\n%s\nendstream\nendobj\n", z.Bytes())
}

func FuzzPagesOf(f *testing.F) {
	f.Add(pdf(1, "/DCTDecode", true, []byte("picture")))
	f.Fuzz(func(t *testing.T, raw []byte) {
		pages, err := pagesOf(raw)
		if (err == nil) != (len(pages) > 0) {
			t.Errorf("%d pages, %v", len(pages), err)
		}
	})
}
