package matter

import (
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/policy"
)

// Allowed is the policy of a matter: the permission over the place where it
// happened, and two rules on top. A matter that names an official does not
// exist for that official. A private one exists for its reporter, the levels
// that have or have had it or have been told that it is late, the department
// it was handed to, and the centres: no other village leader, no other post.
func Allowed(tx *db.Tx, by actor.Actor, a policy.Action, m Matter) error {
	places, err := sight(tx, by, m)
	if err != nil {
		return err
	}
	return policy.Check(by, a, places)
}

// sight is how a matter lies for somebody; for an official whom it names it is
// not there.
func sight(tx *db.Tx, by actor.Actor, m Matter) (policy.Places, error) {
	if m.Names != 0 {
		named, err := Names(tx, m.ID, by.Account)
		if err != nil {
			return nil, err
		}
		if named {
			return nil, fault.New(fault.NotFound, "policy.not_found")
		}
	}
	if m.Private == 0 {
		seeing, err := informed(tx, m)
		return append(m.Places(), seeing...), err
	}
	levels, err := levelsOf(tx, m)
	if err != nil {
		return nil, err
	}
	instead, err := grid.Answers(tx, int(m.Level), m.Path, today(tx)) // while nobody holds the level that has it
	return m.privatePlaces(append(levels, int64(instead))), err
}

// Places is how a matter lies: where it happened, whose report it is, and in
// which department's hands. Of a private one it is what can be said without
// its story; see Allowed.
func (m Matter) Places() []policy.Place {
	if m.Private != 0 {
		return m.privatePlaces([]int64{m.Level})
	}
	at := []policy.Place{{Relation: policy.At, Path: m.Path}, {Relation: policy.Own, Path: m.Reporter}}
	return append(at, m.handedTo()...)
}

func (m Matter) handedTo() []policy.Place {
	if m.Unit == "" {
		return nil
	}
	return []policy.Place{{Relation: policy.Handed, Path: m.Path, Duty: actor.Kind(m.Unit)}}
}

func (m Matter) privatePlaces(levels []int64) []policy.Place {
	duty := []actor.Kind{actor.TownCentre, actor.CountyCentre}
	for _, l := range levels {
		duty = append(duty, actor.AtLevel(int(l)))
	}
	at := []policy.Place{{Relation: policy.Own, Path: m.Reporter}}
	for _, k := range duty {
		at = append(at, policy.Place{Relation: policy.At, Path: m.Path, Duty: k})
	}
	return append(at, m.handedTo()...)
}

// Seen adds to a query over matter m what Allowed asks besides the area: a list
// shows no matter whose page it would refuse.
func Seen(q *db.Query, by actor.Actor) *db.Query {
	q.Add("and (m.names = 0 or not exists (select 1 from matter_named n where n.matter_id = m.id and n.account_id = ?))", by.Account)
	level := by.Kind.Level()
	switch {
	case by.Kind == actor.System || by.Kind == actor.TownCentre || by.Kind == actor.CountyCentre:
		return q
	case level < 2:
		return q.Add("and m.private = 0")
	}
	var over []string
	args := []any{level, level, level}
	for _, p := range by.Paths {
		over = append(over, "m.path >= ? and m.path < ?")
		args = append(args, p, policy.PrefixEnd(p))
	}
	return q.Add(`and (m.private = 0 or (exists (select 1 from matter_event e where e.matter_id = m.id and e.level = ?)
		or exists (select 1 from warning w where w.subject = 'matter/' || m.id and w.told = ?)
		or exists (select 1 from vacancy v where v.ended_on = '' and v.told = ? and v.level = m.level and v.path = substr(m.path, 1, length(v.path)))) and (`+strings.Join(append(over, "1 = 0"), " or ")+"))", args...)
}

// A Named is an official whom a matter names.
type Named struct {
	MatterID  ID     `db:"matter_id" record:"track"`
	AccountID string `db:"account_id" record:"track"`
	Name      string `db:"name" record:"track"`
}

// heldByNamed reports whether a post over the place of a matter is held today
// by somebody whom it names.
func (s *Service) heldByNamed(tx *db.Tx, m Matter, k actor.Kind) (bool, error) {
	if m.Names == 0 {
		return false, nil
	}
	named, err := namedIn(tx, m.ID)
	if err != nil {
		return false, err
	}
	return s.holds(tx, named, m.Path, k)
}

func (s *Service) holds(tx *db.Tx, named []Named, path string, k actor.Kind) (bool, error) {
	hs, err := account.Holders(tx, s.Keys, k, path, today(tx))
	if err != nil {
		return false, err
	}
	for _, h := range hs {
		for _, n := range named {
			if string(h.ID) == n.AccountID {
				return true, nil
			}
		}
	}
	return false, nil
}
