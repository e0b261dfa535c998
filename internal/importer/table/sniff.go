package table

import (
	"bytes"
	"fmt"
	"io"
)

// A signature is how a file that we refuse begins, and the key that says so.
type signature struct{ head, what string }

var signatures = []signature{
	{"%PDF", "pdf"},
	{"\x89PNG", "picture"}, {"\xff\xd8\xff", "picture"}, {"GIF8", "picture"}, {"BM\x00\x00", "picture"},
	{"{\\rtf", "word"},
	{"Rar!", "archive"}, {"7z\xbc\xaf\x27\x1c", "archive"}, {"\x1f\x8b", "archive"}, {"BZh", "archive"}, {"\xfd7zXZ", "archive"},
	{"MZ", "program"}, {"\x7fELF", "program"},
	{"SQLite format 3\x00", "binary"},
}

// markup are beginnings of web pages that systems hand out with the name .xls.
var markup = []string{"<!doctype", "<html", "<table", "<?xml", "<head", "<meta"}

const oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// sniff says what a file is by its first bytes, or refuses it by name.
func sniff(r io.ReaderAt, size int64) (Format, error) {
	head := make([]byte, min(size, 512))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return "", fmt.Errorf("read file: %w", err)
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return XLSX, nil
	}
	if bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return "", refuse("empty")
	}
	if bytes.HasPrefix(head, []byte(oleMagic)) {
		return "", sniffOLE(r, size)
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.head)) {
			return "", refuse(s.what)
		}
	}
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	for _, m := range markup {
		if bytes.HasPrefix(text, []byte(m)) {
			return "", refuse("web_page")
		}
	}
	return CSV, nil
}

// oleStreams are the streams that tell the old container formats apart, in the
// order asked. An encrypted XLSX is such a container as well.
var oleStreams = []struct{ stream, what string }{
	{"EncryptedPackage", "encrypted"},
	{"WordDocument", "word"},
	{"PowerPoint Document", "word"},
	{"Workbook", "old_excel"},
	{"Book", "old_excel"},
}

// sniffOLE refuses an OLE container by what is in it.
func sniffOLE(r io.ReaderAt, size int64) error {
	found := make([]bool, len(oleStreams))
	const step, overlap = 1 << 20, 64
	buf := make([]byte, step+overlap)
	for off := int64(0); off < size; off += step {
		n, err := r.ReadAt(buf[:min(int64(len(buf)), size-off)], off)
		if err != nil && err != io.EOF {
			return fmt.Errorf("read file: %w", err)
		}
		for i, s := range oleStreams {
			found[i] = found[i] || bytes.Contains(buf[:n], utf16Name(s.stream))
		}
	}
	for i, s := range oleStreams {
		if found[i] {
			return refuse(s.what)
		}
	}
	return refuse("old_office")
}

// utf16Name spells an ASCII name as a directory entry of the container does:
// two bytes a character, ended by two zero bytes.
func utf16Name(s string) []byte {
	b := make([]byte, 0, 2*len(s)+2)
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return append(b, 0, 0)
}
