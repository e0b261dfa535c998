package party

import (
	"context"
	"strconv"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/proposal"
)

// States of a file of the reserve (后备干部).
const (
	ReserveAsked    = "asked"    // proposed, and the person has not answered
	ReserveKept     = "kept"     // the person agrees
	ReserveDeclined = "declined" // does not
	ReserveEnded    = "ended"
)

// A Reserve is the file of somebody whom a community proposes for the county's
// reserve: what they did, with dates and evidence, and what they say of it. It has
// no mark and no place in an order, and whoever does not wish it has none.
type Reserve struct {
	ID           string        `db:"id" record:"ignore"`
	Path         string        `db:"path" record:"track"`
	AccountID    string        `db:"account_id" record:"track"`
	Name         string        `db:"name" record:"track"`
	MetOn        calendar.Date `db:"met_on" record:"track"`
	Document     string        `db:"document" record:"track"`
	State        string        `db:"state" record:"track"`
	ProposedBy   string        `db:"proposed_by" record:"track"`
	ProposedName string        `db:"proposed_name" record:"ignore"`
	ProposedAt   int64         `db:"proposed_at" record:"ignore"`
	AnsweredOn   calendar.Date `db:"answered_on" record:"track"`
	OwnView      string        `db:"own_view" record:"secret"`
	OwnViewAt    int64         `db:"own_view_at" record:"ignore"`
	EndedOn      calendar.Date `db:"ended_on" record:"track"`
	EndedName    string        `db:"ended_name" record:"ignore"`
	EndedWhy     string        `db:"ended_why" record:"track"`
	Version      int64         `db:"version" record:"ignore"`
}

// Subject is the file's name in records.
func (r Reserve) Subject() string { return "reserve/" + r.ID }

// Cursor is where the list goes on after the file.
func (r Reserve) Cursor() string {
	return r.Path + "|" + strconv.FormatInt(r.ProposedAt, 10) + "|" + r.ID
}

// Places is how a file lies: with the person, and with the place that proposes.
func (r Reserve) Places() []policy.Place {
	return []policy.Place{{Relation: policy.Own, Path: r.AccountID}, {Relation: policy.At, Path: r.Path}}
}

// A Deed is one thing that somebody did, as their community writes it down, with
// what the person wants corrected in it.
type Deed struct {
	ID           string        `db:"id" record:"ignore"`
	FileID       string        `db:"file_id" record:"ignore"`
	DoneOn       calendar.Date `db:"done_on" record:"track"`
	Words        string        `db:"words" record:"secret"`
	Evidence     string        `db:"evidence" record:"track"`
	NotedName    string        `db:"noted_name" record:"ignore"`
	NotedAt      int64         `db:"noted_at" record:"ignore"`
	Wish         string        `db:"wish" record:"secret"`
	WishedAt     int64         `db:"wished_at" record:"ignore"`
	Was          string        `db:"was" record:"secret"`
	Answer       string        `db:"answer" record:"secret"`
	AnsweredName string        `db:"answered_name" record:"ignore"`
	AnsweredAt   int64         `db:"answered_at" record:"ignore"`
	Version      int64         `db:"version" record:"ignore"`
}

// Waits reports whether the person waits for an answer to what they want corrected.
func (d Deed) Waits() bool { return d.WishedAt > d.AnsweredAt }

// A ReserveProposal is somebody proposed, as the community writes it down.
type ReserveProposal struct {
	Path     string
	Login    string
	MetOn    calendar.Date
	Document string
}

// ProposeReserve opens a file for somebody of a community, who is asked whether
// they agree. Nobody proposes themselves.
func (s *Service) ProposeReserve(ctx context.Context, by actor.Actor, key db.Key, p ReserveProposal) (Reserve, error) {
	p.Document = strings.TrimSpace(p.Document)
	if err := policy.Check(by, policy.ReservePropose, policy.Places{{Relation: policy.At, Path: p.Path}}); err != nil {
		return Reserve{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.ReservePropose), key, p, func(tx *db.Tx) (r Reserve, err error) {
		today := calendar.On(tx.Now())
		var f fault.Fields
		a, err := account.ByLogin(tx, p.Login)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return r, err
		}
		here, herr := holdsUnder(tx, string(a.ID), p.Path, today)
		switch {
		case herr != nil:
			return r, herr
		case a.ID == "" || !here || string(a.ID) == by.Account:
			f.Add("login", "party.reserve.who")
		}
		if len(p.Path) != 12 {
			f.Add("path", "party.reserve.where")
		}
		if !p.MetOn.Valid() || p.MetOn > today {
			f.Add("met_on", "party.reserve.met")
		}
		f.Words("document", p.Document, proposal.MaxWords)
		if err := f.Err(); err != nil {
			return r, err
		}
		r = Reserve{ID: tx.NewID(), Path: p.Path, AccountID: string(a.ID), Name: a.Name, MetOn: p.MetOn, Document: p.Document, State: ReserveAsked,
			ProposedBy: by.Account, ProposedName: by.Name, ProposedAt: tx.Millis(), Version: 1}
		err = db.Insert(tx, "reserve_file", r)
		if db.Unique(err) == "reserve_file_account_id_uq" {
			return r, fault.Wrap(fault.Conflict, "party.reserve.has", err)
		}
		if err != nil {
			return r, err
		}
		return r, tx.Record(r.Subject(), nil, r)
	})
}

// AnswerReserve is the person's own word: whether they agree to the file.
func (s *Service) AnswerReserve(ctx context.Context, by actor.Actor, key db.Key, id string, agrees bool) (Reserve, error) {
	return s.turn(ctx, by, key, policy.ReserveAnswer, id, agrees, func(tx *db.Tx, is *Reserve, f *fault.Fields) error {
		if is.State != ReserveAsked {
			return fault.New(fault.Conflict, "party.reserve.answered")
		}
		is.State, is.AnsweredOn = ReserveDeclined, calendar.On(tx.Now())
		if agrees {
			is.State = ReserveKept
		}
		return nil
	})
}

// SayOfReserve is what the person says of their file, in their own words; it
// stands beside what the community says, and nobody changes it.
func (s *Service) SayOfReserve(ctx context.Context, by actor.Actor, key db.Key, id, words string) (Reserve, error) {
	words = strings.TrimSpace(words)
	return s.turn(ctx, by, key, policy.ReserveSay, id, words, func(tx *db.Tx, is *Reserve, f *fault.Fields) error {
		if is.State != ReserveKept {
			return fault.New(fault.Conflict, "party.reserve.over")
		}
		f.Words("own_view", words, maxView)
		is.OwnView, is.OwnViewAt = words, tx.Millis()
		return nil
	})
}

const maxView = 500 // characters

// EndReserve closes a file: the person takes their word back, or the community
// does, with the reason.
func (s *Service) EndReserve(ctx context.Context, by actor.Actor, key db.Key, id, why string) (Reserve, error) {
	why = strings.TrimSpace(why)
	return s.turn(ctx, by, key, policy.ReserveEnd, id, why, func(tx *db.Tx, is *Reserve, f *fault.Fields) error {
		if is.State != ReserveKept && is.State != ReserveAsked {
			return fault.New(fault.Conflict, "party.reserve.over")
		}
		f.Words("why", why, proposal.MaxWords)
		is.State, is.EndedOn, is.EndedName, is.EndedWhy = ReserveEnded, calendar.On(tx.Now()), by.Name, why
		return nil
	})
}

// turn lets a file become another.
func (s *Service) turn(ctx context.Context, by actor.Actor, key db.Key, a policy.Action, id string, request any, do func(*db.Tx, *Reserve, *fault.Fields) error) (Reserve, error) {
	if !policy.May(by, a) {
		return Reserve{}, fault.New(fault.NotFound, "policy.not_found")
	}
	return db.Once(ctx, s.DB, by, string(a), key, []any{id, request}, func(tx *db.Tx) (Reserve, error) {
		was, err := reserveFor(tx, by, a, id)
		if err != nil {
			return Reserve{}, err
		}
		is := was
		var f fault.Fields
		if err := do(tx, &is, &f); err != nil {
			return was, err
		}
		if err := f.Err(); err != nil {
			return was, err
		}
		is.Version++
		if err := saveReserve(tx, was, is); err != nil {
			return was, err
		}
		return is, tx.Record(is.Subject(), was, is)
	})
}

// reserveFor is a file upon which somebody may act.
func reserveFor(tx *db.Tx, by actor.Actor, a policy.Action, id string) (Reserve, error) {
	r, err := getReserve(tx, id)
	if err != nil {
		return r, err
	}
	return r, policy.Check(by, a, r)
}
