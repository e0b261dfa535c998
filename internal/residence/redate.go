package residence

import (
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/person"
)

// StayFrom is the stay of a kind that a person began on a day, as it is believed
// now; ok is false if none did.
func StayFrom(tx *db.Tx, id person.ID, kind string, on calendar.Date) (s Spell, ok bool, err error) {
	all, err := SpellsOf(tx, id)
	for _, s := range all {
		if s.Kind == kind && s.ValidFrom == on {
			return s, true, err
		}
	}
	return s, false, err
}

// Redate says that a stay began on another day than was believed. The stay
// before it, where it lasted until then, lasts until that day; the flow between
// the two is of that day. What was believed is kept. A day on which the person
// had moved on already, or had not yet come to where they lived before, is a
// Conflict: a stay that never was is another correction.
func Redate(tx *db.Tx, was Spell, on calendar.Date) error {
	if on == was.ValidFrom {
		return nil
	}
	all, err := SpellsOf(tx, was.PersonID)
	if err != nil {
		return err
	}
	if err := redatable(all, was, on); err != nil {
		return err
	}
	if before, ok := before(all, was); ok && before.ValidTo == was.ValidFrom {
		lasted := before
		lasted.ValidTo = on
		if _, err := restate(tx, before, lasted); err != nil {
			return err
		}
	}
	is := was
	is.ValidFrom = on
	_, err = replace(tx, was, is)
	return err
}

// redatable is the rule of Redate.
func redatable(all []Spell, s Spell, on calendar.Date) error {
	if on >= s.ValidTo {
		return fault.New(fault.Conflict, "residence.redate.over", "on", s.ValidTo.Chinese())
	}
	before, ok := before(all, s)
	switch {
	case !ok:
	case on <= before.ValidFrom:
		return fault.New(fault.Conflict, "residence.redate.before", "on", before.ValidFrom.Chinese())
	case before.ValidTo != s.ValidFrom && on < before.ValidTo:
		return fault.New(fault.Conflict, "residence.overlaps")
	}
	return nil
}

// before is the stay of the same kind that came before another.
func before(all []Spell, s Spell) (b Spell, ok bool) {
	for _, o := range all {
		if o.Kind == s.Kind && o.ID != s.ID && o.ValidTo <= s.ValidFrom && (!ok || o.ValidTo > b.ValidTo) {
			b, ok = o, true
		}
	}
	return b, ok
}
