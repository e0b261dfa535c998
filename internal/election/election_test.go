package election_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/dwelling"
	"anju/internal/election"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/paper/papertest"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	home  = "610929100207" // 城关镇幸福村: the village law
	there = "610929101001" // 中厂镇同心社区: a residents' committee
	next  = "610929100206" // another village
	day   = calendar.Date("2027-01-20")
)

// A world is people around one village: who lives where they are registered,
// who has left, who has come, and a child.
type world struct {
	*election.Service
	at map[string]person.ID
}

func each(t *testing.T, f func(t *testing.T, w *world, c *dbtest.Clock)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{&election.Service{DB: d, Keys: seal.FromSeed(1)}, map[string]person.ID{}}
		dbtest.Given(t, d, division.Install)
		dbtest.Given(t, d, w.given)
		f(t, w, c)
	})
}

// in registers a person in one village and lets them live in another since a day.
func (w *world) in(tx *db.Tx, name, registered, living string, birth, since calendar.Date) error {
	a, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: registered, GroupNo: "01", Text: name + "家", State: dwelling.Approved})
	if err != nil {
		return err
	}
	b, err := dwelling.FindOrInsertAddress(tx, dwelling.Address{Village: living, Text: name + "住处", State: dwelling.Approved})
	if err != nil {
		return err
	}
	house, err := dwelling.HouseAt(tx, b.ID, "own")
	if err != nil {
		return err
	}
	h, err := household.Insert(tx, household.Household{RegisterNo: "61092" + fmt.Sprintf("%04d", len(w.at)), Kind: household.Family, Village: registered, GroupNo: "01", AddressID: a.ID, Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	p, err := person.Insert(tx, w.Keys, person.Draft{Name: name, Sex: "1", Birth: birth, Ethnicity: "01", NoNumberReason: "未办", Source: "test", AsOf: "2026-01-01"})
	if err != nil {
		return err
	}
	w.at[name] = p.ID
	if _, err := residence.Register(tx, p.ID, h.ID, registered+"001", "02", "2010-01-01", "test"); err != nil {
		return err
	}
	return residence.Relocate(tx, h.ID, []person.ID{p.ID}, living+"001", house.ID, since, "test")
}

func (w *world) given(tx *db.Tx) error {
	for _, p := range []struct {
		name, registered, living string
		birth, since             calendar.Date
	}{
		{"住在村里", home, home, "1970-05-01", "2010-01-01"},
		{"搬去社区", home, there, "1970-05-01", "2020-01-01"},
		{"来了三年", there, home, "1970-05-01", "2023-01-01"},
		{"刚满一年", there, home, "1970-05-01", "2026-01-20"},
		{"差了一天", there, home, "1970-05-01", "2026-01-21"},
		{"正满十八", home, home, "2009-01-20", "2010-01-01"},
		{"差天十八", home, home, "2009-01-21", "2010-01-01"},
		{"藏起来的", there, home, "1970-05-01", "2020-01-01"},
		{"远处的人", next, next, "1970-05-01", "2010-01-01"},
	} {
		if err := w.in(tx, p.name, p.registered, p.living, p.birth, p.since); err != nil {
			return err
		}
	}
	_, err := residence.Protect(tx, w.at["藏起来的"], "610929100")
	return err
}

func as(kind actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: string(kind) + path, Name: "办事员", Kind: kind, Paths: []string{path}, Office: "办公室"}
}

var (
	civil = as(actor.CivilAffairs, "610929")
	clerk = as(actor.VillageClerk, home)
	other = as(actor.VillageClerk, there)
)

// open opens the round in a unit and draws its list.
func (w *world) open(t *testing.T, by actor.Actor) election.Election {
	t.Helper()
	if n, err := w.Open(t.Context(), civil, "", election.Opening{Round: "2026年换届", Under: by.Paths[0], Day: day}); err != nil || n != 1 {
		t.Fatalf("opened %d, %v", n, err)
	}
	all, err := w.List(t.Context(), by, election.Filter{Limit: 9})
	if err != nil || len(all) != 1 {
		t.Fatalf("listed %d, %v", len(all), err)
	}
	e, err := w.Draw(t.Context(), by, "", all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// why is the reason of everybody in a list, by name.
func (w *world) why(t *testing.T, by actor.Actor, id election.ID) map[string]election.Why {
	t.Helper()
	all, err := w.Electors(t.Context(), by, id, election.Show{All: true})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]election.Why{}
	for _, x := range all {
		got[x.Name] = x.Why
	}
	return got
}

func (w *world) declare(t *testing.T, by actor.Actor, id election.ID, name, answer string) {
	t.Helper()
	if _, err := w.Declare(t.Context(), by, "", id, election.Word{People: []person.ID{w.at[name]}, Answer: answer, On: calendar.On(w.DB.Now()), How: "书面"}); err != nil {
		t.Fatalf("%s says %s: %v", name, answer, err)
	}
}

func consent(of ...person.ID) election.Resolution {
	return election.Resolution{People: of, Answer: election.Yes, Body: "representatives", On: "2026-01-15", For: 21, Against: 2, Document: "幸福村代表会决议〔2026〕3号"}
}

func TestJudge(t *testing.T) {
	grown := election.Facts{Law: election.VillageLaw, Day: day, Birth: "1970-01-01"}
	for name, tt := range map[string]struct {
		change func(f *election.Facts)
		listed bool
		why    election.Why
	}{
		"nobody here":                     {func(f *election.Facts) {}, false, election.NotHere},
		"registered and living":           {func(f *election.Facts) { f.Registered, f.Living = true, true }, true, election.RegisteredLiving},
		"registered only":                 {func(f *election.Facts) { f.Registered = true }, false, election.MayDeclare},
		"registered, takes part":          {func(f *election.Facts) { f.Registered, f.Declared = true, election.Yes }, true, election.RegisteredDeclared},
		"registered and living, declines": {func(f *election.Facts) { f.Registered, f.Living, f.Declared = true, true, election.No }, false, election.Declined},
		"a year to the day":               {func(f *election.Facts) { f.Living, f.Since = true, "2026-01-20" }, false, election.MayApply},
		"a day short of a year":           {func(f *election.Facts) { f.Living, f.Since, f.Declared = true, "2026-01-21", election.Yes }, false, election.YearNotFull},
		"applied":                         {func(f *election.Facts) { f.Living, f.Since, f.Declared = true, "2020-01-01", election.Yes }, false, election.Awaits},
		"applied, consent": {func(f *election.Facts) {
			f.Living, f.Since, f.Declared, f.Consent = true, "2020-01-01", election.Yes, election.Yes
		}, true, election.Consented},
		"applied, none": {func(f *election.Facts) {
			f.Living, f.Since, f.Declared, f.Consent = true, "2020-01-01", election.Yes, election.No
		}, false, election.Refused},
		"village work":           {func(f *election.Facts) { f.Work, f.Declared, f.Consent = "驻村", election.Yes, election.Yes }, true, election.Consented},
		"barred":                 {func(f *election.Facts) { f.Registered, f.Living, f.Barred = true, true, true }, false, election.Barred},
		"elsewhere, and decided": {func(f *election.Facts) { f.Registered, f.Elsewhere, f.Decided = true, true, election.Yes }, false, election.Elsewhere},
		"decided on":             {func(f *election.Facts) { f.Decided = election.Yes }, true, election.DecidedOn},
		"decided off":            {func(f *election.Facts) { f.Registered, f.Living, f.Decided = true, true, election.No }, false, election.DecidedOff},
		"eighteen on the day":    {func(f *election.Facts) { f.Registered, f.Living, f.Birth = true, true, "2009-01-20" }, true, election.RegisteredLiving},
		"eighteen the day after": {func(f *election.Facts) { f.Registered, f.Living, f.Birth = true, true, "2009-01-21" }, false, election.Young},
		"residents: lives there": {func(f *election.Facts) { f.Law, f.Living, f.Since = election.ResidentsLaw, true, "2027-01-19" }, false, election.MayDeclare},
		"residents: lives there, takes part": {func(f *election.Facts) {
			f.Law, f.Living, f.Since, f.Declared = election.ResidentsLaw, true, "2027-01-19", election.Yes
		}, true, election.LivingDeclared},
		"residents: registered and living": {func(f *election.Facts) { f.Law, f.Registered, f.Living = election.ResidentsLaw, true, true }, false, election.MayDeclare},
		"residents: community worker":      {func(f *election.Facts) { f.Law, f.Work, f.Declared = election.ResidentsLaw, "网格员", election.Yes }, false, election.Awaits},
		"residents: confirmed": {func(f *election.Facts) {
			f.Law, f.Work, f.Declared, f.Consent = election.ResidentsLaw, "网格员", election.Yes, election.Yes
		}, true, election.Confirmed},
	} {
		f := grown
		tt.change(&f)
		if listed, why := election.Judge(f); listed != tt.listed || why != tt.why {
			t.Errorf("%s: %v %s, want %v %s", name, listed, why, tt.listed, tt.why)
		}
	}
	for kind, want := range map[division.Kind]election.Law{division.ResidentsCommittee: election.ResidentsLaw, division.CommunityVillage: election.VillageLaw, division.VillageCommittee: election.VillageLaw} {
		if got := election.LawOf(kind); got != want {
			t.Errorf("%s elects by the law of %s", kind, got)
		}
	}
}

func TestGuards(t *testing.T) {
	each(t, func(t *testing.T, w *world, _ *dbtest.Clock) {
		if _, err := w.Open(t.Context(), clerk, "", election.Opening{Round: "2026年换届", Under: home, Day: day}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a village opens its own election: %v", err)
		}
		e := w.open(t, clerk)
		for who, tt := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"another village":   {as(actor.VillageClerk, next), fault.NotFound},
			"another town":      {as(actor.TownWindow, "610929102"), fault.NotFound},
			"a grid worker":     {as(actor.GridWorker, home+"001"), fault.Forbidden},
			"the police":        {as(actor.Registrar, "610929100"), fault.Forbidden},
			"an administrator":  {as(actor.SystemAdmin, "610929"), fault.Forbidden},
			"the town's window": {as(actor.TownWindow, "610929100"), fault.Forbidden},
			"civil affairs":     {civil, fault.Forbidden},
		} {
			if all, err := w.Electors(t.Context(), tt.by, e.ID, election.Show{All: true}); fault.KindOf(err) != tt.want && fault.KindOf(err) != fault.NotFound || len(all) > 0 {
				t.Errorf("%s reads the reasons: %d, %v", who, len(all), err)
			}
			if _, err := w.Elector(t.Context(), tt.by, e.ID, w.at["住在村里"]); err == nil {
				t.Errorf("%s reads a reason", who)
			}
			if _, err := w.Notice(t.Context(), tt.by, e.ID, w.at["住在村里"]); err == nil {
				t.Errorf("%s prints a reason", who)
			}
			if s, err := w.Public(t.Context(), tt.by, e.ID); err == nil || len(s.Groups) > 0 {
				t.Errorf("%s sees a draft", who)
			}
			if _, err := w.Publish(t.Context(), tt.by, "", e.ID); err == nil {
				t.Errorf("%s publishes", who)
			}
		}
		// Who follows an election sees its days and sums, and nobody's reason.
		p, err := w.Get(t.Context(), civil, e.ID)
		if err != nil || p.Committee || len(p.Counts) > 0 || p.Election.Listed != 2 {
			t.Errorf("civil affairs follow: %+v, %v", p, err)
		}
	})
}

// TestList: a list of a village has a reason for everybody, and who is hidden
// there is not in it.
func TestList(t *testing.T) {
	each(t, func(t *testing.T, w *world, _ *dbtest.Clock) {
		e := w.open(t, clerk)
		want := map[string]election.Why{
			"住在村里": election.RegisteredLiving, "搬去社区": election.MayDeclare, "来了三年": election.MayApply, "刚满一年": election.MayApply,
			"差了一天": election.YearNotFull, "正满十八": election.RegisteredLiving, "差天十八": election.Young,
		}
		got := w.why(t, clerk, e.ID)
		for name, why := range want {
			if got[name] != why {
				t.Errorf("%s: %q, want %s", name, got[name], why)
			}
		}
		if len(got) != len(want) {
			t.Errorf("the list holds %v", got)
		}
		// Everything that is said survives another drawing.
		w.declare(t, clerk, e.ID, "搬去社区", election.Yes)
		w.declare(t, clerk, e.ID, "来了三年", election.Yes)
		if _, err := w.Consent(t.Context(), clerk, "", e.ID, consent(w.at["搬去社区"])); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a consent for somebody who needs none: %v", err)
		}
		few := consent(w.at["来了三年"])
		few.For = 1
		if _, err := w.Consent(t.Context(), clerk, "", e.ID, few); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a consent with fewer for it than against: %v", err)
		}
		if _, err := w.Consent(t.Context(), clerk, "", e.ID, consent(w.at["来了三年"])); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Bar(t.Context(), clerk, "", e.ID, election.Bar{PersonID: w.at["正满十八"], Document: "(2026)陕0929刑初1号"}); err != nil {
			t.Fatal(err)
		}
		after, err := w.Draw(t.Context(), clerk, "", e.ID)
		if err != nil || after.Listed != 3 {
			t.Fatalf("%d are listed, %v", after.Listed, err)
		}
		got = w.why(t, clerk, e.ID)
		if got["搬去社区"] != election.RegisteredDeclared || got["来了三年"] != election.Consented || got["正满十八"] != election.Barred {
			t.Errorf("after another drawing: %v", got)
		}
	})
}

// TestOncePerRound: nobody is on two lists of one round, in whatever order the
// committees work.
func TestOncePerRound(t *testing.T) {
	each(t, func(t *testing.T, w *world, _ *dbtest.Clock) {
		v, c := w.open(t, clerk), w.open(t, other)
		w.declare(t, other, c.ID, "搬去社区", election.Yes)
		if got := w.why(t, other, c.ID)["搬去社区"]; got != election.LivingDeclared {
			t.Fatalf("in the community: %s", got)
		}
		w.declare(t, clerk, v.ID, "搬去社区", election.Yes)
		if got := w.why(t, clerk, v.ID)["搬去社区"]; got != election.Elsewhere {
			t.Errorf("in the village too: %s", got)
		}
		x, err := w.Elector(t.Context(), clerk, v.ID, w.at["搬去社区"])
		if err != nil || !strings.Contains(election.Reason(v.Law, x), "不得再参加其他地方的选举") {
			t.Errorf("the law's sentence: %+v, %v", x, err)
		}
		// The place is free again once they say so there.
		w.declare(t, other, c.ID, "搬去社区", election.No)
		if _, err := w.Draw(t.Context(), clerk, "", v.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.why(t, clerk, v.ID)["搬去社区"]; got != election.RegisteredDeclared {
			t.Errorf("after leaving the other list: %s", got)
		}
		// The schema holds it even against the program.
		err = w.DB.Keep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`update elector set listed = 1 where election_id = $1 and person_id = $2`, c.ID, w.at["搬去社区"])
			return err
		})
		if db.Unique(err) != "elector_round_person_id_uq" {
			t.Errorf("two lists of one round: %v", err)
		}
	})
}

// TestPublished: twenty days, five days, three days.
func TestPublished(t *testing.T) {
	each(t, func(t *testing.T, w *world, c *dbtest.Clock) {
		e := w.open(t, clerk)
		c.Set(calendar.Date("2027-01-01").Start())
		if _, err := w.Publish(t.Context(), clerk, "", e.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("published nineteen days before: %v", err)
		}
		c.Set(calendar.Date("2026-12-31").Start())
		e, err := w.Publish(t.Context(), clerk, "", e.ID)
		if err != nil || e.State != election.Published || e.ObjectionsBy != "2027-01-05" {
			t.Fatalf("published: %+v, %v", e, err)
		}
		if _, err := w.Draw(t.Context(), clerk, "", e.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("drawn once published: %v", err)
		}
		object := func(name string, on calendar.Date) error {
			_, err := w.Object(t.Context(), clerk, "", e.ID, election.Objection{PersonID: w.at[name], ByName: "王五", Text: "应当列入", MadeOn: on})
			return err
		}
		c.Set(calendar.Date("2027-01-07").Start())
		if err := object("搬去社区", "2027-01-06"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("an objection on the sixth day: %v", err)
		}
		for _, name := range []string{"搬去社区", "差天十八"} {
			if err := object(name, "2027-01-05"); err != nil {
				t.Fatal(err)
			}
			c.Move(time.Second)
		}
		if _, err := w.Finish(t.Context(), clerk, "", e.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("final with an objection open: %v", err)
		}
		p, err := w.Get(t.Context(), clerk, e.ID)
		if err != nil || len(p.Objections) != 2 || p.Objections[0].DecideBy != "2027-01-08" {
			t.Fatalf("objections: %+v, %v", p.Objections, err)
		}
		if _, err := w.Decide(t.Context(), clerk, "", e.ID, p.Objections[0].ID, election.Add, "本人已于公布前口头表示"); err != nil {
			t.Fatal(err)
		}
		// A child is not decided onto a list.
		if _, err := w.Decide(t.Context(), clerk, "", e.ID, p.Objections[1].ID, election.Add, "同意"); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a child is decided onto the list: %v", err)
		}
		if _, err := w.Decide(t.Context(), clerk, "", e.ID, p.Objections[1].ID, election.Reject, "选举日未满十八周岁"); err != nil {
			t.Fatal(err)
		}
		e, err = w.Finish(t.Context(), clerk, "", e.ID)
		if err != nil || e.State != election.Final || e.Listed != 3 {
			t.Errorf("final: %+v, %v", e, err)
		}
	})
}

// TestWall: what hangs on the wall holds names and groups, and no reason.
func TestWall(t *testing.T) {
	each(t, func(t *testing.T, w *world, _ *dbtest.Clock) {
		e := w.open(t, clerk)
		if _, err := w.Bar(t.Context(), clerk, "", e.ID, election.Bar{PersonID: w.at["正满十八"], Document: "(2026)陕0929刑初1号"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Publish(t.Context(), clerk, "", e.ID); err != nil {
			t.Fatal(err)
		}
		s, err := w.Public(t.Context(), civil, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		var book bytes.Buffer
		if err := s.XLSX(&book); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&book)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		for where, words := range map[string]string{"the wall": papertest.Text(t, papertest.File(t, s.PDF)), "the workbook": fmt.Sprint(rows)} {
			if !strings.Contains(words, "住在村里") || !strings.Contains(words, "2027年1月20日") {
				t.Errorf("%s lacks a name or the day: %.300s", where, words)
			}
			for _, no := range []string{"正满十八", "差天十八", "藏起来的", "刑初", "剥夺", "1970", "610929"} {
				if strings.Contains(words, no) {
					t.Errorf("%s says %s", where, no)
				}
			}
		}
		n, err := w.Notice(t.Context(), clerk, e.ID, w.at["差天十八"])
		if err != nil {
			t.Fatal(err)
		}
		if words := papertest.Text(t, papertest.File(t, n.PDF)); !strings.Contains(strings.ReplaceAll(words, "\n", ""), "不满十八周岁") {
			t.Errorf("the notice: %s", words)
		}
	})
}

// TestWorker: who does the village's work is written down by number.
func TestWorker(t *testing.T) {
	each(t, func(t *testing.T, w *world, _ *dbtest.Clock) {
		number, err := ident.ParseCitizenID("610929196102140016", w.DB.Now())
		if err != nil {
			t.Fatal(err)
		}
		e := w.open(t, clerk)
		if _, err := w.Enter(t.Context(), clerk, "", e.ID, election.Worker{Number: number, Work: "驻村工作队，2025年3月起"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("somebody nobody knows: %v", err)
		}
		var p person.Person
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			p, err = person.Insert(tx, w.Keys, person.Draft{Name: "驻村干部", Sex: "1", Birth: "1961-02-14", Ethnicity: "01", Number: number, Source: "test", AsOf: "2026-01-01"})
			return err
		})
		if _, err := w.Enter(t.Context(), clerk, "", e.ID, election.Worker{Number: number, Work: "驻村工作队，2025年3月起"}); err != nil {
			t.Fatal(err)
		}
		w.at["驻村干部"] = p.ID
		w.declare(t, clerk, e.ID, "驻村干部", election.Yes)
		if _, err := w.Consent(t.Context(), clerk, "", e.ID, consent(p.ID)); err != nil {
			t.Fatal(err)
		}
		if got := w.why(t, clerk, e.ID)["驻村干部"]; got != election.Consented {
			t.Errorf("who works there: %s", got)
		}
	})
}

// Every reason has its words under each law.
func TestWords(t *testing.T) {
	for _, law := range []election.Law{election.VillageLaw, election.ResidentsLaw} {
		for _, why := range election.Whys {
			if words := election.Reason(law, election.Elector{Why: why}); words == "" || strings.Contains(words, "election.why") {
				t.Errorf("%s %s: %q", law, why, words)
			}
		}
	}
	if !slices.Contains(election.Whys, election.NotHere) {
		t.Error("a reason is missing")
	}
}
