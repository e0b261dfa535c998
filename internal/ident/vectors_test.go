package ident_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
	"time"

	"anju/internal/ident"
)

var today = time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("Asia/Shanghai", 8*60*60))

// TestVectors checks published numbers, good and bad, of every kind.
func TestVectors(t *testing.T) {
	parse := map[string]func(string) (string, error){
		"citizen_id":  citizen,
		"hkmo_permit": citizen,
		"tw_permit":   citizen,
		"legacy15":    citizen,
		"uscc":        func(s string) (string, error) { u, err := ident.ParseUSCC(s); return string(u), err },
		"ecert_id":    checked,
	}
	rows := vectors(t)
	for _, row := range rows {
		kind, value, expected := row[0], row[1], row[2]
		read, ok := parse[kind]
		if !ok {
			t.Fatalf("vector %s: unknown kind %s", value, kind)
		}
		got, err := read(value)
		want := value
		if kind == "legacy15" {
			want = "11010519491231002X"
		}
		switch {
		case expected == "invalid" && err == nil:
			t.Errorf("%s %s: accepted, want refused (%s)", kind, value, row[3])
		case expected != "invalid" && (err != nil || got != want):
			t.Errorf("%s %s: got %q, %v, want %q", kind, value, got, err, want)
		}
	}
	if got, want := len(rows), 18; got != want {
		t.Errorf("%d vectors, want %d", got, want)
	}
}

func citizen(s string) (string, error) {
	c, err := ident.ParseCitizenID(s, today)
	return c.Plain(), err
}

// checked is the number of an electronic certificate (GB/T 36904), which ends
// in the check character of what follows its root: the one that ours has too.
func checked(s string) (string, error) {
	rest, ok := strings.CutPrefix(s, "1.2.156.3005.2.")
	if !ok || !ident.CheckMod3736(strings.ReplaceAll(rest, ".", "")) {
		return "", ident.ErrBookletCheck
	}
	return s, nil
}

func vectors(t *testing.T) [][]string {
	t.Helper()
	f, err := os.Open("testdata/identifier-vectors.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}
