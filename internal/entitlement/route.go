package entitlement

import (
	"strings"

	"anju/internal/account"
	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/i18n"
	"anju/internal/seal"
)

// A Place is where a right is owed, in words.
type Place struct {
	Town    string
	Village string        // "" where only the town may be named
	Kind    division.Kind // of the village
}

// PlaceOf is the place of a path; the zero Place outside the county.
func PlaceOf(x *division.Index, path string) Place {
	var p Place
	if len(path) >= 9 {
		if d, ok := x.Get(path[:9]); ok {
			p.Town = d.Name
		}
	}
	if d, ok := x.Of(path); ok && d.Level == division.Village {
		p.Village, p.Kind = d.Name, d.Kind
	}
	return p
}

// committee is the name of a village's own committee: which law it lives under
// is in its kind.
func (p Place) committee() string {
	if p.Kind == division.ResidentsCommittee {
		return i18n.T("entitlement.committee.residents", "village", p.Village)
	}
	return i18n.T("entitlement.committee.village", "village", p.Village)
}

// At fills the names of a place into the unit that owes a right. Where no
// village may be named, the town answers alone; outside the county whoever is
// responsible there.
func (r Route) At(p Place) Route {
	if p.Town == "" {
		r.Unit, r.Phone = i18n.T("entitlement.elsewhere"), ""
		return r
	}
	var units []string
	for _, u := range strings.Split(r.Unit, "、") {
		ofVillage := strings.Contains(u, "{village}") || strings.Contains(u, "{committee}")
		if !ofVillage || p.Village != "" {
			units = append(units, strings.NewReplacer("{town}", p.Town, "{village}", p.Village, "{committee}", p.committee()).Replace(u))
		}
	}
	if len(units) == 0 {
		units = []string{i18n.T("entitlement.town", "town", p.Town)}
	}
	r.Unit = strings.Join(units, "、")
	return r
}

// RoutesBetween lists who owes what to a household between its two places on a
// day, with units by name.
func RoutesBetween(tx *db.Tx, x *division.Index, origin, living string, on calendar.Date) ([]Route, error) {
	all, err := RoutesOn(tx, on)
	for i, r := range all {
		all[i] = r.At(PlaceOf(x, r.where(origin, living)))
	}
	return all, err
}

// RoutesFor is RoutesBetween with a phone of each unit: the route's own, or that
// of whoever holds the office.
func RoutesFor(tx *db.Tx, k *seal.Keys, x *division.Index, origin, living string, on calendar.Date) ([]Route, error) {
	all, err := RoutesOn(tx, on)
	if err != nil {
		return nil, err
	}
	phones := phoneBook{}
	for i, r := range all {
		path := r.where(origin, living)
		all[i] = r.At(PlaceOf(x, path))
		if all[i].Phone == "" && len(path) >= 9 {
			if all[i].Phone, err = phones.of(tx, k, r, path, on); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// where is the one of a household's two places that owes the right.
func (r Route) where(origin, living string) string {
	if r.Side == Origin {
		return origin
	}
	return living
}

// A phoneBook remembers what was looked up: many rights lie with one office.
type phoneBook map[string]string

func (b phoneBook) of(tx *db.Tx, k *seal.Keys, r Route, path string, on calendar.Date) (string, error) {
	kinds := []actor.Kind{actor.TownWindow}
	if strings.HasPrefix(r.Unit, "{village}") || strings.HasPrefix(r.Unit, "{committee}") {
		kinds = []actor.Kind{actor.VillageClerk, actor.TownWindow}
	}
	for _, kind := range kinds {
		key := string(kind) + path
		phone, known := b[key]
		if !known {
			hs, err := account.Holders(tx, k, kind, path, on)
			if err != nil {
				return "", err
			}
			if len(hs) > 0 {
				phone = hs[0].Phone.Reveal()
			}
			b[key] = phone
		}
		if phone != "" {
			return phone, nil
		}
	}
	return "", nil
}
