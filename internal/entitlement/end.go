package entitlement

import (
	"context"
	"slices"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A Ground is why a right can end, and what it is afterwards.
type Ground struct {
	Name  string
	State string // Valid: it ends here, and some other place has to take over
}

// GroundsOf are the grounds on which a right of a kind can end. To have moved,
// to have registered elsewhere, to work elsewhere or to be in prison are none of
// them (农村土地承包法 27; 农村集体经济组织法 17, 18), and nobody can write one in.
func GroundsOf(kind string) []Ground {
	switch Duty(kind) {
	case policy.Land:
		all := []Ground{{"applied", GivenUp}, {"nobody_left", Lost}, {"expired", Valid}}
		switch kind {
		case "collective_income":
			return append(all[:2:2], Ground{"other_member", Lost})
		case "farmland", "forest", "homestead":
			return append(all, Ground{"requisitioned", Lost})
		}
		return all
	case policy.Insurance:
		return []Ground{{"moved_on", Valid}, {"applied", GivenUp}, {"nobody_left", Lost}}
	}
	return []Ground{{"moved_on", Valid}, {"not_entitled", Lost}, {"applied", GivenUp}, {"nobody_left", Lost}}
}

// End writes that a right has ended on a day, on a ground from the list, with
// the paper that proves it. One that ends without being given up or lost has to
// be owed by somebody else, and is a gap until it is.
func (s *Service) End(ctx context.Context, by actor.Actor, key db.Key, id string, w Words) (Entitlement, error) {
	return s.act(ctx, by, key, policy.RightEnd, ActEnd, id, w, func(tx *db.Tx, was Entitlement, w *Words) (Entitlement, error) {
		is, err := was.end(w, calendar.On(tx.Now()))
		if err != nil {
			return was, err
		}
		return Correct(tx, was, is)
	})
}

// end is the rule.
func (e Entitlement) end(w *Words, today calendar.Date) (Entitlement, error) {
	var f fault.Fields
	w.common(&f)
	e.day(&f, w.From, today)
	all := GroundsOf(e.Kind)
	i := slices.IndexFunc(all, func(g Ground) bool { return g.Name == w.Ground })
	if i < 0 {
		f.Add("ground", "entitlement.act.ground")
		return e, f.Err()
	}
	if e.ValidTo = w.From; all[i].State != Valid {
		e.State = all[i].State
	}
	e.Source = "act"
	return e, f.Err()
}
