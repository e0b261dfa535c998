package paper

import (
	"strings"
	"unicode"
)

// A Line is one line of a broken paragraph.
type Line struct {
	Text   string
	Indent float64 // millimetres, first lines only
	Last   bool    // the paragraph ends here
}

// Characters a line may not begin with, and may not end with (CLREQ 3.1.2,
// the common set).
const (
	noStart = "，。、；：？！）》〉」』】〕〗”’·…—～％‰℃,.;:?!)]}%"
	noEnd   = "（《〈「『【〔〖“‘([{￥$"
)

// Lines breaks text to the width in millimetres. A line feed ends a paragraph.
// A line never begins with a closing mark or ends with an opening one; a Latin
// word or a number stays whole unless it is wider than a line.
func (d *Doc) Lines(s Style, w float64, text string) []Line {
	var out []Line
	for para := range strings.SplitSeq(plain(text), "\n") {
		indent := s.Indent * s.Pt / pointsPerMM
		b := breaker{d: d, s: s, w: w, indent: indent}
		for _, a := range atoms(para) {
			b.add(a)
		}
		out = append(out, b.end()...)
	}
	return out
}

// atoms splits a paragraph into pieces that should not be broken.
func atoms(para string) []string { return pieces(para, sticks) }

// splinters splits a piece that is wider than a line; the rules on how lines
// begin and end still hold.
func splinters(atom string) []string { return pieces(atom, bound) }

// pieces splits text everywhere but between neighbours that are held together.
func pieces(para string, held func(a, b rune) bool) []string {
	var (
		out  []string
		prev rune
	)
	for _, r := range para {
		if len(out) > 0 && held(prev, r) {
			out[len(out)-1] += string(r)
		} else {
			out = append(out, string(r))
		}
		prev = r
	}
	return out
}

// sticks reports that no line should break between two neighbours.
func sticks(a, b rune) bool {
	return a != ' ' && b != ' ' && (bound(a, b) || western(a) && western(b))
}

// bound reports that no line may break between two neighbours.
func bound(a, b rune) bool {
	return b != ' ' && strings.ContainsRune(noStart, b) || a != ' ' && strings.ContainsRune(noEnd, a)
}

// western reports a character that is written in words.
func western(r rune) bool {
	return r < 0x2E80 && !unicode.IsSpace(r) && r != 0
}

// A breaker fills lines one piece at a time.
type breaker struct {
	d      *Doc
	s      Style
	w      float64
	indent float64 // of the first line
	lines  []Line
	cur    string
	curW   float64
}

// room is the width of the line being filled, with a hair for rounding.
func (b *breaker) room() float64 {
	if len(b.lines) == 0 {
		return b.w - b.indent + 0.01
	}
	return b.w + 0.01
}

func (b *breaker) add(a string) {
	if a == " " && b.cur == "" && len(b.lines) > 0 {
		return // a line does not begin with the space it broke at
	}
	w := b.measure(a)
	if b.cur != "" && b.curW+w-b.s.Track/pointsPerMM > b.room() {
		b.flush(false)
		if a == " " {
			return
		}
	}
	if w-b.s.Track/pointsPerMM > b.room() {
		if parts := splinters(a); len(parts) > 1 {
			for _, part := range parts {
				b.add(part)
			}
			return
		}
	}
	b.cur += a
	b.curW += w
}

func (b *breaker) measure(a string) float64 {
	var w float64
	for _, r := range a {
		w += b.d.advance(b.s, r)
	}
	return w
}

func (b *breaker) flush(last bool) {
	l := Line{Text: strings.TrimRight(b.cur, " "), Last: last}
	if len(b.lines) == 0 {
		l.Indent = b.indent
	}
	b.lines = append(b.lines, l)
	b.cur, b.curW = "", 0
}

func (b *breaker) end() []Line {
	b.flush(true)
	return b.lines
}
