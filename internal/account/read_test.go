package account_test

import (
	"slices"
	"strings"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
)

func TestList(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, by := range []actor.Actor{{}, as("worker"), as("police"), as("chief"), as("audadmin")} {
			if all, err := w.s.List(t.Context(), by, "", "", 10); fault.KindOf(err) != fault.Forbidden || all != nil {
				t.Errorf("%q lists %v, %v", by.Account, all, err)
			}
		}
		list := func(by actor.Actor, under string, limit int) string {
			t.Helper()
			var got []string
			after := ""
			for {
				all, err := w.s.List(t.Context(), by, under, after, limit)
				if err != nil {
					t.Fatal(err)
				}
				if len(all) == 0 {
					return strings.Join(got, " ")
				}
				for _, e := range all {
					got = append(got, e.Login)
				}
				after = all[len(all)-1].Key()
			}
		}
		const everyone = "audadmin chief sysadmin centre police leader police worker worker2 leader2 centre2 worker2"
		for _, c := range []struct {
			by          actor.Actor
			under, want string
		}{
			{as("sysadmin"), "", everyone},
			{as("sysadmin"), otherTown, "centre2 worker2"},
			{as("centre"), "", "centre police leader police worker worker2 leader2"},
			{as("centre"), otherTown, ""},
			{as("leader"), "", "leader police worker worker2"},
			{as("leader2"), village, ""},
		} {
			for _, limit := range []int{1, 3, 100} {
				if got := list(c.by, c.under, limit); got != c.want {
					t.Errorf("%s under %q, %d at once: %q, want %q", c.by.Account, c.under, limit, got, c.want)
				}
			}
		}
	})
}

// TestPhones: the list names once each whom EnrolPhone gives a code, and
// nobody else.
func TestPhones(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, by := range []actor.Actor{{}, as("worker"), as("police"), as("chief"), as("sysadmin")} {
			if all, err := w.s.Phones(t.Context(), by, "", 10); fault.KindOf(err) != fault.Forbidden || all != nil {
				t.Errorf("%q lists %v, %v", by.Account, all, err)
			}
		}
		w.enrolled(t, "worker")
		dbtest.Given(t, w.DB, func(tx *db.Tx) error { // two grids of one village
			_, err := account.Appoint(tx, account.Post{AccountID: "worker", Kind: actor.GridWorker, Path: village + "005", ValidFrom: "2025-01-01"})
			return err
		})
		for by, want := range map[string]string{"leader": "worker", "leader2": "", "centre": "leader police worker leader2", "centre2": ""} {
			for _, limit := range []int{1, 100} {
				var got []string
				for after := ""; ; {
					all, err := w.s.Phones(t.Context(), as(by), after, limit)
					if err != nil {
						t.Fatal(err)
					}
					if len(all) == 0 {
						break
					}
					for _, h := range all {
						if got = append(got, h.Login); (h.Device != "") != (h.Login == "worker") {
							t.Errorf("%s: phone %q", h.Login, h.Device)
						}
					}
					after = all[len(all)-1].Key()
				}
				if strings.Join(got, " ") != want {
					t.Errorf("%s, %d at once: %q, want %q", by, limit, got, want)
				}
			}
			for _, p := range people {
				_, err := w.s.EnrolPhone(t.Context(), as(by), account.ID(p.login))
				if listed := slices.Contains(strings.Fields(want), p.login); listed != (err == nil) {
					t.Errorf("%s, %s: listed %v, and a code: %v", by, p.login, listed, err)
				}
			}
		}
	})
}

func TestMine(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		if _, err := w.s.Mine(t.Context(), actor.Actor{}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("nobody: %v", err)
		}
		w.enrolled(t, "police")
		p, err := w.s.Mine(t.Context(), as("police"))
		if err != nil || p.Login != "police" || !p.TOTP || p.Device != "华为" || len(p.Posts) != 2 || p.Posts[0].Kind != actor.SectionLeader {
			t.Errorf("%+v, %v", p, err)
		}
	})
}
