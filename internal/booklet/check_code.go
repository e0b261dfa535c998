package booklet

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/division"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/ident"
	"anju/internal/proof"
	"anju/internal/seal"
)

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// Public is what anybody may ask of booklets, without an account: whether a
// code is good. It tells nothing about people that the code does not say.
type Public struct {
	DB   *db.DB
	Keys *seal.Keys

	mu     sync.Mutex
	book   proof.Book
	bookAt time.Time
}

// bookLife is how long a published book is handed out before it is made anew:
// what was lost or ended a minute ago is on it.
const bookLife = time.Minute

// Book is what a checker needs to check without a network.
func (p *Public) Book(ctx context.Context) (proof.Book, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.DB.Now()
	if age := now.Sub(p.bookAt); p.book.Trust != nil && age >= 0 && age < bookLife {
		return p.book, nil
	}
	err := p.DB.Read(ctx, func(tx *db.Tx) (err error) { p.book, err = publish(tx, p.Keys); return err })
	p.bookAt = now
	return p.book, err
}

// publish makes the book of this moment.
func publish(tx *db.Tx, k *seal.Keys) (book proof.Book, err error) {
	if book, err = trusted(tx); err != nil {
		return book, err
	}
	county, err := division.OfCounty(tx)
	if err != nil {
		return book, err
	}
	key, err := codeKey(k, proof.ES256, calendar.On(tx.Now()).Year())
	if err != nil {
		return book, err
	}
	states, err := codeStates(tx)
	if err != nil {
		return book, err
	}
	for no, list := range states {
		signed, err := key.SignStatus(digits(county), int64(no), tx.Now(), list)
		if err != nil {
			return book, err
		}
		book.Status = append(book.Status, signed)
	}
	return book, nil
}

// trusted is a book without its status lists.
func trusted(tx *db.Tx) (book proof.Book, err error) {
	for key, part := range map[string]*[]byte{rootSetting: &book.Root, trustSetting: &book.Trust} {
		text, err := db.Setting(tx, key)
		if err != nil {
			return book, err
		}
		if *part, err = base64.StdEncoding.DecodeString(text); err != nil {
			return book, err
		}
	}
	if len(book.Trust) == 0 {
		return book, fault.New(fault.NotFound, "check.no_trust")
	}
	return book, nil
}

// codedBy is the booklet and the version that a code stands on.
func codedBy(tx *db.Tx, code proof.Code) (b Booklet, v Version, err error) {
	c, err := codeAt(tx, code.Booklet.ListedAt[0], code.Booklet.ListedAt[1])
	if err != nil {
		return b, v, err
	}
	if b, err = Get(tx, c.BookletID); err != nil {
		return b, v, err
	}
	v, err = VersionOf(tx, c.BookletID, c.N)
	return b, v, err
}

// A Sample is a code of the demonstration county, to be tried.
type Sample struct {
	State  string `json:"state"` // issued, lost, cancelled, superseded
	Number string `json:"number"`
	Page   string `json:"page"` // cover, member
	Code   string `json:"code"`
}

// Samples are codes of a few booklets of each state.
func Samples(tx *db.Tx, k *seal.Keys) (all []Sample, err error) {
	for _, state := range []string{"issued", "superseded", "lost", "cancelled"} {
		versions, err := sampleVersions(tx, state, 3)
		if err != nil {
			return nil, err
		}
		for _, v := range versions {
			c, err := Thaw(k, v)
			if err != nil {
				return nil, err
			}
			all = append(all, Sample{state, c.Number, "cover", c.Code}, Sample{state, c.Number, "member", c.Members[0].Code})
		}
	}
	return all, nil
}

// An Answer is what a code says and whether it is good, as everybody may know.
type Answer struct {
	proof.Verdict
	Member   bool   // of a member's page; the cover has no name
	Name     string // masked
	Issuer   string // the issuing organ, as the code names it: its county
	Number   string // of the booklet, for who may look further
	IssuedOn calendar.Date
	Since    calendar.Date // from when a newer one stands in its place
}

// Check says whether a code is good now.
func (p *Public) Check(ctx context.Context, text string) (a Answer, err error) {
	code, err := proof.Parse(text)
	if err != nil {
		return a, fault.Wrap(fault.Invalid, "check.unreadable", err)
	}
	book, err := p.Book(ctx)
	if err != nil {
		return a, err
	}
	a, err = CheckBy(book, code, p.DB.Now())
	if err != nil || a.Issuer == "" {
		return a, err
	}
	err = p.DB.Read(ctx, func(tx *db.Tx) error {
		x, err := division.Load(tx)
		if err != nil {
			return err
		}
		a.Issuer = i18n.T("booklet.issuer", "county", x.Name(a.Issuer))
		b, v, err := codedBy(tx, code)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			a.Good, a.Why = false, proof.Forged // our key, and not in the record
			return nil
		case err != nil || a.Why != "" && a.Why != proof.Withdrawn:
			return err
		}
		// What the record says counts, not the list of a minute ago.
		a.Status, a.Age, a.Old, a.Newer, a.Why = statusOf(b.State, v), 0, false, false, ""
		if a.Good = a.Status == proof.Valid; !a.Good {
			a.Why = proof.Withdrawn
		}
		if a.Status == proof.Superseded {
			a.Since = calendar.On(time.UnixMilli(v.SupersededAt))
		}
		return nil
	})
	return a, err
}

// CheckBy is the verdict by a book, wherever it came from.
func CheckBy(book proof.Book, code proof.Code, now time.Time) (a Answer, err error) {
	c, err := book.Checker()
	if err != nil {
		return a, fault.Wrap(fault.Invalid, "check.trust", err)
	}
	a.Verdict = c.Check(code, now)
	if a.Why == proof.Forged || a.Why == proof.OtherArea {
		return a, nil // nothing it says is anybody's word
	}
	a.Member, a.Name = code.Booklet.Member > 0, ident.MaskName(code.Booklet.Name)
	a.IssuedOn = calendar.On(time.Unix(code.Issued, 0))
	a.Issuer = fmt.Sprintf("%06d", code.County)
	text := fmt.Sprintf("%014d", code.Booklet.Number)
	if number, err := ident.NewBookletNumber(text[:6], 2000+atoi(text[6:8]), atoi(text[8:])); err == nil {
		a.Number = string(number)
	}
	return a, nil
}

func atoi(digits string) int {
	n := 0
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return n
}

// Reason is in words why a code is not good. Of a booklet that has ended or is
// lost only that it is not good: why is nobody's business.
func Reason(a Answer) string {
	if a.Why != proof.Withdrawn {
		return i18n.T("check.why." + string(a.Why)) //i18n:dynamic check.why.
	}
	if a.Since != "" {
		return i18n.T("check.superseded", "on", a.Since.Chinese())
	}
	return i18n.T("check.why.withdrawn")
}

// Said is what a good code says, a line each.
func Said(a Answer) (lines []string) {
	lines = append(lines, i18n.T("check.good"))
	if a.Newer {
		lines = append(lines, i18n.T("check.newer_text"))
	}
	if a.Old {
		lines = append(lines, i18n.T("check.old", "days", int(a.Age.Hours()/24)))
	}
	if a.Member {
		lines = append(lines, i18n.T("check.name", "name", a.Name))
	}
	return append(lines, i18n.T("check.issuer", "issuer", a.Issuer), i18n.T("check.issued_on", "on", a.IssuedOn.Chinese()))
}

// Unreadable reports whether an error says that a text is no code.
func Unreadable(err error) bool { return errors.Is(err, proof.ErrUnreadable) }
