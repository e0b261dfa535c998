package account_test

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/seal"
)

func TestChangePassword(t *testing.T) {
	const fresh = "Xin-kou-ling-77"
	each(t, func(t *testing.T, w world) {
		for _, c := range []struct{ who, old, new, again, field, key string }{
			{"worker", "Tao-hua-2025", fresh, fresh, "old", "account.change.wrong_old"},
			{"worker", password, password, password, "new", "account.change.same"},
			{"worker", password, fresh, fresh + "x", "again", "account.change.differs"},
			{"worker", password, "kurz", "kurz", "new", seal.PasswordShort},
			{"worker", password, "Worker-2026-x", "Worker-2026-x", "new", seal.PasswordAccount},
		} {
			err := w.s.ChangePassword(t.Context(), as(c.who), "", c.old, c.new, c.again)
			f := fault.Of(err)
			if f == nil || len(f.Fields) == 0 || f.Fields[0].Name != c.field || f.Fields[0].Key != c.key {
				t.Errorf("%q → %q: %v, want %s at %s", c.old, c.new, err, c.key, c.field)
			}
		}
		if err := w.s.ChangePassword(t.Context(), actor.Actor{}, "", password, fresh, fresh); fault.KindOf(err) != fault.NotFound {
			t.Errorf("nobody: %v", err)
		}
		before, here := w.signIn(t, "worker")
		phone, err := w.Unlock(t.Context(), w.enrolled(t, "worker"), pin)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.s.ChangePassword(t.Context(), as("worker"), here.Token, password, fresh, fresh); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Resume(t.Context(), phone); fault.KeyOf(err) != "account.ended.password" {
			t.Errorf("the other session: %v", err)
		}
		if _, err := w.Resume(t.Context(), before); err != nil {
			t.Errorf("the session that changed it: %v", err)
		}
		if _, err := w.SignIn(t.Context(), w.right(t, "worker")); fault.KeyOf(err) != "account.wrong" {
			t.Errorf("with the old password: %v", err)
		}
		if got := count(t, w.DB, `select count(*) from change where diff like '%' || $1 || '%' or diff like '%argon2%'`, fresh); got != 0 {
			t.Error("the record knows the password")
		}
		for range 6 {
			w.s.ChangePassword(t.Context(), as("leader"), "", "guess", fresh, fresh)
		}
		if err := w.s.ChangePassword(t.Context(), as("leader"), "", password, fresh, fresh); fault.KeyOf(err) != "account.locked" {
			t.Errorf("guessing at a desk left open: %v", err)
		}
	})
}

func TestResetPassword(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, c := range []struct {
			by   actor.Actor
			whom account.ID
			want string
		}{
			{actor.Actor{}, "worker", "policy.not_found"},
			{as("worker"), "leader", "policy.not_found"},
			{as("leader"), "worker", "policy.forbidden"},
			{as("police"), "worker", "policy.forbidden"},
			{as("chief"), "worker", "policy.forbidden"},
			{as("audadmin"), "worker", "policy.forbidden"},
			{as("centre2"), "worker", "policy.not_found"},
			{as("centre"), "chief", "policy.not_found"},
			{as("centre"), "nobody", "policy.not_found"},
			{as("centre"), "no-such", "policy.not_found"},
			{as("centre"), "centre", "account.reset.own"},
			{as("centre"), "police", "account.reset.beyond"},
			{as("centre"), "worker2", "account.reset.beyond"},
			{as("sysadmin"), "audadmin", "account.at_the_machine"},
			{as("sysadmin"), "sysadmin", "account.reset.own"},
			{as("sysadmin"), "no-such", "account.unknown"},
		} {
			got, err := w.s.ResetPassword(t.Context(), c.by, c.whom)
			if fault.KeyOf(err) != c.want || !got.IsZero() {
				t.Errorf("%s resets %s: %v, want %s", c.by.Account, c.whom, err, c.want)
			}
		}
		for _, c := range []struct {
			by   actor.Actor
			whom account.ID
		}{
			{as("centre"), "worker"}, {as("centre"), "leader"}, {as("sysadmin"), "police"}, {as("sysadmin"), "chief"}, {actor.ForSystem("admin"), "audadmin"},
		} {
			if _, err := w.s.ResetPassword(t.Context(), c.by, c.whom); err != nil {
				t.Errorf("%s resets %s: %v", c.by.Account, c.whom, err)
			}
		}
	})
}

// TestAfterReset: the one-time password opens, sessions and phones are gone,
// the lock is lifted, and before anything else a new password and a new second
// factor are asked for.
func TestAfterReset(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		cookie, _ := w.signIn(t, "worker")
		phone := w.enrolled(t, "worker")
		for range 6 {
			w.SignIn(t.Context(), account.Credentials{Login: "worker", Password: "x"})
		}
		once, err := w.s.ResetPassword(t.Context(), as("centre"), "worker")
		if err != nil {
			t.Fatal(err)
		}
		if faults := seal.PasswordFaults(once.Reveal(), "worker"); len(faults) > 0 {
			t.Errorf("a one-time password: %v", faults)
		}
		if _, err := w.Resume(t.Context(), cookie); fault.KeyOf(err) != "account.ended.password" {
			t.Errorf("the session: %v", err)
		}
		if _, err := w.Unlock(t.Context(), phone, pin); fault.KeyOf(err) != "account.device.unknown" {
			t.Errorf("the phone: %v", err)
		}
		if _, err := w.SignIn(t.Context(), w.right(t, "worker")); fault.KeyOf(err) != "account.wrong" {
			t.Errorf("the old password: %v", err)
		}
		cookie, err = w.SignIn(t.Context(), account.Credentials{Login: "worker", Password: once.Reveal()})
		if err != nil {
			t.Fatal(err)
		}
		here := ""
		must := func(want string) {
			t.Helper()
			s, err := w.Resume(t.Context(), cookie)
			here = s.Token
			if err != nil || s.Must != want {
				t.Fatalf("must %q, %v; want %q", s.Must, err, want)
			}
		}
		must("password")
		const fresh = "Xin-kou-ling-77"
		if err := w.s.ChangePassword(t.Context(), as("worker"), here, once.Reveal(), fresh, fresh); err != nil {
			t.Fatal(err)
		}
		must("totp")
		secret, url, err := w.s.NewTOTP(t.Context(), as("worker"))
		if err != nil || url.IsZero() {
			t.Fatal(err)
		}
		code, _ := seal.TOTPCode(secret, w.DB.Now())
		for _, bad := range []struct {
			secret seal.Secret
			code   string
		}{{secret, "000000"}, {totp("other"), code}, {seal.Hide("AAAA"), must2(seal.TOTPCode(seal.Hide("AAAA"), w.DB.Now()))}} {
			if err := w.s.SetTOTP(t.Context(), as("worker"), here, bad.secret, bad.code); fault.KindOf(err) != fault.Invalid {
				t.Errorf("a wrong second factor: %v", err)
			}
		}
		if err := w.s.SetTOTP(t.Context(), as("worker"), here, secret, code); err != nil {
			t.Fatal(err)
		}
		must("")
		if err := w.s.SetTOTP(t.Context(), as("worker"), here, secret, code); fault.KeyOf(err) != "account.totp.already" {
			t.Errorf("a second factor set twice: %v", err)
		}
		if _, _, err := w.s.NewTOTP(t.Context(), as("worker")); fault.KeyOf(err) != "account.totp.already" {
			t.Errorf("a session left open may change the second factor: %v", err)
		}
	})
}

// TestResetIsNotUndone: a reset that comes while a new password is being hashed,
// or a second factor bound, holds: who was shut out stays out.
func TestResetIsNotUndone(t *testing.T) {
	const fresh = "Xin-kou-ling-77"
	each(t, func(t *testing.T, w world) {
		_, here := w.signIn(t, "worker")
		if _, err := w.s.ResetPassword(t.Context(), as("centre"), "worker"); err != nil {
			t.Fatal(err)
		}
		secret, _, err := w.s.NewTOTP(t.Context(), as("worker"))
		if err != nil {
			t.Fatal(err)
		}
		code := must2(seal.TOTPCode(secret, w.DB.Now()))
		if err := w.s.SetTOTP(t.Context(), as("worker"), here.Token, secret, code); fault.KeyOf(err) != "account.change.meanwhile" {
			t.Errorf("a second factor bound from an ended session: %v", err)
		}
		if len(w.account(t, "worker").TOTPSealed) != 0 {
			t.Error("the second factor of who was shut out is bound")
		}

		// Two changes from one session at once: the second looked at a password
		// that is no longer there.
		_, here = w.signIn(t, "leader")
		var changed atomic.Int64
		var all sync.WaitGroup
		for i := range 3 {
			all.Go(func() {
				next := fresh + strconv.Itoa(i)
				if w.s.ChangePassword(t.Context(), as("leader"), here.Token, password, next, next) == nil {
					changed.Add(1)
				}
			})
		}
		all.Wait()
		if changed.Load() != 1 {
			t.Errorf("one password was changed %d times", changed.Load())
		}
	})
}

func must2(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

func TestInitAdmins(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		init := func(admins []account.Admin) (first []account.OneTime, err error) {
			err = w.DB.Write(t.Context(), actor.ForSystem("init"), "county.init", func(tx *db.Tx) error {
				first, err = account.InitAdmins(tx, county, admins)
				return err
			})
			return first, err
		}
		if _, err := init(account.FirstAdmins()); fault.KeyOf(err) != "account.init.done" {
			t.Errorf("a county with people: %v", err)
		}
		err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test.empty", func(tx *db.Tx) error {
			for _, table := range []string{"post", "session", "account"} {
				if _, err := tx.Exec(`delete from ` + table); err != nil {
					return err
				}
			}
			return tx.RecordAll("test/empty", 1, "")
		})
		if err != nil {
			t.Fatal(err)
		}
		three := account.FirstAdmins()
		for _, bad := range [][]account.Admin{nil, three[:2], {three[0], three[1], {Kind: three[1].Kind, Login: "x", Name: "x"}},
			{three[0], three[1], {Kind: actor.Chief, Login: "x", Name: "x"}}} {
			if _, err := init(bad); fault.KeyOf(err) != "account.init.three" {
				t.Errorf("%v: %v", bad, err)
			}
		}
		first, err := init(three)
		if err != nil || len(first) != 3 {
			t.Fatal(first, err)
		}
		for _, a := range first {
			cookie, err := w.SignIn(t.Context(), account.Credentials{Login: a.Login, Password: a.Password.Reveal()})
			if err != nil {
				t.Fatal(a.Login, err)
			}
			s, err := w.Resume(t.Context(), cookie)
			if err != nil || s.Must != "password" || len(s.Kinds) != 1 || !s.Actor.Kind.Admin() {
				t.Errorf("%s: %+v, %v", a.Login, s, err)
			}
		}
		if _, err := init(three); fault.KeyOf(err) != "account.init.done" {
			t.Errorf("twice: %v", err)
		}
	})
}
