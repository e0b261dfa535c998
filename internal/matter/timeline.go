package matter

import (
	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
)

// A timeline is what happens by itself to many matters at once: each is read
// once, and the events are written together.
type timeline struct {
	of    map[ID]Matter
	last  map[ID]int64 // the number of the last event
	added *[]Event
}

// timelines reads matters and how long their timelines are.
func timelines(tx *db.Tx, ids []ID) (timeline, error) {
	l := timeline{map[ID]Matter{}, map[ID]int64{}, new([]Event)}
	all, err := withIDs(tx, ids)
	if err != nil {
		return l, err
	}
	for _, m := range all {
		l.of[m.ID] = m
	}
	for _, id := range ids {
		if _, ok := l.of[id]; !ok {
			return l, fault.New(fault.NotFound, "policy.not_found")
		}
	}
	ends, err := lengths(tx, ids)
	for _, e := range ends {
		l.last[e.ID] = e.N
	}
	return l, err
}

// add says that an act that counts for no figure has happened to a matter.
func (l timeline) add(tx *db.Tx, by actor.Actor, m Matter, a Act, y Say) {
	l.last[m.ID]++
	*l.added = append(*l.added, eventOf(tx, by, m, l.last[m.ID], a, y))
}

func (l timeline) store(tx *db.Tx) error { return db.InsertAll(tx, "matter_event", *l.added) }

func eventOf(tx *db.Tx, by actor.Actor, m Matter, n int64, a Act, y Say) Event {
	return Event{
		MatterID: m.ID, N: n, Act: a, Account: by.Account, Name: by.Name, Kind: string(by.Kind), Level: m.Level, About: y.about(a), Text: y.Text, At: tx.Millis(),
	}
}
