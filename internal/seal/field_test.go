package seal_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"anju/internal/seal"
)

func TestSealedFieldOpensOnlyWhereItWasSealed(t *testing.T) {
	k := seal.FromSeed(1)
	sealed := k.Seal("person", "id_number", "p1", []byte(idNumber))
	for _, c := range []struct {
		name, table, column, id string
		keys                    *seal.Keys
	}{
		{"another row", "person", "id_number", "p2", k},
		{"another column", "person", "phone", "p1", k},
		{"another table", "account", "id_number", "p1", k},
		{"same letters, other border", "person", "id_numberp", "1", k},
		{"same letters, other border", "personi", "d_number", "p1", k},
		{"empty", "", "", "", k},
		{"another county's key", "person", "id_number", "p1", seal.FromSeed(2)},
	} {
		if got, err := c.keys.Open(c.table, c.column, c.id, sealed); !errors.Is(err, seal.ErrUnsealed) || got != nil {
			t.Errorf("%s: opened as %q, %v", c.name, got, err)
		}
	}
	if got, err := k.Open("person", "id_number", "p1", sealed); err != nil || string(got) != idNumber {
		t.Errorf("got %q, %v", got, err)
	}
	if bytes.Contains(sealed, []byte(idNumber[6:14])) || len(sealed) != len(idNumber)+seal.Overhead {
		t.Errorf("sealed: %q", sealed)
	}
}

// Threat T7: ciphertext moved between rows fails to open, 1,000 of 1,000.
func TestMovedFieldsNeverOpen(t *testing.T) {
	k := seal.FromSeed(1)
	for i := range 1000 {
		sealed := k.Seal("person", "phone", fmt.Sprint(i), fmt.Append(nil, 13800000000+i))
		if _, err := k.Open("person", "phone", fmt.Sprint((i+1)%1000), sealed); !errors.Is(err, seal.ErrUnsealed) {
			t.Fatalf("row %d opened in the next row: %v", i, err)
		}
	}
}

func TestEveryAlteredByteIsNoticed(t *testing.T) {
	k := seal.FromSeed(1)
	sealed := k.Seal("person", "phone", "p1", []byte("13800001234"))
	for i := range sealed {
		for bit := range 8 {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1 << bit
			if _, err := k.Open("person", "phone", "p1", bad); !errors.Is(err, seal.ErrUnsealed) {
				t.Fatalf("bit %d of byte %d changed: %v", bit, i, err)
			}
		}
		if _, err := k.Open("person", "phone", "p1", sealed[:i]); !errors.Is(err, seal.ErrUnsealed) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
}

func TestSealIsReproducibleAndNoncesDiffer(t *testing.T) {
	k := seal.FromSeed(1)
	nonce := map[string]string{}
	rapid.Check(t, func(t *rapid.T) {
		id, plain := rapid.StringN(0, 9, 20).Draw(t, "id"), rapid.StringN(0, 40, 99).Draw(t, "plain")
		a, b := k.Seal("t", "c", id, []byte(plain)), k.Seal("t", "c", id, []byte(plain))
		if !bytes.Equal(a, b) {
			t.Fatal("the same input gave different bytes")
		}
		if got, err := k.Open("t", "c", id, a); err != nil || string(got) != plain {
			t.Fatalf("got %q, %v", got, err)
		}
		of := fmt.Sprintf("%q %q", id, plain)
		if old, used := nonce[string(a[:13])]; used && old != of {
			t.Fatalf("one nonce for %s and %s", old, of)
		}
		nonce[string(a[:13])] = of
	})
}

func TestSealDoesNotTouchItsInput(t *testing.T) {
	k := seal.FromSeed(1)
	plain := append(make([]byte, 0, 100), "13800001234"...)
	k.Seal("t", "c", "i", plain)
	if string(plain) != "13800001234" || !bytes.Equal(plain[:100][11:], make([]byte, 89)) {
		t.Error("Seal wrote to the plain text")
	}
}

func TestTokens(t *testing.T) {
	k := seal.FromSeed(1)
	tok := k.Token(seal.KindCitizenID, idNumber)
	if len(tok) != seal.TokenLen || strings.Trim(tok, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		t.Errorf("token %q", tok)
	}
	for name, other := range map[string]string{
		"another kind":   k.Token(seal.KindPhone, idNumber),
		"another value":  k.Token(seal.KindCitizenID, idNumber[:17]+"6"),
		"another border": k.Token("citizen_id6", idNumber[1:]),
		"another key":    seal.FromSeed(2).Token(seal.KindCitizenID, idNumber),
	} {
		if other == tok {
			t.Errorf("%s has the same token", name)
		}
	}
	if a, b := k.Token(seal.KindCitizenID, " 61092819900101001x\n"), k.Token(seal.KindCitizenID, "61092819900101001X"); a != b {
		t.Error("the case of the check letter makes a difference")
	}
}

func TestKeysServeManyGoroutines(t *testing.T) {
	k := seal.FromSeed(1)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 300 {
				id, plain := fmt.Sprint(g, i), fmt.Sprint(g*1000+i)
				got, err := k.Open("t", "c", id, k.Seal("t", "c", id, []byte(plain)))
				if err != nil || string(got) != plain {
					t.Errorf("got %q, %v, want %q", got, err, plain)
				}
				if a, b := k.Token("phone", plain), k.Token("phone", plain); a != b {
					t.Errorf("tokens differ: %s %s", a, b)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkSeal(b *testing.B) {
	k, plain := seal.FromSeed(1), []byte(idNumber)
	b.ReportAllocs()
	for b.Loop() {
		k.Seal("person", "id_number", "01930000-0000-7000-8000-000000000001", plain)
	}
}

func BenchmarkOpen(b *testing.B) {
	k := seal.FromSeed(1)
	sealed := k.Seal("person", "id_number", "p1", []byte(idNumber))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Open("person", "id_number", "p1", sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkToken(b *testing.B) {
	k := seal.FromSeed(1)
	b.ReportAllocs()
	for b.Loop() {
		k.Token(seal.KindCitizenID, idNumber)
	}
}
