package account_test

import (
	"slices"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
)

func TestResumeWrongCookies(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		cookie, s := w.signIn(t, "worker")
		for _, bad := range []string{"", "chosen-by-somebody-else", cookie + "x", cookie[:20], s.Token, s.CSRF} {
			if _, err := w.Resume(t.Context(), bad); fault.KeyOf(err) != "account.signed_out" {
				t.Errorf("%q: %v", bad, err)
			}
		}
		again, _ := w.signIn(t, "worker")
		if again == cookie {
			t.Error("a sign-in kept the cookie")
		}
	})
}

func TestSessionTimes(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		over := func(cookie string, after time.Duration) error {
			w.clock.Move(after)
			_, err := w.Resume(t.Context(), cookie)
			return err
		}
		cookie, _ := w.signIn(t, "worker")
		if err := over(cookie, 30*time.Minute); err != nil {
			t.Errorf("after 30 minutes: %v", err)
		}
		if err := over(cookie, 30*time.Minute+time.Second); fault.KeyOf(err) != "account.ended.idle" {
			t.Errorf("30 minutes idle: %v", err)
		}
		cookie, _ = w.signIn(t, "worker")
		for range 24 {
			if err := over(cookie, 29*time.Minute); err != nil {
				t.Fatalf("in use: %v", err)
			}
		}
		if err := over(cookie, 25*time.Minute); fault.KeyOf(err) != "account.ended.idle" {
			t.Errorf("12 hours in use: %v", err)
		}
		for setting, want := range map[string]string{"10": "account.ended.idle", "600": "", "-1": "", "x": ""} {
			dbtest.Given(t, w.DB, func(tx *db.Tx) error { return db.SetSetting(tx, account.IdleSetting, setting) })
			cookie, _ = w.signIn(t, "worker")
			if err := over(cookie, 11*time.Minute); fault.KeyOf(err) != want {
				t.Errorf("11 minutes idle of %q: %v, want %q", setting, err, want)
			}
			if err := over(cookie, 31*time.Minute); err == nil {
				t.Errorf("a setting of %q lengthened the session", setting)
			}
		}
	})
}

// TestNewerEndsOlder (threat T3): one session an account, and both hear of it.
func TestNewerEndsOlder(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		first, s := w.signIn(t, "worker")
		if s.Note != "" {
			t.Errorf("the first sign-in ended another: %q", s.Note)
		}
		other, _ := w.signIn(t, "leader")
		second, s := w.signIn(t, "worker")
		if s.Note != "replaced" {
			t.Errorf("the second sign-in says %q", s.Note)
		}
		if err := w.Said(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if s, err := w.Resume(t.Context(), second); err != nil || s.Note != "" {
			t.Errorf("said twice: %q, %v", s.Note, err)
		}
		if _, err := w.Resume(t.Context(), first); fault.KeyOf(err) != "account.ended.elsewhere" {
			t.Errorf("the older: %v", err)
		}
		if _, err := w.Resume(t.Context(), other); err != nil {
			t.Errorf("somebody else's: %v", err)
		}
	})
}

func TestSwitchPost(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		cookie, s := w.signIn(t, "police")
		if s.Actor.Kind != actor.SectionLeader || !slices.Equal(s.Kinds, []actor.Kind{actor.SectionLeader, actor.Registrar}) {
			t.Fatalf("signed in as %v of %v", s.Actor.Kind, s.Kinds)
		}
		for _, k := range []actor.Kind{actor.StationHead, actor.AuditAdmin, actor.System, ""} {
			if err := w.SwitchPost(t.Context(), s, k); fault.KindOf(err) != fault.NotFound {
				t.Errorf("to %q: %v", k, err)
			}
		}
		if err := w.SwitchPost(t.Context(), s, actor.Registrar); err != nil {
			t.Fatal(err)
		}
		s, err := w.Resume(t.Context(), cookie)
		if err != nil || s.Actor.Kind != actor.Registrar || !slices.Equal(s.Actor.Paths, []string{town}) {
			t.Fatalf("acts as %v over %v, %v", s.Actor.Kind, s.Actor.Paths, err)
		}
		// A post that ends takes its power with it at once.
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			posts, err := account.PostsOf(tx, "police", today)
			if err != nil {
				return err
			}
			return account.EndPost(tx, posts[1], today)
		})
		if _, err := w.Resume(t.Context(), cookie); fault.KindOf(err) != fault.NotFound {
			t.Errorf("acts in a post that has ended: %v", err)
		}
	})
}

func TestSignOut(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		cookie, _ := w.signIn(t, "worker")
		if err := w.SignOut(t.Context(), cookie); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Resume(t.Context(), cookie); fault.KeyOf(err) != "account.signed_out" {
			t.Errorf("after signing out: %v", err)
		}
		if n := count(t, w.DB, `select count(*) from session`); n != 0 {
			t.Errorf("%d sessions are kept", n)
		}
	})
}
