package relocation_test

import (
	"testing"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/proposal"
	"anju/internal/relocation"
)

func police(account string) actor.Actor {
	return actor.Actor{Account: account, Name: "县局" + account, Kind: actor.CountyPolice, Paths: []string{"610929"}, Office: "县公安局"}
}

// TestRulesAreChangedByTwo begins with the wrong people: what decides who gets
// a booklet is changed by the county's police and centre, by two accounts, from
// a day on.
func TestRulesAreChangedByTwo(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s := &relocation.Service{DB: d}
		dbtest.Given(t, d, relocation.InstallRules)
		today := calendar.On(d.Now())
		ask := relocation.Proposal{Case: relocation.OutOfCounty, Track: relocation.Booklet, Enabled: 1, Text: "搬出县外、户籍未迁移的，可以申请居住簿。", Basis: "县政府常务会议纪要", Asked: proposal.Asked{ValidFrom: today.AddDays(2), Reason: "务工群众需要"}}
		for who, by := range map[string]actor.Actor{
			"nobody": {}, "the registrar": {Account: "r", Kind: actor.Registrar, Paths: []string{"610929100"}}, "the head of a station": {Account: "h", Kind: actor.StationHead, Paths: []string{"610929100"}},
			"the system administrator": {Account: "s", Kind: actor.SystemAdmin, Paths: []string{"610929"}}, "the grid worker": {Account: "g", Kind: actor.GridWorker, Paths: []string{"610929100001001"}},
		} {
			if _, err := s.ProposeRule(t.Context(), by, "", ask); !refused(err) {
				t.Errorf("%s proposes: %v", who, err)
			}
			if _, err := s.ApproveRule(t.Context(), by, "", "x"); !refused(err) {
				t.Errorf("%s approves: %v", who, err)
			}
		}
		for field, spoil := range map[string]func(*relocation.Proposal){
			"track": func(p *relocation.Proposal) { p.Track = relocation.CancelBooklet }, "text": func(p *relocation.Proposal) { p.Text = " " }, "basis": func(p *relocation.Proposal) { p.Basis = "" },
			"reason": func(p *relocation.Proposal) { p.Reason = "" }, "valid_from": func(p *relocation.Proposal) { p.ValidFrom = today.AddDays(-1) },
		} {
			p := ask
			spoil(&p)
			if _, err := s.ProposeRule(t.Context(), police("a"), "", p); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", field, err)
			}
		}
		p, err := s.ProposeRule(t.Context(), police("a"), "", ask)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.ProposeRule(t.Context(), police("b"), "", ask); fault.KeyOf(err) != "proposal.waiting" {
			t.Errorf("a second one: %v", err)
		}
		if _, err := s.ApproveRule(t.Context(), police("a"), "", p.ID); fault.KeyOf(err) != "proposal.own" {
			t.Errorf("approved by whoever asked: %v", err)
		}
		if _, err := s.ApproveRule(t.Context(), police("b"), "", p.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ApproveRule(t.Context(), police("b"), "", p.ID); fault.KeyOf(err) != "proposal.decided" {
			t.Errorf("approved twice: %v", err)
		}
		table, err := s.RuleTable(t.Context(), police("a"))
		if err != nil {
			t.Fatal(err)
		}
		for on, want := range map[calendar.Date]string{today: relocation.NoTrack, today.AddDays(1): relocation.NoTrack, today.AddDays(2): relocation.Booklet, today.AddYears(3): relocation.Booklet} {
			if r, err := relocation.Decide(table.Rules, relocation.OutOfCounty, on); err != nil || r.Track != want {
				t.Errorf("on %s: %s, %v, want %s", on, r.Track, err, want)
			}
		}
		late := ask
		late.Case, late.Track, late.ValidFrom = relocation.Holder, relocation.Beneficiaries, today
		if p, err = s.ProposeRule(t.Context(), police("a"), "", late); err != nil {
			t.Fatal(err)
		}
		c.Move(48 * 3600e9)
		if _, err := s.ApproveRule(t.Context(), police("b"), "", p.ID); fault.KeyOf(err) != "proposal.late" {
			t.Errorf("its day has passed: %v", err)
		}
		if _, err := s.RefuseRule(t.Context(), police("b"), "", p.ID, ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("refused without a reason: %v", err)
		}
		if _, err := s.RefuseRule(t.Context(), police("a"), "", p.ID, "撤回重提"); err != nil {
			t.Errorf("taken back: %v", err)
		}
	})
}

// TestWhoMayHold: where only beneficiaries may hold a booklet, a move of others
// says so, with both rules in words; whoever has one keeps it.
func TestWhoMayHold(t *testing.T) {
	rules, err := relocation.DefaultRules()
	if err != nil {
		t.Fatal(err)
	}
	const on = "2026-03-04"
	if r, err := relocation.DecideFor(rules, relocation.OtherTown, "natural", on); err != nil || r.Track != relocation.Booklet {
		t.Errorf("by default: %+v, %v", r, err)
	}
	for i, r := range rules {
		if r.Case == relocation.Holder {
			rules[i].Track, rules[i].Text = relocation.Beneficiaries, "只发给政策搬迁户。"
		}
	}
	for programme, want := range map[string]string{"poverty_relief": relocation.Booklet, "south_shaanxi": relocation.Booklet, "natural": relocation.NoTrack, "disaster": relocation.NoTrack} {
		r, err := relocation.DecideFor(rules, relocation.OtherTown, programme, on)
		if err != nil || r.Track != want {
			t.Errorf("%s: %+v, %v", programme, r, err)
		}
		if want == relocation.NoTrack && (len(r.Text) < len("只发给政策搬迁户。")+10 || r.ID != "default-holder") {
			t.Errorf("%s is not told why: %+v", programme, r)
		}
	}
	if r, err := relocation.DecideFor(rules, relocation.SameVillage, "natural", on); err != nil || r.Track != relocation.AddressChange {
		t.Errorf("same village: %+v, %v", r, err)
	}
}

func refused(err error) bool {
	k := fault.KindOf(err)
	return k == fault.NotFound || k == fault.Forbidden
}
