package table

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// openZip reads the directory of an archive after counting its entries itself,
// and holds every entry to the limits by what its header says.
func openZip(r io.ReaderAt, size int64) (*zip.Reader, error) {
	if err := countEntries(r, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, refuseFor(err, "broken")
	}
	if err := checkNames(z); err != nil {
		return nil, err
	}
	if err := checkSizes(z); err != nil {
		return nil, err
	}
	return z, checkOverlap(z)
}

// countEntries walks the central directory, for the library would hold a
// million entries in memory before anyone could count them.
func countEntries(r io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, 22+65535))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return fmt.Errorf("read file: %w", err)
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < 22 {
		return refuse("truncated")
	}
	end := tail[i:]
	dirSize := int64(binary.LittleEndian.Uint32(end[12:]))
	off := int64(binary.LittleEndian.Uint32(end[16:]))
	stop := off + dirSize
	if stop > size-int64(len(end)) {
		return refuse("broken")
	}
	if int(binary.LittleEndian.Uint16(end[10:])) > MaxEntries {
		return refuse("entries", "limit", MaxEntries)
	}
	head := make([]byte, 46)
	for n := 0; off < stop; n++ {
		if n >= MaxEntries {
			return refuse("entries", "limit", MaxEntries)
		}
		if _, err := r.ReadAt(head, off); err != nil {
			return refuse("broken")
		}
		if string(head[:4]) != "PK\x01\x02" {
			return refuse("broken")
		}
		off += 46 + int64(binary.LittleEndian.Uint16(head[28:])) +
			int64(binary.LittleEndian.Uint16(head[30:])) + int64(binary.LittleEndian.Uint16(head[32:]))
	}
	// The library reads on until something is no entry.
	if n, _ := r.ReadAt(head[:4], off); n == 4 && string(head[:4]) == "PK\x01\x02" {
		return refuse("broken")
	}
	return nil
}

// checkNames refuses archives by the names in them.
func checkNames(z *zip.Reader) error {
	seen := make(map[string]bool, len(z.File))
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		switch {
		case unsafeName(f.Name), !f.Mode().IsRegular() && !f.Mode().IsDir():
			return refuse("path", "part", shown(f.Name))
		case seen[name]:
			return refuse("duplicate_part", "part", shown(f.Name))
		case f.Flags&1 != 0:
			return refuse("encrypted")
		case f.Method != zip.Store && f.Method != zip.Deflate:
			return refuse("broken")
		}
		seen[name] = true
	}
	return checkContents(seen)
}

// unsafeName reports whether a name would leave the archive if it were a path.
func unsafeName(name string) bool {
	return name == "" || strings.ContainsAny(name, "\\:\x00") || strings.HasPrefix(name, "/") ||
		slices.Contains(strings.Split(name, "/"), "..") || len(name) > 255
}

// checkContents refuses what is not a plain workbook by the parts it has.
func checkContents(names map[string]bool) error {
	for _, n := range slices.Sorted(mapsKeys(names)) {
		base := path.Base(n)
		switch {
		case strings.Contains(base, "vbaproject"), strings.HasPrefix(n, "xl/macrosheets/"), strings.HasPrefix(n, "xl/activex/"):
			return refuse("macro")
		case strings.HasPrefix(n, "xl/externallinks/"):
			return refuse("external_link")
		case base == "connections.xml", strings.HasPrefix(n, "xl/querytables/"):
			return refuse("external_link")
		case strings.HasPrefix(n, "xl/embeddings/"), archiveName(base):
			return refuse("embedded", "part", shown(n))
		}
	}
	switch {
	case names["xl/workbook.xml"]:
		return nil
	case names["xl/workbook.bin"]:
		return refuse("xlsb")
	case names["word/document.xml"], names["ppt/presentation.xml"]:
		return refuse("word")
	case names["content.xml"] && names["mimetype"]:
		return refuse("open_document")
	}
	return refuse("archive")
}

func archiveName(base string) bool {
	switch path.Ext(base) {
	case ".zip", ".xlsx", ".xlsm", ".xlsb", ".xls", ".docx", ".docm", ".doc", ".rar", ".7z", ".gz", ".exe", ".dll":
		return true
	}
	return false
}

func mapsKeys(m map[string]bool) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// checkSizes adds up what the headers say.
func checkSizes(z *zip.Reader) error {
	var total, other uint64
	for _, f := range z.File {
		n := f.UncompressedSize64
		if n > MaxPart {
			return refuse("part_size", "part", shown(f.Name), "limit", megabytes(MaxPart))
		}
		if total += n; total > MaxUnzipped {
			return refuse("unzipped_size", "limit", megabytes(MaxUnzipped))
		}
		if n > ratioFloor && n/max(f.CompressedSize64, 1) > MaxRatio {
			return refuse("ratio", "part", shown(f.Name), "limit", MaxRatio)
		}
		if !isTablePart(f.Name) {
			if other += n; other > MaxOther {
				return refuse("other_parts", "limit", megabytes(MaxOther))
			}
		}
	}
	return nil
}

// isTablePart reports whether a part holds rows or strings; only these may be
// large, for only these are read as a stream.
func isTablePart(name string) bool {
	n := strings.ToLower(name)
	return strings.HasPrefix(n, "xl/worksheets/sheet") || n == "xl/sharedstrings.xml"
}

// checkOverlap refuses archives whose parts share bytes: the way a small file
// holds a very large one many times over.
func checkOverlap(z *zip.Reader) error {
	type span struct{ from, to int64 }
	spans := make([]span, 0, len(z.File))
	for _, f := range z.File {
		from, err := f.DataOffset()
		if err != nil {
			return refuseFor(err, "broken")
		}
		spans = append(spans, span{from, from + int64(f.CompressedSize64)})
	}
	slices.SortFunc(spans, func(a, b span) int { return int(a.from - b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to || spans[i].from == spans[i-1].from {
			return refuse("overlap")
		}
	}
	return nil
}

// shown cuts a name from the file to what may stand in a sentence.
func shown(name string) string {
	r := []rune(strings.ToValidUTF8(name, "?"))
	if len(r) > maxSheetText {
		r = append(r[:maxSheetText], '…')
	}
	for i, c := range r {
		if c < ' ' {
			r[i] = ' '
		}
	}
	return string(r)
}
