package ident_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"anju/internal/fault"
	"anju/internal/ident"
)

const plain = "11010519491231002X"

// number finishes a number with its check digit.
func number(first17 string) string { return first17 + string(ident.CheckDigit(first17)) }

func TestParseCitizenIDRefuses(t *testing.T) {
	for _, test := range []struct {
		name, in string
		want     error
	}{
		{"nothing", "  ", ident.ErrLength},
		{"too short", "11010519491231002", ident.ErrLength},
		{"too long", "11010519491231002XX", ident.ErrCharset},
		{"19 digits", "1101051949123100211", ident.ErrLength},
		{"letter", "11010519491231O02X", ident.ErrCharset},
		{"X in the middle", "1101051949X231002X", ident.ErrCharset},
		{"X at the end of 15", "11010549123100X", ident.ErrCharset},
		{"X alone", "X", ident.ErrCharset},
		{"Chinese digits", "一一〇一〇五一九四九一二三一〇〇二X", ident.ErrCharset},
		{"rounded by a spreadsheet", "1.10105E+17", ident.ErrRounded},
		{"mask from a screen", "1101*************X", ident.ErrMasked},
		{"mask in full width", "1101＊＊＊＊＊＊＊＊＊＊＊＊＊X", ident.ErrMasked},
		{"30 February, check right", "110105194902300020", ident.ErrDate},
		{"29 February 1900, check right", number("61092919000229001"), ident.ErrDate},
		{"month 13", number("61092919901301001"), ident.ErrDate},
		{"year 0199", number("61092901990101001"), ident.ErrDate},
		{"born tomorrow", number("61092920261124001"), ident.ErrFuture},
		{"wrong check digit", "110105194912310021", ident.ErrCheck},
		{"two digits swapped", "11010519491231020X", ident.ErrCheck},
		{"15 digits, born before 1900", "110105491231996", ident.ErrCentury},
		{"15 digits, last of them", "110105491231999", ident.ErrCentury},
		{"15 digits, 31 June", "110105490631002", ident.ErrDate},
	} {
		c, err := ident.ParseCitizenID(test.in, today)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, err, test.want)
		}
		if !c.IsZero() {
			t.Errorf("%s: a refused number came back", test.name)
		}
		if err != nil && strings.Contains(err.Error(), "110105") {
			t.Errorf("%s: the number is in the error text: %v", test.name, err)
		}
	}
}

func TestParseCitizenIDNormalises(t *testing.T) {
	for _, in := range []string{
		plain, " 11010519491231002x\n", "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ",
		"１１０１０５１９４９１２３１００２ｘ", "\ufeff11010519491231002X", "11010519491231002X\u200b", "'11010519491231002X",
		"110105491231002",
	} {
		c, err := ident.ParseCitizenID(in, today)
		if err != nil || c.Plain() != plain {
			t.Errorf("%q: got %q, %v, want %q", in, c.Plain(), err, plain)
		}
	}
}

func TestParseCitizenIDBornToday(t *testing.T) {
	// Half past midnight in Beijing is still the day before in Greenwich.
	now := time.Date(2026, 11, 22, 16, 30, 0, 0, time.UTC)
	if _, err := ident.ParseCitizenID(number("61092920261123001"), now); err != nil {
		t.Errorf("born today: %v", err)
	}
	if _, err := ident.ParseCitizenID(number("61092920261124001"), now); !errors.Is(err, ident.ErrFuture) {
		t.Errorf("born tomorrow: got %v, want %v", err, ident.ErrFuture)
	}
}

func TestCitizenIDParts(t *testing.T) {
	for _, test := range []struct {
		in, birth, sex, last4, division string
		permit                          bool
	}{
		{plain, "1949-12-31", "2", "002X", "110105", false},
		{"810000199408230021", "1994-08-23", "2", "0021", "810000", true},
		{"830000199201300022", "1992-01-30", "2", "0022", "830000", true},
		{number("61092920000229011"), "2000-02-29", "1", number("61092920000229011")[14:], "610929", false},
	} {
		c, err := ident.ParseCitizenID(test.in, today)
		if err != nil {
			t.Errorf("%s: %v", test.in, err)
		}
		got := []any{c.Birth(), c.Sex(), c.Last4(), c.Division(), c.Permit()}
		want := []any{test.birth, test.sex, test.last4, test.division, test.permit}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", test.in, got, want)
		}
	}
	var none ident.CitizenID
	if got := none.Plain() + none.String() + none.Birth() + none.Sex() + none.Last4() + none.Division(); got != "" || none.Permit() {
		t.Errorf("no number: got %q", got)
	}
}

// TestCitizenIDNeverPrints tries every way a number gets into a log by accident.
func TestCitizenIDNeverPrints(t *testing.T) {
	c, err := ident.ParseCitizenID(plain, today)
	if err != nil {
		t.Fatal(err)
	}
	type open struct{ ID ident.CitizenID }
	type closed struct{ id ident.CitizenID }
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{c, &c, open{c}, closed{c}, []ident.CitizenID{c}, map[ident.CitizenID]int{c: 1}, []closed{{c}}, &closed{c}} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "id", c, "in", open{c}, "hidden", closed{c})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "id", c, "in", open{c})
	b, err := json.Marshal(open{c})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(b)
	for _, secret := range []string{plain, plain[4:17], fmt.Sprintf("%x", plain)} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s came out:\n%s", secret, out.String())
		}
	}
	if got, want := string(b), `{"ID":"1101*************X"}`; got != want {
		t.Errorf("JSON: got %s, want %s", got, want)
	}
}

func TestCitizenIDCompares(t *testing.T) {
	a, err1 := ident.ParseCitizenID(plain, today)
	b, err2 := ident.ParseCitizenID("110105491231002", today)
	if err1 != nil || err2 != nil || a != b {
		t.Errorf("the 15 and 18 digits of one person differ: %v, %v", err1, err2)
	}
}

func TestReasonsAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for _, err := range []error{ident.ErrLength, ident.ErrCharset, ident.ErrRounded, ident.ErrMasked,
		ident.ErrDate, ident.ErrFuture, ident.ErrCheck, ident.ErrCentury} {
		key := fault.KeyOf(err)
		if key == "" || seen[key] || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%v: want an Invalid fault with a key of its own", err)
		}
		seen[key] = true
	}
}

func TestCheckDigitRefuses(t *testing.T) {
	for _, in := range []string{"", "1101051949123100", "110105194912310021", "1101051949123100X"} {
		if got := ident.CheckDigit(in); got != 0 {
			t.Errorf("CheckDigit(%q): got %q, want 0", in, got)
		}
	}
}

func FuzzParseCitizenID(f *testing.F) {
	for _, s := range []string{plain, "110105491231002", "１１０１０５１９４９１２３１００２ｘ", "1101*************X", "810000199408230021", "\xff\xfe", "6.1E+17", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ident.ParseCitizenID(s, today)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid || !c.IsZero() {
				t.Fatalf("refused without a reason: %v, %v", c, err)
			}
			return
		}
		p := c.Plain()
		if len(p) != 18 || ident.CheckDigit(p[:17]) != p[17] {
			t.Fatalf("%q became %q, which does not check", s, p)
		}
		if _, err := time.Parse("2006-01-02", c.Birth()); err != nil || c.Birth() > "2026-11-23" {
			t.Fatalf("%q: birth %q", s, c.Birth())
		}
		if again, err := ident.ParseCitizenID(p, today); err != nil || again != c {
			t.Fatalf("%q: read again: %v, %v", p, again, err)
		}
	})
}
