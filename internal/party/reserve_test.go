package party_test

import (
	"fmt"
	"slices"
	"strings"
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
			if all, err := s.Reserves(t.Context(), by, community, false, "", 50); err == nil && len(all) > 0 {
				t.Errorf("%s lists it", by.Kind)
			}
			if _, err := s.EndReserve(t.Context(), by, "", f.ID, "不要了"); err == nil {
				t.Errorf("%s ends it", by.Kind)
			}
		}
		for _, by := range []actor.Actor{worker, clerk, as(actor.GeneralLeader, "g", "610929100"), as(actor.CountyCentre, "c", "610929")} {
			if all, err := s.Reserves(t.Context(), by, community, false, "", 50); err != nil || len(all) != 1 {
				t.Errorf("%s lists %v, %v", by.Kind, all, err)
			}
		}
		kept := func(by actor.Actor, under string, want int) {
			t.Helper()
			if all, err := s.Reserves(t.Context(), by, under, true, "", 50); err != nil || len(all) != want {
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

// TestReserveList: however many files a place has, every one is on a page, in the
// order of places and days, and none twice; one's own are among them wherever they
// lie. A page is read along an index and sorts no more than it shows.
func TestReserveList(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := &party.Service{DB: d, Keys: seal.FromSeed(1)}
		places := []string{"610929100001", "610929100002", "610929101001"}
		var all []party.Reserve
		for i := range 1210 {
			who := fmt.Sprintf("a%04d", i)
			r := party.Reserve{ID: fmt.Sprintf("f%04d", i), Path: places[i%3], AccountID: who, Name: who, MetOn: "2026-01-01", Document: "第1号", State: party.ReserveEnded, ProposedBy: "clerk", ProposedName: "clerk", ProposedAt: int64(9000 - i), Version: 1}
			switch {
			case i >= 1208: // two that somebody of the second place has elsewhere, before it and behind it
				r.AccountID, r.Path = "mover", places[(i-1208)*2]
			case i%4 == 0:
				r.State = party.ReserveKept
			}
			all = append(all, r)
		}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			for _, r := range all {
				if err := db.Insert(tx, "reserve_file", r); err != nil {
					return err
				}
			}
			return nil
		})
		line := func(r party.Reserve) string { return fmt.Sprintf("%s %05d %s", r.Path, r.ProposedAt, r.ID) }
		as := func(k actor.Kind, id, path string) actor.Actor {
			return actor.Actor{Account: id, Name: id, Kind: k, Paths: []string{path}}
		}
		read := func(by actor.Actor, under string, kept bool) (got []string, last string) {
			t.Helper()
			for {
				page, err := s.Reserves(t.Context(), by, under, kept, last, 50)
				if err != nil || len(page) > 50 {
					t.Fatalf("%s: %d files, %v", by.Kind, len(page), err)
				}
				if len(page) == 0 {
					return got, last
				}
				for _, r := range page {
					got = append(got, line(r))
				}
				last = page[len(page)-1].Cursor()
			}
		}
		county := as(actor.CountyCentre, "c", "610929")
		clerk := as(actor.VillageClerk, "mover", places[1])
		for what, one := range map[string]struct {
			by    actor.Actor
			under string
			kept  bool
			want  func(party.Reserve) bool
		}{
			"the county":                      {county, "610929", false, func(party.Reserve) bool { return true }},
			"what the county keeps":           {county, "610929", true, func(r party.Reserve) bool { return r.State == party.ReserveKept }},
			"a place of it":                   {county, places[2], false, func(r party.Reserve) bool { return r.Path == places[2] }},
			"a village with one's own":        {clerk, places[1], false, func(r party.Reserve) bool { return r.Path == places[1] || r.AccountID == "mover" }},
			"a village's view of the county":  {clerk, "610929", false, func(r party.Reserve) bool { return r.Path == places[1] || r.AccountID == "mover" }},
			"another village":                 {as(actor.VillageClerk, "x", "610929101002"), "610929", false, func(party.Reserve) bool { return false }},
			"what the village keeps":          {clerk, places[1], true, func(r party.Reserve) bool { return r.Path == places[1] && r.State == party.ReserveKept }},
			"what the other keeps, of no own": {clerk, places[0], true, func(party.Reserve) bool { return false }},
			"only one's own":                  {as(actor.GridWorker, "mover", places[1]+"001"), places[1], false, func(r party.Reserve) bool { return r.AccountID == "mover" }},
		} {
			var want []string
			for _, r := range all {
				if one.want(r) {
					want = append(want, line(r))
				}
			}
			slices.Sort(want)
			if got, _ := read(one.by, one.under, one.kept); !slices.Equal(got, want) {
				t.Errorf("%s: %d files, want %d in the order of places and days", what, len(got), len(want))
			}
		}
		if page, err := s.Reserves(t.Context(), county, places[1], false, places[0]+"|0|x", 1); err != nil || len(page) != 1 || page[0].Path != places[1] {
			t.Errorf("after a file of another place: %v, %v", page, err)
		}
		_, last := read(county, places[0], false)
		along := func() {
			t.Helper()
			for _, after := range []string{"", last} {
				p := dbtest.Plan(t, d, party.Reserved(county, places[0], false, after, 50))
				if !strings.Contains(p, "reserve_file_path_ix") || !strings.Contains(p, "reserve_file_own_ix") {
					t.Errorf("after %q, not along the indexes:\n%s", after, p)
				}
				if strings.Count(p, "Sort  (")+strings.Count(p, "TEMP B-TREE") > 2 || after != "" && strings.Contains(p, "path_ix (path>?") {
					t.Errorf("after %q, reads or sorts what it does not show:\n%s", after, p)
				}
				// What is kept is open: it may be read by any index that holds nothing else.
				p = dbtest.Plan(t, d, party.Reserved(county, places[0], true, after, 50))
				if strings.Contains(p, "reserve_file_path_ix") || strings.Contains(p, "Seq Scan") || strings.Contains(p, "SCAN reserve_file") {
					t.Errorf("after %q, what is kept is looked for among what has ended:\n%s", after, p)
				}
			}
		}
		if strings.HasSuffix(t.Name(), "/sqlite") { // which does not count its tables by itself
			along()
		}
		if err := d.Analyze(t.Context()); err != nil {
			t.Fatal(err)
		}
		along()
	})
}
