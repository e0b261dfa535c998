package mediation_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/jobs"
	"anju/internal/matter"
	"anju/internal/mediation"
	"anju/internal/seal"
)

const (
	village = "610929100207"
	here    = village + "001"
)

func as(kind actor.Kind, path string) actor.Actor {
	return actor.Actor{Account: string(kind) + path, Name: "办事员", Kind: kind, Paths: []string{path}, Office: "办公室"}
}

var (
	worker  = as(actor.GridWorker, here)
	leader  = as(actor.GridLeader, here)
	justice = as(actor.Justice, "610929")
)

// A world is a grid with a dispute.
type world struct {
	*mediation.Service
	t     *testing.T
	clock *dbtest.Clock
	of    matter.ID
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{Service: &mediation.Service{DB: d, Keys: seal.FromSeed(1)}, t: t, clock: c}
		dbtest.Given(t, d, func(tx *db.Tx) error {
			if err := division.Install(tx); err != nil {
				return err
			}
			return db.Insert(tx, "grid", grid.Grid{Code: here, Village: village, Name: "第一网格", ValidFrom: "2024-01-01", ValidTo: calendar.Forever, Version: 1})
		})
		m, err := (&matter.Service{DB: d, Keys: w.Keys}).Report(t.Context(), worker, "", matter.ReportRequest{Category: "dispute", Text: "两户因宅基地边界争执"})
		if err != nil {
			t.Fatal(err)
		}
		w.of = m.ID
		f(t, w)
	})
}

func (w *world) today() calendar.Date { return calendar.On(w.DB.Now()) }

func (w *world) beginning() mediation.Beginning {
	return mediation.Beginning{MatterID: w.of, Modes: []mediation.Mode{mediation.Moral, mediation.Judicial}, Committee: "幸福村人民调解委员会", Mediator: "李明", Issue: "宅基地边界",
		Parties: []mediation.Draft{{Name: "王守山", About: "男，65岁，务农，幸福村一组", Consent: mediation.Yes}, {Name: "陈大勇", About: "男，58岁，务农，幸福村一组", Consent: mediation.Yes}}}
}

// must is a mediation that nothing stood against.
func (w *world) must(m mediation.Mediation, err error) mediation.Mediation {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w *world) start() mediation.Mediation {
	w.t.Helper()
	return w.must(w.Start(w.t.Context(), leader, "", w.beginning()))
}

func (w *world) agreement(form string) mediation.Agreement {
	return mediation.Agreement{Form: form, On: w.today(), Facts: "界石被移动，双方各认一半", Terms: "按1998年台账立新界石", Manner: "双方共同出工", PerformBy: w.today().AddDays(15)}
}

// Who may not know of a mediation: it is private even to who reported the
// matter, and to the centre that sees every matter.
func TestStrangers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.start()
		for who, tt := range map[string]struct {
			by   actor.Actor
			want fault.Kind
		}{
			"nobody":                     {actor.Actor{}, fault.NotFound},
			"another village's leader":   {as(actor.GridLeader, "610929100002001"), fault.NotFound},
			"another town":               {as(actor.GeneralLeader, "610929101"), fault.NotFound},
			"the worker who reported it": {worker, fault.Forbidden},
			"the police":                 {as(actor.Registrar, "610929100"), fault.Forbidden},
			"the town's centre":          {as(actor.TownCentre, "610929100"), fault.Forbidden},
			"the county's centre":        {as(actor.CountyCentre, "610929"), fault.Forbidden},
			"an administrator":           {as(actor.SystemAdmin, "610929"), fault.Forbidden},
			"the audit":                  {as(actor.AuditAdmin, "610929"), fault.Forbidden},
		} {
			ctx, id := t.Context(), m.ID
			for what, err := range map[string]error{
				"start": func() error { _, err := w.Start(ctx, tt.by, "", w.beginning()); return err }(),
				"get":   func() error { _, err := w.Get(ctx, tt.by, id); return err }(),
				"of":    func() error { _, err := w.Of(ctx, tt.by, w.of); return err }(),
				"say":   func() error { _, err := w.Answer(ctx, tt.by, "", id, 1, mediation.No); return err }(),
				"end":   func() error { _, err := w.End(ctx, tt.by, "", id, "x"); return err }(),
				"print": w.PDF(ctx, tt.by, id, new(bytes.Buffer)),
			} {
				if fault.KindOf(err) != tt.want {
					t.Errorf("%s, %s: %v", who, what, err)
				}
			}
			if lines, err := w.List(ctx, tt.by, mediation.Filter{All: true}); len(lines) != 0 || err != nil && fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s lists %d, %v", who, len(lines), err)
			}
		}
		if p, err := w.Get(t.Context(), justice, m.ID); err != nil || len(p.People) != 2 || p.Mediation.Public != 0 || p.Matter.Text != "" || p.Matter.HouseholdID != "" {
			t.Errorf("justice: %+v, %v", p, err)
		}
		if _, err := w.Start(t.Context(), leader, "", w.beginning()); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a second one of the same matter: %v", err)
		}
		lines, err := w.List(t.Context(), leader, mediation.Filter{Mode: mediation.Judicial})
		if err != nil || len(lines) != 1 {
			t.Errorf("%+v, %v", lines, err)
		}
		if lines, _ := w.List(t.Context(), leader, mediation.Filter{Mode: mediation.Administrative}); len(lines) != 0 {
			t.Errorf("a mode that is not its own: %+v", lines)
		}
	})
}

// The record of what changed holds nobody's name and no word of the dispute.
func TestRecordNamesNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		m := w.start()
		w.must(w.Sit(t.Context(), leader, "", m.ID, mediation.Session{On: w.today(), Place: "村委会", Present: []int64{1, 2}, Text: "各自说明界石来历"}))
		dbtest.Given(t, w.DB, func(tx *db.Tx) error {
			changes, err := db.ChangesOf(tx, m.Subject(), 100)
			if len(changes) < 4 {
				t.Errorf("%d changes", len(changes))
			}
			for _, c := range changes {
				for _, secret := range []string{"王守山", "陈大勇", "宅基地", "界石"} {
					if strings.Contains(c.Diff, secret) {
						t.Errorf("%q in the record: %s", secret, c.Diff)
					}
				}
			}
			return err
		})
	})
}

// One refusal stops it, at the beginning or later, and the parties are told
// their other remedies (人民调解法 17, 23, 26).
func TestRefusalStops(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		b := w.beginning()
		b.Parties[1].Consent = mediation.No
		m := w.must(w.Start(ctx, leader, "", b))
		if m.State != mediation.Refused {
			t.Fatalf("a party refuses, and it is %s", m.State)
		}
		if _, err := w.Sit(ctx, leader, "", m.ID, mediation.Session{}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a sitting after the refusal: %v", err)
		}
		b.Parties[1].Consent = ""
		m = w.must(w.Start(ctx, leader, "", b)) // asked anew
		if m.State != mediation.Asked {
			t.Fatalf("asked, and it is %s", m.State)
		}
		if _, err := w.Agree(ctx, leader, "", m.ID, w.agreement(mediation.Oral)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("an agreement before everybody has consented: %v", err)
		}
		if m = w.must(w.Answer(ctx, leader, "", m.ID, 2, mediation.Yes)); m.State != mediation.Open {
			t.Errorf("everybody has consented, and it is %s", m.State)
		}
		w.must(w.Agree(ctx, leader, "", m.ID, w.agreement(mediation.Written)))
		if m = w.must(w.Answer(ctx, leader, "", m.ID, 1, mediation.No)); m.State != mediation.Refused || m.EffectiveOn != "" {
			t.Errorf("a party steps back before signing, and it is %+v", m)
		}
		var pdf bytes.Buffer
		if err := w.PDF(ctx, leader, m.ID, &pdf); err != nil || pdf.Len() < 1000 {
			t.Errorf("the sheet of remedies: %d bytes, %v", pdf.Len(), err)
		}
	})
}

// A third person comes only when every party has said yes (art 20).
func TestThirdPersonNeedsConsent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m := w.start()
		w.must(w.Invite(ctx, leader, "", m.ID, mediation.Draft{Name: "老支书", About: "熟悉界石来历的邻居"}))
		sit := func() error {
			_, err := w.Sit(ctx, leader, "", m.ID, mediation.Session{On: w.today(), Place: "村委会", Present: []int64{1, 2, 3}, Text: "说明来历"})
			return err
		}
		for step, say := range []struct {
			party  int64
			answer string
			want   fault.Kind
		}{{0, "", fault.Invalid}, {1, mediation.Yes, fault.Invalid}, {2, mediation.No, fault.Invalid}, {2, mediation.Yes, ""}} {
			if say.party > 0 {
				w.must(w.Allow(ctx, leader, "", m.ID, 3, say.party, say.answer))
			}
			if err := sit(); fault.KindOf(err) != say.want {
				t.Errorf("step %d: %v", step, err)
			}
		}
		if _, err := w.Allow(ctx, leader, "", m.ID, 1, 2, mediation.Yes); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a party is no third person: %v", err)
		}
		if _, err := w.Sit(ctx, leader, "", m.ID, mediation.Session{On: w.today(), Place: "村委会", Present: []int64{3}, Text: "x"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a sitting without a party: %v", err)
		}
	})
}

// A written agreement is in force from the last signature on, and not before
// (art 29); thirty days run from then (art 33).
func TestThreeSignatures(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m := w.start()
		if err := w.PDF(ctx, leader, m.ID, new(bytes.Buffer)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("printed before there is an agreement: %v", err)
		}
		m = w.must(w.Agree(ctx, leader, "", m.ID, w.agreement(mediation.Written)))
		first := w.today()
		for i, who := range []string{"1", mediation.ByMediator, mediation.ByCommittee, "2"} {
			if m.EffectiveOn != "" || m.ConfirmBy != "" {
				t.Fatalf("in force before signature %d (%s)", i+1, who)
			}
			if _, err := w.FollowUp(ctx, leader, "", m.ID, w.today(), mediation.WasPerformed, "x"); fault.KindOf(err) != fault.Conflict {
				t.Errorf("followed up before it is in force: %v", err)
			}
			if _, err := w.ToCourt(ctx, leader, "", m.ID, mediation.Applied, w.today(), ""); fault.KindOf(err) != fault.Conflict {
				t.Errorf("to the court before it is in force: %v", err)
			}
			m = w.must(w.Sign(ctx, leader, "", m.ID, who, w.today()))
			w.clock.Move(24 * time.Hour)
		}
		if m.EffectiveOn != first.AddDays(3) || m.ConfirmBy != calendar.Published().RollForward(m.EffectiveOn.AddDays(30)) {
			t.Errorf("in force on %s until %s; the first signed on %s", m.EffectiveOn, m.ConfirmBy, first)
		}
		if _, err := w.Sign(ctx, leader, "", m.ID, "1", w.today()); fault.KindOf(err) != fault.Conflict {
			t.Errorf("signed again: %v", err)
		}
		for what, err := range map[string]error{
			"refused": func() error { _, err := w.Answer(ctx, leader, "", m.ID, 1, mediation.No); return err }(),
			"ended":   func() error { _, err := w.End(ctx, leader, "", m.ID, "x"); return err }(),
		} {
			if fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s although it binds: %v", what, err)
			}
		}
		var pdf bytes.Buffer
		if err := w.PDF(ctx, leader, m.ID, &pdf); err != nil || pdf.Len() < 1000 {
			t.Errorf("the agreement: %d bytes, %v", pdf.Len(), err)
		}
		if _, err := w.FollowUp(ctx, leader, "", m.ID, w.today(), mediation.Broken, "约定之日没有出工"); err != nil {
			t.Fatal(err)
		}
		if m = w.must(w.FollowUp(ctx, leader, "", m.ID, w.today(), mediation.WasPerformed, "新界石已立")); m.State != mediation.Performed || m.EndedAt == 0 {
			t.Errorf("performed: %+v", m)
		}
	})
}

// An oral agreement is in force at once (art 30); before the last day for the
// court the mediator is reminded, once, unless the parties have decided.
func TestReminder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		m := w.must(w.Agree(ctx, leader, "", w.start().ID, w.agreement(mediation.Oral)))
		if m.EffectiveOn != w.today() {
			t.Fatalf("an oral agreement is in force on %q", m.EffectiveOn)
		}
		run := &jobs.Runner{DB: w.DB, Handlers: w.Handlers()}
		reminded := func() int64 {
			for ran := true; ran; {
				var err error
				if ran, err = run.Tick(ctx); err != nil {
					t.Fatal(err)
				}
			}
			p, err := w.Get(ctx, leader, m.ID)
			if err != nil {
				t.Fatal(err)
			}
			return p.Mediation.RemindedAt
		}
		w.clock.Move(19 * 24 * time.Hour)
		if reminded() != 0 {
			t.Error("reminded early")
		}
		w.clock.Move(5 * 24 * time.Hour)
		if reminded() == 0 {
			t.Error("not reminded")
		}
		if lines, err := w.List(ctx, leader, mediation.Filter{All: true, ToConfirm: true}); err != nil || len(lines) != 1 {
			t.Errorf("to confirm: %d, %v", len(lines), err)
		}
		w.clock.Move(10 * 24 * time.Hour)
		if lines, err := w.List(ctx, leader, mediation.Filter{All: true, ToConfirm: true}); err != nil || len(lines) != 0 {
			t.Errorf("past the last day, to confirm: %d, %v", len(lines), err)
		}
		if _, err := w.ToCourt(ctx, leader, "", m.ID, mediation.Confirmed, w.today(), "x"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("confirmed without an application: %v", err)
		}
		if _, err := w.ToCourt(ctx, leader, "", m.ID, mediation.Applied, w.today(), ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("applied after the last day (%s): %v", m.ConfirmBy, err)
		}
		w.must(w.ToCourt(ctx, leader, "", m.ID, mediation.Applied, m.ConfirmBy, ""))
		if m = w.must(w.ToCourt(ctx, leader, "", m.ID, mediation.Confirmed, w.today(), "（2026）陕0929民特12号")); m.Confirmation != mediation.Confirmed {
			t.Errorf("%+v", m)
		}
	})
}
