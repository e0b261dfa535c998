package mediation

import (
	"context"
	"slices"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/fault"
	"anju/internal/policy"
)

// An Agreement is what article 29 asks for, beside the parties.
type Agreement struct {
	Form      string // Written or Oral
	On        calendar.Date
	Facts     string // main facts, points at issue, who is responsible
	Terms     string
	Manner    string        // how it is performed
	PerformBy calendar.Date // the last day
}

// Agree keeps what the parties agree to. A written agreement takes effect when
// it is signed; an oral one at once, kept by the mediator (art 28–30).
func (s *Service) Agree(ctx context.Context, by actor.Actor, key db.Key, id ID, a Agreement) (Mediation, error) {
	a.Facts, a.Terms, a.Manner = strings.TrimSpace(a.Facts), strings.TrimSpace(a.Terms), strings.TrimSpace(a.Manner)
	return s.do(ctx, by, key, Agree, id, a, func(d *doing) error {
		var f fault.Fields
		if a.Form != Written && a.Form != Oral {
			f.Add("form", "mediation.agree.form")
		}
		past(&f, "on", a.On, calendar.On(msTime(d.is.OpenedAt)), d.today())
		limit(&f, "facts", a.Facts, MaxText)
		limit(&f, "terms", a.Terms, MaxText)
		limit(&f, "manner", a.Manner, 200)
		if !a.PerformBy.Valid() || a.PerformBy < a.On {
			f.Add("perform_by", "mediation.agree.perform_by")
		}
		if err := f.Err(); err != nil {
			return err
		}
		d.is.State, d.is.Form, d.is.AgreedOn, d.is.Facts, d.is.Terms, d.is.Manner, d.is.PerformBy = Agreed, a.Form, a.On, a.Facts, a.Terms, a.Manner, a.PerformBy
		return d.takeEffect()
	})
}

// Who signs, beside the parties.
const (
	ByMediator  = "mediator"
	ByCommittee = "committee"
)

// Sign keeps one of the signatures of a written agreement: a party's by number,
// the mediator's, or the committee's seal. With the last of them it is in force.
func (s *Service) Sign(ctx context.Context, by actor.Actor, key db.Key, id ID, who string, on calendar.Date) (Mediation, error) {
	return s.do(ctx, by, key, Sign, id, [2]any{who, on}, func(d *doing) error {
		var f fault.Fields
		past(&f, "on", on, d.is.AgreedOn, d.today())
		if err := f.Err(); err != nil {
			return err
		}
		switch who {
		case ByMediator:
			d.is.MediatorOn = on
		case ByCommittee:
			d.is.SealedOn = on
		default:
			i := slices.IndexFunc(d.people, func(p Person) bool { return p.Side == Party && number(p.N) == who })
			if i < 0 {
				f.Add("who", "mediation.who")
				return f.Err()
			}
			was := d.people[i]
			d.people[i].SignedOn = on
			if err := savePerson(d.tx, d.is, was, d.people[i]); err != nil {
				return err
			}
		}
		return d.takeEffect()
	})
}

// takeEffect puts the agreement in force if nothing is missing any more, and
// sees to the reminder.
func (d *doing) takeEffect() error {
	on, ok := d.is.effect(d.people)
	if !ok {
		return nil
	}
	n, err := deadline.Calendar(d.tx)
	if err != nil {
		return err
	}
	d.is.inForce(n, on)
	return remindAt(d.tx, d.is)
}

// remindAt sees to the reminder before the last day.
func remindAt(tx *db.Tx, m Mediation) error {
	at := m.ConfirmBy.AddDays(-RemindDays).Start().Add(8 * time.Hour)
	return tx.Enqueue(jobRemind, string(m.ID), at, string(m.ID))
}

// Recount counts anew the last days of applications that can still be made,
// once another year's calendar is known.
func Recount(tx *db.Tx, n *calendar.Notice) error {
	all, err := confirmable(tx, calendar.On(tx.Now()))
	if err != nil {
		return err
	}
	for _, was := range all {
		is := was
		if is.inForce(n, was.EffectiveOn); is.ConfirmBy == was.ConfirmBy {
			continue
		}
		if err := save(tx, was, is); err != nil {
			return err
		}
	}
	return nil
}

// ToCourt keeps what became of the parties' joint application for confirmation.
// It can be made until the last day and not after it (art 33).
func (s *Service) ToCourt(ctx context.Context, by actor.Actor, key db.Key, id ID, what string, on calendar.Date, document string) (Mediation, error) {
	document = strings.TrimSpace(document)
	return s.do(ctx, by, key, Court, id, [3]any{what, on, document}, func(d *doing) error {
		var f fault.Fields
		if !slices.Contains(Confirmations, what) {
			f.Add("confirmation", "mediation.court.which")
		}
		past(&f, "on", on, d.is.EffectiveOn, d.today())
		if what == Applied && on > d.is.ConfirmBy {
			f.Add("on", "mediation.court.late", "by", d.is.ConfirmBy)
		}
		if (what == Confirmed || what == Rejected) && d.is.Confirmation != Applied {
			f.Add("confirmation", "mediation.court.first")
		}
		if what == Confirmed || what == Rejected {
			limit(&f, "document", document, MaxName)
		}
		d.is.Confirmation, d.is.ConfirmedOn, d.is.ConfirmDocument = what, on, document
		return f.Err()
	})
}

// FollowUp keeps whether the agreement is performed; the committee has to see
// to it (art 31). Once it is, the mediation is done.
func (s *Service) FollowUp(ctx context.Context, by actor.Actor, key db.Key, id ID, on calendar.Date, outcome, text string) (Mediation, error) {
	text = strings.TrimSpace(text)
	return s.do(ctx, by, key, Follow, id, [3]any{on, outcome, text}, func(d *doing) error {
		var f fault.Fields
		past(&f, "on", on, d.is.EffectiveOn, d.today())
		if !slices.Contains(Outcomes, outcome) {
			f.Add("outcome", "mediation.follow_up.which")
		}
		limit(&f, "text", text, MaxText)
		if err := f.Err(); err != nil {
			return err
		}
		if outcome == WasPerformed {
			d.is.State, d.is.EndedAt = Performed, d.tx.Millis()
		}
		return addNote(d.tx, d.is, Note{Kind: FollowUp, HeldOn: on, Outcome: outcome, Text: text})
	})
}

// jobRemind is the reminder before the last day of the joint application.
const jobRemind = "mediation.remind"

// remind keeps that the mediator has been reminded, if the parties have neither
// applied nor said that they will not. The lists show the last day anyway.
func (s *Service) remind(ctx context.Context, id string) error {
	return s.DB.Write(ctx, actor.ForSystem("mediation"), string(policy.MediationRecord), func(tx *db.Tx) error {
		was, err := Get(tx, ID(id))
		if err != nil {
			return err
		}
		if was.Confirmation != "" || was.RemindedAt != 0 {
			return nil
		}
		is := was
		is.RemindedAt = tx.Millis()
		return save(tx, was, is)
	})
}
