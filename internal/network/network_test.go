package network_test

import (
	"slices"
	"testing"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/matter"
	"anju/internal/network"
	"anju/internal/proposal"
)

// TestTree: who holds which post from when to when, who did before, what is
// vacant and who answers; a person with three hats is one.
func TestTree(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, by := range []actor.Actor{{}, as("audadmin"), {Account: "x", Kind: "mayor", Paths: []string{county}}} {
			if _, err := w.Tree(t.Context(), by, village); err == nil {
				t.Errorf("%q sees the tree", by.Kind)
			}
		}
		for _, at := range []string{"", "6109", "abcdef", "620000"} {
			if _, err := w.Tree(t.Context(), as("worker"), at); kind(err) != "not_found" {
				t.Errorf("at %q: %v", at, err)
			}
		}
		tree, err := w.Tree(t.Context(), as("police"), village)
		if err != nil {
			t.Fatal(err)
		}
		var line []int
		for _, s := range tree.Line {
			line = append(line, s.Level)
			if !s.Present() {
				t.Errorf("level %d is said to be vacant", s.Level)
			}
		}
		if !slices.Equal(line, []int{5, 4, 3}) || len(tree.Below) != 4 {
			t.Fatalf("line %v, %d below", line, len(tree.Below))
		}
		for _, s := range tree.Below {
			want := s.Level
			if s.Path == next && s.Level == 2 {
				want = 3
			}
			if s.Answers != want {
				t.Errorf("level %d of %s is answered by %d, want %d", s.Level, s.Path, s.Answers, want)
			}
		}
		second := tree.Below[slices.IndexFunc(tree.Below, func(s network.Seat) bool { return s.Path == next && s.Level == 1 })].Holders
		if len(second) != 1 || len(second[0].Hats) != 1 || second[0].Hats[0].Kind != actor.VillageClerk {
			t.Errorf("hats of the second worker: %+v", second)
		}
		if tree.Total.Posts != 5 || tree.Total.People != 4 || tree.Vacant != 1 {
			t.Errorf("%d posts, %d people, %d vacant; want 5, 4, 1", tree.Total.Posts, tree.Total.People, tree.Vacant)
		}
		if want := []account.Count{{MadeOf: "公益性岗位", Posts: 2, People: 1}, {MadeOf: "护林员", Posts: 1, People: 1}}; !slices.Equal(tree.Made, want) {
			t.Errorf("made of %v, want %v", tree.Made, want)
		}
		if err := w.accounts.EndPost(t.Context(), as("sysadmin"), w.post("worker", here).ID); err != nil {
			t.Fatal(err)
		}
		tree, err = w.Tree(t.Context(), as("worker"), here)
		if err != nil || len(tree.Line) != 5 || len(tree.Past) != 1 || tree.Past[0].AccountID != "worker" || tree.Past[0].ValidTo != today {
			t.Errorf("at the grid: %d levels, past %+v, %v", len(tree.Line), tree.Past, err)
		}
	})
}

// TestDeputyAndLeave: a deputy is marked; on the days of a leave the stand-in
// answers, marked, and on no other; without one the next level does.
func TestDeputyAndLeave(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := as("sysadmin")
		if _, err := w.accounts.Appoint(t.Context(), admin, w.key(), account.Post{AccountID: "spare", Kind: actor.GridLeader, Path: here, HeldAs: account.Deputy}); err != nil {
			t.Fatal(err)
		}
		names := func(at string, level int) (all []string, answers int) {
			tree, err := w.Tree(t.Context(), as("worker"), at)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range tree.Line {
				if s.Level == level {
					for _, h := range s.Holders {
						all = append(all, h.Name)
					}
					return all, s.Answers
				}
			}
			return nil, 0
		}
		if got, _ := names(here, 2); !slices.Equal(got, []string{"甲leader", "甲spare（副）"}) {
			t.Errorf("leader and deputy: %v", got)
		}
		away := account.Away{AccountID: "section", From: today.AddDays(1), To: today.AddDays(3), StandIns: map[string]account.ID{w.post("section", village).ID: "leader"}}
		for _, login := range []string{"section", "general", "audadmin"} {
			if _, err := w.accounts.GoOnLeave(t.Context(), as(login), "", away); kind(err) != "not_found" {
				t.Errorf("%s: %v", login, err)
			}
		}
		bad := away
		bad.To = calendar.Forever
		if _, err := w.accounts.GoOnLeave(t.Context(), admin, "", bad); wrong(err, "last") != "account.leave.open" {
			t.Errorf("without an end: %v", err)
		}
		bad = away
		bad.StandIns = map[string]account.ID{w.post("section", village).ID: "section"}
		if _, err := w.accounts.GoOnLeave(t.Context(), admin, "", bad); wrong(err, "stand_in_"+w.post("section", village).ID) != "account.leave.nobody" {
			t.Errorf("for oneself: %v", err)
		}
		leave, err := w.accounts.GoOnLeave(t.Context(), admin, w.key(), away)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.accounts.GoOnLeave(t.Context(), admin, "", away); wrong(err, "from") != "account.leave.overlaps" {
			t.Errorf("twice: %v", err)
		}
		for day, want := range [][]string{{"甲section"}, {"甲section", "甲leader（代）"}, {"甲section", "甲leader（代）"}, {"甲section"}} {
			w.clock.Set(today.AddDays(day).Start().Add(10 * time.Hour))
			if got, answers := names(village, 3); !slices.Equal(got, want) || answers != 3 {
				t.Errorf("%d days on: %v answered by level %d, want %v", day, got, answers, want)
			}
		}
		w.clock.Set(today.AddDays(1).Start().Add(10 * time.Hour))
		if err := w.accounts.EndLeave(t.Context(), as("section"), leave.ID); kind(err) != "not_found" {
			t.Errorf("by oneself: %v", err)
		}
		if err := w.accounts.EndLeave(t.Context(), admin, leave.ID); err != nil {
			t.Fatal(err)
		}
		if got, _ := names(village, 3); !slices.Equal(got, []string{"甲section"}) {
			t.Errorf("back early: %v", got)
		}
		if _, err := w.accounts.GoOnLeave(t.Context(), admin, w.key(), account.Away{AccountID: "section", From: today.AddDays(1), To: today.AddDays(2)}); err != nil {
			t.Fatal(err)
		}
		if _, answers := names(village, 3); answers != 4 {
			t.Errorf("nobody stands in: answered by level %d, want 4", answers)
		}
	})
}

// TestVacancy: the next level is told once, takes note, does the work, and is
// told no more once somebody is there.
func TestVacancy(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m, err := w.matters.Report(t.Context(), as("worker"), w.key(), matter.ReportRequest{Category: "facility", Text: "水管破裂"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.matters.Do(t.Context(), as("section"), "", matter.Accept, m.ID, matter.Say{}); kind(err) != "forbidden" {
			t.Errorf("the section leader takes what the leader has: %v", err)
		}
		if err := w.accounts.EndPost(t.Context(), as("sysadmin"), w.post("leader", here).ID); kind(err) != "conflict" {
			t.Errorf("a post with an open matter ends: %v", err)
		}
		if _, err := w.HandOver(t.Context(), as("sysadmin"), w.key(), network.Offer{PostID: w.post("leader", here).ID, To: map[network.Part]account.ID{network.Matters: "section"}}); err != nil {
			t.Fatal(err)
		}
		word := func(by string) (all []network.VacancyLine) {
			lines, err := w.Vacancies(t.Context(), as(by), true, "", 500)
			if err != nil {
				t.Fatal(err)
			}
			after := ""
			for _, l := range lines {
				if one, err := w.Vacancies(t.Context(), as(by), true, after, 1); err != nil || len(one) != 1 || one[0] != l {
					t.Fatalf("one at a time, after %q: %v, %v", after, one, err)
				}
				after = l.Key()
			}
			for _, l := range lines {
				if l.Path == here {
					all = append(all, l)
				}
			}
			return all
		}
		got := word("section")
		if len(got) != 1 || !got[0].New() || got[0].Level != 2 || got[0].Word.Told != 3 {
			t.Fatalf("the section leader is told %+v", got)
		}
		for range 3 {
			w.sweep()
		}
		if n := w.count(`select count(*) from vacancy where path = $1`, here); n != 1 {
			t.Errorf("told %d times", n)
		}
		if n, err := w.Work(t.Context(), as("section")); err != nil || n.Vacancies != 2 { // here and next
			t.Errorf("to do: %+v, %v", n, err)
		}
		for by, want := range map[string]string{"worker": "not_found", "farleader": "not_found", "general": "forbidden", "audadmin": "not_found", "section": "ok"} {
			if _, err := w.NoteVacancy(t.Context(), as(by), w.key(), got[0].Word.ID); kind(err) != want {
				t.Errorf("%s takes note: %v, want %s", by, err, want)
			}
		}
		if _, err := w.NoteVacancy(t.Context(), as("section"), w.key(), got[0].Word.ID); kind(err) != "conflict" {
			t.Errorf("twice: %v", err)
		}
		// The work is done by who answers; nobody else.
		if _, err := w.matters.Do(t.Context(), as("general"), "", matter.Accept, m.ID, matter.Say{}); kind(err) != "forbidden" {
			t.Errorf("two levels up: %v", err)
		}
		mine, err := w.matters.List(t.Context(), as("section"), matter.Filter{Level: 3})
		if err != nil || len(mine) != 1 || mine[0].ID != m.ID {
			t.Errorf("on the list of who answers: %v, %v", mine, err)
		}
		if n, err := w.matters.Counts(t.Context(), as("section")); err != nil || n.Mine != 1 {
			t.Errorf("counted %+v, %v", n, err)
		}
		if n, err := w.matters.Counts(t.Context(), as("general")); err != nil || n.Mine != 0 {
			t.Errorf("the level above has %+v, %v", n, err)
		}
		if is, err := w.matters.Do(t.Context(), as("section"), w.key(), matter.Handle, m.ID, matter.Say{Text: "已修好"}); err != nil || is.Level != 2 {
			t.Errorf("handled by who answers: level %d, %v", is.Level, err)
		}
		// Another level answers: it has not been told yet.
		if err := w.accounts.EndPost(t.Context(), as("sysadmin"), w.post("section", village).ID); err != nil {
			t.Fatal(err)
		}
		if got = word("general"); len(got) != 1 || !got[0].New() || got[0].Word.Told != 4 {
			t.Errorf("the general leader is told %+v", got)
		}
		if _, err := w.accounts.Appoint(t.Context(), as("sysadmin"), w.key(), account.Post{AccountID: "spare", Kind: actor.GridLeader, Path: here}); err != nil {
			t.Fatal(err)
		}
		if got = word("general"); len(got) != 0 {
			t.Errorf("somebody is there: %+v", got)
		}
		if n := w.count(`select count(*) from vacancy where path = $1 and ended_on = ''`, here); n != 0 {
			t.Errorf("%d words of it are still open", n)
		}
	})
}

// TestNothingWithNobody: what would leave somebody with nobody is refused with
// the list, and what comes by a day passing is listed by the night.
func TestNothingWithNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, by := range []actor.Actor{{}, as("worker"), as("chief"), as("audadmin")} {
			if _, err := w.Holes(t.Context(), by); err == nil {
				t.Errorf("%s sees what is with nobody", by.Kind)
			}
		}
		admin := as("sysadmin")
		err := w.accounts.EndPost(t.Context(), admin, w.post("chief", county).ID)
		if kind(err) != "conflict" || fault.KeyOf(err) != "network.check.refused" {
			t.Fatalf("the last of the top level goes: %v", err)
		}
		if w.post("chief", county).ValidTo != calendar.Forever {
			t.Error("refused, and ended all the same")
		}
		if _, err := w.accounts.GoOnLeave(t.Context(), admin, "", account.Away{AccountID: "chief", From: today, To: today.AddDays(3)}); fault.KeyOf(err) != "network.check.refused" {
			t.Errorf("away with nobody: %v", err)
		}
		if _, err := w.accounts.GoOnLeave(t.Context(), admin, "", account.Away{AccountID: "chief", From: today, To: today.AddDays(3), StandIns: map[string]account.ID{w.post("chief", county).ID: "spare"}}); err != nil {
			t.Errorf("away with a stand-in: %v", err)
		}
		// A term that is over at a day's end: nobody does anything.
		if _, err := w.accounts.Appoint(t.Context(), admin, w.key(), account.Post{AccountID: "spare", Kind: actor.Justice, Path: county, ValidTo: today.AddDays(5)}); err != nil {
			t.Fatal(err)
		}
		d, err := w.ProposeDuty(t.Context(), as("civil"), w.key(), network.Duty{Duty: "law", Name: "法治宣传", Department: actor.Justice, Document: "白司发〔2026〕3号", Asked: proposal.Asked{ValidFrom: today, Reason: "普法"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ApproveDuty(t.Context(), as("centre"), w.key(), d.ID); err != nil {
			t.Fatal(err)
		}
		w.sweep()
		before, err := w.Holes(t.Context(), admin)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Set(today.AddDays(5).Start().Add(time.Hour))
		w.sweep()
		w.sweep()
		after, err := w.Holes(t.Context(), admin)
		if err != nil || len(before) != 0 || len(after) != 2 || after[0].What != network.HoleCategory || after[1].What != network.HoleDuty || after[1].FoundOn != today.AddDays(5) {
			t.Errorf("before %v, after %v, %v", before, after, err)
		}
		if n := w.count(`select count(*) from hole where what = 'duty' and ended_on = ''`); n != 1 {
			t.Errorf("found %d times", n)
		}
		if n, err := w.Work(t.Context(), as("centre")); err != nil || n.Holes != 2 {
			t.Errorf("to do: %+v, %v", n, err)
		}
	})
}
