package registration

import (
	"context"
	"slices"
	"strings"

	"anju/internal/actor"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/household"
	"anju/internal/person"
	"anju/internal/policy"
)

// Kinds of review.
const (
	RightsReview     = "rights"      // the household has changed: are its rights still as they stand?
	BookletReview    = "booklet"     // nobody is left in the household of a live booklet
	SamePersonReview = "same_person" // another record of somebody who has died is still registered
	UnmergedReview   = "unmerged"    // an act that was possible only while two records were one
)

// States of a review.
const (
	ReviewOpen   = "open"
	ReviewClosed = "closed"
)

// Decisions of a review.
var Decisions = []string{"unchanged", "handled"}

// A Review is something that an act leaves for a person to decide. Nothing
// happens by itself, and nothing by not deciding.
type Review struct {
	ID          string       `db:"id" record:"ignore"`
	Kind        string       `db:"kind" record:"track"`
	HouseholdID household.ID `db:"household_id" record:"track"`
	PersonID    person.ID    `db:"person_id" record:"track"`
	ActID       string       `db:"act_id" record:"track"`
	Path        string       `db:"path" record:"track"`
	State       string       `db:"state" record:"track"`
	Decision    string       `db:"decision" record:"track"`
	Reason      string       `db:"reason" record:"track"`
	OpenedAt    int64        `db:"opened_at" record:"ignore"`
	ClosedBy    string       `db:"closed_by" record:"ignore"`
	ClosedName  string       `db:"closed_name" record:"ignore"`
	ClosedAt    int64        `db:"closed_at" record:"ignore"`
	Version     int64        `db:"version" record:"ignore"`
}

type review struct {
	kind      string
	household household.ID
	person    person.ID
	path      string
}

// reviewKinds are those that a kind of post decides: who answers for the rights
// looks over rights, the station over everything about its register.
func reviewKinds(k actor.Kind) []string {
	if k.Police() {
		return []string{BookletReview, SamePersonReview, UnmergedReview}
	}
	return []string{RightsReview}
}

// reviewsShown is how many reviews a page holds.
const reviewsShown = 50

// A ReviewLine is a review in a list, with the act that opened it.
type ReviewLine struct {
	Review
	ActKind   household.ActKind `db:"act_kind"`
	ActNumber string            `db:"act_number"`
	On        string            `db:"happened_on"`
	Head      string            `db:"head"`
}

// A ReviewPage is a page of the list, and where the following one begins, ""
// at the end.
type ReviewPage struct {
	Lines []ReviewLine
	Next  string
}

// Reviews lists what waits for the actor, the oldest first.
func (s *Service) Reviews(ctx context.Context, by actor.Actor, after string) (ReviewPage, error) {
	scope, err := policy.Predicate(by, policy.ReviewDecide)
	if err != nil {
		return ReviewPage{}, err
	}
	why := db.Purpose{Action: string(policy.ReviewDecide), For: "review.list"}
	return db.Looked(ctx, s.DB, by, why, func(tx *db.Tx) (p ReviewPage, err error) {
		p.Lines, err = openReviews(tx, scope, reviewKinds(by.Kind), after, reviewsShown+1)
		if len(p.Lines) > reviewsShown {
			p.Lines = p.Lines[:reviewsShown]
			p.Next = p.Lines[reviewsShown-1].ID
		}
		tx.Saw()
		for _, l := range p.Lines {
			tx.Saw("household/" + string(l.HouseholdID))
		}
		return p, err
	})
}

// Review is one review, open or closed, for who decides it.
func (s *Service) Review(ctx context.Context, by actor.Actor, id string) (ReviewLine, error) {
	return db.Looked(ctx, s.DB, by, db.Purpose{Action: string(policy.ReviewDecide), For: "review/" + id}, func(tx *db.Tx) (ReviewLine, error) {
		r, err := mayReview(tx, by, id)
		if err != nil {
			return ReviewLine{}, err
		}
		tx.Saw("household/" + string(r.HouseholdID))
		return reviewLine(tx, id)
	})
}

// mayReview is a review that the actor decides about.
func mayReview(tx *db.Tx, by actor.Actor, id string) (Review, error) {
	r, err := getReview(tx, id)
	if err != nil {
		return r, err
	}
	if err := policy.Check(by, policy.ReviewDecide, policy.Places{{Relation: policy.Registered, Path: r.Path}}); err != nil {
		return r, err
	}
	if by.Kind != actor.System && !slices.Contains(reviewKinds(by.Kind), r.Kind) {
		return r, fault.New(fault.Forbidden, "policy.forbidden")
	}
	return r, nil
}

// Decide closes a review with what was decided and why.
func (s *Service) Decide(ctx context.Context, by actor.Actor, key db.Key, id, decision, reason string) (Review, error) {
	return db.Once(ctx, s.DB, by, string(policy.ReviewDecide), key, [3]string{id, decision, reason}, func(tx *db.Tx) (Review, error) {
		was, err := mayReview(tx, by, id)
		if err != nil {
			return was, err
		}
		is, err := was.decide(decision, strings.TrimSpace(reason))
		if err != nil {
			return was, err
		}
		is.ClosedBy, is.ClosedName, is.ClosedAt = by.Account, by.Name, tx.Millis()
		return is, saveReview(tx, was, is)
	})
}

// decide is the rule: what is open is decided once, with a reason.
func (r Review) decide(decision, reason string) (Review, error) {
	if r.State != ReviewOpen {
		return r, fault.New(fault.Conflict, "registration.review.closed")
	}
	var f fault.Fields
	if !slices.Contains(Decisions, decision) {
		f.Add("decision", "registration.review.decision")
	}
	f.Require("reason", reason)
	r.State, r.Decision, r.Reason = ReviewClosed, decision, reason
	return r, f.Err()
}
