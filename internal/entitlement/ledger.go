package entitlement

import (
	"strings"

	"anju/internal/db"
	"anju/internal/household"
	"anju/internal/policy"
	"anju/internal/seal"
)

// Service is the guarded door to the rights of households.
type Service struct {
	DB   *db.DB
	Keys *seal.Keys
}

// A Line is one right as a ledger shows it: who owes it, and what is written
// of it for this household; of a benefit nothing is.
type Line struct {
	Route
	Held []Entitlement
}

// Amounts is what is held under a right, in words.
func (l Line) Amounts() string {
	var all []string
	for _, e := range l.Held {
		if e.Amount != "" {
			all = append(all, e.Amount)
		}
	}
	return strings.Join(all, "、")
}

// A Ledger is the rights of a household at its two places. A side the actor
// does not answer for is nil: the origin keeps land and forest, the community
// house and services (原籍管地和林、社区服务房和人).
type Ledger struct {
	Origin []Line
	Living []Line
}

// LedgerOf is the ledger of a household by the routes between its two places, as
// far as fields open it. living is "" where that is not known, or not to be said.
func LedgerOf(tx *db.Tx, id household.ID, living string, routes []Route, fields policy.Fields) (l Ledger, err error) {
	held, err := Of(tx, id)
	if err != nil {
		return l, err
	}
	for _, r := range routes {
		line := Line{Route: r}
		for _, e := range held {
			if e.Kind == r.Kind && e.Side == r.Side && !Benefit(e.Kind) {
				line.Held = append(line.Held, e)
			}
		}
		switch {
		case r.Side == Origin && fields.Has(policy.Land):
			l.Origin = append(l.Origin, line)
		case r.Side == Living && fields.Has(policy.Insurance) && living != "":
			l.Living = append(l.Living, line)
		}
	}
	return l, nil
}
