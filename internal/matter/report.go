package matter

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/blob"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/deadline"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/residence"
	"anju/internal/seal"
)

// Service is the guarded door to matters.
type Service struct {
	DB    *db.DB
	Keys  *seal.Keys
	Blobs *blob.Store // photographs
}

// A ReportRequest is what the forms of a report ask for. The phone's asks for
// the first three; the rest is there for who needs it.
type ReportRequest struct {
	Category    string // a root of the tree, or a leaf
	Kind        string // a leaf under the root, if one was chosen
	Text        string
	Path        string // the grid; "" is the reporter's only one
	Place       string
	HouseholdID string
	Via         string        // one of Ways; "" is Self
	SaidOn      calendar.Date // when it was said or written, if not today
	ForName     string        // for whom it is, if for somebody else
	ForPhone    string
	Anonymous   bool
	Private     bool
	Names       []string // accounts of the officials it names
	Officials   string   // their names, as typed: those with a post over the grid
	Into        string   // number of an open matter that is the same
	Offer       bool     // refuse it at "into" as long as open matters look the same; see Similar
	Here        bool     // it is dealt with where it was reported, whichever grid of the household answers
	from        string   // where it was reported, if a household's grid answers elsewhere
}

// Report takes in a matter. It goes into the hands of the level above the
// reporter, whose clock starts at once, whether or not anybody holds that post;
// never into those of an official whom it names.
func (s *Service) Report(ctx context.Context, by actor.Actor, key db.Key, r ReportRequest) (Matter, error) {
	if r.Path == "" && len(by.Paths) == 1 {
		r.Path = by.Paths[0]
	}
	if err := policy.Check(by, policy.MatterReport, policy.Places{{Relation: policy.At, Path: r.Path}}); err != nil {
		return Matter{}, err
	}
	r.trim()
	return db.Once(ctx, s.DB, by, string(policy.MatterReport), key, r, func(tx *db.Tx) (Matter, error) {
		tree, err := TreeOn(tx, today(tx))
		if err != nil {
			return Matter{}, err
		}
		c, err := r.check(tree, today(tx))
		if err != nil {
			return Matter{}, err
		}
		if err := place(tx, &r); err != nil {
			return Matter{}, err
		}
		if err := r.household(tx, by); err != nil {
			return Matter{}, err
		}
		led, err := r.lead(tx, c)
		if err != nil {
			return Matter{}, err
		}
		named, err := r.named(tx, by)
		if err != nil {
			return Matter{}, err
		}
		m := r.matter(by, c, tx.Millis())
		m.ID = ID(tx.NewID())
		if len(named) > 0 {
			m.Names, m.Private = 1, 1
		}
		if m.Level, err = s.route(tx, by, m, c, named); err != nil {
			return m, err
		}
		if err := r.offer(tx, by, m); err != nil {
			return m, err
		}
		var main Matter
		if r.Into != "" {
			if main, err = same(tx, m, r.Into); err != nil {
				return m, err
			}
			m.Level = main.Level
		}
		m.Duty = m.Level
		if m.Number, err = nextNumber(tx); err != nil {
			return m, err
		}
		if err := s.keepReport(tx, &m, r, named); err != nil {
			return m, err
		}
		if err := keepLed(tx, m, LedOf(m, led)); err != nil {
			return m, err
		}
		if err := begin(tx, by, m, r.Text); err != nil {
			return m, err
		}
		if err := adopt(tx, by, key, m); err != nil {
			return m, err
		}
		if err := tx.Record(m.Subject(), nil, m); err != nil || r.Into == "" {
			return m, err
		}
		return s.joinSimilar(tx, by, m, main)
	})
}

// begin starts a reported matter's timeline, the clock of the level that has it,
// and the limits that a law sets for it.
func begin(tx *db.Tx, by actor.Actor, m Matter, text string) error {
	if err := appendEvent(tx, by, m, Report, Say{Text: text}); err != nil {
		return err
	}
	if _, err := deadline.Start(tx, m.Clock()); err != nil {
		return err
	}
	return limits(tx, Matter{}, m, Report, Say{})
}

// matter is the matter that a report becomes, as far as the form says it.
func (r ReportRequest) matter(by actor.Actor, c Category, at int64) Matter {
	m := Matter{
		Category: c.Code, Days: c.Days, Text: r.Text, Path: r.Path, Place: r.Place, HouseholdID: r.HouseholdID,
		Reporter: by.Account, ReporterName: by.Name, Via: r.Via, SaidOn: string(r.SaidOn), ReportedAt: at,
		State: Reported, LevelSince: at, Version: 1,
	}
	if c.Parent != "" {
		m.Category, m.Kind = c.Parent, c.Code
	}
	if r.Anonymous {
		m.Anonymous, m.ReporterName = 1, ""
	}
	if r.Private || c.Private != 0 {
		m.Private = 1
	}
	return m
}

// route is the level that has a report first: the one above the reporter, not
// below the one that takes its category, and past every level whose post over
// the place is held by somebody whom it names.
func (s *Service) route(tx *db.Tx, by actor.Actor, m Matter, c Category, named []Named) (int64, error) {
	level := max(firstLevel(by.Kind), c.Level)
	for ; level < deadline.TopLevel; level++ {
		held, err := s.holds(tx, named, m.Path, actor.AtLevel(int(level)))
		if err != nil || !held {
			return level, err
		}
	}
	return level, nil
}

// keepReport stores a matter with what is kept beside it.
func (s *Service) keepReport(tx *db.Tx, m *Matter, r ReportRequest, named []Named) error {
	if r.ForName != "" || r.ForPhone != "" {
		m.Contact = tx.NewID()
		c := contact{ID: m.Contact, Name: r.ForName}
		if r.ForPhone != "" {
			c.PhoneSealed = s.Keys.Seal("matter_contact", "phone", c.ID, []byte(r.ForPhone))
		}
		if err := db.Insert(tx, "matter_contact", c); err != nil {
			return err
		}
	}
	for _, n := range named {
		n.MatterID = m.ID
		if err := db.Insert(tx, "matter_named", n); err != nil {
			return err
		}
		if err := tx.Record(m.Subject(), nil, n); err != nil {
			return err
		}
	}
	return db.Insert(tx, "matter", *m)
}

// A contact is somebody for whom a matter was reported.
type contact struct {
	ID          string `db:"id"`
	Name        string `db:"name"`
	NameSealed  []byte `db:"name_sealed"` // of who reported without an account
	PhoneSealed []byte `db:"phone_sealed"`
}

// named are the officials a report names, as they are called today. Nobody
// reports oneself, and only people in a post can be named.
func (r ReportRequest) named(tx *db.Tx, by actor.Actor) (all []Named, err error) {
	ids := slices.Clone(r.Names)
	for _, name := range strings.FieldsFunc(r.Officials, func(c rune) bool { return strings.ContainsRune("、，,；; \n", c) }) {
		found, err := inPostOver(tx, name, r.Path, today(tx))
		if err == nil && r.from != r.Path { // of either grid
			var more []string
			more, err = inPostOver(tx, name, r.from, today(tx))
			found = append(found, more...)
		}
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			var f fault.Fields
			f.Add("officials", "matter.report.officials")
			return nil, f.Err()
		}
		ids = append(ids, found...) // of two with the same name neither sees it
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		a, err := account.Get(tx, account.ID(id))
		if fault.KindOf(err) == fault.NotFound || id == by.Account {
			var f fault.Fields
			f.Add("officials", "matter.report.names")
			return nil, f.Err()
		}
		if err != nil {
			return nil, err
		}
		all = append(all, Named{AccountID: id, Name: a.Name})
	}
	return all, nil
}

func (r *ReportRequest) trim() {
	r.Text, r.Place = strings.TrimSpace(r.Text), strings.TrimSpace(r.Place)
	r.ForName, r.ForPhone, r.Officials = strings.TrimSpace(r.ForName), strings.TrimSpace(r.ForPhone), strings.TrimSpace(r.Officials)
	if r.Via == "" {
		r.Via = Self
	}
	slices.Sort(r.Names)
	r.Names = slices.Compact(r.Names)
}

// firstLevel is the level a report goes to: the one above a member of the
// network, the grid leader for everyone else.
func firstLevel(k actor.Kind) int64 {
	if n := k.Level(); n > 0 {
		return int64(min(n+1, deadline.TopLevel))
	}
	return 2
}

// maxOld is how long ago what is reported can have been said or written, in
// days.
const maxOld = 366

// check holds the form to the category it chose.
func (r ReportRequest) check(tree Tree, today calendar.Date) (Category, error) {
	var f fault.Fields
	c, ok := tree.Of(r.Category)
	if !ok || c.Ended != 0 {
		f.Add("category", "matter.report.category")
	}
	if leaf, ok := tree.Of(r.Kind); r.Kind != "" {
		if !ok || leaf.Ended != 0 || leaf.Parent != c.Code {
			f.Add("kind", "matter.report.kind")
		}
		c = leaf
	}
	f.Require("text", r.Text)
	if utf8.RuneCountInString(r.Text) > MaxText {
		f.Add("text", "matter.text_long", "most", MaxText)
	}
	if utf8.RuneCountInString(r.Place) > maxShort {
		f.Add("place", "matter.report.place_long", "most", maxShort)
	}
	if c.Asks("place") && r.Place == "" {
		f.Add("place", "matter.report.needs_place", "category", c.Name)
	}
	if c.Asks("household") && r.HouseholdID == "" {
		f.Add("household", "matter.report.needs_household", "category", c.Name)
	}
	if !slices.Contains(Ways, r.Via) {
		f.Add("via", "matter.report.via")
	}
	if r.SaidOn != "" && (!r.SaidOn.Valid() || r.SaidOn > today || r.SaidOn < today.AddDays(-maxOld)) {
		f.Add("said_on", "matter.report.said_on")
	}
	if r.Anonymous && (r.ForName != "" || r.ForPhone != "") {
		f.Add("for_name", "matter.report.anonymous")
	}
	if utf8.RuneCountInString(r.ForName) > maxShort {
		f.Add("for_name", "matter.report.place_long", "most", maxShort)
	}
	if r.ForPhone != "" && !phoneFits(r.ForPhone) {
		f.Add("for_phone", "matter.report.for_phone")
	}
	return c, f.Err()
}

// phoneFits reports whether somebody can be called by a number.
func phoneFits(phone string) bool {
	return len(phone) >= 7 && len(phone) <= 15 && strings.Trim(phone, "0123456789-") == ""
}

// A Form is what the form of a report offers.
type Form struct {
	Tree  Tree
	Grids []string // of the actor's area, unless it is the whole county
}

// Form is what the form of a report offers an actor today.
func (s *Service) Form(ctx context.Context, by actor.Actor) (f Form, err error) {
	if !policy.May(by, policy.MatterReport) {
		return f, fault.New(fault.Forbidden, "policy.forbidden")
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if f.Tree, err = TreeOn(tx, today(tx)); err != nil {
			return err
		}
		for _, path := range by.Paths {
			switch {
			case len(path) == 15:
				f.Grids = append(f.Grids, path)
			case len(path) > 6:
				codes, err := grid.CodesUnder(tx, path, today(tx))
				if err != nil {
					return err
				}
				f.Grids = append(f.Grids, codes...)
			}
		}
		return nil
	})
	return f, err
}

// place makes the path a whole one: a report from a village without a grid, or
// from none of its grids, stays with the village, and has an owner all the same.
func place(tx *db.Tx, r *ReportRequest) error {
	var f fault.Fields
	if len(r.Path) == 12 {
		r.Path += grid.NoGrid
	}
	if len(r.Path) != 15 {
		f.Add("path", "matter.report.where")
		return f.Err()
	}
	var err error
	if strings.HasSuffix(r.Path, grid.NoGrid) {
		_, err = division.Get(tx, r.Path[:12], calendar.On(tx.Now()))
	} else {
		var g grid.Grid
		if g, err = grid.Get(tx, r.Path); err == nil && g.ValidTo <= today(tx) {
			f.Add("path", "matter.report.grid_ended", "grid", g.Name, "on", g.ValidTo.Chinese())
			return f.Err()
		}
	}
	if fault.KindOf(err) == fault.NotFound {
		f.Add("path", "matter.report.where")
		err = f.Err()
	}
	return err
}

// household refuses a household that the reporter does not know of.
func (r ReportRequest) household(tx *db.Tx, by actor.Actor) error {
	if r.HouseholdID == "" {
		return nil
	}
	places, err := residence.PlacesOf(tx, household.ID(r.HouseholdID))
	if err != nil {
		return err
	}
	return policy.Check(by, policy.HouseholdRead, places)
}
