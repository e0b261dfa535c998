package seal_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"anju/internal/seal"
)

func TestPassword(t *testing.T) {
	ctx := t.Context()
	stored, err := seal.HashPassword(ctx, "Shan-Huang-Tu 7")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("hash %q, %v", stored, err)
	}
	again, err := seal.HashPassword(ctx, "Shan-Huang-Tu 7")
	if err != nil || again == stored {
		t.Errorf("two hashes of one password are equal: no salt (%v)", err)
	}
	demo := seal.DemoCost.Hash("Shan-Huang-Tu 7", []byte("0123456789abcdef"))
	if demo != seal.DemoCost.Hash("Shan-Huang-Tu 7", []byte("0123456789abcdef")) {
		t.Error("the demonstration hash is not reproducible")
	}
	for _, c := range []struct {
		stored, password string
		want             bool
	}{
		{stored, "", false},
		{stored, "shan-huang-tu 7", false},
		{stored, "Shan-Huang-Tu 7 ", false},
		{"", "Shan-Huang-Tu 7", false},
		{"", "", false},
		{demo, "Shan-Huang-Tu 8", false},
		{stored, "Shan-Huang-Tu 7", true},
		{demo, "Shan-Huang-Tu 7", true},
	} {
		if got, err := seal.CheckPassword(ctx, c.stored, c.password); got != c.want || err != nil {
			t.Errorf("%q against %q: got %v, %v, want %v", c.password, c.stored, got, err, c.want)
		}
	}
}

func TestUnreadableHashIsAnError(t *testing.T) {
	good := seal.DemoCost.Hash("x", make([]byte, 16))
	for _, bad := range []string{
		"x", "$argon2id$", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=99999999", 1), strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "t=1", "t=999", 1),
		strings.Replace(good, "p=1", "p=4", 1), good[:len(good)-1], good[:len(good)-4] + "!!!!", good + "$",
	} {
		if ok, err := seal.CheckPassword(t.Context(), bad, "x"); ok || !errors.Is(err, seal.ErrPasswordHash) {
			t.Errorf("%q: %v, %v", bad, ok, err)
		}
	}
}

// Many sign-ins at once take no more memory than there are processors.
func TestParallelSignInsQueue(t *testing.T) {
	var before, peak runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if ok, err := seal.CheckPassword(t.Context(), "", "x"); ok || err != nil {
				t.Errorf("%v, %v", ok, err)
			}
		})
	}
	limit := uint64(runtime.GOMAXPROCS(0)+2)*19<<20 + 16<<20
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		select {
		case <-done:
			return
		case <-tick.C:
			runtime.ReadMemStats(&peak)
			if used := peak.HeapInuse - min(before.HeapInuse, peak.HeapInuse); runtime.GOMAXPROCS(0) < 6 && used > 2*limit {
				t.Fatalf("12 sign-ins use %d MB", used>>20)
			}
		}
	}
}

func TestWaitingForATurnEndsWithTheRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := seal.CheckPassword(ctx, "", "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the request ended", err)
	}
	if _, err := seal.HashPassword(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the request ended", err)
	}
}

func TestPasswordPolicy(t *testing.T) {
	for _, c := range []struct {
		password string
		want     []string
	}{
		{"", []string{seal.PasswordShort, seal.PasswordMixed, seal.PasswordCommon}},
		{"Ab3!xyzq", []string{seal.PasswordShort}},
		{"abcdefghijkl", []string{seal.PasswordMixed}},
		{"lanhuaqiao2847", []string{seal.PasswordMixed}},
		{"Password123!", []string{seal.PasswordCommon}},
		{"Admin@123456", []string{seal.PasswordCommon}},
		{"Aa1!Aa1!Aa1!", []string{seal.PasswordCommon}},
		{"Wang.Li.7-hua", []string{seal.PasswordAccount}},
		{strings.Repeat("Aa1-xY", 30), []string{seal.PasswordLong}},
		{"Lan-hua-qiao 2847", nil},
		{"黄土地上的兰花Qiao7", nil},
	} {
		if got := seal.PasswordFaults(c.password, "wang.li"); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %v, want %v", c.password, got, c.want)
		}
	}
	for pin, want := range map[string]string{
		"": seal.PINDigits, "12345": seal.PINDigits, "1234567": seal.PINDigits, "12a456": seal.PINDigits, "１２３４５６": seal.PINDigits,
		"111111": seal.PINEasy, "123456": seal.PINEasy, "987654": seal.PINEasy, "123123": seal.PINEasy, "121212": seal.PINEasy,
		"280417": "", "112358": "",
	} {
		if got := seal.PINFault(pin); got != want {
			t.Errorf("PIN %s: got %q, want %q", pin, got, want)
		}
	}
}

func BenchmarkCheckPassword(b *testing.B) {
	stored := seal.SignInCost.Hash("x", make([]byte, 16))
	for b.Loop() {
		if ok, err := seal.CheckPassword(b.Context(), stored, "x"); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
