package paper

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf16"
)

// gopdf writes the table from glyphs back to characters with one 16-bit number
// a character. For characters beyond the basic plane, such as those of rare
// names, that is not a character: text copied or searched would be wrong. It
// also writes no file identifier. finish mends both in the finished file.

var (
	startXref = regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`)
	wideRange = regexp.MustCompile(`(<[0-9A-F]{4}><[0-9A-F]{4}><)([0-9A-F]{5,6})>\n`)
	toUnicode = regexp.MustCompile(`<<\n/Length (\d+)\n>>\nstream\n/CIDInit `)
	trailer   = []byte("trailer\n<<\n")
)

var errShape = errors.New("unexpected shape of PDF")

// finish returns the file with right character tables and an identifier made
// from id and the content.
func finish(pdf []byte, id string) ([]byte, error) {
	m := startXref.FindSubmatchIndex(pdf)
	if m == nil {
		return nil, errShape
	}
	xref, err := strconv.Atoi(string(pdf[m[2]:m[3]]))
	if err != nil || xref > len(pdf) {
		return nil, errShape
	}
	body, shifts := widen(pdf[:xref])
	tail, err := moveOffsets(pdf[xref:m[0]], shifts)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append([]byte(id+"\x00"), body...))
	ident := fmt.Sprintf("/ID [<%X><%X>]\n", sum[:16], sum[:16])
	tail = bytes.Replace(tail, trailer, append(trailer[:len(trailer):len(trailer)], ident...), 1)
	out := append(body, tail...)
	return fmt.Appendf(out, "startxref\n%d\n%%%%EOF\n", len(body)), nil
}

// A shift says that everything after a place in the old file moved.
type shift struct{ after, by int }

// widen rewrites the character tables and says what moved.
func widen(body []byte) ([]byte, []shift) {
	var (
		out    []byte
		shifts []shift
		last   int
	)
	for _, m := range toUnicode.FindAllSubmatchIndex(body, -1) {
		n, err := strconv.Atoi(string(body[m[2]:m[3]]))
		start := m[1] - len("/CIDInit ")
		if err != nil || start+n > len(body) {
			continue
		}
		old := body[start : start+n]
		table := wideRange.ReplaceAllFunc(old, surrogates)
		if len(table) == n {
			continue
		}
		out = append(out, body[last:m[0]]...)
		out = fmt.Appendf(out, "<<\n/Length %d\n>>\nstream\n", len(table))
		out = append(out, table...)
		last = start + n
		shifts = append(shifts, shift{last, len(out) - last})
	}
	return append(out, body[last:]...), shifts
}

// surrogates writes the character at the end of one range as UTF-16.
func surrogates(line []byte) []byte {
	m := wideRange.FindSubmatch(line)
	r, err := strconv.ParseUint(string(m[2]), 16, 32)
	if err != nil {
		return line
	}
	hi, lo := utf16.EncodeRune(rune(r))
	return fmt.Appendf(nil, "%s%04X%04X>\n", m[1], hi, lo)
}

var entry = regexp.MustCompile(`(?m)^(\d{10}) 00000 n $`)

// moveOffsets moves the entries of the cross-reference table.
func moveOffsets(xref []byte, shifts []shift) ([]byte, error) {
	if len(shifts) == 0 {
		return bytes.Clone(xref), nil
	}
	var bad error
	out := entry.ReplaceAllFunc(xref, func(e []byte) []byte {
		at, err := strconv.Atoi(string(e[:10]))
		if err != nil {
			bad = err
			return e
		}
		by := 0
		for _, s := range shifts {
			if at >= s.after {
				by = s.by
			}
		}
		return fmt.Appendf(nil, "%010d 00000 n ", at+by)
	})
	return out, bad
}
