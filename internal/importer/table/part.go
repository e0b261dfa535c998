package table

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"strings"
)

// checkParts unzips every part once, to nowhere, and holds it to the limits by
// what is really in it. Sheets and strings are also held to a shape in which no
// reader can be made to keep much in memory.
func checkParts(z *zip.Reader) error {
	var total int64
	buf := make([]byte, 64<<10)
	for _, f := range z.File {
		n, err := checkPart(f, buf, MaxUnzipped-total)
		if err != nil {
			return err
		}
		total += n
	}
	return nil
}

func checkPart(f *zip.File, buf []byte, left int64) (int64, error) {
	rc, err := f.Open()
	if err != nil {
		return 0, refuseFor(err, "broken_part", "part", shown(f.Name))
	}
	defer rc.Close()
	var shape *shape
	if isXML(f.Name) {
		shape = newShape()
	}
	var n int64
	for {
		k, err := rc.Read(buf)
		n += int64(k)
		switch {
		case n > MaxPart:
			return n, refuse("part_size", "part", shown(f.Name), "limit", megabytes(MaxPart))
		case n > left:
			return n, refuse("unzipped_size", "limit", megabytes(MaxUnzipped))
		case shape != nil && !shape.feed(buf[:k]):
			return n, refuse("shape", "part", shown(f.Name))
		}
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, refuseFor(err, "broken_part", "part", shown(f.Name))
		}
	}
}

func isXML(name string) bool {
	n := strings.ToLower(name)
	return strings.HasSuffix(n, ".xml") || strings.HasSuffix(n, ".rels")
}

var otherEncoding = regexp.MustCompile(`(?i)encoding\s*=\s*["'][^"']*["']`)

// A shape follows the tags of a part without parsing it: how long a tag is,
// how much text stands between two tags, how many cells a row has.
type shape struct {
	first   []byte // beginning of the part, until the encoding is known
	known   bool
	inTag   bool
	run     int    // bytes since the last < or >
	name    []byte // beginning of the present tag
	cells   int    // in this row
	strings int
}

func newShape() *shape { return &shape{name: make([]byte, 0, 8)} }

// feed reports whether the part still has an allowed shape.
func (s *shape) feed(b []byte) bool {
	if !s.known && !s.encoding(b) {
		return false
	}
	for len(b) > 0 {
		if s.inTag {
			i := bytes.IndexByte(b, '>')
			part := b
			if i >= 0 {
				part = b[:i]
			}
			if room := cap(s.name) - len(s.name); room > 0 {
				s.name = append(s.name, part[:min(room, len(part))]...)
			}
			if s.run += len(part); s.run > maxTag {
				return false
			}
			if i < 0 {
				return true
			}
			if !s.tag() {
				return false
			}
			s.inTag, s.run, b = false, 0, b[i+1:]
			continue
		}
		i := bytes.IndexByte(b, '<')
		if i < 0 {
			s.run += len(b)
			return s.run <= maxTextRun
		}
		if s.run += i; s.run > maxTextRun {
			return false
		}
		s.inTag, s.run, s.name, b = true, 0, s.name[:0], b[i+1:]
	}
	return true
}

// tag counts the tag just ended.
func (s *shape) tag() bool {
	name := string(s.name)
	if i := strings.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	if _, local, ok := strings.Cut(name, ":"); ok {
		name = local
	}
	switch name {
	case "row":
		s.cells = 0
	case "c":
		s.cells++
	case "si":
		s.strings++
	case "!DOCTYPE", "!ENTITY":
		return false
	}
	return s.cells <= maxRowCells && s.strings <= maxStrings
}

// encoding refuses any encoding but UTF-8, in which alone tags can be counted.
func (s *shape) encoding(b []byte) bool {
	s.first = append(s.first, b[:min(len(b), 200)]...)
	if len(s.first) < 4 {
		return true
	}
	if s.first[0] == 0 || s.first[1] == 0 || s.first[0] >= 0xfe {
		return false
	}
	end := bytes.IndexByte(s.first, '>')
	if end < 0 && len(s.first) < 200 {
		return true
	}
	if end < 0 {
		end = len(s.first)
	}
	s.known = true
	if enc := otherEncoding.Find(s.first[:end]); enc != nil && bytes.HasPrefix(s.first, []byte("<?xml")) {
		return bytes.Contains(bytes.ToLower(enc), []byte("utf-8"))
	}
	s.first = nil
	return true
}
