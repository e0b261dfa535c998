// Package accepting keeps the list of the services that accept the residence
// booklet in place of the household booklet (同等效力): which unit, what to bring,
// by which document, from when to when. The county publishes it; two accounts
// change it.
package accepting

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/proposal"
)

// A Says is what the list says of a service.
type Says struct {
	Item   string     `db:"item" record:"track"` // the same over its changes
	Name   string     `db:"name" record:"track"`
	Unit   string     `db:"unit" record:"track"`
	Office actor.Kind `db:"office" record:"track"` // of Offices, if the unit's people work with this program
	Phone  string     `db:"phone" record:"track"`
	Bring  string     `db:"bring" record:"track"` // beside the booklet
	Basis  string     `db:"basis" record:"track"`
}

// An Item is a service on the list with its dates.
type Item struct {
	ID        string `db:"id" record:"ignore"`
	Says      `record:"track"`
	ValidFrom calendar.Date `db:"valid_from" record:"track"`
	ValidTo   calendar.Date `db:"valid_to" record:"track"`
}

// A Change is how a service is to be on the list from a day on, as somebody
// asked for it.
type Change struct {
	ID             string `db:"id" record:"ignore"`
	Says           `record:"track"`
	Ends           int64 `db:"ends" record:"track"` // 1: it accepts the booklet no more
	proposal.Asked `record:"track"`
}

// Subject is the service's name in records.
func (s Says) Subject() string { return "accepting/" + s.Item }

// Offices are the kinds of post whose own counter a service can be.
var Offices = []actor.Kind{actor.VillageClerk, actor.TownWindow, actor.Registrar, actor.CivilAffairs, actor.Agriculture, actor.Justice}

// InForce reports whether the service accepts the booklet on a day.
func (i Item) InForce(on calendar.Date) bool { return on >= i.ValidFrom && on < i.ValidTo }

// limits of a service, in characters.
const (
	maxName  = 60
	maxPhone = 40
	maxBring = 120
	maxBasis = 200
)

var phoneForm = regexp.MustCompile(`^[0-9-]+(、[0-9-]+)*$`)

// check is the rule of a change: whoever reads the list must know where to go,
// whom to call and by which document.
func (c *Change) check(f *fault.Fields) {
	for _, text := range []*string{&c.Name, &c.Unit, &c.Phone, &c.Bring, &c.Basis} {
		*text = strings.TrimSpace(*text)
	}
	f.Words("name", c.Name, maxName)
	f.Words("unit", c.Unit, maxName)
	f.Within("bring", c.Bring, maxBring)
	f.Words("basis", c.Basis, maxBasis)
	if !phoneForm.MatchString(c.Phone) || len(c.Phone) > maxPhone {
		f.Add("phone", "accepting.phone")
	}
	if c.Office != "" && !slices.Contains(Offices, c.Office) {
		f.Add("office", "accepting.office")
	}
}

// after is the rule of dates: the rows of a service once a change is in force,
// those to be written anew and whether the change is a row of its own. What was
// in force ends that day; what was to begin later never begins.
func after(rows []Item, c Change) (is []Item, next *Item) {
	for _, was := range rows {
		if was.ValidTo > c.ValidFrom {
			was.ValidTo = max(was.ValidFrom, c.ValidFrom)
		}
		is = append(is, was)
	}
	if c.Ends == 0 {
		next = &Item{Says: c.Says, ValidFrom: c.ValidFrom, ValidTo: calendar.Forever}
	}
	return is, next
}

// Service is the guarded door to the list.
type Service struct{ DB *db.DB }

// A List is the services of every time, and what is asked to change.
type List struct {
	Items   []Item
	Changes []Change // the latest first
	Today   calendar.Date
}

// List is the whole list with its dates.
func (s *Service) List(ctx context.Context, by actor.Actor) (l List, err error) {
	if err := policy.Check(by, policy.AcceptingRead, policy.Places{}); err != nil {
		return l, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		l.Today = calendar.On(tx.Now())
		if l.Items, err = all(tx); err != nil {
			return err
		}
		l.Changes, err = changes(tx, proposal.Shown)
		return err
	})
	return l, err
}

// Public is the list as everybody reads it, without an account.
type Public struct{ DB *db.DB }

// Published is what accepts the booklet today, and on which day that is.
func (p *Public) Published(ctx context.Context) (on []Item, today calendar.Date, err error) {
	err = p.DB.Read(ctx, func(tx *db.Tx) error {
		today = calendar.On(tx.Now())
		on, err = On(tx, today)
		return err
	})
	return on, today, err
}
