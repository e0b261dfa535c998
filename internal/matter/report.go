package matter

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"anju/internal/actor"
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
	DB   *db.DB
	Keys *seal.Keys
}

// A ReportRequest is what the phone's form asks for.
type ReportRequest struct {
	Category    string
	Text        string
	Path        string // the grid; "" is the reporter's only one
	Place       string
	HouseholdID string
}

// Report takes in a matter. It goes into the hands of the level above the
// reporter, whose clock starts at once, whether or not anybody holds that post.
func (s *Service) Report(ctx context.Context, by actor.Actor, key db.Key, r ReportRequest) (Matter, error) {
	if r.Path == "" && len(by.Paths) == 1 {
		r.Path = by.Paths[0]
	}
	if err := policy.Check(by, policy.MatterReport, policy.Places{{Relation: policy.At, Path: r.Path}}); err != nil {
		return Matter{}, err
	}
	r.Text, r.Place = strings.TrimSpace(r.Text), strings.TrimSpace(r.Place)
	if err := r.check(); err != nil {
		return Matter{}, err
	}
	return db.Once(ctx, s.DB, by, string(policy.MatterReport), key, r, func(tx *db.Tx) (Matter, error) {
		if err := place(tx, &r); err != nil {
			return Matter{}, err
		}
		if err := r.household(tx, by); err != nil {
			return Matter{}, err
		}
		number, err := nextNumber(tx)
		if err != nil {
			return Matter{}, err
		}
		m := Matter{
			ID: ID(tx.NewID()), Number: number, Category: r.Category, Text: r.Text, Path: r.Path, Place: r.Place, HouseholdID: r.HouseholdID,
			Reporter: by.Account, ReporterName: by.Name, ReportedAt: tx.Millis(),
			State: Reported, Level: firstLevel(by.Kind), LevelSince: tx.Millis(), Version: 1,
		}
		if err := db.Insert(tx, "matter", m); err != nil {
			return m, err
		}
		if err := appendEvent(tx, by, m, Report, r.Text); err != nil {
			return m, err
		}
		if _, err := deadline.Start(tx, m.Clock()); err != nil {
			return m, err
		}
		return m, tx.Record(m.Subject(), nil, m)
	})
}

// firstLevel is the level a report goes to: the one above a member of the
// network, the grid leader for everyone else.
func firstLevel(k actor.Kind) int64 {
	if n := k.Level(); n > 0 {
		return int64(min(n+1, deadline.TopLevel))
	}
	return 2
}

func (r ReportRequest) check() error {
	var f fault.Fields
	if !slices.Contains(Categories, r.Category) {
		f.Add("category", "matter.report.category")
	}
	f.Require("text", r.Text)
	if utf8.RuneCountInString(r.Text) > MaxText {
		f.Add("text", "matter.text_long", "most", MaxText)
	}
	return f.Err()
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
		_, err = grid.Get(tx, r.Path)
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
