package party_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/matter"
	"anju/internal/party"
	"anju/internal/person"
	"anju/internal/residence"
	"anju/internal/seal"
)

const (
	county  = "610929"
	town    = "610929100"
	village = "610929100207"
	here    = village + "001"
	far     = "610929101001"
	today   = calendar.Date("2026-03-04")
)

var people = map[string]account.Post{
	"general": {Kind: actor.GeneralLeader, Path: town}, "fargeneral": {Kind: actor.GeneralLeader, Path: "610929101"}, "section": {Kind: actor.SectionLeader, Path: village},
	"leader": {Kind: actor.GridLeader, Path: here}, "worker": {Kind: actor.GridWorker, Path: here}, "clerk": {Kind: actor.VillageClerk, Path: village},
	"farclerk": {Kind: actor.VillageClerk, Path: far}, "secretary": {Kind: actor.BranchSecretary, Path: village}, "member": {Kind: actor.PartyMember, Path: village},
	"other": {Kind: actor.PartyMember, Path: village}, "farmember": {Kind: actor.PartyMember, Path: far}, "sysadmin": {Kind: actor.SystemAdmin, Path: county},
}

func as(login string) actor.Actor {
	p, ok := people[login]
	if !ok {
		return actor.Actor{}
	}
	return actor.Actor{Account: login, Name: "甲" + login, Kind: p.Kind, Paths: []string{p.Path}, Office: "办公室"}
}

func each(t *testing.T, f func(t *testing.T, s *party.Service)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if err := division.Install(tx); err != nil {
				return err
			}
			if err := db.Insert(tx, "grid", grid.Grid{Code: here, Village: village, Name: "第一网格", ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1}); err != nil {
				return err
			}
			for login, p := range people {
				if err := account.Insert(tx, account.Account{ID: account.ID(login), Login: login, Name: "甲" + login, State: "active", Version: 1}); err != nil {
					return err
				}
				p.AccountID, p.Office, p.ValidFrom = account.ID(login), "办公室", "2025-01-01"
				if _, err := account.Appoint(tx, p); err != nil {
					return err
				}
			}
			for i, id := range []household.ID{"open", "hidden"} {
				sealed := ""
				if id == "hidden" {
					sealed = town
				}
				p, err := person.Insert(tx, seal.FromSeed(1), person.Draft{Name: "王" + []string{"甲", "乙"}[i], Sex: "1", Birth: "1961-02-14", Ethnicity: "01", NoNumberReason: "test", Source: "test", AsOf: "2026-01-01"})
				if err != nil {
					return err
				}
				for _, k := range []string{residence.Registered, residence.Living} {
					s := residence.Spell{PersonID: p.ID, Kind: k, Path: here, HouseholdID: id, ValidFrom: "2020-01-01", Source: "test"}
					if k == residence.Registered {
						s.Relation = "02"
					} else {
						s.SealedTo = sealed
					}
					if _, err := residence.Begin(tx, s); err != nil {
						return err
					}
				}
				if err := grid.Bind(tx, id, "living", here, "2020-01-01", sealed); err != nil {
					return err
				}
			}
			return nil
		})
		f(t, &party.Service{DB: d, Keys: seal.FromSeed(1)})
	})
}

func kind(err error) string {
	if err == nil {
		return "ok"
	}
	if k := fault.KindOf(err); k != "" {
		return string(k)
	}
	return err.Error()
}

func wrong(err error, name string) string {
	if f := fault.Of(err); f != nil {
		for _, e := range f.Fields {
			if e.Name == name {
				return e.Key
			}
		}
	}
	return ""
}

func found(t *testing.T, s *party.Service) party.Branch {
	t.Helper()
	b, err := s.Found(t.Context(), as("general"), "", party.Founding{Login: "secretary", Branch: party.Branch{Name: "幸福村网格党支部", Form: party.Alone, Path: village, FoundedOn: "2024-07-01", Document: "白组发〔2024〕20号"}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBranches: the town committee sets branches up over its own places, alone,
// jointly or attached to one that is not itself attached.
func TestBranches(t *testing.T) {
	each(t, func(t *testing.T, s *party.Service) {
		b := party.Branch{Name: "乙支部", Form: party.Attached, Path: village, FoundedOn: "2024-07-01", Document: "白组发〔2024〕21号"}
		for _, by := range []string{"", "worker", "secretary", "member", "leader", "fargeneral", "sysadmin"} {
			if _, err := s.Found(t.Context(), as(by), "", party.Founding{Branch: b}); err == nil {
				t.Errorf("%q sets up a branch", by)
			}
		}
		host := found(t, s)
		by := as("general")
		for name, c := range map[string]struct {
			do    func(*party.Founding)
			field string
		}{
			"attached to nothing":    {func(*party.Founding) {}, "attached_to"},
			"joint with nobody":      {func(f *party.Founding) { f.Branch.Form = party.Joint }, "places"},
			"in no form":             {func(f *party.Founding) { f.Branch.Form = "free" }, "form"},
			"tomorrow":               {func(f *party.Founding) { f.Branch.Form, f.Branch.FoundedOn = party.Alone, today.AddDays(1) }, "founded_on"},
			"with an unknown person": {func(f *party.Founding) { f.Branch.Form, f.Login = party.Alone, "who" }, "login"},
			"over a whole town":      {func(f *party.Founding) { f.Branch.Form, f.Branch.Path = party.Alone, town }, "path"},
		} {
			f := party.Founding{Branch: b}
			c.do(&f)
			if _, err := s.Found(t.Context(), by, "", f); wrong(err, c.field) == "" {
				t.Errorf("%s: %v, want something wrong with %s", name, err, c.field)
			}
		}
		b.AttachedTo = host.ID
		hung, err := s.Found(t.Context(), by, "", party.Founding{Branch: b})
		if err != nil {
			t.Fatal(err)
		}
		b.AttachedTo = hung.ID
		if _, err := s.Found(t.Context(), by, "", party.Founding{Branch: b}); wrong(err, "attached_to") == "" {
			t.Errorf("attached to an attached one: %v", err)
		}
		if err := s.EndBranch(t.Context(), by, host.ID); kind(err) != "conflict" {
			t.Errorf("ended while another hangs on it: %v", err)
		}
		if err := s.EndBranch(t.Context(), by, hung.ID); err != nil {
			t.Error(err)
		}
		if err := s.EndBranch(t.Context(), as("fargeneral"), host.ID); kind(err) != "not_found" {
			t.Errorf("from another town: %v", err)
		}
		all, err := s.Branches(t.Context(), as("member"), village)
		if err != nil || len(all) != 1 || all[0].Secretary != "甲secretary" || all[0].Members != 2 {
			t.Errorf("branches: %+v, %v", all, err)
		}
	})
}

// TestPairs: a household that wishes it is paired by who serves it; the member
// sees its head and address and nothing of any other; a protected one is not
// there, before and after.
func TestPairs(t *testing.T) {
	each(t, func(t *testing.T, s *party.Service) {
		p := party.Pair{HouseholdID: "open", AccountID: "member", AgreedOn: today}
		if _, err := s.Pair(t.Context(), as("clerk"), "", p); wrong(err, "account_id") != "party.pair.branch" {
			t.Errorf("without a branch: %v", err)
		}
		found(t, s)
		for by, want := range map[string]string{"": "not_found", "member": "not_found", "secretary": "not_found", "worker": "not_found", "general": "not_found", "farclerk": "not_found", "sysadmin": "not_found"} {
			if _, err := s.Pair(t.Context(), as(by), "", p); kind(err) != want {
				t.Errorf("%q pairs: %v, want %s", by, err, want)
			}
		}
		for _, id := range []household.ID{"hidden", "no such"} {
			q := p
			q.HouseholdID = id
			if _, err := s.Pair(t.Context(), as("clerk"), "", q); err == nil {
				t.Errorf("paired with %s", id)
			}
			if _, err := s.OfHousehold(t.Context(), as("clerk"), id); err == nil {
				t.Errorf("who pairs with %s is shown", id)
			}
		}
		for field, q := range map[string]party.Pair{
			"account_id": {HouseholdID: "open", AccountID: "farmember", AgreedOn: today}, "agreed_on": {HouseholdID: "open", AccountID: "member"},
		} {
			if _, err := s.Pair(t.Context(), as("clerk"), "", q); wrong(err, field) == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		is, err := s.Pair(t.Context(), as("clerk"), "k", p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Pair(t.Context(), as("leader"), "", p); kind(err) != "conflict" {
			t.Errorf("twice: %v", err)
		}
		for by, want := range map[string]int{"member": 1, "other": 0, "farmember": 0} {
			all, err := s.Mine(t.Context(), as(by))
			if err != nil || len(all) != want {
				t.Errorf("%s sees %+v, %v", by, all, err)
			}
		}
		for _, by := range []string{"", "secretary", "worker", "clerk", "general", "sysadmin"} {
			if all, err := s.Mine(t.Context(), as(by)); err == nil {
				t.Errorf("%q sees %+v", by, all)
			}
		}
		looks, err := s.DB.LooksAt(t.Context(), "household/open", 50)
		if err != nil || !slices.ContainsFunc(looks, func(l db.LookEntry) bool { return l.Account == "member" }) {
			t.Errorf("the member's look left no trace: %v", err)
		}
		// Somebody of the household is protected since: the member sees it no more.
		dbtest.Given(t, s.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update spell set sealed_to = $1 where household_id = 'open' and kind = 'living'`, town)
			return err
		})
		if all, err := s.Mine(t.Context(), as("member")); err != nil || len(all) != 0 {
			t.Errorf("protected, and shown: %+v, %v", all, err)
		}
		dbtest.Given(t, s.DB, func(tx *db.Tx) error {
			_, err := tx.Exec(`update spell set sealed_to = '' where household_id = 'open' and kind = 'living'`)
			return err
		})
		if err := s.Unpair(t.Context(), as("farclerk"), is.ID, party.HouseholdSaysNo); err == nil {
			t.Error("another village ends it")
		}
		if err := s.Unpair(t.Context(), as("clerk"), is.ID, "unwilling to clap"); wrong(err, "why") == "" {
			t.Errorf("for a reason of one's own: %v", err)
		}
		if err := s.Unpair(t.Context(), as("clerk"), is.ID, party.HouseholdSaysNo); err != nil {
			t.Error(err)
		}
		if all, err := s.Mine(t.Context(), as("member")); err != nil || len(all) != 0 {
			t.Errorf("ended, and shown: %+v, %v", all, err)
		}
	})
}

// TestManyMembers: of a large community every member may pair with a household,
// and every branch is listed.
func TestManyMembers(t *testing.T) {
	each(t, func(t *testing.T, s *party.Service) {
		b := found(t, s)
		const many = 501
		dbtest.Given(t, s.DB, func(tx *db.Tx) error {
			for i := range many {
				id := account.ID(fmt.Sprintf("m%03d", i))
				if err := account.Insert(tx, account.Account{ID: id, Login: string(id), Name: string("乙" + id), State: "active", Version: 1}); err != nil {
					return err
				}
				if _, err := account.Appoint(tx, account.Post{AccountID: id, Kind: actor.PartyMember, Path: here, Office: "社区", ValidFrom: "2025-01-01"}); err != nil {
					return err
				}
				more := b
				more.ID = string(id)
				if err := db.Insert(tx, "party_branch", more); err != nil {
					return err
				}
			}
			return nil
		})
		last := fmt.Sprintf("m%03d", many-1)
		if _, err := s.Pair(t.Context(), as("clerk"), "k", party.Pair{HouseholdID: "open", AccountID: last, AgreedOn: today}); err != nil {
			t.Errorf("the last of %d members: %v", many, err)
		}
		if all, err := s.Branches(t.Context(), as("clerk"), village); err != nil || len(all) != many+1 {
			t.Errorf("%d branches, want %d, %v", len(all), many+1, err)
		}
	})
}

// TestParticipants: the four bodies are named on what the namer sees; they see
// what is asked of them and how it stands, and not the matter.
func TestParticipants(t *testing.T) {
	each(t, func(t *testing.T, s *party.Service) {
		matters := &matter.Service{DB: s.DB, Keys: s.Keys}
		const story = "东边那户和西边那户吵起来了"
		m, err := matters.Report(t.Context(), as("worker"), "", matter.ReportRequest{Category: "dispute", Text: story})
		if err != nil {
			t.Fatal(err)
		}
		n := party.Naming{Subject: "matter/" + string(m.ID), Body: party.Member, Login: "member", Part: "请陪同看现场"}
		for _, by := range []string{"", "worker", "clerk", "member", "secretary", "fargeneral", "sysadmin"} {
			if _, err := s.Name(t.Context(), as(by), "", n); err == nil {
				t.Errorf("%q names", by)
			}
		}
		for name, c := range map[string]struct{ body, login, resident, field string }{
			"of another village":   {party.Member, "farmember", "", "login"},
			"of another body":      {party.OfBranch, "member", "", "login"},
			"who is not there":     {party.Member, "who", "", "login"},
			"a town of elsewhere":  {party.TownCommittee, "fargeneral", "", "login"},
			"no body":              {"police", "member", "", "body"},
			"a resident's no name": {party.Resident, "", " ", "name"},
		} {
			q := n
			q.Body, q.Login, q.Name = c.body, c.login, c.resident
			if _, err := s.Name(t.Context(), as("leader"), "", q); wrong(err, c.field) == "" {
				t.Errorf("%s: %v, want something wrong with %s", name, err, c.field)
			}
		}
		if _, err := s.Name(t.Context(), as("leader"), "", party.Naming{Subject: "household/open", Body: party.Member, Login: "member", Part: "看"}); kind(err) != "not_found" {
			t.Errorf("on a household: %v", err)
		}
		p, err := s.Name(t.Context(), as("leader"), "k", n)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []party.Naming{{Body: party.TownCommittee, Login: "general"}, {Body: party.OfBranch, Login: "secretary"}, {Body: party.Resident, Name: "邻居"}} {
			q.Subject, q.Part = n.Subject, "请到场"
			if _, err := s.Name(t.Context(), as("leader"), "", q); err != nil {
				t.Errorf("%s: %v", q.Body, err)
			}
		}
		if _, err := s.Name(t.Context(), as("section"), "", party.Naming{Subject: "grid/" + here, Body: party.Member, Login: "other", Part: "请一起走访"}); err != nil {
			t.Errorf("on a grid: %v", err)
		}
		tasks, err := s.Tasks(t.Context(), as("member"))
		if err != nil || len(tasks) != 1 || tasks[0].Part != n.Part || tasks[0].Number != m.Number {
			t.Fatalf("the member is asked %+v, %v", tasks, err)
		}
		if text := strings.Join([]string{tasks[0].Part, tasks[0].Name, tasks[0].NamedName, tasks[0].Category, tasks[0].State}, " "); strings.Contains(text, story) || strings.Contains(text, "甲worker") {
			t.Errorf("the member reads the story or who told it: %s", text)
		}
		for _, by := range []string{"member", "secretary", "other"} {
			if _, err := matters.Get(t.Context(), as(by), m.ID); err == nil {
				t.Errorf("%s opens the matter", by)
			}
			if lines, err := matters.List(t.Context(), as(by), matter.Filter{}); err == nil && len(lines) > 0 {
				t.Errorf("%s lists %v", by, lines)
			}
		}
		for by, want := range map[string]string{"": "not_found", "other": "not_found", "leader": "not_found", "member": "ok"} {
			if _, err := s.Answer(t.Context(), as(by), "", p.ID, "看过了"); kind(err) != want {
				t.Errorf("%q answers: %v, want %s", by, err, want)
			}
		}
		if _, err := s.Answer(t.Context(), as("member"), "", p.ID, "再看一次"); kind(err) != "conflict" {
			t.Errorf("twice: %v", err)
		}
		if all, err := s.Of(t.Context(), as("section"), n.Subject); err != nil || len(all) != 4 || !slices.ContainsFunc(all, func(q party.Participant) bool { return q.ID == p.ID && q.Answer == "看过了" }) {
			t.Errorf("the village reads %+v, %v", all, err)
		}
		for _, by := range []string{"", "member", "secretary", "worker", "fargeneral"} {
			if _, err := s.Of(t.Context(), as(by), n.Subject); err == nil {
				t.Errorf("%q reads who takes part", by)
			}
		}
		if err := s.Release(t.Context(), as("leader"), p.ID); err != nil {
			t.Error(err)
		}
		if tasks, err := s.Tasks(t.Context(), as("member")); err != nil || len(tasks) != 0 {
			t.Errorf("released, and asked: %+v, %v", tasks, err)
		}
	})
}

// TestNamedTakesNoPart: whom a matter names is not asked to take part in it, and
// is shown no task of it, even one of before.
func TestNamedTakesNoPart(t *testing.T) {
	each(t, func(t *testing.T, s *party.Service) {
		matters := &matter.Service{DB: s.DB, Keys: s.Keys}
		m, err := matters.Report(t.Context(), as("worker"), "", matter.ReportRequest{Category: "service", Text: "态度生硬", Names: []string{"general"}})
		if err != nil {
			t.Fatal(err)
		}
		n := party.Naming{Subject: "matter/" + string(m.ID), Body: party.TownCommittee, Login: "general", Part: "请到场"}
		if _, err := s.Name(t.Context(), as("leader"), "", n); wrong(err, "login") != "party.participant.named" {
			t.Errorf("asked to take part: %v", err)
		}
		n.Login = "member"
		n.Body = party.Member
		if _, err := s.Name(t.Context(), as("leader"), "", n); err != nil {
			t.Fatal(err)
		}
		dbtest.Given(t, s.DB, func(tx *db.Tx) error {
			return db.Insert(tx, "matter_named", matter.Named{MatterID: m.ID, AccountID: "member", Name: "甲member"})
		})
		if tasks, err := s.Tasks(t.Context(), as("member")); err != nil || len(tasks) != 0 {
			t.Errorf("the named one is shown %+v, %v", tasks, err)
		}
	})
}
