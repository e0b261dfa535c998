package ident_test

import (
	"errors"
	"strings"
	"testing"

	"anju/internal/ident"
)

func TestParseUSCCRefuses(t *testing.T) {
	for _, test := range []struct {
		in   string
		want error
	}{
		{"", ident.ErrUSCCLength},
		{"91350100M000100Y4", ident.ErrUSCCLength},
		{"91350I00M000100Y43", ident.ErrUSCCCharset}, // I
		{"9135010AM000100Y43", ident.ErrUSCCCharset}, // a letter in the division
		{"91350100M000100Z43", ident.ErrUSCCCharset}, // Z
		{"91350100M000100Y44", ident.ErrUSCCCheck},
	} {
		if _, err := ident.ParseUSCC(test.in); !errors.Is(err, test.want) {
			t.Errorf("%q: got %v, want %v", test.in, err, test.want)
		}
	}
	u, err := ident.ParseUSCC("９１３５０１００ｍ０００１００ｙ４３")
	if err != nil || u != "91350100M000100Y43" {
		t.Errorf("full width: got %q, %v", u, err)
	}
}

func TestMod3736(t *testing.T) {
	if got := ident.Mod3736("A12425GABC1234002"); got != 'M' { // Global Release Identifier, the example of ISO 7064 users
		t.Errorf("got %c, want M", got)
	}
	if !ident.CheckMod3736("A12425GABC1234002M") || ident.CheckMod3736("A12425GABC1234002N") || ident.CheckMod3736("M") {
		t.Error("CheckMod3736 disagrees with Mod3736")
	}
	for _, in := range []string{"", "a", "1-2", "汉"} {
		if got := ident.Mod3736(in); got != 0 {
			t.Errorf("%q: got %c, want none", in, got)
		}
	}
}

func TestBookletNumber(t *testing.T) {
	n, err := ident.NewBookletNumber("610929", 2026, 123)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(n), "610929-26-000123-1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	compact := strings.ReplaceAll(string(n), "-", "")
	wide := strings.Map(func(r rune) rune { return r + '！' - '!' }, string(n))
	for _, in := range []string{string(n), compact, strings.ToLower(compact), wide, " 610929 26 000123 " + string(n[17]), strings.ReplaceAll(string(n), "-", "—")} {
		if got, err := ident.ParseBookletNumber(in); err != nil || got != n {
			t.Errorf("%q: got %q, %v, want %q", in, got, err, n)
		}
	}
}

// TestBookletNumberCatches tries every single wrong digit and every swap of
// two neighbours.
func TestBookletNumberCatches(t *testing.T) {
	n, err := ident.NewBookletNumber("610929", 2026, 907315)
	if err != nil {
		t.Fatal(err)
	}
	right := strings.ReplaceAll(string(n), "-", "")
	tried := 0
	refuse := func(b []byte) {
		if string(b) == right {
			return
		}
		tried++
		if _, err := ident.ParseBookletNumber(string(b)); err == nil {
			t.Errorf("%s passes for %s", b, right)
		}
	}
	for i := range 14 {
		for d := byte('0'); d <= '9'; d++ {
			b := []byte(right)
			b[i] = d
			refuse(b)
		}
		b := []byte(right)
		b[i], b[i+1] = b[i+1], b[i]
		refuse(b)
	}
	if tried < 130 {
		t.Errorf("only %d tried", tried)
	}
}

func TestBookletNumberRefuses(t *testing.T) {
	for _, in := range []string{"", "610929-26-000000-A", "61092926000123", "610929-26-00012X-A", "610929-26-0001234-A"} {
		if _, err := ident.ParseBookletNumber(in); !errors.Is(err, ident.ErrBookletForm) {
			t.Errorf("%q: got %v, want %v", in, err, ident.ErrBookletForm)
		}
	}
	for _, bad := range []struct {
		county       string
		year, serial int
	}{{"61092", 2026, 1}, {"61092X", 2026, 1}, {"610929", 26, 1}, {"610929", 2026, 0}, {"610929", 2026, 1000000}} {
		if n, err := ident.NewBookletNumber(bad.county, bad.year, bad.serial); err == nil {
			t.Errorf("%v: got %s, want an error", bad, n)
		}
	}
}

func TestDivisionCode(t *testing.T) {
	for _, test := range []struct {
		in    string
		want  ident.DivisionCode
		level ident.Level
	}{
		{"61", "61", ident.Province},
		{"610000000000", "61", ident.Province},
		{"610900", "6109", ident.Prefecture},
		{"610929", "610929", ident.County},
		{"610929000000", "610929", ident.County},
		{"610929000", "610929", ident.County},
		{" ６１０９２９１００ ", "610929100", ident.Town},
		{"610929100000", "610929100", ident.Town},
		{"610929100001", "610929100001", ident.Village},
	} {
		got, err := ident.ParseDivisionCode(test.in)
		if err != nil || got != test.want || got.Level() != test.level {
			t.Errorf("%q: got %q level %d, %v", test.in, got, got.Level(), err)
		}
	}
	for _, in := range []string{"", "6", "61092", "6109291", "61092910020", "6109291002001", "61092X", "000000", "610000100200", "000929100200"} {
		if got, err := ident.ParseDivisionCode(in); !errors.Is(err, ident.ErrDivision) {
			t.Errorf("%q: got %q, %v, want refused", in, got, err)
		}
	}
}

func TestDivisionCodeIsAPath(t *testing.T) {
	v := ident.DivisionCode("610929100200")
	town := v.At(ident.Town)
	if v.At(ident.County) != "610929" || town != "610929100" || v.At(ident.Village) != v || town.At(ident.Village) != "" {
		t.Errorf("got %s %s %s %s", v.At(ident.County), town, v.At(ident.Village), town.At(ident.Village))
	}
	if !town.Contains(v) || v.Contains(town) || ident.DivisionCode("").Contains(v) {
		t.Error("Contains")
	}
}

func TestPhone(t *testing.T) {
	for in, want := range map[string]string{
		"13812341234":         "13812341234",
		" 138-1234-1234 ":     "13812341234",
		"+86 138 1234 1234":   "13812341234",
		"008613812341234":     "13812341234",
		"8613812341234":       "13812341234",
		"１３８１２３４１２３４":         "13812341234",
		"0915-7812345":        "0915-7812345",
		"（0915）7812345":       "0915-7812345",
		"09157812345":         "0915-7812345",
		"+86 915 7812345":     "0915-7812345",
		"029-87654321":        "029-87654321",
		"010-65432109":        "010-65432109",
		"12812341234":         "",
		"1381234123":          "",
		"138123412345":        "",
		"7812345":             "",
		"0915-1812345":        "",
		"1.3812E+10":          "",
		"":                    "",
		"+1 202 555 0100":     "",
		"138****1234":         "",
		"13812341234,1391234": "",
	} {
		got, err := ident.ParsePhone(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", in, got, err, want)
		}
	}
	if _, err := ident.ParsePhone("138****1234"); !errors.Is(err, ident.ErrMasked) {
		t.Errorf("mask: got %v, want %v", err, ident.ErrMasked)
	}
}

func TestMasks(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{ident.MaskCitizenID("61092919900101001X"), "6109*************X"},
		{ident.MaskCitizenID("123"), "***"},
		{ident.MaskCitizenID(""), ""},
		{ident.MaskPhone("13812341234"), "138****1234"},
		{ident.MaskPhone("0915-7812345"), "0915-*****45"},
		{ident.MaskPhone("7812345"), "*******"},
		{ident.MaskPhone(""), ""},
		{ident.MaskName("张小明"), "张*明"},
		{ident.MaskName("张明"), "张*"},
		{ident.MaskName("欧阳娜娜"), "欧**娜"},
		{ident.MaskName("阿依古丽·买买提"), "阿******提"},
		{ident.MaskName("张"), "*"},
		{ident.MaskName(" "), ""},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}
