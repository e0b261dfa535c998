package booklet

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"anju/internal/actor"
	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/policy"
	"anju/internal/proof"
	"anju/internal/relocation"
	"anju/internal/seal"
)

// A Code is the record of one signed code: of the cover (member 0) or of a
// member's page, in one version of a booklet.
type Code struct {
	ListNo    int64  `db:"list_no" record:"track"`
	Place     int64  `db:"place" record:"track"`
	BookletID ID     `db:"booklet_id" record:"track"`
	N         int64  `db:"n" record:"track"`
	Member    int64  `db:"member" record:"track"`
	KeyID     string `db:"key_id" record:"track"`
	IssuedAt  int64  `db:"issued_at" record:"ignore"`
	ExpiresAt int64  `db:"expires_at" record:"ignore"`
}

// CodeLife is how long a code is good, in years; the yearly key that signs it
// is believed as long after its year.
const CodeLife = 5

// Settings of the codes.
const (
	SuiteSetting    = "code.suite"     // "SM2", or "" for ES256
	CheckURLSetting = "code.check_url" // the public address of the check page
	rootSetting     = "code.root"      // public key of the county's root, base64
	trustSetting    = "code.trust"     // trust list signed by the root, base64
	DayCapSetting   = "code.day_cap"   // how many booklets one account can have signed in a day
)

// statusOf is the rule: whether the codes of a version count. What has not been
// handed over yet is nobody's booklet.
func statusOf(s State, v Version) proof.Status {
	switch {
	case s == Cancelled:
		return proof.Revoked
	case v.SupersededAt > 0:
		return proof.Superseded
	case s == Lost, v.IssuedAt == 0:
		return proof.Suspended
	}
	return proof.Valid
}

// claimsOf is the rule: what a code says. The cover's says its number alone. Of
// a household whose address is protected no code says where it lives.
func claimsOf(b Booklet, m relocation.Move, code Code, c Content) (proof.Claims, error) {
	number, err := strconv.ParseInt(strings.ReplaceAll(b.Number[:len(b.Number)-2], "-", ""), 10, 64)
	if err != nil {
		return proof.Claims{}, fmt.Errorf("number of booklet %s: %w", b.ID, err)
	}
	claims := proof.Claims{
		County: digits(b.Path[:6]), Issued: code.IssuedAt / 1000, Expires: code.ExpiresAt / 1000,
		Booklet: proof.Body{Number: number, ListedAt: []int64{code.ListNo, code.Place}},
	}
	if code.Member == 0 {
		return claims, nil
	}
	p := c.Members[code.Member-1]
	body := &claims.Booklet
	body.Member, body.Name, body.Origin = code.Member, p.Name, digits(b.OriginPath[:12])
	if p.IDNumber != "" {
		body.Last = p.IDNumber[len(p.IDNumber)-1:]
	}
	if b.SealedTo == "" && m.HouseID != "" {
		body.Living = digits(b.Path[:12])
		settled, err := time.Parse(time.DateOnly, string(m.MovedOn))
		if err != nil {
			return claims, err
		}
		body.Settled = settled.Unix() / 86400
	}
	return claims, nil
}

func digits(path string) int64 {
	n, _ := strconv.ParseInt(path, 10, 64) // a path is digits
	return n
}

func suiteOf(tx *db.Tx) (proof.Suite, error) {
	s, err := db.Setting(tx, SuiteSetting)
	if s == "SM2" {
		return proof.SM2, err
	}
	return proof.ES256, err
}

// codeKey is the county's key of a suite for a year. It is derived, so that
// the key file is all there is to keep.
func codeKey(k *seal.Keys, s proof.Suite, year int) (*proof.Key, error) {
	return deriveKey(k, s, fmt.Sprintf("booklet code %d %d", s, year))
}

func deriveKey(k *seal.Keys, s proof.Suite, purpose string) (key *proof.Key, err error) {
	for try := range 4 { // one secret in four thousand million is no key
		secret, err := k.Derive(fmt.Sprintf("%s %d", purpose, try))
		if err != nil {
			return nil, err
		}
		if key, err = proof.NewKey(s, secret); err == nil {
			return key, nil
		}
	}
	return nil, fmt.Errorf("no key for %s", purpose)
}

// listed is where the seq-th code (from 0) stands in the status lists: the list
// filled in order, the place in it a keyed permutation, so that codes of one
// household do not stand together.
func listed(k *seal.Keys, seq int64) (list, place int64, err error) {
	secret, err := k.Derive("booklet code place")
	if err != nil {
		return 0, 0, err
	}
	list = seq / proof.ListSize
	// Four rounds of Feistel over 18 bits, walked until the value lies in the
	// 17 that a list has.
	x := uint32(seq % proof.ListSize)
	for {
		l, r := x>>9, x&511
		for round := range 4 {
			mac := hmac.New(sha256.New, secret)
			fmt.Fprint(mac, list, round, r)
			l, r = r, l^uint32(binary.BigEndian.Uint16(mac.Sum(nil)))&511
		}
		if x = l<<9 | r; x < proof.ListSize {
			return list, int64(x), nil
		}
	}
}

// Trust lets the county's root vouch for the keys of the next years: at the
// machine itself, by who answers for keys.
func (s *Service) Trust(ctx context.Context, by actor.Actor, root *seal.Keys, county string) error {
	if err := policy.Check(by, policy.SettingWrite, policy.Places{}); err != nil {
		return err
	}
	return s.DB.Write(ctx, by, string(policy.SettingWrite), func(tx *db.Tx) error { return Trust(tx, s.Keys, root, county) })
}

// Rooted reports whether a root has vouched for the county's keys.
func Rooted(tx *db.Tx) (bool, error) {
	root, err := db.Setting(tx, rootSetting)
	return root != "", err
}

// Trust is the trust list of the next years' keys in both suites, signed by a
// root, and the root's public key. The list keeps earlier years' keys: what
// they signed is still about.
func Trust(tx *db.Tx, k, rootKeys *seal.Keys, county string) error {
	root, err := deriveKey(rootKeys, proof.ES256, "booklet root")
	if err != nil {
		return err
	}
	was, err := db.Setting(tx, rootSetting)
	if err != nil {
		return err
	}
	if was != "" && was != encode(root.Public()) { // what phones have kept would be worth nothing
		return fault.New(fault.Conflict, "check.other_root")
	}
	year := calendar.On(tx.Now()).Year()
	l := proof.TrustList{County: digits(county), Issued: tx.Now().Unix()}
	for y := year - CodeLife; y < year+CodeLife; y++ {
		for _, s := range []proof.Suite{proof.ES256, proof.SM2} {
			key, err := codeKey(k, s, y)
			if err != nil {
				return err
			}
			from := calendar.Date(fmt.Sprintf("%d-01-01", y))
			until := from.AddYears(1)
			l.Keys = append(l.Keys, proof.TrustedKey{
				Suite: s, Public: key.Public(), From: from.Start().Unix(), Until: until.Start().Unix(), Verify: until.AddYears(CodeLife).Start().Unix(),
			})
		}
	}
	list, err := proof.SignTrust(root, l)
	if err != nil {
		return err
	}
	for key, value := range map[string][]byte{rootSetting: root.Public(), trustSetting: list} {
		if err := db.SetSetting(tx, key, encode(value)); err != nil {
			return err
		}
	}
	return tx.RecordAll("setting/"+trustSetting, len(l.Keys), hex.EncodeToString(root.ID()))
}
