package booklet

import (
	"encoding/hex"
	"strconv"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/proof"
	"anju/internal/relocation"
	"anju/internal/residence"
	"anju/internal/seal"
)

// DayCap is how many booklets one account can have signed in a day unless the
// county says otherwise at the machine: more than a town's batch, and not the
// county. Valid papers for people who do not exist come from a desk that signs
// without end, not from a stolen key.
const DayCap = 5000

// An Ask is the whole of what the signer can be asked: which version of which
// booklet, and by whom. It never says what a code shall say.
type Ask struct {
	By      string // the account that makes it; "" counts for nobody: a county that is being made
	Booklet ID
	N       int64
	At      time.Time
	Index   *division.Index  // nil: it is read
	Log     func(Code) error // nil: every code is recorded by itself
}

// Sign answers with what the version says today, and its codes. It reads the
// booklet, its move and its people from the record again, refuses one that two
// accounts have not approved, that has ended or whose turn it is not, and more
// than an account's day allows; and it writes every code down and records it
// before it signs the first.
func Sign(tx *db.Tx, k *seal.Keys, a Ask) (c Content, err error) {
	b, err := signable(tx, a)
	if err != nil {
		return c, err
	}
	if err := counted(tx, a); err != nil {
		return c, err
	}
	x := a.Index
	if x == nil {
		if x, err = division.Load(tx); err != nil {
			return c, err
		}
	}
	if c, err = ComposeIn(tx, k, x, b); err != nil {
		return c, err
	}
	key, err := keyOf(tx, k, a.At)
	if err != nil {
		return c, err
	}
	codes, err := allot(tx, k, key, a, len(c.Members)+1)
	if err != nil {
		return c, err
	}
	log := a.Log
	if log == nil {
		log = func(code Code) error { return tx.Record(b.Subject(), nil, code) }
	}
	for _, code := range codes {
		if err := log(code); err != nil {
			return Content{}, err
		}
	}
	return c, signAll(tx, key, b, codes, &c)
}

// signable reads a booklet again and refuses what must not have codes.
func signable(tx *db.Tx, a Ask) (Booklet, error) {
	b, err := Get(tx, a.Booklet)
	if err != nil {
		return b, err
	}
	n, err := Versions(tx, b.ID)
	if err != nil {
		return b, err
	}
	if !b.twoApproved() || b.EndedAt > 0 && b.EndedAt <= a.At.UnixMilli() || a.N != n+1 {
		return b, fault.New(fault.Conflict, "booklet.not_now")
	}
	places, err := residence.PlacesOf(tx, b.HouseholdID)
	b.SealedTo = sealOf(b, places) // today: it may have been protected since it was applied for
	return b, err
}

// twoApproved is the rule: it has a number, which only an approval gives, and
// the approval is another account's than the application.
func (b Booklet) twoApproved() bool {
	return b.Number != "" && b.AppliedBy != "" && b.ApprovedBy != "" && b.ApprovedBy != b.AppliedBy
}

// counted takes one of an account's day, or refuses: writes of a county stand in
// a line, so fifty hands at once have no more than one.
func counted(tx *db.Tx, a Ask) error {
	if a.By == "" {
		return nil
	}
	most, err := dayCap(tx)
	if err != nil {
		return err
	}
	n, err := db.NextInSeries(tx, "signed/"+string(calendar.On(a.At))+"/"+a.By)
	if err == nil && n > most {
		err = fault.New(fault.Conflict, "booklet.day_cap", "n", most)
	}
	return err
}

func dayCap(tx *db.Tx) (int64, error) {
	text, err := db.Setting(tx, DayCapSetting)
	if err != nil || text == "" {
		return DayCap, err
	}
	return strconv.ParseInt(text, 10, 64)
}

func keyOf(tx *db.Tx, k *seal.Keys, at time.Time) (*proof.Key, error) {
	suite, err := suiteOf(tx)
	if err != nil {
		return nil, err
	}
	return codeKey(k, suite, calendar.On(at).Year())
}

// allot writes down which codes will be signed: the cover's and each member's.
func allot(tx *db.Tx, k *seal.Keys, key *proof.Key, a Ask, pages int) (codes []Code, err error) {
	for m := range pages {
		seq, err := db.NextInSeries(tx, "code")
		if err != nil {
			return nil, err
		}
		list, place, err := listed(k, seq-1)
		if err != nil {
			return nil, err
		}
		code := Code{
			ListNo: list, Place: place, BookletID: a.Booklet, N: a.N, Member: int64(m), KeyID: hex.EncodeToString(key.ID()),
			IssuedAt: a.At.UnixMilli(), ExpiresAt: a.At.AddDate(CodeLife, 0, 0).UnixMilli(),
		}
		if err := db.Insert(tx, "booklet_code", code); err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return codes, nil
}

// signAll signs codes that have been written down.
func signAll(tx *db.Tx, key *proof.Key, b Booklet, codes []Code, c *Content) error {
	m, err := relocation.Get(tx, b.MoveID)
	if err != nil {
		return err
	}
	for _, code := range codes {
		claims, err := claimsOf(b, m, code, *c)
		if err != nil {
			return err
		}
		text, err := key.Sign(claims)
		if err != nil {
			return err
		}
		if code.Member == 0 {
			c.Code = text
		} else {
			c.Members[code.Member-1].Code = text
		}
	}
	c.CheckURL, err = db.Setting(tx, CheckURLSetting)
	return err
}
