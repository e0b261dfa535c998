package mediation

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/jobs"
	"anju/internal/matter"
	"anju/internal/paper"
	"anju/internal/policy"
)

func msTime(ms int64) time.Time { return time.UnixMilli(ms) }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// Handlers are the bodies of the jobs of mediations.
func (s *Service) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{jobRemind: func(ctx context.Context, payload string) error {
		var id string
		if err := json.Unmarshal([]byte(payload), &id); err != nil {
			return err
		}
		return s.remind(ctx, id)
	}}
}

// A Page is a mediation with everybody and everything in it.
type Page struct {
	Mediation Mediation
	Matter    matter.Matter // number, category and place alone
	People    []Person
	Consents  []Consent
	Notes     []Note
}

// Get is a mediation as its page shows it, to those who mediate there.
func (s *Service) Get(ctx context.Context, by actor.Actor, id ID) (Page, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MediationRead), For: "mediation/" + string(id)}, func(tx *db.Tx) (p Page, err error) {
		m, err := Get(tx, id)
		if err != nil {
			return p, err
		}
		if err := allowed(tx, by, policy.MediationRead, m); err != nil {
			return p, err
		}
		tx.Saw(m.Subject())
		return page(tx, m)
	})
}

// allowed is the policy of a mediation: its own, and that of its matter, which
// may be private or name the one who asks.
func allowed(tx *db.Tx, by actor.Actor, a policy.Action, m Mediation) error {
	if err := policy.Check(by, a, m); err != nil {
		return err
	}
	of, err := matter.Get(tx, m.MatterID)
	if err != nil {
		return err
	}
	return matter.Allowed(tx, by, a, of)
}

func page(tx *db.Tx, m Mediation) (p Page, err error) {
	p.Mediation = m
	of, err := matter.Get(tx, m.MatterID)
	if err != nil {
		return p, err
	}
	p.Matter = matter.Matter{ID: of.ID, Number: of.Number, Category: of.Category, Path: of.Path, State: of.State}
	if p.People, err = peopleOf(tx, m.ID); err != nil {
		return p, err
	}
	if p.Consents, err = consentsOf(tx, m.ID); err != nil {
		return p, err
	}
	p.Notes, err = notesOf(tx, m.ID)
	return p, err
}

// Of is the matter that a mediation would be begun of, for who may: number,
// category and place.
func (s *Service) Of(ctx context.Context, by actor.Actor, id matter.ID) (matter.Matter, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MediationStart), For: "matter/" + string(id)}, func(tx *db.Tx) (matter.Matter, error) {
		m, err := matter.Get(tx, id)
		if err != nil {
			return m, err
		}
		if err := matter.Allowed(tx, by, policy.MediationStart, m); err != nil {
			return matter.Matter{}, err
		}
		tx.Saw(m.Subject())
		return matter.Matter{ID: m.ID, Number: m.Number, Category: m.Category, Path: m.Path, State: m.State}, nil
	})
}

// A Filter says which mediations a list shows: those that run, or all.
type Filter struct {
	All       bool
	Under     string // within this path
	Matter    matter.ID
	Mode      Mode
	ToConfirm bool // in force, and the court can still be asked
	After     ID
	Limit     int
}

// List lists mediations of the actor's area, the newest first. No person is in it.
func (s *Service) List(ctx context.Context, by actor.Actor, f Filter) ([]Line, error) {
	scope, err := policy.Predicate(by, policy.MediationRead)
	if err != nil {
		return nil, err
	}
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MediationRead), For: "mediation.list"}, func(tx *db.Tx) ([]Line, error) {
		lines, err := list(tx, by, scope, f, calendar.On(tx.Now()))
		tx.Saw()
		for _, l := range lines {
			tx.Saw("mediation/" + string(l.ID))
		}
		return lines, err
	})
}

// PDF prints the agreement for the parties to sign and to keep; of a mediation
// that ended without one, the sheet with their other remedies (art 26).
func (s *Service) PDF(ctx context.Context, by actor.Actor, id ID, w io.Writer) error {
	c, err := db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MediationRead), For: "mediation/" + string(id)}, func(tx *db.Tx) (Sheet, error) {
		m, err := Get(tx, id)
		if err != nil {
			return Sheet{}, err
		}
		if err := allowed(tx, by, policy.MediationRead, m); err != nil {
			return Sheet{}, err
		}
		tx.Saw(m.Subject())
		p, err := page(tx, m)
		if err != nil {
			return Sheet{}, err
		}
		if m.AgreedOn == "" && m.State != Refused && m.State != Failed {
			return Sheet{}, fault.New(fault.Conflict, "mediation.print.nothing")
		}
		x, err := division.Load(tx)
		return sheet(p, x), err
	})
	if err != nil {
		return err
	}
	return paper.Fault(c.PDF(w))
}

// sheet is a page in words.
func sheet(p Page, x *division.Index) Sheet {
	m := p.Mediation
	c := Sheet{
		Committee: m.Committee, Number: m.Number, Mediator: m.Mediator, Oral: m.Form == Oral, Issue: m.Issue, Facts: m.Facts, Terms: m.Terms, Manner: m.Manner,
		PerformBy: m.PerformBy.Chinese(), AgreedOn: m.AgreedOn.Chinese(), MatterNumber: p.Matter.Number, Place: x.FullName(m.Path), Remedies: m.AgreedOn == "" || m.State == Refused || m.State == Failed,
		EndedWhy: m.EndedWhy, Refused: m.State == Refused, PrintedAt: msTime(max(m.OpenedAt, m.EndedAt)), ConfirmDays: ConfirmDays,
	}
	if m.EndedAt != 0 {
		c.EndedOn = calendar.On(msTime(m.EndedAt)).Chinese()
	}
	for _, who := range p.People {
		line := [2]string{who.Name, who.About}
		if who.Side == Party {
			c.Parties = append(c.Parties, line)
		} else if MayAttend(who, p.People, p.Consents) {
			c.Thirds = append(c.Thirds, line)
		}
	}
	for _, mode := range Modes {
		if m.Has(mode) {
			c.Modes = append(c.Modes, i18n.T("mediation.mode."+string(mode))) //i18n:dynamic mediation.mode.
		}
	}
	return c
}
