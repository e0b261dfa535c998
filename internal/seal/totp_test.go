package seal_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"anju/internal/seal"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// RFC 6238 appendix B, the SHA-1 column, last six digits.
func TestTOTPOfTheStandard(t *testing.T) {
	secret := seal.TOTPSecret([]byte("12345678901234567890"))
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		if got, err := seal.TOTPCode(secret, time.Unix(at, 0)); got != want || err != nil {
			t.Errorf("at %d: got %s, %v, want %s", at, got, err, want)
		}
	}
}

func TestTOTPCheck(t *testing.T) {
	secret, err := seal.NewTOTP()
	if err != nil {
		t.Fatal(err)
	}
	other, _ := seal.NewTOTP()
	if secret.Equal(other) {
		t.Fatal("two secrets are the same")
	}
	step := noon.Unix() / 30
	code := func(s seal.Secret, off time.Duration) string {
		c, err := seal.TOTPCode(s, noon.Add(off))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, c := range []struct {
		name   string
		secret seal.Secret
		code   string
		last   int64
		want   int64
	}{
		{"someone else's", secret, code(other, 0), 0, 0},
		{"no secret", seal.Secret{}, code(secret, 0), 0, 0},
		{"a secret that is none", seal.Hide("!"), code(secret, 0), 0, 0},
		{"empty", secret, "", 0, 0},
		{"short", secret, code(secret, 0)[:5], 0, 0},
		{"a minute old", secret, code(secret, -60*time.Second), 0, 0},
		{"a minute early", secret, code(secret, 60*time.Second), 0, 0},
		{"used before", secret, code(secret, 0), step, 0},
		{"older than the last used", secret, code(secret, -30*time.Second), step, 0},
		{"now", secret, code(secret, 0), 0, step},
		{"typed with a blank", secret, code(secret, 0)[:3] + " " + code(secret, 0)[3:], step - 1, step},
		{"one step slow", secret, code(secret, -30*time.Second), 0, step - 1},
		{"one step fast", secret, code(secret, 30*time.Second), step, step + 1},
	} {
		got, ok := seal.CheckTOTP(c.secret, c.code, noon, c.last)
		if got != c.want || ok != (c.want != 0) {
			t.Errorf("%s: got %d, %v, want %d", c.name, got, ok, c.want)
		}
	}
	url := seal.TOTPURL("安居 白河县", "wang.li", secret)
	if !strings.HasPrefix(url.Reveal(), "otpauth://totp/%E5%AE%89") || !strings.Contains(url.Reveal(), "secret="+secret.Reveal()) {
		t.Errorf("url %s", url.Reveal())
	}
	if strings.Contains(fmt.Sprint(url), secret.Reveal()) {
		t.Error("the url prints")
	}
}

func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		c, err := seal.NewCode(8)
		if err != nil || len(c.Reveal()) != 8 || strings.Trim(c.Reveal(), "0123456789") != "" {
			t.Fatalf("code %q, %v", c.Reveal(), err)
		}
		seen[c.Reveal()] = true
	}
	if len(seen) < 199 {
		t.Errorf("200 codes have %d values", len(seen))
	}
}
