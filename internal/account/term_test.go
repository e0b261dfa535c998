package account_test

import (
	"slices"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/fault"
)

// TestTermOfAPost: whoever stands in for somebody sees what the post sees on
// the days given, and on no other.
func TestTermOfAPost(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		p := account.Post{AccountID: "leader2", Kind: actor.GridWorker, Path: village + "001", Office: "代理网格员", ValidFrom: "2026-03-06", ValidTo: "2026-03-08"}
		for _, login := range []string{"worker", "leader", "centre", "audadmin"} {
			if _, err := w.s.Appoint(t.Context(), as(login), "", p); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", login, err)
			}
		}
		for _, c := range []struct {
			from, to calendar.Date
			key      string
		}{
			{"2026-03-03", "", "account.term.past"},
			{"2026-03-06", "2026-03-06", "account.term.order"},
			{"", "2026-03-01", "account.term.order"},
			{"2026-02-30", "", "account.term.bad"},
			{"", "soon", "account.term.bad"},
		} {
			bad := p
			bad.ValidFrom, bad.ValidTo = c.from, c.to
			_, err := w.s.Appoint(t.Context(), as("sysadmin"), "", bad)
			if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != c.key {
				t.Errorf("%s to %s: %v, want %s", c.from, c.to, err, c.key)
			}
		}
		if _, err := w.s.Appoint(t.Context(), as("sysadmin"), "", p); err != nil {
			t.Fatal(err)
		}
		for day, want := range []bool{false, false, true, true, false} {
			w.clock.Set(today.AddDays(day).Start().Add(10 * time.Hour))
			_, s := w.signIn(t, "leader2")
			if got := slices.Contains(s.Kinds, actor.GridWorker); got != want {
				t.Errorf("%d days on: in the post %v, want %v", day, got, want)
			}
		}
		w.clock.Set(today.Start().Add(10 * time.Hour))
		longer := p
		longer.ValidTo = ""
		if _, err := w.s.Appoint(t.Context(), as("sysadmin"), "", longer); fault.KindOf(err) != fault.Invalid || fault.Of(err).Fields[0].Key != "account.term.overlaps" {
			t.Errorf("over days already given: %v", err)
		}
		longer.ValidFrom = "2026-03-08"
		if _, err := w.s.Appoint(t.Context(), as("sysadmin"), "", longer); err != nil {
			t.Errorf("from the day after: %v", err)
		}
		held, err := w.s.Posts(t.Context(), as("sysadmin"), "leader2")
		if err != nil || len(held.Posts) != 3 {
			t.Errorf("what is to come: %+v, %v", held.Posts, err)
		}
	})
}
