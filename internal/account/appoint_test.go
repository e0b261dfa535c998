package account_test

import (
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
)

// TestThreeApart: of the three administrators none is another, and none does
// business, on any day.
func TestThreeApart(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, c := range []struct {
			name        string
			first, next account.Post
			want        string
		}{
			{"two administrators", account.Post{Kind: actor.SystemAdmin}, account.Post{Kind: actor.AuditAdmin}, "account.three_apart"},
			{"the other two", account.Post{Kind: actor.AuditAdmin}, account.Post{Kind: actor.SecurityAdmin}, "account.three_apart"},
			{"business first", account.Post{Kind: actor.GridWorker}, account.Post{Kind: actor.SecurityAdmin}, "account.three_apart"},
			{"administrator first", account.Post{Kind: actor.SecurityAdmin}, account.Post{Kind: actor.Chief}, "account.three_apart"},
			{"from next year on", account.Post{Kind: actor.Chief}, account.Post{Kind: actor.SystemAdmin, ValidFrom: "2027-01-01"}, "account.three_apart"},
			{"until it begins", account.Post{Kind: actor.SystemAdmin, ValidFrom: "2027-01-01"}, account.Post{Kind: actor.Chief}, "account.three_apart"},
			{"one after the other", account.Post{Kind: actor.Chief, ValidTo: "2027-01-01"}, account.Post{Kind: actor.SystemAdmin, ValidFrom: "2027-01-01"}, ""},
			{"two business posts", account.Post{Kind: actor.GridWorker}, account.Post{Kind: actor.VillageClerk}, ""},
			{"the same again", account.Post{Kind: actor.AuditAdmin}, account.Post{Kind: actor.AuditAdmin}, ""},
		} {
			err := w.DB.Write(t.Context(), actor.ForSystem("test"), "test", func(tx *db.Tx) error {
				id := account.ID(c.name)
				if err := account.Insert(tx, account.Account{ID: id, Login: c.name, State: "active"}); err != nil {
					return err
				}
				for _, p := range []account.Post{c.first, c.next} {
					if p.AccountID, p.Path = id, county; p.ValidFrom == "" {
						p.ValidFrom = today
					}
					if _, err := account.Appoint(tx, p); err != nil {
						return err
					}
				}
				return nil
			})
			if fault.KeyOf(err) != c.want || c.want == "" && err != nil {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
		}
	})
}

func TestAppointGuard(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		post := func(k actor.Kind, path string) account.Post {
			return account.Post{AccountID: "nobody", Kind: k, Path: path}
		}
		for _, c := range []struct {
			by   actor.Actor
			p    account.Post
			want string
		}{
			{actor.Actor{}, post(actor.GridLeader, village), "policy.not_found"},
			{as("centre"), post(actor.GridLeader, village), "policy.not_found"},
			{as("audadmin"), post(actor.GridLeader, village), "policy.not_found"},
			{as("sysadmin"), post(actor.AuditAdmin, county), "account.at_the_machine"},
			{as("sysadmin"), post(actor.GridWorker, village), "form.invalid"},
			{as("sysadmin"), post(actor.Chief, ""), "form.invalid"},
			{as("sysadmin"), post("", county), "form.invalid"},
			{as("sysadmin"), account.Post{AccountID: "no-such", Kind: actor.Chief, Path: county}, "account.unknown"},
			{as("sysadmin"), account.Post{AccountID: "audadmin", Kind: actor.Chief, Path: county}, "account.three_apart"},
			{as("sysadmin"), post(actor.GridLeader, village), ""},
		} {
			_, err := w.s.Appoint(t.Context(), c.by, "", c.p)
			if fault.KeyOf(err) != c.want {
				t.Errorf("%s appoints %v: %v, want %q", c.by.Account, c.p, err, c.want)
			}
		}
		w.s.Place = func(_ *db.Tx, code string) (string, error) {
			if code != village {
				return "", fault.New(fault.NotFound, "policy.not_found")
			}
			return "清风社区", nil
		}
		if _, err := w.s.Appoint(t.Context(), as("sysadmin"), "", post(actor.GridLeader, other)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("over no place of the county: %v", err)
		}
		for _, by := range []actor.Actor{{}, as("centre"), as("audadmin")} {
			if _, err := w.s.Posts(t.Context(), by, "worker"); err == nil {
				t.Errorf("%q sees who holds what", by.Account)
			}
		}
		in, err := w.s.Appoint(t.Context(), as("sysadmin"), "", account.Post{AccountID: "former", Kind: actor.GridWorker, Path: village + "007"})
		if err != nil || in.Office != "清风社区第7网格网格员" || in.ValidFrom != today {
			t.Errorf("%+v, %v", in, err)
		}
		if p, err := w.s.Posts(t.Context(), as("sysadmin"), "former"); err != nil || len(p.Posts) != 1 || p.Login != "former" {
			t.Errorf("%+v, %v", p, err)
		}
		w.s.Place = nil
		var mine []account.Post
		read := func() {
			err := w.DB.Read(t.Context(), func(tx *db.Tx) (err error) { mine, err = account.PostsOf(tx, "nobody", today); return err })
			if err != nil {
				t.Fatal(err)
			}
		}
		if read(); len(mine) != 1 {
			t.Fatalf("%v", mine)
		}
		for _, by := range []actor.Actor{{}, as("centre")} {
			if err := w.s.EndPost(t.Context(), by, mine[0].ID); err == nil {
				t.Errorf("%q ended a post", by.Account)
			}
		}
		if err := w.s.EndPost(t.Context(), as("sysadmin"), mine[0].ID); err != nil {
			t.Fatal(err)
		}
		if read(); len(mine) != 0 {
			t.Errorf("ended, and still held: %v", mine)
		}
		if err := w.s.EndPost(t.Context(), as("sysadmin"), "no-such"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("no such post: %v", err)
		}
	})
}

func TestHolders(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			phone := w.Keys.Seal("account", "phone", "worker", []byte("13800001234"))
			_, err := tx.Exec(`update account set phone_sealed = $1 where id = 'worker'`, phone)
			return err
		})
		for _, c := range []struct {
			kind actor.Kind
			path string
			on   calendar.Date
			want string
		}{
			{actor.GridWorker, village + "001", today, "worker"}, // the former one has ended
			{actor.GridWorker, village + "001", "2026-03-03", "former worker"},
			{actor.GridWorker, village + "009", today, ""},
			{actor.GridLeader, village + "001", today, "leader"},
			{actor.GridLeader, other, today, "leader2"},
			{actor.TownCentre, village + "001", today, "centre"},
			{actor.TownCentre, county, today, ""}, // above is not below
			{actor.Chief, farVillage, today, "chief"},
			{actor.Chief, "610923", today, ""},
		} {
			got, phone := "", ""
			err := w.DB.Read(t.Context(), func(tx *db.Tx) error {
				hs, err := account.Holders(tx, w.Keys, c.kind, c.path, c.on)
				for _, h := range hs {
					if got != "" {
						got += " "
					}
					got, phone = got+string(h.ID), h.MaskedPhone()
				}
				return err
			})
			if err != nil || got != c.want {
				t.Errorf("%s over %s on %s: %q, %v; want %q", c.kind, c.path, c.on, got, err, c.want)
			}
			if c.want == "worker" && phone != "138****1234" {
				t.Errorf("phone %q", phone)
			}
		}
	})
}
