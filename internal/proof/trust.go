package proof

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// ErrTrust means that a trust file is not what the county's root signed.
var ErrTrust = errors.New("the trust file is not signed by its county")

// A TrustedKey is a yearly key and when it may be believed.
type TrustedKey struct {
	Suite  Suite  `cbor:"1,keyasint"`
	Public []byte `cbor:"2,keyasint"`           // SubjectPublicKeyInfo
	From   int64  `cbor:"3,keyasint"`           // signs from here, Unix seconds
	Until  int64  `cbor:"4,keyasint"`           // to here
	Verify int64  `cbor:"5,keyasint"`           // what it signed is believed to here
	Bad    int64  `cbor:"6,keyasint,omitempty"` // what it signed from here on is not believed: it was stolen
}

// A TrustList is the keys of a county, signed by a root that is kept away from
// the server.
type TrustList struct {
	County int64        `cbor:"1,keyasint"`
	Issued int64        `cbor:"6,keyasint"`
	Keys   []TrustedKey `cbor:"7,keyasint"`
}

const (
	trustAAD  = "JZB1 trust"
	statusAAD = "JZB1 status"
)

// SignTrust signs the list with the root.
func SignTrust(root *Key, l TrustList) ([]byte, error) { return root.seal(trustAAD, l) }

// A Status says whether a code is still good.
type Status byte

const (
	Valid      Status = 0
	Revoked    Status = 1 // the booklet has ended
	Suspended  Status = 2 // not handed over yet, or reported lost
	Superseded Status = 3 // a newer one stands in its place
)

// ListSize is how many codes one status list holds, two bits each.
const ListSize = 1 << 17

// listBytes is a status list unpacked: never is more unpacked than this.
const listBytes = ListSize / 4

// A list is what is signed.
type list struct {
	County  int64  `cbor:"1,keyasint"`
	No      int64  `cbor:"2,keyasint"`
	Expires int64  `cbor:"4,keyasint"`
	Issued  int64  `cbor:"6,keyasint"`
	Packed  []byte `cbor:"7,keyasint"` // two bits a code, the lowest first, zlib
}

// Lifetime of a status list: after it, nothing is believed of it.
const listLife = 30 * 24 * time.Hour

// SignStatus signs the states of a list's codes that are not valid, by place.
func (k *Key) SignStatus(county, no int64, at time.Time, states map[int64]Status) ([]byte, error) {
	bits := make([]byte, listBytes)
	for i, s := range states {
		bits[i/4] |= byte(s) << (i % 4 * 2)
	}
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(bits); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return k.seal(statusAAD, list{county, no, at.Add(listLife).Unix(), at.Unix(), b.Bytes()})
}

func unpack(packed []byte) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	bits, err := io.ReadAll(io.LimitReader(r, listBytes+1))
	if err == nil && len(bits) != listBytes {
		err = errors.New("a status list of another size")
	}
	return bits, err
}

// A Book is what a checker needs, ready to be published: the root's public key,
// the trust list and the status lists. All but the root's key is signed; that
// one is compared by its fingerprint where it matters.
type Book struct {
	Root   []byte   `json:"root"`
	Trust  []byte   `json:"trust"`
	Status [][]byte `json:"status"`
}

// A Checker checks codes by a book.
type Checker struct {
	trust TrustList
	lists map[int64]checkList
}

type checkList struct {
	issued, expires int64
	bits            []byte
}

// maxBook is the largest file that is read as a book.
const maxBook = 16 << 20

// ReadBook reads a published book.
func ReadBook(r io.Reader) (b Book, err error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBook))
	if err == nil {
		err = json.Unmarshal(text, &b)
	}
	return b, err
}

// Checker opens a book. A trust list that the root did not sign, or a status
// list that no key of the trust list did, is an error.
func (b Book) Checker() (*Checker, error) {
	c := &Checker{lists: map[int64]checkList{}}
	o, err := open(trustAAD, b.Trust, &c.trust)
	if err != nil || !verify(o.head.Alg, b.Root, o.text, o.Signature) {
		return nil, ErrTrust
	}
	for _, text := range b.Status {
		var l list
		o, err := open(statusAAD, text, &l)
		if err != nil || l.County != c.trust.County || !c.signed(o, l.Issued) {
			return nil, ErrTrust
		}
		bits, err := unpack(l.Packed)
		if err != nil {
			return nil, ErrTrust
		}
		c.lists[l.No] = checkList{l.Issued, l.Expires, bits}
	}
	return c, nil
}

// signed reports whether a key that was trusted at an instant signed; every
// key with the short name is tried.
func (c *Checker) signed(o opened, at int64) bool {
	for _, k := range c.trust.Keys {
		if k.Suite == o.head.Alg && bytes.Equal(keyID(k.Public), o.head.Kid) && at >= k.From && at < k.Until && (k.Bad == 0 || at < k.Bad) &&
			verify(k.Suite, k.Public, o.text, o.Signature) {
			return true
		}
	}
	return false
}

// verifiable reports whether the key is still believed.
func (c *Checker) verifiable(o opened, now int64) bool {
	for _, k := range c.trust.Keys {
		if bytes.Equal(keyID(k.Public), o.head.Kid) && now < k.Verify {
			return true
		}
	}
	return false
}

// A Verdict is the answer to a code.
type Verdict struct {
	Good   bool
	Status Status
	Why    Why           // of a code that is not good
	Age    time.Duration // of the list that was asked
	Old    bool          // the list is older than a day: the answer may be out of date
	Newer  bool          // the code was signed after the list: the list does not know it
}

// A Why says in one word why a code is not good.
type Why string

const (
	Forged    Why = "forged"     // nobody who is trusted signed it
	Expired   Why = "expired"    // its time is over, or has not come
	Withdrawn Why = "withdrawn"  // the status list says so
	NoList    Why = "no_list"    // there is no status list to ask, or only one that has run out
	OtherArea Why = "other_area" // another county's
)

// day is how old a status list may be to be the present one.
const day = 24 * time.Hour

// slack is how far clocks may be apart.
const slack = 5 * 60

// Check is the verdict on a code at an instant.
func (c *Checker) Check(k Code, now time.Time) Verdict {
	at := now.Unix()
	switch {
	case k.County != c.trust.County:
		return Verdict{Why: OtherArea}
	case !c.signed(k.o, k.Issued):
		return Verdict{Why: Forged}
	case at >= k.Expires, at+slack < k.Issued, !c.verifiable(k.o, at):
		return Verdict{Why: Expired}
	}
	l, ok := c.lists[k.Booklet.ListedAt[0]]
	if !ok || at >= l.expires {
		return Verdict{Why: NoList}
	}
	i := k.Booklet.ListedAt[1]
	v := Verdict{Status: Status(l.bits[i/4] >> (i % 4 * 2) & 3), Age: max(0, now.Sub(time.Unix(l.issued, 0)))}
	v.Old, v.Newer = v.Age > day, k.Issued > l.issued
	if v.Good = v.Status == Valid; !v.Good {
		v.Why = Withdrawn
	}
	return v
}
