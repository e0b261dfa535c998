package grid

import (
	"context"
	"fmt"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/ident"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// A WorkGrid is a working grid outside the county (县外务工网格): people of a
// village work at one place, and somebody there can be called. Nobody there has an
// account, and no matter lies there. Its code is no path of the county's.
type WorkGrid struct {
	Code      string        `db:"code" record:"track"`
	Village   string        `db:"village" record:"track"` // which keeps it
	Name      string        `db:"name" record:"track"`
	Place     string        `db:"place" record:"track"` // in words
	ValidFrom calendar.Date `db:"valid_from" record:"track"`
	ValidTo   calendar.Date `db:"valid_to" record:"track"`
	Version   int64         `db:"version" record:"ignore"`
}

// A Contact is whom to call at a working grid outside the county, for a time.
type Contact struct {
	ID           string        `db:"id" record:"ignore"`
	WorkGrid     string        `db:"work_grid" record:"track"`
	Name         string        `db:"name" record:"secret"`
	Organisation string        `db:"organisation" record:"track"`
	PhoneSealed  []byte        `db:"phone_sealed" record:"secret"`
	ValidFrom    calendar.Date `db:"valid_from" record:"track"`
	ValidTo      calendar.Date `db:"valid_to" record:"track"`
	EnteredBy    string        `db:"entered_by" record:"track"`
	EnteredName  string        `db:"entered_name" record:"ignore"`
	Phone        string        `db:"-" record:"ignore"` // as typed; on a page masked
}

// A WorkLine is a working grid outside the county with its present contact and
// how many households belong to it.
type WorkLine struct {
	WorkGrid
	Contact    Contact
	Households int64
}

const maxWork = 60 // characters of a name

// EnterWork notes a working grid outside the county of some people of a village,
// with whom to call there.
func (s *Service) EnterWork(ctx context.Context, by actor.Actor, key db.Key, g WorkGrid, c Contact) (WorkGrid, error) {
	if err := policy.Check(by, policy.WorkGridEnter, policy.Places{{Relation: policy.At, Path: g.Village}}); err != nil {
		return g, err
	}
	request := struct {
		Grid    WorkGrid
		Contact [4]string
	}{g, [4]string{c.Name, c.Organisation, c.Phone, string(c.ValidFrom)}}
	return db.Once(ctx, s.DB, by, string(policy.WorkGridEnter), key, request, func(tx *db.Tx) (WorkGrid, error) {
		today := calendar.On(tx.Now())
		g.Name, g.Place = strings.TrimSpace(g.Name), strings.TrimSpace(g.Place)
		var f fault.Fields
		f.Words("grid_name", g.Name, maxWork)
		f.Words("place", g.Place, maxWork)
		c.check(&f, today)
		if len(g.Village) != 12 {
			f.Add("village", "grid.work.village")
		}
		if err := f.Err(); err != nil {
			return g, err
		}
		n, err := db.NextInSeries(tx, "work_grid/"+g.Village)
		if err != nil {
			return g, err
		}
		g.Code, g.ValidFrom, g.ValidTo, g.Version = fmt.Sprintf("W%s%03d", g.Village, n), c.ValidFrom, calendar.Forever, 1
		if err := db.Insert(tx, "work_grid", g); err != nil {
			return g, err
		}
		if err := tx.Record("work_grid/"+g.Code, nil, g); err != nil {
			return g, err
		}
		return g, s.keepContact(tx, by, g.Code, c)
	})
}

// check is the rule of a contact: somebody of some organisation who can be called,
// from a day that has come.
func (c *Contact) check(f *fault.Fields, today calendar.Date) {
	c.Name, c.Organisation, c.Phone = strings.TrimSpace(c.Name), strings.TrimSpace(c.Organisation), strings.TrimSpace(c.Phone)
	f.Words("name", c.Name, maxWork)
	f.Words("organisation", c.Organisation, maxWork)
	phone, err := ident.ParsePhone(c.Phone)
	if err != nil {
		f.Add("phone", "grid.work.phone")
	}
	c.Phone = phone
	if !c.ValidFrom.Valid() || c.ValidFrom > today {
		f.Add("valid_from", "grid.work.from")
	}
}

func (s *Service) keepContact(tx *db.Tx, by actor.Actor, code string, c Contact) error {
	c.ID, c.WorkGrid, c.ValidTo, c.EnteredBy, c.EnteredName = tx.NewID(), code, calendar.Forever, by.Account, by.Name
	c.PhoneSealed = s.Keys.Seal("work_contact", "phone", c.ID, []byte(c.Phone))
	if err := db.Insert(tx, "work_contact", c); err != nil {
		return err
	}
	return tx.Record("work_grid/"+code, nil, c)
}

// ChangeContact says whom to call at a working grid outside the county from a day
// on; who was called until then stays in its history.
func (s *Service) ChangeContact(ctx context.Context, by actor.Actor, key db.Key, code string, c Contact) (WorkGrid, error) {
	request := [5]string{code, c.Name, c.Organisation, c.Phone, string(c.ValidFrom)}
	return db.Once(ctx, s.DB, by, string(policy.WorkGridEnter), key, request, func(tx *db.Tx) (WorkGrid, error) {
		g, err := workGrid(tx, by, code)
		if err != nil {
			return g, err
		}
		was, err := contactOf(tx, code)
		if err != nil {
			return g, err
		}
		var f fault.Fields
		c.check(&f, calendar.On(tx.Now()))
		if c.ValidFrom.Valid() && c.ValidFrom < was.ValidFrom {
			f.Add("valid_from", "grid.work.before", "from", was.ValidFrom.Chinese())
		}
		if err := f.Err(); err != nil {
			return g, err
		}
		is := was
		is.ValidTo = c.ValidFrom
		if err := endContact(tx, is); err != nil {
			return g, err
		}
		if err := tx.Record("work_grid/"+code, was, is); err != nil {
			return g, err
		}
		return g, s.keepContact(tx, by, code, c)
	})
}

// workGrid is a working grid outside the county that an actor may write about.
func workGrid(tx *db.Tx, by actor.Actor, code string) (WorkGrid, error) {
	g, err := getWork(tx, code)
	if err != nil {
		return g, err
	}
	return g, policy.Check(by, policy.WorkGridEnter, policy.Places{{Relation: policy.At, Path: g.Village}})
}

// WorkGrids lists the working grids outside the county that a village keeps, each
// with whom to call; their phones are masked.
func (s *Service) WorkGrids(ctx context.Context, by actor.Actor, village string) ([]WorkLine, error) {
	if err := policy.Check(by, policy.WorkGridEnter, policy.Places{{Relation: policy.At, Path: village}}); err != nil {
		return nil, err
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.WorkGridEnter), For: "work_grid/" + village}, func(tx *db.Tx) (all []WorkLine, err error) {
		tx.Saw()
		grids, err := workGridsOf(tx, village)
		if err != nil {
			return nil, err
		}
		for _, g := range grids {
			l := WorkLine{WorkGrid: g}
			if l.Contact, err = ContactMasked(tx, s.Keys, g.Code); err != nil {
				return nil, err
			}
			if l.Households, err = boundTo(tx, g.Code); err != nil {
				return nil, err
			}
			all = append(all, l)
		}
		return all, nil
	})
}

// WorkName is the name of a working grid outside the county, or "".
func WorkName(tx *db.Tx, code string) (string, error) {
	g, err := getWork(tx, code)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	return g.Name, err
}

// ContactMasked is whom to call at a working grid outside the county, the phone
// masked; the zero Contact if nobody is known.
func ContactMasked(tx *db.Tx, k *seal.Keys, code string) (Contact, error) {
	c, err := contactOf(tx, code)
	if fault.KindOf(err) == fault.NotFound {
		return Contact{}, nil
	}
	if err != nil {
		return c, err
	}
	plain, err := k.Open("work_contact", "phone", c.ID, c.PhoneSealed)
	c.Phone, c.PhoneSealed = ident.MaskPhone(string(plain)), nil
	return c, err
}

// BindWork says that people of a household work at a working grid outside the
// county that a village of theirs keeps, from a day on.
func (s *Service) BindWork(ctx context.Context, by actor.Actor, key db.Key, id household.ID, code string, from calendar.Date) (Tie, error) {
	return db.Once(ctx, s.DB, by, string(policy.WorkGridBind), key, [3]string{string(id), code, string(from)}, func(tx *db.Tx) (t Tie, err error) {
		places, err := residence.PlacesOf(tx, id)
		if err != nil {
			return t, err
		}
		if err := policy.Check(by, policy.WorkGridBind, places); err != nil {
			return t, err
		}
		if !policy.SeesAll(by, places) { // where they work tells where somebody protected is
			return t, fault.New(fault.NotFound, "policy.not_found")
		}
		var f fault.Fields
		g, err := getWork(tx, code)
		if fault.KindOf(err) == fault.NotFound || err == nil && !liesIn(places, g.Village) {
			f.Add("work_grid", "grid.work.which")
		} else if err != nil {
			return t, err
		}
		if !from.Valid() || from > calendar.On(tx.Now()) || f.Err() == nil && from < g.ValidFrom {
			f.Add("from", "grid.work.from")
		}
		if err := f.Err(); err != nil {
			return t, err
		}
		ties, err := TiesOf(tx, id)
		if err != nil {
			return t, err
		}
		if was, ok := tieOf(ties, residence.Working); ok && InCounty(was.Path) {
			return t, fault.New(fault.Conflict, "grid.work.here")
		}
		over, err := workOver(tx, id)
		if err != nil {
			return t, err
		}
		if err := Bind(tx, id, residence.Working, code, max(from, over), ""); err != nil {
			return t, err
		}
		ties, err = TiesOf(tx, id)
		t, _ = tieOf(ties, residence.Working)
		return t, err
	})
}

// workOver is the day on which the last working grid of a household that it has no
// more was over: another begins then at the earliest.
func workOver(tx *db.Tx, id household.ID) (on calendar.Date, err error) {
	all, err := believed(tx, id, residence.Working)
	for _, was := range all {
		if was.ValidTo != calendar.Forever {
			on = max(on, was.ValidTo)
		}
	}
	return on, err
}

// liesIn reports whether a household is registered or lives in a village.
func liesIn(places policy.Places, village string) bool {
	for _, p := range places {
		if p.Relation != policy.Working && strings.HasPrefix(p.Path, village) {
			return true
		}
	}
	return false
}

// RevealContact shows the phone of whom to call at a household's working grid
// outside the county, and logs it.
func (s *Service) RevealContact(ctx context.Context, by actor.Actor, id household.ID) (seal.Secret, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ContactReveal), For: "household/" + string(id)}, func(tx *db.Tx) (none seal.Secret, err error) {
		places, err := residence.PlacesOf(tx, id)
		if err != nil {
			return none, err
		}
		if err := policy.Check(by, policy.ContactReveal, places); err != nil {
			return none, err
		}
		if !policy.SeesAll(by, places) {
			return none, fault.New(fault.NotFound, "policy.not_found")
		}
		ties, err := TiesOf(tx, id)
		if err != nil {
			return none, err
		}
		work, _ := tieOf(ties, residence.Working)
		c, err := contactOf(tx, work.Path)
		if err != nil {
			return none, err
		}
		tx.Saw("household/" + string(id))
		plain, err := s.Keys.Open("work_contact", "phone", c.ID, c.PhoneSealed)
		return seal.Hide(string(plain)), err
	})
}
