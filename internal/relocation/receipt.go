package relocation

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/dwelling"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/i18n"
	"anju/internal/paper"
	"anju/internal/person"
	"anju/internal/policy"
	"anju/internal/residence"
)

// Get is a move as its page shows it.
func (s *Service) Get(ctx context.Context, by actor.Actor, id string) (Move, error) {
	return look(ctx, s, by, id, func(_ *db.Tx, m Move) (Move, error) { return m, nil })
}

func look[T any](ctx context.Context, s *Service, by actor.Actor, id string, f func(*db.Tx, Move) (T, error)) (T, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MoveRecord), For: "move/" + id}, func(tx *db.Tx) (read T, err error) {
		m, err := Get(tx, id)
		if err != nil {
			return read, err
		}
		if err := guard(tx, by, m); err != nil {
			return read, err
		}
		tx.Saw("household/" + string(m.HouseholdID))
		return f(tx, m)
	})
}

// guard lets an actor at a move that has been registered. A move is where
// somebody lives: of a protected household it is not there for anybody but the
// unit that knows.
func guard(tx *db.Tx, by actor.Actor, m Move) error {
	places, err := residence.PlacesOf(tx, m.HouseholdID)
	if err != nil {
		return err
	}
	if !policy.SeesAll(by, places) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return policy.Check(by, policy.MoveRecord, places)
}

// Receipt prints the slip a household takes home.
func (s *Service) Receipt(ctx context.Context, by actor.Actor, id string, w io.Writer) error {
	r, err := look(ctx, s, by, id, func(tx *db.Tx, m Move) (Receipt, error) {
		if m.Arrival == Withdrawn {
			return Receipt{}, fault.New(fault.Conflict, "relocation.withdrawn")
		}
		return s.receipt(tx, by, m)
	})
	if err != nil {
		return err
	}
	return paper.Fault(r.PDF(w))
}

func (s *Service) receipt(tx *db.Tx, by actor.Actor, m Move) (r Receipt, err error) {
	h, err := household.Get(tx, m.HouseholdID)
	if err != nil {
		return r, err
	}
	origin, err := dwelling.GetAddress(tx, h.AddressID)
	if err != nil {
		return r, err
	}
	members, err := residence.Members(tx, m.HouseholdID)
	if err != nil {
		return r, err
	}
	recorded := time.UnixMilli(m.RecordedAt)
	r = Receipt{
		Number: m.Number, Office: cmp.Or(m.Office, by.Office), Clerk: m.RecordedBy, On: calendar.On(recorded).Chinese(), PrintedAt: recorded,
		Origin: origin.Text, From: m.FromAddress, To: m.ToAddress, MovedInOn: m.MovedOn.Chinese(),
		Programme: i18n.T("relocation.programme." + m.Programme), //i18n:dynamic relocation.programme.
		Case:      i18n.T("relocation.case." + m.Case),           //i18n:dynamic relocation.case.
		Rule:      m.RuleText,
	}
	if r.Source, err = basis(tx, m.RuleID); err != nil {
		return r, err
	}
	var movers []person.ID
	if err := json.Unmarshal([]byte(m.Persons), &movers); err != nil {
		return r, err
	}
	var names []string
	for _, id := range movers { // whoever has left the household since moved too
		p, err := person.Get(tx, id)
		if err != nil {
			return r, err
		}
		names = append(names, p.Name)
	}
	r.People = strings.Join(names, "、")
	if head, ok := residence.HeadOf(members); ok {
		r.Applicant = head.Person.Name
		if r.IDMask, _, err = head.Person.Masked(s.Keys); err != nil {
			return r, err
		}
	}
	if m.OfferedOn != "" {
		r.Question = i18n.T("relocation.question")
		r.Answer = i18n.T("relocation.answer." + m.Answer) //i18n:dynamic relocation.answer.
	}
	r.Next = next(m.Track, m.Answer)
	r.Calls, err = s.calls(tx, m)
	return r, err
}

// next is what comes after a move on a track, with the answer given so far.
func next(track, answer string) []string {
	switch {
	case track == Booklet && answer == WillTransfer:
		return []string{i18n.T("relocation.next.transfer"), i18n.T("relocation.next.land")}
	case track == Booklet && answer == Declined:
		return []string{i18n.T("relocation.next.declined"), i18n.T("relocation.next.land")}
	case track == Booklet:
		return []string{i18n.T("relocation.next.booklet"), i18n.T("relocation.next.land")}
	case track == AddressChange:
		return []string{i18n.T("relocation.next.address")}
	default:
		return []string{i18n.T("relocation.next.no_booklet"), i18n.T("relocation.next.land")}
	}
}

func (s *Service) calls(tx *db.Tx, m Move) ([]ReceiptCall, error) {
	var calls []ReceiptCall
	for _, k := range []actor.Kind{actor.GridWorker, actor.GridLeader, actor.Registrar} {
		hs, err := account.Holders(tx, s.Keys, k, m.ToPath, calendar.On(tx.Now()))
		if err != nil {
			return nil, err
		}
		if len(hs) > 0 {
			calls = append(calls, ReceiptCall{Who: i18n.T("account.kind." + string(k)), Name: hs[0].Name, Phone: hs[0].Phone.Reveal()}) //i18n:dynamic account.kind.
		}
	}
	return calls, nil
}
