package accepting_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"anju/internal/accepting"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/proposal"
)

const today = calendar.Date("2026-03-04")

func as(k actor.Kind, name string) actor.Actor {
	return actor.Actor{Account: name, Name: name, Kind: k, Paths: []string{"610929"}, Office: "办公室"}
}

var (
	police = as(actor.CountyPolice, "police")
	other  = as(actor.CountyPolice, "other")
	centre = as(actor.CountyCentre, "centre")
)

// A world is an empty list.
type world struct {
	*accepting.Service
	public accepting.Public
	t      *testing.T
	clock  *dbtest.Clock
	keys   int
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		f(t, &world{Service: &accepting.Service{DB: d}, public: accepting.Public{DB: d}, t: t, clock: c})
	})
}

func (w *world) key() db.Key { w.keys++; return db.Key(fmt.Sprint("key ", w.keys)) }

func school() accepting.Change {
	return accepting.Change{Asked: proposal.Asked{ValidFrom: today, Reason: "县里发了文"},
		Says: accepting.Says{Name: "子女入学", Unit: "县教育和科技局", Phone: "0915-5550101、0915-5550102", Bring: "父母身份证", Basis: "白政办发〔2021〕25号"}}
}

// listed asks for a change and lets another account agree.
func (w *world) listed(c accepting.Change) accepting.Change {
	w.t.Helper()
	c, err := w.Propose(w.t.Context(), police, w.key(), c)
	if err == nil {
		c, err = w.Approve(w.t.Context(), other, w.key(), c.ID)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// published is the list as everybody reads it, a line each.
func (w *world) published() (all []string) {
	w.t.Helper()
	on, _, err := w.public.Published(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, i := range on {
		all = append(all, i.Name+" "+i.Unit)
	}
	return all
}

func (w *world) shows(want ...string) {
	w.t.Helper()
	if got := w.published(); strings.Join(got, "|") != strings.Join(want, "|") {
		w.t.Errorf("published is %q, want %q", got, want)
	}
}

// TestWhoChangesTheList begins with the wrong people.
func TestWhoChangesTheList(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, k := range append([]actor.Kind{"", "mayor"}, actor.Kinds...) {
			by := as(k, "someone")
			c, err := w.Propose(t.Context(), by, w.key(), school())
			if may := k == actor.CountyPolice || k == actor.CountyCentre; may != (err == nil) {
				t.Errorf("%s proposes: %v", k, err)
			} else if may {
				if _, err := w.Approve(t.Context(), by, w.key(), c.ID); fault.KeyOf(err) != "proposal.own" {
					t.Errorf("%s approves the own change: %v", k, err)
				}
				if _, err := w.Refuse(t.Context(), by, w.key(), c.ID, "算了"); err != nil {
					t.Errorf("%s takes it back: %v", k, err)
				}
			}
			if _, err := w.Approve(t.Context(), by, w.key(), "nothing"); fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s approves nothing: %v", k, err)
			}
			if _, err := w.List(t.Context(), by); policy.May(by, policy.AcceptingRead) != (err == nil) {
				t.Errorf("%s reads: %v", k, err)
			}
		}
		w.shows()
	})
}

// TestListWithDates: a service comes on the list, changes and leaves it, each on
// its day and by two accounts; what was said stays to be read.
func TestListWithDates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, key := school(), w.key()
		first, err := w.Propose(t.Context(), police, key, c)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Propose(t.Context(), police, key, c); err != nil || again.ID != first.ID {
			t.Errorf("the form sent twice: %+v, %v", again, err)
		}
		w.shows() // it waits
		if _, err := w.Approve(t.Context(), centre, w.key(), first.ID); err != nil {
			t.Fatal(err)
		}
		w.shows("子女入学 县教育和科技局")

		moved := first
		moved.Unit, moved.ValidFrom = "县教育局", today.AddDays(10)
		moved = w.listed(accepting.Change{Says: moved.Says, Asked: proposal.Asked{ValidFrom: moved.ValidFrom, Reason: "机构改革"}})
		w.shows("子女入学 县教育和科技局")
		w.clock.Move(10 * 24 * time.Hour)
		w.shows("子女入学 县教育局")

		over := accepting.Change{Says: accepting.Says{Item: first.Item}, Ends: 1, Asked: proposal.Asked{ValidFrom: today.AddDays(20), Reason: "改为网上办理"}}
		if over = w.listed(over); over.Name != "子女入学" {
			t.Errorf("what ends says which: %+v", over)
		}
		w.clock.Move(10 * 24 * time.Hour)
		w.shows()
		if _, err := w.Propose(t.Context(), police, w.key(), accepting.Change{Says: first.Says, Asked: proposal.Asked{ValidFrom: today.AddDays(30), Reason: "又办"}}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a change of what is over: %v", err)
		}
		l, err := w.List(t.Context(), centre)
		if err != nil || len(l.Items) != 2 || l.Items[0].Unit != "县教育局" || l.Items[0].ValidTo != today.AddDays(20) || l.Items[1].ValidTo != today.AddDays(10) {
			t.Errorf("the past: %+v, %v", l.Items, err)
		}
	})
}

// TestWhatNeverBegins: a row that was to begin later leaves the list when an
// earlier day is settled, and the service is there once.
func TestWhatNeverBegins(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := school()
		c.ValidFrom = today.AddDays(30)
		later := w.listed(c)
		now := later
		now.Unit = "县教育局"
		w.listed(accepting.Change{Says: now.Says, Asked: proposal.Asked{ValidFrom: today, Reason: "提前"}})
		w.shows("子女入学 县教育局")
		w.clock.Move(40 * 24 * time.Hour)
		w.shows("子女入学 县教育局")
		if l, err := w.List(t.Context(), centre); err != nil || len(l.Items) != 1 {
			t.Errorf("%+v, %v", l.Items, err)
		}
	})
}

// TestWhatTheListSays: a service without a unit, a phone or a document helps
// nobody, and two that are the same confuse.
func TestWhatTheListSays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for field, spoil := range map[string]func(*accepting.Change){
			"name":       func(c *accepting.Change) { c.Name = " " },
			"unit":       func(c *accepting.Change) { c.Unit = strings.Repeat("局", 61) },
			"phone":      func(c *accepting.Change) { c.Phone = "找老王" },
			"bring":      func(c *accepting.Change) { c.Bring = strings.Repeat("证", 121) },
			"basis":      func(c *accepting.Change) { c.Basis = "" },
			"office":     func(c *accepting.Change) { c.Office = actor.Chief },
			"reason":     func(c *accepting.Change) { c.Reason = "" },
			"valid_from": func(c *accepting.Change) { c.ValidFrom = today.AddDays(-1) },
		} {
			c := school()
			spoil(&c)
			_, err := w.Propose(t.Context(), police, w.key(), c)
			if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := w.Propose(t.Context(), police, w.key(), school()); err != nil {
			t.Fatal(err)
		}
		_, err := w.Propose(t.Context(), centre, w.key(), school())
		if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != "accepting.taken" {
			t.Errorf("the same while it waits: %v", err)
		}
		l, _ := w.List(t.Context(), other)
		if _, err := w.Approve(t.Context(), other, w.key(), l.Changes[0].ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.Propose(t.Context(), centre, w.key(), school())
		if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != "accepting.taken" {
			t.Errorf("the same on the list: %v", err)
		}
		change := school()
		change.Item = l.Changes[0].Item
		if _, err := w.Propose(t.Context(), centre, w.key(), change); err != nil {
			t.Errorf("its own name: %v", err)
		}
		if _, err := w.Propose(t.Context(), centre, w.key(), change); fault.KeyOf(err) != "proposal.waiting" {
			t.Errorf("two changes of one service: %v", err)
		}
	})
}
