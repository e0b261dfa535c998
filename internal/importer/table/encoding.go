package table

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// Encodings of a text file.
const (
	utf8Name    = "UTF-8"
	utf16Text   = "UTF-16"
	gb18030Name = "GB18030"
)

// decoded finds out how a text file is encoded and returns it as UTF-8 without
// byte order mark. What is UTF-8 throughout is UTF-8; what has a mark is what
// the mark says; the rest is GB18030 unless it is plainly UTF-8 with damage.
func decoded(r io.ReaderAt, size int64) (io.Reader, string, error) {
	head := make([]byte, min(size, 3))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, "", fmt.Errorf("read file: %w", err)
	}
	whole := io.NewSectionReader(r, 0, size)
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(whole), utf16Text, nil
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return io.NewSectionReader(r, 3, size-3), utf8Name, nil
	}
	bad, good, err := countUTF8(whole)
	if err != nil {
		return nil, "", err
	}
	whole = io.NewSectionReader(r, 0, size)
	if bad == 0 || good > 10*bad {
		return whole, utf8Name, nil
	}
	return simplifiedchinese.GB18030.NewDecoder().Reader(whole), gb18030Name, nil
}

// countUTF8 counts the characters of more than one byte that are UTF-8 and the
// bytes that are not.
func countUTF8(r io.Reader) (bad, good int, err error) {
	buf := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		b := buf[:kept+n]
		for len(b) > 0 {
			if b[0] < utf8.RuneSelf {
				b = b[1:]
				continue
			}
			if err == nil && !utf8.FullRune(b) {
				break
			}
			c, k := utf8.DecodeRune(b)
			if c == utf8.RuneError && k <= 1 {
				bad++
			} else {
				good++
			}
			b = b[k:]
		}
		kept = copy(buf, b)
		if err == io.EOF {
			return bad, good, nil
		}
		if err != nil {
			return 0, 0, fmt.Errorf("read file: %w", err)
		}
	}
}
