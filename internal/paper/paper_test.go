package paper

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	body = Style{Face: Sans, Pt: 10, Colour: Ink}
	meta = Meta{Title: "试印", ID: "test", CreatedAt: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}
)

func TestMissing(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []rune
	}{
		{"nothing", "", nil},
		{"names of towns and people", "白河县构朳镇东坡社区，阿卜杜热合曼·买买提", nil},
		{"ID number and punctuation", "61092919900101123X 138****1234 “（）—…”", nil},
		{"layout is not a character", "一行\r\n二行\t三", nil},
		{"emoji, once, in order", "好😀坏🚌😀", []rune{'😀', '🚌'}},
		{"control character", "a\u0007b", []rune{'\u0007'}},
		{"a character of a name that the faces lack", "张𠮷", []rune{'𠮷'}},
		{"private use", "\ue000", []rune{'\ue000'}},
	} {
		if got := Missing(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestRefusesMissingGlyph(t *testing.T) {
	d := New(A5, meta)
	d.Page()
	d.Line(10, 10, body, "张😀三")
	var b bytes.Buffer
	err := d.Write(&b)
	m, ok := errors.AsType[*MissingError](err)
	if !ok || !slices.Equal(m.Runes, []rune{'😀'}) {
		t.Fatalf("got %v, want a MissingError for 😀", err)
	}
	if b.Len() != 0 {
		t.Errorf("wrote %d bytes of a refused document", b.Len())
	}
	if !strings.Contains(err.Error(), "U+1F600") {
		t.Errorf("got %q, want the code point in it", err)
	}
}

func TestEveryFaceDrawsTheRareCharacterOfTheCounty(t *testing.T) {
	if err := Load(); err != nil {
		t.Fatal(err)
	}
	for f := range faces {
		d := New(A5, meta)
		if g := d.glyph(f, '朳'); !g.ok || g.width != 1000 {
			t.Errorf("%s: 朳 got %+v, want a glyph one em wide", families[f], g)
		}
	}
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		name  string
		chars float64 // width of the line in characters
		text  string
		want  []string
	}{
		{"empty", 4, "", []string{""}},
		{"fits", 4, "居住簿。", []string{"居住簿。"}},
		{"no line begins with a comma", 4, "白河县城，安置区", []string{"白河县", "城，安置", "区"}},
		{"no line begins with a run of closing marks", 5, "他说（不去）。”好", []string{"他说（不", "去）。”好"}},
		{"no line ends with an opening mark", 4, "责任方（单位）", []string{"责任方", "（单位）"}},
		{"a number stays whole", 8, "电话0915-7820110", []string{"电话", "0915-7820110"}},
		{"the space at a break goes", 3, "甲乙丙 丁", []string{"甲乙丙", "丁"}},
		{"line feeds are kept", 9, "一\n\n二", []string{"一", "", "二"}},
		{"a word wider than the line is cut", 2, "ABCDEFGHIJ", nil},
	} {
		d := New(A5, meta)
		lines := d.Lines(body, c.chars*10/pointsPerMM, c.text)
		var got []string
		for _, l := range lines {
			got = append(got, l.Text)
			if w := d.Width(body, l.Text); w > c.chars*10/pointsPerMM+0.02 {
				t.Errorf("%s: line %q is %.2f mm wide", c.name, l.Text, w)
			}
		}
		if c.want != nil && !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if c.want == nil && strings.Join(got, "") != c.text {
			t.Errorf("%s: got %q, which loses text", c.name, got)
		}
	}
}

// Every break of a long text keeps the text, the width and the two rules.
func TestLinesHoldAtEveryWidth(t *testing.T) {
	const text = "根据《中华人民共和国农村土地承包法》第二十七条，承包期内，发包方不得收回承包地（含林地）；“进城落户”不得作为条件。电话：0915-7820110，ID 61092919900101123X！"
	d := New(A5, meta)
	for w := 12.0; w < 140; w += 0.7 {
		var all strings.Builder
		for _, l := range d.Lines(body, w, text) {
			r := []rune(l.Text)
			if strings.ContainsRune(noStart, r[0]) && len(r) > 1 {
				t.Errorf("at %.1f mm a line begins with %c", w, r[0])
			}
			if strings.ContainsRune(noEnd, r[len(r)-1]) {
				t.Errorf("at %.1f mm a line ends with %c", w, r[len(r)-1])
			}
			all.WriteString(l.Text)
		}
		if got, want := all.String(), text; strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Fatalf("at %.1f mm got %q", w, got)
		}
	}
}

func TestFit(t *testing.T) {
	d := New(A5, meta)
	long := "阿卜杜热合曼·买买提依明"
	s := d.Fit(body, 30, 0.5, long)
	if got := d.Width(s, long); got > 30 || s.Pt >= body.Pt {
		t.Errorf("got %.1f mm at %.1f pt, want at most 30 mm and smaller type", got, s.Pt)
	}
	if s := d.Fit(body, 300, 0.5, long); s.Pt != body.Pt {
		t.Errorf("got %.1f pt, want the type unchanged", s.Pt)
	}
	if s := d.Fit(body, 1, 0.8, long); s.Pt != 8 {
		t.Errorf("got %.1f pt, want the least allowed, 8", s.Pt)
	}
}

// given sets a document that uses everything.
func given(t *testing.T) []byte {
	t.Helper()
	d := New(A5, meta)
	d.Footer(func(d *Doc, page, pages int) {
		d.Line(74, 200, body.Aligned(Centre), strings.Repeat("·", page)+"/"+strings.Repeat("·", pages))
	})
	d.Page()
	y := d.Paragraph(15, 15, 118, Style{Face: Serif, Pt: 16, Colour: Ink, Align: Centre}, "构朳镇")
	y = d.Form(15, y+5, Form{LabelW: 22, Label: body, Value: body, RowH: 9, PadX: 2, Line: Hair, Ground: Tint},
		[][]Field{{{Label: "姓名", Value: "𬱖𪨶", W: 118}}})
	tab := Table{Columns: []Column{{Head: "权益", W: 60}, {Head: "电话", W: 58}}, Head: body, Cell: body, PadX: 2, PadY: 1, Line: Hair, Ground: Tint}
	y = d.Table(15, y+5, tab, [][]string{{"承包地", "0915-7820110"}})
	d.Corners(15, y+5, 30, 30, 3, 0.5, Hair)
	d.QR(60, y+5, 26, "https://example.invalid/c/610929-26-000123-X")
	d.Page()
	d.Line(15, 15, body, "第二页")
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameContentSameBytes(t *testing.T) {
	if got, want := given(t), given(t); !bytes.Equal(got, want) {
		t.Error("two prints of the same content differ")
	}
}

// Text that is copied or searched is the text that was printed, also for
// characters beyond the basic plane; and the file is sound after the mending.
func TestCopiedTextIsRight(t *testing.T) {
	if m := Missing("𬱖𪨶"); len(m) > 0 {
		t.Fatalf("no face has %q", m)
	}
	file := filepath.Join(t.TempDir(), "t.pdf")
	if err := os.WriteFile(file, given(t), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", file, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext (package poppler-utils; make deps installs it): %v\n%s", err, out)
	}
	for _, want := range []string{"构朳镇", "𬱖𪨶", "承包地", "0915-7820110", "第二页", "··/··"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("text lacks %q:\n%s", want, out)
		}
	}
	if strings.Contains(strings.ToLower(string(out)), "error") {
		t.Errorf("pdftotext complains: %s", out)
	}
	info, err := exec.Command("pdfinfo", file).CombinedOutput()
	if err != nil {
		t.Fatalf("pdfinfo: %v\n%s", err, info)
	}
	for _, want := range []string{"Pages:           2", "419.53 x 595.28 pts"} {
		if !strings.Contains(string(info), want) {
			t.Errorf("pdfinfo lacks %q:\n%s", want, info)
		}
	}
}

// A server that never prints does not carry the faces in its heap.
func TestFacesStayOutOfTheHeap(t *testing.T) {
	var before, after runtime.MemStats
	if err := Load(); err != nil {
		t.Fatal(err)
	}
	given(t)
	runtime.GC()
	runtime.ReadMemStats(&before)
	if got := before.HeapAlloc >> 20; got > 24 {
		t.Errorf("heap with all faces loaded: got %d MB, want at most 24", got)
	}
	for range 5 {
		given(t)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if got := int64(after.HeapAlloc-before.HeapAlloc) >> 20; int64(after.HeapAlloc) > int64(before.HeapAlloc) && got > 8 {
		t.Errorf("five documents left %d MB behind", got)
	}
}

func BenchmarkDocument(b *testing.B) {
	if err := Load(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		d := New(A5, meta)
		d.Page()
		d.Line(10, 10, body, "白河县移民搬迁居住簿")
		d.Line(10, 20, Style{Face: Serif, Pt: 20, Colour: Ink}, "居住簿")
		d.Line(10, 40, Style{Face: Strong, Pt: 20, Colour: Ink}, "构朳镇")
		var w bytes.Buffer
		if err := d.Write(&w); err != nil {
			b.Fatal(err)
		}
	}
}
