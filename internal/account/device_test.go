package account_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/fault"
	"anju/internal/seal"
)

const pin = "274913"

// enrolled enrols a phone for an account, by the town's centre.
func (w world) enrolled(t *testing.T, login account.ID) (phone string) {
	t.Helper()
	code, err := w.s.EnrolPhone(t.Context(), as("centre"), login)
	if err != nil {
		t.Fatal(err)
	}
	phone, err = w.Enrol(t.Context(), code.Reveal(), pin, "华为", addressHere)
	if err != nil {
		t.Fatal(err)
	}
	return phone
}

func TestWhoEnrolsPhones(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, c := range []struct {
			by   actor.Actor
			whom account.ID
			want string
		}{
			{actor.Actor{}, "worker", "policy.not_found"},
			{as("worker"), "worker", "policy.forbidden"},
			{as("police"), "worker", "policy.forbidden"},
			{as("sysadmin"), "worker", "policy.forbidden"},
			{as("leader2"), "worker", "policy.not_found"},
			{as("centre2"), "worker", "policy.not_found"},
			{as("leader"), "no-such", "policy.not_found"},
			{as("leader"), "worker2", "account.enrol.beyond"}, // works in another town too
			{as("leader"), "police", "account.enrol.beyond"},  // above the leader
			{as("leader"), "leader", "account.enrol.beyond"},
			{as("centre"), "centre", "account.enrol.beyond"}, // does not go from door to door
			{as("leader"), "worker", ""},
			{as("centre"), "leader", ""},
		} {
			code, err := w.s.EnrolPhone(t.Context(), c.by, c.whom)
			if fault.KeyOf(err) != c.want || err == nil != (len(code.Reveal()) == 8) {
				t.Errorf("%s enrols %s: %v, want %q", c.by.Account, c.whom, err, c.want)
			}
			if c.want != "" {
				if err := w.s.RevokePhone(t.Context(), c.by, c.whom); fault.KeyOf(err) != c.want {
					t.Errorf("%s revokes %s: %v, want %q", c.by.Account, c.whom, err, c.want)
				}
			}
		}
	})
}

func TestEnrol(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		enrol := func(code, pin string) error {
			_, err := w.Enrol(t.Context(), code, pin, "", addressHere)
			return err
		}
		field := func(err error) string {
			if f := fault.Of(err); f != nil && len(f.Fields) > 0 {
				return f.Fields[0].Name + " " + f.Fields[0].Key
			}
			return ""
		}
		late, _ := w.s.EnrolPhone(t.Context(), as("leader"), "worker")
		w.clock.Move(24*time.Hour + time.Second)
		lapsed, _ := w.s.EnrolPhone(t.Context(), as("leader"), "worker")
		code, _ := w.s.EnrolPhone(t.Context(), as("leader"), "worker")
		for _, c := range []struct{ code, pin, want string }{
			{"", pin, "code account.enrol.wrong"},
			{"AAAAAAAA", pin, "code account.enrol.wrong"},
			{late.Reveal(), pin, "code account.enrol.wrong"},
			{lapsed.Reveal(), pin, "code account.enrol.wrong"}, // a newer one was given out
			{code.Reveal(), "123456", "pin " + seal.PINEasy},
			{code.Reveal(), "27491", "pin " + seal.PINDigits},
		} {
			if err := enrol(c.code, c.pin); field(err) != c.want {
				t.Errorf("%q %q: %v, want %s", c.code, c.pin, err, c.want)
			}
		}
		typed := strings.ToLower(code.Reveal()[:4]) + " " + code.Reveal()[4:]
		if err := enrol(typed, pin); err != nil {
			t.Fatalf("as one types it: %v", err)
		}
		if err := enrol(code.Reveal(), pin); field(err) != "code account.enrol.wrong" {
			t.Errorf("the same code twice: %v", err)
		}
		for range 20 {
			enrol("BBBBBBBB", pin)
		}
		again, _ := w.s.EnrolPhone(t.Context(), as("leader"), "worker")
		if err := enrol(again.Reveal(), pin); fault.KeyOf(err) != "account.too_many" {
			t.Errorf("after twenty guesses: %v", err)
		}
	})
}

// TestCodesGuessedTogether: codes sent at once count as if sent one after
// another, and a right one does not count.
func TestCodesGuessedTogether(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.enrolled(t, "worker") // right, from the same address
		var looked, refused atomic.Int64
		var all sync.WaitGroup
		for range 26 {
			all.Go(func() {
				_, err := w.Enrol(t.Context(), "BBBBBBBB", pin, "", addressHere)
				switch {
				case fault.KindOf(err) == fault.Invalid:
					looked.Add(1)
				case fault.KeyOf(err) == "account.too_many":
					refused.Add(1)
				}
			})
		}
		all.Wait()
		if looked.Load() != 20 || refused.Load() != 6 {
			t.Errorf("%d codes looked at and %d refused, want 20 and 6", looked.Load(), refused.Load())
		}
	})
}

func TestUnlock(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		if _, err := w.Unlock(t.Context(), "no-such-phone", pin); fault.KeyOf(err) != "account.device.unknown" {
			t.Errorf("an unknown phone: %v", err)
		}
		phone := w.enrolled(t, "worker")
		for left := 4; left > 0; left-- {
			_, err := w.Unlock(t.Context(), phone, "271828")
			if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Args[1] != int64(left) {
				t.Fatalf("%d left: %v", left, err)
			}
		}
		cookie, err := w.Unlock(t.Context(), phone, pin)
		if err != nil {
			t.Fatalf("the fifth was right: %v", err)
		}
		var looked atomic.Int64
		var all sync.WaitGroup
		for range 12 {
			all.Go(func() {
				if _, err := w.Unlock(t.Context(), phone, "271828"); fault.KeyOf(err) != "account.device.unknown" {
					looked.Add(1)
				}
			})
		}
		all.Wait()
		if looked.Load() != 5 {
			t.Errorf("%d wrong PINs were looked at, want 5", looked.Load())
		}
		if _, err := w.Unlock(t.Context(), phone, pin); fault.KeyOf(err) != "account.device.unknown" {
			t.Errorf("a revoked phone: %v", err)
		}
		if _, err := w.Resume(t.Context(), cookie); fault.KeyOf(err) != "account.ended.phone" {
			t.Errorf("its session: %v", err)
		}
		if _, err := w.Knows(t.Context(), phone); fault.KindOf(err) != fault.NotFound {
			t.Errorf("it still says whose it is: %v", err)
		}
	})
}

// TestPhoneOpensLittle: six digits open the posts that go from door to door
// and no others, whatever else the person holds.
func TestPhoneOpensLittle(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		phone := w.enrolled(t, "police")
		cookie, err := w.Unlock(t.Context(), phone, pin)
		if err != nil {
			t.Fatal(err)
		}
		s, err := w.Resume(t.Context(), cookie)
		if err != nil || !s.Device || s.Actor.Kind != actor.SectionLeader || !slices.Equal(s.Kinds, []actor.Kind{actor.SectionLeader}) {
			t.Fatalf("%+v, %v", s, err)
		}
		if err := w.SwitchPost(t.Context(), s, actor.Registrar); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a PIN opens the police register: %v", err)
		}
		office, _ := w.signIn(t, "police")
		if _, err := w.Resume(t.Context(), cookie); err != nil {
			t.Errorf("the office ended the phone: %v", err)
		}
		newer := w.enrolled(t, "police")
		if _, err := w.Unlock(t.Context(), phone, pin); fault.KeyOf(err) != "account.device.unknown" {
			t.Errorf("the older phone: %v", err)
		}
		if _, err := w.Resume(t.Context(), office); err != nil {
			t.Errorf("the office session: %v", err)
		}
		if err := w.s.RevokePhone(t.Context(), as("centre"), "police"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Unlock(t.Context(), newer, pin); fault.KeyOf(err) != "account.device.unknown" {
			t.Errorf("a phone reported lost: %v", err)
		}
	})
}
