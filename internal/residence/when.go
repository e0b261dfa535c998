package residence

import (
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/person"
	"anju/internal/policy"
)

// A When is a day in both times: what was so on the day On, as it was known at
// the end of the day Known. The zero When is now, as it is known now.
type When struct {
	On    calendar.Date // "": today
	Known calendar.Date // "": with all that is known by now
}

// IsNow reports whether that is the present.
func (w When) IsNow() bool { return w.On == "" && w.Known == "" }

// Check says what is wrong with a When, and completes its day.
func (w *When) Check(today calendar.Date) error {
	var f fault.Fields
	if w.On == "" {
		w.On = today
	}
	for name, d := range map[string]calendar.Date{"on": w.On, "known": w.Known} {
		switch {
		case d == "":
		case !d.Valid():
			f.Add(name, "residence.when.date")
		case d > today:
			f.Add(name, "residence.when.future")
		}
	}
	return f.Err()
}

// KnownBy is the instant before which something must have been recorded, and
// not yet been replaced, to be believed; ok is false for what is believed now.
func (w When) KnownBy() (ms int64, ok bool) {
	if w.Known == "" {
		return 0, false
	}
	return w.Known.End().UnixMilli(), true
}

// Lasts reports whether somebody is still where a spell of the past says, by one of
// their spells of today.
func (s Spell) Lasts(now Spell) bool {
	return s.PersonID == now.PersonID && s.Kind == now.Kind && (village(now.Path) == village(s.Path) || now.HouseID != "" && now.HouseID == s.HouseID)
}

// A Veil hides what is protected now from one actor, however far one looks
// back: a place that is sealed today was no place of the person's on any day,
// whatever was believed on it then.
type Veil struct {
	by     actor.Actor
	sealed map[person.ID][]Spell
}

// Hides reports whether anything of a person is hidden from the actor. Where
// such a person works says where they may be found.
func (v Veil) Hides(id person.ID) bool { return len(v.sealed[id]) > 0 }

// Sees reports whether the actor may know of a spell of the past.
func (v Veil) Sees(s Spell) bool {
	if !policy.Sees(v.by, policy.Place{Path: s.Path, SealedTo: s.SealedTo}) {
		return false
	}
	for _, now := range v.sealed[s.PersonID] {
		if village(now.Path) == village(s.Path) || now.HouseID != "" && now.HouseID == s.HouseID {
			return s.Kind == Registered
		}
	}
	return true
}
