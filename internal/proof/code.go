// Package proof is what a residence booklet's codes are made of: the text in
// the QR (JZB1), the list of keys that are trusted, and the list of codes that
// are no longer good. It knows bytes and keys; who may be given a code is the
// booklet's business.
//
// A code tells nothing that the page does not print: no full ID number and no
// hash of it (a county's numbers are guessed in seconds), no birth date, no
// phone, no exact address, nothing of other members, nothing about help that
// anybody draws.
package proof

import (
	"errors"
	"strings"
)

// Prefix begins every code.
const Prefix = "JZB1:"

// MaxText is the longest text that is looked at: a QR code holds no more.
const MaxText = 2048

// ErrUnreadable means that a text is no code of a residence booklet.
var ErrUnreadable = errors.New("no code of a residence booklet")

// Claims is what a code says.
type Claims struct {
	County  int64 `cbor:"1,keyasint"` // six-digit code of the issuing county
	Expires int64 `cbor:"4,keyasint"` // Unix seconds
	Issued  int64 `cbor:"6,keyasint"` // Unix seconds
	Booklet Body  `cbor:"-65537,keyasint"`
}

// Body is the part of a code that speaks of the booklet. The cover's has the
// number alone.
type Body struct {
	Version  int64   `cbor:"0,keyasint"`           // 0
	Number   int64   `cbor:"1,keyasint"`           // the fourteen digits of the booklet's number
	Member   int64   `cbor:"2,keyasint,omitempty"` // which member page, from 1
	Name     string  `cbor:"3,keyasint,omitempty"` // as printed
	Last     string  `cbor:"4,keyasint,omitempty"` // last character of the ID number
	Origin   int64   `cbor:"5,keyasint,omitempty"` // division where registered
	Living   int64   `cbor:"6,keyasint,omitempty"` // division where living
	Settled  int64   `cbor:"7,keyasint,omitempty"` // since when, days since 1970-01-01
	ListedAt []int64 `cbor:"9,keyasint"`           // number of the status list, and place in it
}

// A Code is a code that was read: who signed it is not yet known to be anybody.
type Code struct {
	Claims
	o opened
}

// Suite is the kind of signature of the code.
func (c Code) Suite() Suite { return c.o.head.Alg }

const codeAAD = "JZB1"

// Sign makes the text of a code.
func (k *Key) Sign(c Claims) (string, error) {
	b, err := k.seal(codeAAD, c)
	return Prefix + Base45(b), err
}

// Parse reads a code. White space around it, as pasting brings it, is not part
// of it.
func Parse(text string) (c Code, err error) {
	text = strings.TrimSpace(text)
	body, ok := strings.CutPrefix(text, Prefix)
	if !ok || len(text) > MaxText {
		return c, ErrUnreadable
	}
	b, err := ParseBase45(body)
	if err != nil {
		return c, ErrUnreadable
	}
	if c.o, err = open(codeAAD, b, &c.Claims); err != nil || len(c.Booklet.ListedAt) != 2 || c.Booklet.ListedAt[0] < 0 || c.Booklet.ListedAt[1] < 0 || c.Booklet.ListedAt[1] >= ListSize {
		return c, ErrUnreadable
	}
	return c, nil
}
