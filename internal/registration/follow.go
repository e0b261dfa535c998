package registration

import (
	"encoding/json"

	"anju/internal/booklet"
	"anju/internal/calendar"
	"anju/internal/entitlement"
	"anju/internal/grid"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/residence"
)

// follow brings a household's grids to where its head lives after an act, and
// ends them where nobody is left. A booklet that now says something else than
// the register is known to be stale by being asked (booklet.Stale).
func (p *plan) follow(id household.ID, on calendar.Date) error {
	members, err := residence.Members(p.tx, id)
	if err != nil {
		return err
	}
	if len(members) == 0 {
		return grid.Release(p.tx, id, on)
	}
	lives, known, err := residence.Current(p.tx, members[0].Person.ID, residence.Living)
	if err != nil || !known {
		return err
	}
	return grid.Bind(p.tx, id, residence.Living, lives.Path, on, lives.SealedTo)
}

// lost is follow for a household that somebody has left: its rights, and a
// booklet that has lost its household, go before those who decide about them.
func (p *plan) lost(id household.ID, on calendar.Date) error {
	if err := p.follow(id, on); err != nil {
		return err
	}
	h, err := household.Get(p.tx, id)
	if err != nil {
		return err
	}
	path := p.path
	if id != p.r.HouseholdID {
		path = h.Village
	}
	held, err := entitlement.Of(p.tx, id)
	if err != nil {
		return err
	}
	if len(held) > 0 {
		p.reviews = append(p.reviews, review{RightsReview, id, "", path})
	}
	left, err := residence.Members(p.tx, id)
	if err != nil || len(left) > 0 {
		return err
	}
	if _, err := booklet.RegistrationMoved(p.tx, id); err != nil {
		return err
	}
	if _, live, err := booklet.Live(p.tx, id); err != nil || !live {
		return err
	}
	p.reviews = append(p.reviews, review{BookletReview, id, "", path})
	return nil
}

// elsewhere asks what to do with other records of somebody who has died: they
// are not touched, since they may turn out to be somebody else's.
func (p *plan) elsewhere(id person.ID) error {
	records, err := person.Records(p.tx, id)
	if err != nil {
		return err
	}
	for _, other := range records {
		s, ok, err := residence.Current(p.tx, other, residence.Registered)
		if err != nil {
			return err
		}
		if other != id && ok && s.HouseholdID != "" {
			p.reviews = append(p.reviews, review{SamePersonReview, s.HouseholdID, other, s.Path})
		}
	}
	return nil
}

// keep writes the act itself with whom it is about and what it leaves open.
func (p *plan) keep() error {
	request, err := json.Marshal(p.r)
	if err != nil {
		return err
	}
	p.act.RequestSealed = p.s.Keys.Seal("household_act", "request", p.act.ID, request)
	if err := insertAct(p.tx, p.act, p.touched); err != nil {
		return err
	}
	for _, id := range []household.ID{p.r.HouseholdID, p.act.OtherID} {
		if id == "" {
			continue
		}
		if err := household.Changed(p.tx, id); err != nil {
			return err
		}
	}
	for _, r := range p.reviews {
		if err := insertReview(p.tx, Review{ID: p.tx.NewID(), Kind: r.kind, HouseholdID: r.household, PersonID: r.person, ActID: p.act.ID, Path: r.path,
			State: ReviewOpen, OpenedAt: p.tx.Millis(), Version: 1}); err != nil {
			return err
		}
	}
	return nil
}
