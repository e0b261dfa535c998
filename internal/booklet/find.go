package booklet

import (
	"context"
	"slices"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/policy"
	"anju/internal/proof"
	"anju/internal/residence"
)

// Found is what an office with a purpose sees of a booklet that is held out to
// it: more than the public page, less than the booklet.
type Found struct {
	ID         ID // "" unless the booklet's own page opens to who asks
	Number     string
	Path       string // where the household lives; "" if that is hidden from who asks
	Origin     string // where it is registered
	Head       string // masked
	Member     string // whose page the code is on, masked; "" of a cover or a number
	N          int64  // the version held out
	Status     proof.Status
	IssuedOn   calendar.Date
	Superseded calendar.Date
}

// What is said of what nobody can find: of a code, of a number.
const (
	Forged  = "booklet.find.forged"
	Unknown = "booklet.find.unknown"
)

// Purposes are what a booklet is asked for at a counter.
var Purposes = []string{"identify", "enrol", "apply", "contract", "other"}

// Find answers an office that is shown a booklet: by its code, or by its
// number. It says what for, and is in the access log before it is answered.
func (s *Service) Find(ctx context.Context, by actor.Actor, text, purpose, why string) (Found, error) {
	if err := policy.Check(by, policy.BookletFind, policy.Places{}); err != nil {
		return Found{}, err
	}
	text, why = strings.TrimSpace(text), strings.TrimSpace(why)
	var f fault.Fields
	var code proof.Code
	var err error
	if strings.HasPrefix(text, proof.Prefix) {
		code, err = proof.Parse(text)
	} else if _, err = ident.ParseBookletNumber(text); err == nil {
		code = proof.Code{} // by its number
	}
	if err != nil {
		f.Add("code", "booklet.find.unreadable")
	}
	if !slices.Contains(Purposes, purpose) || purpose == "other" && why == "" {
		f.Add("purpose", "booklet.find.purpose")
	}
	if err := f.Err(); err != nil {
		return Found{}, err
	}
	reason := i18n.T("booklet.find.for." + purpose) //i18n:dynamic booklet.find.for.
	if why != "" {
		reason += "：" + why
	}
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.BookletFind), For: reason}, func(tx *db.Tx) (Found, error) {
		b, v, member, err := s.heldOut(tx, text, code)
		if err != nil {
			return Found{}, err
		}
		tx.Saw(b.Subject(), "household/"+string(b.HouseholdID))
		return describe(tx, by, b, v, member)
	})
}

// heldOut is the booklet and the version that a code or a number names.
func (s *Service) heldOut(tx *db.Tx, text string, code proof.Code) (b Booklet, v Version, member string, err error) {
	if code.County == 0 {
		if b, err = ByNumber(tx, text); err == nil {
			v, err = LatestVersion(tx, b.ID)
		}
		if fault.KindOf(err) == fault.NotFound {
			err = fault.New(fault.NotFound, Unknown)
		}
		return b, v, "", err
	}
	book, err := trusted(tx)
	if err != nil {
		return b, v, "", err
	}
	a, err := CheckBy(book, code, tx.Now())
	if err != nil {
		return b, v, "", err
	}
	if a.Issuer == "" {
		return b, v, "", fault.New(fault.NotFound, Forged)
	}
	b, v, err = codedBy(tx, code)
	return b, v, a.Name, err
}

// InHand is the booklet with a number, and whether the whole of it is open to who
// asks. Of a number that no booklet has the id is "".
func InHand(tx *db.Tx, by actor.Actor, number string) (b Booklet, open bool, err error) {
	b, err = ByNumber(tx, number)
	if fault.KindOf(err) == fault.NotFound {
		return Booklet{}, false, nil
	}
	if err == nil {
		open, err = opens(tx, by, b)
	}
	return b, open, err
}

// Instead is the booklet that the household of one that has ended holds or waits
// for today, if the whole of it is open to who asks.
func Instead(tx *db.Tx, by actor.Actor, ended Booklet) (b Booklet, ok bool, err error) {
	all, err := LiveOf(tx, ended.HouseholdID)
	for _, b := range all {
		if ok, err := opens(tx, by, b); ok || err != nil {
			return b, ok, err
		}
	}
	return Booklet{}, false, err
}

// opens reports whether the whole of a booklet is open to an actor.
func opens(tx *db.Tx, by actor.Actor, b Booklet) (bool, error) {
	d, err := decide(tx, by, policy.BookletRead, &b)
	if k := fault.KindOf(err); k == fault.NotFound || k == fault.Forbidden {
		return false, nil
	}
	return err == nil && mustSeeAll(d) == nil, err
}

func describe(tx *db.Tx, by actor.Actor, b Booklet, v Version, member string) (Found, error) {
	f := Found{Number: b.Number, Head: ident.MaskName(b.HeadName), Member: member, N: v.N, Status: statusOf(b.State, v)}
	if v.IssuedAt != 0 {
		f.IssuedOn = calendar.On(time.UnixMilli(v.IssuedAt))
	}
	if v.SupersededAt != 0 {
		f.Superseded = calendar.On(time.UnixMilli(v.SupersededAt))
	}
	places, err := residence.PlacesOf(tx, b.HouseholdID)
	if err != nil || !policy.SeesAll(by, places) {
		return f, err
	}
	f.Path, f.Origin = b.Path, b.OriginPath
	if _, err := decide(tx, by, policy.BookletRead, &b); err == nil {
		f.ID = b.ID
	}
	return f, nil
}
