package matter

import (
	"context"
	"slices"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// A Page is a matter with everything that happened to it.
type Page struct {
	Matter   Matter
	Events   []Event
	Clocks   []deadline.Clock
	Warnings []deadline.Warning
	Orders   []Order
	Asked    map[string]bool // of the orders, those that wait for the actor's answer
	Receipts []Receipt
	Pauses   map[string][]deadline.Pause // of each clock that has been paused
	Calendar *calendar.Notice
	Expected map[string]bool // 预计: the orders whose answer is due by a year whose notice is not known
	At       time.Time       // when it was read
	Mine     bool            // the actor reported it
	Answers  int64           // the level that has to act: its own, or while nobody holds that the next
	Contact  Contact
	Named    []Named  // the officials it names
	Refusal  *Refusal // nil of what is about none
	With     []Matter // number and state of those merged into it
	Kind     Category // its leaf of the tree, as it is today
	Tree     Tree     // the categories of the day, if an act asks for one
	Photos   []Photo  // that the actor is shown
	Redacts  bool     // the actor may blacken parts of them
	Led      []Led    // the grids of its household that it concerns, as far as the actor may know
	Acts     []Act    // what the actor can do with it now, in the order of the table
}

// A Contact is for whom a matter was reported, if for somebody else.
type Contact struct {
	Name  string
	Phone seal.Secret
}

// beside reads what is kept beside a matter.
func (p *Page) beside(tx *db.Tx, k *seal.Keys) (err error) {
	m := p.Matter
	if r, ok, err := refusalOf(tx, m.ID); err != nil {
		return err
	} else if ok {
		p.Refusal = &r
	}
	if m.Contact != "" {
		c, err := getContact(tx, m.Contact)
		if err != nil {
			return err
		}
		p.Contact.Name = c.Name
		if len(c.NameSealed) > 0 {
			plain, err := k.Open("matter_contact", "name", c.ID, c.NameSealed)
			if err != nil {
				return err
			}
			p.Contact.Name = string(plain)
		}
		if len(c.PhoneSealed) > 0 {
			plain, err := k.Open("matter_contact", "phone", c.ID, c.PhoneSealed)
			if err != nil {
				return err
			}
			p.Contact.Phone = seal.Hide(string(plain))
		}
	}
	if m.Names != 0 {
		if p.Named, err = namedIn(tx, m.ID); err != nil {
			return err
		}
	}
	others, err := mergedInto(tx, m.Number)
	for _, o := range others {
		p.With = append(p.With, Matter{ID: o.ID, Number: o.Number, State: o.State, ReportedAt: o.ReportedAt})
	}
	if err != nil || m.Kind == "" && !slices.Contains(p.Acts, Amend) {
		return err
	}
	p.Tree, err = TreeOn(tx, today(tx))
	p.Kind, _ = p.Tree.Of(m.Kind)
	return err
}

// hideReporter takes who reported an anonymous matter off its page, for
// everybody else: off the matter and off what they did with it since.
func (p *Page) hideReporter() {
	if p.Matter.Anonymous == 0 || p.Mine {
		return
	}
	for i, e := range p.Events {
		if e.Account == p.Matter.Reporter {
			p.Events[i].Account, p.Events[i].Name, p.Events[i].Kind = "", "", ""
		}
	}
	p.Matter.Reporter = ""
}

// hideContact takes who reported a refusal off its page for everybody but the
// county's centre and its leaders: a department that is asked need not know.
func (p *Page) hideContact(by actor.Actor) {
	if p.Refusal != nil && by.Kind != actor.CountyCentre && by.Kind != actor.Chief {
		p.Contact, p.Matter.Contact = Contact{}, ""
	}
}

// Units are the kinds of department that the matter can be handed to.
func (p Page) Units() []actor.Kind {
	if p.Refusal == nil {
		return Units
	}
	return slices.DeleteFunc(slices.Clone(Units), func(k actor.Kind) bool { return !p.Refusal.MayHand(k) })
}

// Get is a matter as its page shows it.
func (s *Service) Get(ctx context.Context, by actor.Actor, id ID) (Page, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.MatterRead), For: "matter/" + string(id)}, func(tx *db.Tx) (p Page, err error) {
		if p.Matter, err = Get(tx, id); err != nil {
			return p, err
		}
		places, err := sight(tx, by, p.Matter)
		if err != nil {
			return p, err
		}
		d, err := policy.Decide(by, policy.MatterRead, places)
		if err != nil {
			return p, err
		}
		tx.Saw(p.Matter.Subject())
		p.At = tx.Now()
		p.Acts = p.Matter.acts(tx, by, places)
		p.Redacts = policy.Check(by, policy.MatterRedact, places) == nil
		photos, err := photosOf(tx, id)
		if err != nil {
			return p, err
		}
		p.Photos = shown(photos, p.Redacts)
		whole := p.Matter
		if err := hideHousehold(tx, by, &p.Matter); err != nil {
			return p, err
		}
		p.Mine = p.Matter.Reporter == by.Account
		instead, err := grid.Answers(tx, int(p.Matter.Level), p.Matter.Path, calendar.On(tx.Now()))
		if err != nil {
			return p, err
		}
		p.Answers = int64(instead)
		if p.Events, err = Timeline(tx, id); err != nil {
			return p, err
		}
		if err := p.beside(tx, s.Keys); err != nil {
			return p, err
		}
		if onlyInformed(d) {
			p.Contact = Contact{} // is asked by who answers
		}
		if err := p.led(tx, whole); err != nil {
			return p, err
		}
		p.hideReporter()
		p.hideContact(by)
		if p.Clocks, err = deadline.Of(tx, p.Matter.Subject()); err != nil {
			return p, err
		}
		if p.Warnings, err = deadline.WarningsOf(tx, p.Matter.Subject()); err != nil {
			return p, err
		}
		if p.Orders, err = OrdersOf(tx, id); err != nil {
			return p, err
		}
		p.Asked = asked(tx, by, whole, places, p.Orders)
		if p.Receipts, err = receiptsOf(tx, p.Matter); err != nil {
			return p, err
		}
		if err := p.clocksBeside(tx); err != nil {
			return p, err
		}
		if len(p.Extensions(tx.Now())) == 0 {
			p.Acts = slices.DeleteFunc(p.Acts, func(a Act) bool { return a == ExtendLimit })
		}
		return p, nil
	})
}

// clocksBeside reads what explains the clocks: their pauses, and the calendar
// they are counted by.
func (p *Page) clocksBeside(tx *db.Tx) (err error) {
	p.Pauses = map[string][]deadline.Pause{}
	for _, c := range p.Clocks {
		if c.PauseMost == 0 {
			continue
		}
		if p.Pauses[c.ID], err = deadline.PausesOf(tx, c.ID); err != nil {
			return err
		}
	}
	if p.Calendar, err = deadline.Calendar(tx); err != nil {
		return err
	}
	p.Expected = map[string]bool{}
	for _, o := range p.Orders {
		if p.Expected[o.ID], err = o.expected(tx, p.Calendar); err != nil {
			return err
		}
	}
	return nil
}

// hideHousehold takes the household off a matter for everyone who may not know
// of it: its address may have been protected since.
func hideHousehold(tx *db.Tx, by actor.Actor, m *Matter) error {
	if m.HouseholdID == "" {
		return nil
	}
	places, err := residence.PlacesOf(tx, household.ID(m.HouseholdID))
	if err == nil && (policy.Check(by, policy.HouseholdRead, places) != nil || !policy.SeesAll(by, places)) {
		m.HouseholdID = ""
	}
	return err
}
