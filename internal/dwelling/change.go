package dwelling

import (
	"context"
	"math"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
)

// A HouseChange is what a house is to be said to be.
type HouseChange struct {
	ID         string
	Version    int64 // that the page showed
	Use        string
	Ownership  string
	Area       float64 // m²
	Disposal   Disposal
	DisposedOn calendar.Date
	Document   string // the agreement with the household, when it is an old house
}

// maxArea is larger than any dwelling, and smaller than a mistake in the unit.
const maxArea = 2000

// ChangeHouse says what a house is used for, whose it is, and what becomes of
// an old one. Whoever may not know of the house finds none.
func (s *Service) ChangeHouse(ctx context.Context, by actor.Actor, key db.Key, c HouseChange) (House, error) {
	c.Document = strings.TrimSpace(c.Document)
	return db.Once(ctx, s.DB, by, string(policy.HouseChange), key, c, func(tx *db.Tx) (House, error) {
		if !policy.May(by, policy.HouseChange) {
			return House{}, fault.New(fault.Forbidden, "policy.forbidden")
		}
		was, a, err := GetHouse(tx, c.ID)
		if err != nil {
			return was, err
		}
		if err := policy.Check(by, policy.HouseChange, policy.Places{{Relation: policy.At, Path: a.Village}}); err != nil {
			return House{}, err
		}
		if err := s.Seen(tx, by, c.ID); err != nil {
			return House{}, err
		}
		if was.Version != c.Version {
			return was, fault.New(fault.Conflict, "form.changed_meanwhile")
		}
		is, err := was.after(c, calendar.On(tx.Now()))
		if err != nil || is == was {
			return was, err
		}
		if err := saveHouse(tx, was, is); err != nil {
			return was, err
		}
		is.Version++
		return is, nil
	})
}

// after is the rule: the house once it has been changed, or what is wrong,
// field by field.
func (h House) after(c HouseChange, today calendar.Date) (House, error) {
	var wrong fault.Fields
	if !slices.Contains(Uses, c.Use) {
		wrong.Add("use", "dwelling.change.use")
	}
	if !slices.Contains(Ownerships, c.Ownership) {
		wrong.Add("ownership", "dwelling.change.ownership")
	}
	if !(c.Area > 0 && c.Area <= maxArea) || math.IsNaN(c.Area) {
		wrong.Add("area", "dwelling.change.area", "max", maxArea)
	}
	switch {
	case !slices.Contains(h.Next(), c.Disposal):
		wrong.Add("disposal", "dwelling.change.disposal")
	case c.Disposal == InUse:
		c.DisposedOn, c.Document = "", ""
	default:
		if !c.DisposedOn.Valid() || c.DisposedOn > today {
			wrong.Add("disposed_on", "dwelling.change.disposed_on")
		}
		if c.Document == "" {
			wrong.Add("document", "dwelling.change.document")
		}
	}
	h.Use, h.Ownership, h.Area = c.Use, c.Ownership, c.Area
	h.Disposal, h.DisposedOn, h.DisposalDocument = c.Disposal, c.DisposedOn, c.Document
	return h, wrong.Err()
}
