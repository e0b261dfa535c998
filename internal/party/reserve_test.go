package party_test

import (
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/party"
	"anju/internal/seal"
)

// TestReserve: a community proposes, the person agrees, reads everything, says
// what they think and has what is wrong corrected; strangers see nothing, and who
// does not agree has no file.
func TestReserve(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		const community = "610929100001"
		s := &party.Service{DB: d, Keys: seal.FromSeed(1)}
		as := func(k actor.Kind, id, path string) actor.Actor {
			return actor.Actor{Account: id, Name: id, Kind: k, Paths: []string{path}}
		}
		clerk, worker := as(actor.VillageClerk, "clerk", community), as(actor.GridWorker, "worker", community+"001")
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for id, path := range map[string]string{"clerk": community, "worker": community + "001", "other": community + "002", "far": "610929101001001"} {
				if err := account.Insert(tx, account.Account{ID: account.ID(id), Login: id, Name: id, State: "active", Version: 1}); err != nil {
					return err
				}
				if _, err := account.Appoint(tx, account.Post{AccountID: account.ID(id), Kind: actor.GridWorker, Path: path, Office: "办公室", ValidFrom: "2025-01-01"}); err != nil {
					return err
				}
			}
			return nil
		})
		strangers := []actor.Actor{{}, as(actor.VillageClerk, "x", "610929101001"), as(actor.GridLeader, "x", community+"001"), as(actor.GridWorker, "other", community+"002"), as(actor.Registrar, "x", "610929100"), as(actor.SystemAdmin, "x", "610929")}
		today := calendar.On(c.Now())
		ask := party.ReserveProposal{Path: community, Login: "worker", MetOn: today.AddDays(-3), Document: "第8号"}
		for _, by := range strangers {
			if _, err := s.ProposeReserve(t.Context(), by, "", ask); err == nil {
				t.Errorf("%s proposes", by.Kind)
			}
		}
		for field, change := range map[string]func(*party.ReserveProposal){
			"login": func(p *party.ReserveProposal) { p.Login = "far" }, "met_on": func(p *party.ReserveProposal) { p.MetOn = today.AddDays(1) }, "document": func(p *party.ReserveProposal) { p.Document = " " },
		} {
			p := ask
			change(&p)
			_, err := s.ProposeReserve(t.Context(), clerk, "", p)
			if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		own := ask
		own.Login = "clerk"
		if _, err := s.ProposeReserve(t.Context(), clerk, "", own); fault.KindOf(err) != fault.Invalid {
			t.Errorf("oneself: %v", err)
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		is := func(err error, want fault.Kind, what string) {
			t.Helper()
			if fault.KindOf(err) != want {
				t.Errorf("%s: %v, want %s", what, err, want)
			}
		}
		f, err := s.ProposeReserve(t.Context(), clerk, "", ask)
		must(err)
		_, err = s.ProposeReserve(t.Context(), clerk, "", ask)
		is(err, fault.Conflict, "twice")
		_, err = s.NoteDeed(t.Context(), clerk, "", f.ID, party.Deed{DoneOn: today, Words: "做事", Evidence: "记录"})
		is(err, fault.Conflict, "before the person agrees")
		for _, by := range append(strangers, clerk) {
			if _, err := s.AnswerReserve(t.Context(), by, "", f.ID, true); err == nil {
				t.Errorf("%s %s answers for another", by.Kind, by.Account)
			}
		}
		_, err = s.AnswerReserve(t.Context(), worker, "", f.ID, true)
		must(err)
		_, err = s.AnswerReserve(t.Context(), worker, "", f.ID, false)
		is(err, fault.Conflict, "answers again")
		deed, err := s.NoteDeed(t.Context(), clerk, "", f.ID, party.Deed{DoneOn: today, Words: "帮助两户", Evidence: "记录"})
		must(err)
		_, err = s.NoteDeed(t.Context(), clerk, "", f.ID, party.Deed{DoneOn: today.AddDays(1), Words: "将来", Evidence: "记录"})
		is(err, fault.Invalid, "tomorrow")
		_, err = s.NoteDeed(t.Context(), worker, "", f.ID, party.Deed{DoneOn: today, Words: "自夸", Evidence: "无"})
		is(err, fault.NotFound, "notes of oneself")
		_, err = s.SayOfReserve(t.Context(), clerk, "", f.ID, "他很好")
		is(err, fault.Forbidden, "speaks for another")
		_, err = s.SayOfReserve(t.Context(), worker, "", f.ID, "我愿意学")
		must(err)
		_, err = s.CorrectDeed(t.Context(), clerk, "", deed.ID, "帮助三户", "属实")
		is(err, fault.Conflict, "nobody has asked")
		_, err = s.WishDeed(t.Context(), worker, "", deed.ID, "是三户")
		must(err)
		c.Move(time.Minute)
		_, err = s.WishDeed(t.Context(), worker, "", deed.ID, "是四户")
		is(err, fault.Conflict, "while one waits")
		_, err = s.CorrectDeed(t.Context(), worker, "", deed.ID, "帮助三户", "属实")
		is(err, fault.NotFound, "answers oneself")
		_, err = s.CorrectDeed(t.Context(), clerk, "", deed.ID, "帮助三户", "已核实")
		must(err)
		read, err := s.ReserveFile(t.Context(), worker, f.ID)
		if err != nil || !read.Mine || read.OwnView != "我愿意学" || len(read.Deeds) != 1 || read.Deeds[0].Words != "帮助三户" || read.Deeds[0].Was != "帮助两户" || read.Deeds[0].Waits() {
			t.Errorf("%+v, %v", read, err)
		}
		for _, by := range strangers {
			if _, err := s.ReserveFile(t.Context(), by, f.ID); err == nil {
				t.Errorf("%s reads it", by.Kind)
			}
			if all, err := s.Reserves(t.Context(), by, community, false); err == nil && len(all) > 0 {
				t.Errorf("%s lists it", by.Kind)
			}
			if _, err := s.EndReserve(t.Context(), by, "", f.ID, "不要了"); err == nil {
				t.Errorf("%s ends it", by.Kind)
			}
		}
		for _, by := range []actor.Actor{worker, clerk, as(actor.GeneralLeader, "g", "610929100"), as(actor.CountyCentre, "c", "610929")} {
			if all, err := s.Reserves(t.Context(), by, community, false); err != nil || len(all) != 1 {
				t.Errorf("%s lists %v, %v", by.Kind, all, err)
			}
		}
		kept := func(by actor.Actor, under string, want int) {
			t.Helper()
			if all, err := s.Reserves(t.Context(), by, under, true); err != nil || len(all) != want {
				t.Errorf("%s: %d kept under %s, %v, want %d", by.Kind, len(all), under, err, want)
			}
		}
		kept(clerk, community, 1)
		kept(worker, community, 1)
		kept(worker, "610929101001", 0) // one's own is of no other place
		_, err = s.EndReserve(t.Context(), worker, "", f.ID, "不想列入")
		must(err)
		_, err = s.NoteDeed(t.Context(), clerk, "", f.ID, party.Deed{DoneOn: today, Words: "做事", Evidence: "记录"})
		is(err, fault.Conflict, "of one that has ended")
		next, err := s.ProposeReserve(t.Context(), clerk, "", ask)
		must(err)
		declined, err := s.AnswerReserve(t.Context(), worker, "", next.ID, false)
		if err != nil || declined.State != party.ReserveDeclined {
			t.Errorf("%+v, %v", declined, err)
		}
		kept(clerk, community, 0)
	})
}
