package person

import (
	"anju/internal/db"
	"anju/internal/fault"
)

// States of a pair.
const (
	PairOpen      = "open"
	PairSame      = "same"
	PairDifferent = "different"
)

// A Pair is two records that may be of one person, and what somebody has
// decided about them.
type Pair struct {
	ID          string `db:"id" record:"ignore"`
	A           ID     `db:"a_id" record:"track"` // the smaller id
	B           ID     `db:"b_id" record:"track"`
	APath       string `db:"a_path" record:"track"` // where each is registered
	BPath       string `db:"b_path" record:"track"`
	Signs       string `db:"signs" record:"track"`
	State       string `db:"state" record:"track"`
	Reason      string `db:"reason" record:"track"`
	FoundAt     int64  `db:"found_at" record:"ignore"`
	DecidedBy   string `db:"decided_by" record:"ignore"`
	DecidedName string `db:"decided_name" record:"ignore"`
	DecidedAt   int64  `db:"decided_at" record:"ignore"`
	Version     int64  `db:"version" record:"ignore"`
}

// InCommon is what the two have in common.
func (p Pair) InCommon() []Sign { return splitSigns(p.Signs) }

// NewPair is a pair nobody has decided about.
func NewPair(tx *db.Tx, a, b ID, aPath, bPath string, signs []Sign) Pair {
	if b < a {
		a, b, aPath, bPath = b, a, bPath, aPath
	}
	return Pair{ID: tx.NewID(), A: a, B: b, APath: aPath, BPath: bPath, Signs: joinSigns(signs), State: PairOpen, FoundAt: tx.Millis(), Version: 1}
}

// Settle writes what somebody has decided about a pair, and records it. What is
// decided is decided anew only by an un-merge.
func Settle(tx *db.Tx, was Pair, state, reason string) (Pair, error) {
	if was.State == state || was.State == PairDifferent {
		return was, fault.New(fault.Conflict, "person.pair_decided")
	}
	is := was
	is.State, is.Reason, is.DecidedBy, is.DecidedName, is.DecidedAt = state, reason, tx.By().Account, tx.By().Name, tx.Millis()
	return is, savePair(tx, was, is)
}
