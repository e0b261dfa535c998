package party

import (
	"context"
	"slices"
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/matter"
	"anju/internal/policy"
)

// A Naming is a participant as it is written down.
type Naming struct {
	Subject string // matter/<id> or grid/<code>
	Body    string
	Login   string // account of the body; of a resident ""
	Name    string // of a resident
	Part    string
}

// bodyOf is which body an account acts for by its posts.
var bodyOf = map[string][]actor.Kind{
	TownCommittee: {actor.GeneralLeader, actor.TownCentre}, OfBranch: {actor.BranchSecretary}, Member: {actor.PartyMember},
}

// may is whether somebody may name participants on a matter or a grid, and where
// that lies. What a matter's own rules hide is not there.
func may(tx *db.Tx, by actor.Actor, subject string) (path string, err error) {
	noun, id, _ := strings.Cut(subject, "/")
	switch noun {
	case "matter":
		m, err := matter.Get(tx, matter.ID(id))
		if err != nil {
			return "", err
		}
		return m.Path, matter.Allowed(tx, by, policy.ParticipantName, m)
	case "grid":
		g, err := grid.Get(tx, id)
		if err != nil {
			return "", fault.New(fault.NotFound, "policy.not_found")
		}
		return g.Code, policy.Check(by, policy.ParticipantName, policy.Places{{Relation: policy.At, Path: g.Code}})
	}
	return "", fault.New(fault.NotFound, "policy.not_found")
}

// Name names one of the four bodies on a matter or a grid, with what is asked of
// them. Whoever names must see it; who is named sees what is asked, not the
// matter.
func (s *Service) Name(ctx context.Context, by actor.Actor, key db.Key, n Naming) (Participant, error) {
	if !policy.May(by, policy.ParticipantName) {
		return Participant{}, fault.New(fault.NotFound, "policy.not_found")
	}
	n.Name, n.Part, n.Login = strings.TrimSpace(n.Name), strings.TrimSpace(n.Part), strings.ToLower(strings.TrimSpace(n.Login))
	return db.Once(ctx, s.DB, by, string(policy.ParticipantName), key, n, func(tx *db.Tx) (Participant, error) {
		path, err := may(tx, by, n.Subject)
		if err != nil {
			return Participant{}, err
		}
		p := Participant{ID: tx.NewID(), Subject: n.Subject, Path: path, Body: n.Body, Name: n.Name, Part: n.Part,
			NamedBy: by.Account, NamedName: by.Name, NamedAt: tx.Millis(), Version: 1}
		if err := n.find(tx, &p); err != nil {
			return p, err
		}
		return p, insertParticipant(tx, p)
	})
}

// find holds a naming to its rules and finds the account of a body: one that
// acts for it over the place.
func (n Naming) find(tx *db.Tx, p *Participant) error {
	var f fault.Fields
	if !slices.Contains(Bodies, n.Body) {
		f.Add("body", "form.required")
	}
	f.Words("part", n.Part, maxText)
	if n.Body == Resident {
		f.Words("name", n.Name, maxText)
		return f.Err()
	}
	a, err := account.ByLogin(tx, n.Login)
	if fault.KindOf(err) == fault.NotFound {
		f.Add("login", "party.nobody")
		return f.Err()
	}
	if err != nil {
		return err
	}
	posts, err := account.PostsOf(tx, a.ID, calendar.On(tx.Now()))
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(posts, func(q account.Post) bool {
		return slices.Contains(bodyOf[n.Body], q.Kind) && strings.HasPrefix(p.Path, q.Path[:min(12, len(q.Path))])
	}) {
		f.Add("login", "party.participant.body")
	}
	if id, of := strings.CutPrefix(n.Subject, "matter/"); of {
		named, err := matter.Names(tx, matter.ID(id), string(a.ID))
		if err != nil {
			return err
		}
		if named { // whoever names participants sees whom the matter names
			f.Add("login", "party.participant.named")
		}
	}
	p.AccountID, p.Name = string(a.ID), a.Name
	return f.Err()
}

// A Task is what is asked of a participant, as they see it: which matter or
// grid, what kind, how it stands, and what is asked. Not who reported it, not
// about whom it is.
type Task struct {
	Participant
	Number   string `db:"number"`
	Category string `db:"category"`
	State    string `db:"state"`
}

// Tasks lists what is asked of the actor, what has no answer first.
func (s *Service) Tasks(ctx context.Context, by actor.Actor) (all []Task, err error) {
	if err := policy.Check(by, policy.TaskRead, policy.Places{{Relation: policy.Own, Path: by.Account}}); err != nil {
		return nil, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.TaskRead), For: "task.list"}, func(tx *db.Tx) ([]Task, error) { //i18n:none
		all, err := tasksOf(tx, by.Account)
		tx.Saw()
		for _, t := range all {
			tx.Saw(t.Subject)
		}
		return all, err
	})
}

// Answer is the participant's word of what they did.
func (s *Service) Answer(ctx context.Context, by actor.Actor, key db.Key, id, text string) (Participant, error) {
	if !policy.May(by, policy.TaskRead) {
		return Participant{}, fault.New(fault.NotFound, "policy.not_found")
	}
	text = strings.TrimSpace(text)
	return db.Once(ctx, s.DB, by, string(policy.TaskRead), key, [2]string{id, text}, func(tx *db.Tx) (Participant, error) {
		was, err := participant(tx, id)
		if err != nil {
			return was, err
		}
		if err := policy.Check(by, policy.TaskRead, policy.Places{{Relation: policy.Own, Path: was.AccountID}}); err != nil {
			return Participant{}, err
		}
		var f fault.Fields
		f.Words("text", text, maxText)
		if err := f.Err(); err != nil {
			return was, err
		}
		if was.EndedAt != 0 || was.AnsweredAt != 0 {
			return was, fault.New(fault.Conflict, "party.participant.over")
		}
		is := was
		is.Answer, is.AnsweredAt, is.Version = text, tx.Millis(), was.Version+1
		return is, saveParticipant(tx, was, is)
	})
}

// Release ends a participation: who was named sees it no more.
func (s *Service) Release(ctx context.Context, by actor.Actor, id string) error {
	if !policy.May(by, policy.ParticipantName) {
		return fault.New(fault.NotFound, "policy.not_found")
	}
	return s.DB.Write(ctx, by, string(policy.ParticipantName), func(tx *db.Tx) error {
		was, err := participant(tx, id)
		if err != nil {
			return err
		}
		if _, err := may(tx, by, was.Subject); err != nil {
			return err
		}
		if was.EndedAt != 0 {
			return fault.New(fault.Conflict, "party.participant.over")
		}
		is := was
		is.EndedAt, is.Version = tx.Millis(), was.Version+1
		return saveParticipant(tx, was, is)
	})
}

// Of lists the participants of a matter or a grid, for who may name them.
func (s *Service) Of(ctx context.Context, by actor.Actor, subject string) ([]Participant, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ParticipantName), For: subject}, func(tx *db.Tx) ([]Participant, error) {
		if _, err := may(tx, by, subject); err != nil {
			return nil, err
		}
		tx.Saw(subject)
		return participantsOf(tx, subject)
	})
}
