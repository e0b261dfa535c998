package relocation

import (
	"slices"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/residence"
	"anju/internal/seal"
)

// CheckListed reads and checks a move that a list of moves (搬迁名单) names, and
// writes nothing. known is true if it has been registered already.
func CheckListed(tx *db.Tx, by actor.Actor, k *seal.Keys, r Request) (known bool, err error) {
	_, known, err = checkListed(tx, by, k, r)
	return known, err
}

// Listed registers a move of a list as Record does one at the counter, and
// reports whether it was news. Who lives there already is only said to have
// moved. Where the list has no answer to the voluntary-transfer question, nobody
// asked it: it stays to be asked.
func Listed(tx *db.Tx, by actor.Actor, k *seal.Keys, r Request, source string) (changed bool, err error) {
	p, known, err := checkListed(tx, by, k, r)
	if err != nil || known {
		return false, err
	}
	p.preview.Asks = p.preview.Asks && r.Answer != ""
	m, err := p.move(tx, by, r)
	if err != nil {
		return false, err
	}
	m.Source = source
	if p.lives {
		m.HouseID = p.from.HouseID
		err = p.hide(tx, &m)
	} else {
		err = p.settle(tx, &m)
	}
	if err != nil {
		return false, err
	}
	if m.Number, err = nextNumber(tx); err != nil {
		return false, err
	}
	if err := db.Insert(tx, "move", m); err != nil {
		return false, err
	}
	return true, tx.Record("household/"+string(r.HouseholdID), nil, m)
}

// unitDigits is the length of the only path that the move of a protected
// household has: the police unit that knows the place.
const unitDigits = 9

func checkListed(tx *db.Tx, by actor.Actor, k *seal.Keys, r Request) (p plan, known bool, err error) {
	r.listed = true
	all, err := Of(tx, r.HouseholdID)
	if err != nil {
		return p, false, err
	}
	known = slices.ContainsFunc(all, func(m Move) bool {
		return m.MovedOn == r.MovedOn && (within(m.ToPath, r.Village, len(r.Village)) || len(m.ToPath) == unitDigits)
	})
	s := &Service{Keys: k}
	if known { // it is only guarded
		return p, true, p.guard(tx, by, r)
	}
	if p, err = s.check(tx, by, r); err != nil || p.lives {
		return p, false, err
	}
	for _, m := range p.movers {
		late, err := residence.Overlaps(tx, m.Person.ID, max(r.MovedOn, m.Person.Birth))
		if err != nil {
			return p, false, err
		}
		if late {
			return p, false, fault.New(fault.Conflict, "residence.overlaps")
		}
	}
	return p, false, nil
}
