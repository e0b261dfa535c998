package paper

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/signintech/gopdf"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"anju/internal/fault"
)

// A Face is one of the embedded typefaces. All are static TrueType of the Noto
// family under the SIL Open Font License 1.1; its text lies beside the files.
type Face int

const (
	Sans   Face = iota // Noto Sans SC Regular: what is read
	Strong             // Noto Sans SC Medium: names, headings
	Serif              // Noto Serif SC SemiBold: titles, official letters
	faces
)

//go:embed font/NotoSansSC-Regular.ttf
var sansTTF []byte

//go:embed font/NotoSansSC-Medium.ttf
var strongTTF []byte

//go:embed font/NotoSerifSC-SemiBold.ttf
var serifTTF []byte

var (
	files    = [faces]*[]byte{&sansTTF, &strongTTF, &serifTTF}
	families = [faces]string{"NotoSansSC-Regular", "NotoSansSC-Medium", "NotoSerifSC-SemiBold"}
	// fallback is the order in which faces are asked for a character.
	fallback = [faces][]Face{
		Sans:   {Sans, Strong, Serif},
		Strong: {Strong, Sans, Serif},
		Serif:  {Serif, Strong, Sans},
	}
)

// tables holds the character tables of each face, parsed on first use.
var tables = [faces]func() (*sfnt.Font, error){}

// outlines holds each face as gopdf wants it, parsed once for all documents.
var outlines = [faces]func() (*gopdf.FontContainer, error){}

func init() {
	for f := range faces {
		tables[f] = sync.OnceValues(func() (*sfnt.Font, error) {
			t, err := sfnt.Parse(*files[f])
			if err != nil {
				return nil, fmt.Errorf("parse %s: %w", families[f], err)
			}
			return t, nil
		})
		outlines[f] = sync.OnceValues(func() (*gopdf.FontContainer, error) {
			var c gopdf.FontContainer
			if err := c.AddTTFFontData(families[f], *files[f]); err != nil {
				return nil, fmt.Errorf("load %s: %w", families[f], err)
			}
			return &c, nil
		})
	}
}

// Load reads every face now, so that the first document is not slower than the
// next one. It is never needed for correctness.
func Load() error {
	for f := range faces {
		if _, err := tables[f](); err != nil {
			return err
		}
		if _, err := outlines[f](); err != nil {
			return err
		}
	}
	return nil
}

// A MissingError lists the characters no face has. The document was not made.
type MissingError struct{ Runes []rune }

func (e *MissingError) Error() string {
	var s strings.Builder
	s.WriteString("no glyph for")
	for _, r := range e.Runes {
		fmt.Fprintf(&s, " %c U+%04X", r, r)
	}
	return s.String()
}

// Fault is the error of writing a document as its reader can act on it: the
// characters that no face has, by name.
func Fault(err error) error {
	if missing, ok := errors.AsType[*MissingError](err); ok {
		return fault.Wrap(fault.Conflict, "paper.characters", err, "characters", string(missing.Runes))
	}
	return err
}

// Missing returns the characters of text no face has, each once, in order.
// Line breaks and tabs are layout, not characters.
func Missing(text string) []rune {
	var (
		buf sfnt.Buffer
		out []rune
	)
	for _, r := range plain(text) {
		if r == '\n' || slices.Contains(out, r) {
			continue
		}
		if _, ok := find(&buf, Sans, r); !ok {
			out = append(out, r)
		}
	}
	return out
}

// A glyph is the picture of a character: in which face, and how wide it is in
// thousandths of the type size.
type glyph struct {
	face  Face
	width float64
	ok    bool
}

type glyphKey struct {
	face Face
	r    rune
}

// find looks for r in the wanted face and then in the others.
func find(buf *sfnt.Buffer, want Face, r rune) (glyph, bool) {
	for _, f := range fallback[want] {
		t, err := tables[f]()
		if err != nil {
			continue // Load reports it; with no face at all every rune is missing
		}
		i, err := t.GlyphIndex(buf, r)
		if err != nil || i == 0 {
			continue
		}
		w, err := t.GlyphAdvance(buf, i, fixed.I(1000), font.HintingNone)
		if err != nil {
			continue
		}
		return glyph{face: f, width: float64(w) / 64, ok: true}, true
	}
	return glyph{}, false
}

// glyph is find, remembered for the document; a missing rune is noted.
func (d *Doc) glyph(want Face, r rune) glyph {
	k := glyphKey{want, r}
	if g, ok := d.glyphs[k]; ok {
		return g
	}
	g, ok := find(&d.buf, want, r)
	if !ok && !slices.Contains(d.missing, r) {
		d.missing = append(d.missing, r)
	}
	d.glyphs[k] = g
	return g
}

// use makes a face the document's current one at the given size in points.
func (d *Doc) use(f Face, pt float64) error {
	if !d.loaded[f] {
		c, err := outlines[f]()
		if err != nil {
			return err
		}
		if err := d.pdf.AddTTFFontFromFontContainer(families[f], c); err != nil {
			return fmt.Errorf("use %s: %w", families[f], err)
		}
		d.loaded[f] = true
	}
	return d.pdf.SetFont(families[f], "", pt)
}

// plain turns what a form field may hold into what can be set: tabs are
// spaces, every line break is one line feed.
func plain(text string) string {
	if !strings.ContainsAny(text, "\t\r") {
		return text
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(text)
}
