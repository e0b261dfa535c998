package picture

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"regexp"
)

var (
	// ErrPDF says that a PDF is not one picture to a page.
	ErrPDF = errors.New("picture: not a scanned PDF")
	// ErrMany says that there are more pages than are kept.
	ErrMany = errors.New("picture: too many pages")
)

// Scan reads a photograph of a paper, or a PDF that a scanner has made, and
// makes each page fit to be kept. Of a PDF the pictures are taken out, and
// nothing else: what could run, link or tell who made it stays behind.
func Scan(r io.Reader, most int) (all []Picture, err error) {
	raw, err := read(r)
	if err != nil {
		return nil, err
	}
	pages := [][]byte{raw}
	if bytes.HasPrefix(raw, []byte("%PDF-")) {
		if pages, err = pagesOf(raw); err != nil {
			return nil, err
		}
	}
	if len(pages) > most {
		return nil, ErrMany
	}
	for _, raw := range pages {
		p, err := Blacken(raw, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

var (
	pdfImage   = regexp.MustCompile(`/Subtype\s*/Image\b`)
	pdfJPEG    = regexp.MustCompile(`/Filter\s*(/DCTDecode|\[\s*/DCTDecode\s*\])`)
	pdfObjects = regexp.MustCompile(`/Type\s*/ObjStm\b`)
	pdfPage    = regexp.MustCompile(`/Type\s*/Page\b`)
	pdfFont    = regexp.MustCompile(`/Type\s*/Font\b`)
)

// pdfMost is how much of a PDF's packed parts is unpacked.
const pdfMost = 1 << 20

// pagesOf takes the JPEG of each page out of a PDF. A PDF in which pages and
// pictures are not as many, are packed otherwise, or have text beside them, is
// refused whole: of a paper that was left out in part, nobody could tell.
func pagesOf(raw []byte) (pages [][]byte, err error) {
	count, objects := 0, 0
	for {
		head, rest, found := bytes.Cut(raw, []byte("stream"))
		count += len(pdfPage.FindAll(head, -1))
		if bytes.Contains(head, []byte("/Encrypt")) || pdfFont.Match(head) {
			return nil, ErrPDF
		}
		if !found {
			break
		}
		body, after, found := bytes.Cut(rest, []byte("endstream"))
		if !found {
			return nil, ErrPDF
		}
		raw = after
		body = bytes.TrimPrefix(bytes.TrimPrefix(body, []byte("\r")), []byte("\n"))
		head = head[bytes.LastIndex(head, []byte("obj"))+1:]
		switch {
		case pdfImage.Match(head) && pdfJPEG.Match(head):
			pages = append(pages, body)
		case pdfImage.Match(head):
			return nil, ErrPDF
		case pdfObjects.Match(head):
			if objects++; objects > 100 {
				return nil, ErrPDF
			}
			text, err := unpack(body)
			if err != nil {
				return nil, err
			}
			if pdfFont.Match(text) {
				return nil, ErrPDF
			}
			count += len(pdfPage.FindAll(text, -1))
		}
	}
	if len(pages) == 0 || len(pages) != count {
		return nil, ErrPDF
	}
	return pages, nil
}

func unpack(body []byte) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, ErrPDF
	}
	text, err := io.ReadAll(io.LimitReader(r, pdfMost+1))
	if err != nil || len(text) > pdfMost {
		return nil, ErrPDF
	}
	return text, nil
}

// read reads what was sent, up to the limit.
func read(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	if len(raw) > MaxBytes {
		return nil, ErrLarge
	}
	return raw, nil
}
