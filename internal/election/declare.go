package election

import (
	"context"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/ident"
	"anju/internal/person"
	"anju/internal/policy"
)

// A Word is what people say: that they take part here, or that they do not.
type Word struct {
	People []person.ID
	Answer string        // Yes or No
	On     calendar.Date // the day it was said
	How    string        // in writing, by phone, through whom
}

// Declare writes down what people say (表示参加, 提出申请, 不参加).
func (s *Service) Declare(ctx context.Context, by actor.Actor, key db.Key, id ID, w Word) (Election, error) {
	w.How = strings.TrimSpace(w.How)
	return s.about(ctx, by, key, policy.ElectionDeclare, id, w.People, w, func(tx *db.Tx, x *Elector) error {
		x.Declared, x.DeclaredOn, x.DeclaredHow = w.Answer, w.On, w.How
		if w.Answer == No { // who takes it back asks anew
			x.Consent, x.ConsentOn, x.Meeting = "", "", ""
		}
		return nil
	}, func(tx *db.Tx, _ Election) error { return w.check(calendar.On(tx.Now())) })
}

func (w Word) check(today calendar.Date) error {
	var f fault.Fields
	if len(w.People) == 0 {
		f.Add("people", "election.declare.people")
	}
	if w.Answer != Yes && w.Answer != No {
		f.Add("answer", "election.declare.answer")
	}
	day(&f, "on", w.On, today)
	words(&f, "how", w.How)
	return f.Err()
}

// A Bar is a court's deprivation of political rights, by its document.
type Bar struct {
	PersonID person.ID
	Document string // "" lifts it
}

// Bar writes down that a court deprives somebody of political rights, or that
// it no longer does.
func (s *Service) Bar(ctx context.Context, by actor.Actor, key db.Key, id ID, b Bar) (Election, error) {
	b.Document = strings.TrimSpace(b.Document)
	return s.about(ctx, by, key, policy.ElectionBar, id, []person.ID{b.PersonID}, b, func(tx *db.Tx, x *Elector) error {
		if x.Barred == "" {
			if err := text("document", b.Document); err != nil {
				return err
			}
		}
		x.Barred = b.Document
		return nil
	}, nil)
}

// A Worker is somebody who does the unit's work without being registered there:
// village work for a year, or community work for six months.
type Worker struct {
	Number ident.CitizenID
	Work   string // what, since when
}

// Enter writes a worker down whom no register of the unit knows.
func (s *Service) Enter(ctx context.Context, by actor.Actor, key db.Key, id ID, w Worker) (Election, error) {
	w.Work = strings.TrimSpace(w.Work)
	return s.act(ctx, by, key, policy.ElectionEnter, id, w, func(tx *db.Tx, e *Election) error {
		if e.State != Preparing {
			return fault.New(fault.Conflict, "election.not_now")
		}
		var f fault.Fields
		if w.Number.IsZero() {
			f.Add("number", "election.enter.number")
		}
		words(&f, "work", w.Work)
		if err := f.Err(); err != nil {
			return err
		}
		p, err := person.FindByNumber(tx, s.Keys, w.Number)
		if fault.KindOf(err) == fault.NotFound {
			f.Add("number", "election.enter.unknown")
			return f.Err()
		}
		if err != nil {
			return err
		}
		x, err := elector(tx, e.ID, p.ID)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		was := x
		x.Work = w.Work
		if err := judge(tx, e, was, x, p.ID); err != nil {
			return err
		}
		return recount(tx, e)
	})
}

// about is an act that is about rows of a list that is being prepared.
func (s *Service) about(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, id ID, people []person.ID, words any, f func(tx *db.Tx, x *Elector) error, check func(tx *db.Tx, e Election) error) (Election, error) {
	return s.act(ctx, by, key, a, id, words, func(tx *db.Tx, e *Election) error {
		if e.State != Preparing {
			return fault.New(fault.Conflict, "election.not_now")
		}
		if check != nil {
			if err := check(tx, *e); err != nil {
				return err
			}
		}
		for _, of := range people {
			was, err := shown(tx, e.ID, of)
			if err != nil {
				return err
			}
			is := was
			if err := f(tx, &is); err != nil {
				return err
			}
			if err := judge(tx, e, was, is, of); err != nil {
				return err
			}
		}
		return recount(tx, e)
	})
}

// judge works one row out anew, stores and records it; the sums are recounted
// once all rows of an act are done.
func judge(tx *db.Tx, e *Election, was, said Elector, of person.ID) error {
	k, err := one(tx, of)
	if err != nil {
		return err
	}
	there, err := isElsewhere(tx, *e, of)
	if err != nil {
		return err
	}
	is := e.row(said, k, there)
	if err := put(tx, is); err != nil {
		return err
	}
	return tx.Record(e.Subject(), was, is)
}

// day is the rule of a day that has been.
func day(f *fault.Fields, name string, on, today calendar.Date) {
	if !on.Valid() || on > today {
		f.Add(name, "election.day")
	}
}

// words adds what text would say.
func words(f *fault.Fields, name, said string) {
	if err := text(name, said); err != nil {
		*f = append(*f, fault.Of(err).Fields...)
	}
}
