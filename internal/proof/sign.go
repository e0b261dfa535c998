package proof

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
	"github.com/fxamacker/cbor/v2"
)

// A Suite is a kind of signature, by its COSE algorithm number.
type Suite int64

const (
	// ES256 is ECDSA on P-256 with SHA-256: any phone's browser checks it.
	ES256 Suite = -7
	// SM2 is SM2 with SM3 and the default identifier 1234567812345678 (GB/T
	// 32918). COSE has no number for it: this one is private.
	SM2 Suite = -65601
)

// signatureSize is r and s, 32 bytes each, in both suites.
const signatureSize = 64

// A Key signs.
type Key struct {
	suite Suite
	es    *ecdsa.PrivateKey
	sm    *sm2.PrivateKey
	spki  []byte
}

// NewKey makes the key of a suite from 32 secret bytes; some few of them are
// none, and give an error.
func NewKey(s Suite, secret []byte) (*Key, error) {
	k := &Key{suite: s}
	var err error
	switch s {
	case ES256:
		if k.es, err = ecdsa.ParseRawPrivateKey(elliptic.P256(), secret); err == nil {
			k.spki, err = x509.MarshalPKIXPublicKey(&k.es.PublicKey)
		}
	case SM2:
		if k.sm, err = sm2.NewPrivateKey(secret); err == nil {
			k.spki, err = smx509.MarshalPKIXPublicKey(&k.sm.PublicKey)
		}
	default:
		err = fmt.Errorf("suite %d is not known", s)
	}
	return k, err
}

// Suite is the key's kind.
func (k *Key) Suite() Suite { return k.suite }

// Public is the public key as a SubjectPublicKeyInfo.
func (k *Key) Public() []byte { return k.spki }

// ID is the key's short name in a code: the first bytes of its hash.
func (k *Key) ID() []byte { return keyID(k.spki) }

func keyID(spki []byte) []byte {
	sum := sha256.Sum256(spki)
	return sum[:4]
}

// sign gives the same signature for the same text: nothing depends on chance,
// and the demonstration county is reproducible.
func (k *Key) sign(text []byte) ([]byte, error) {
	var der []byte
	var err error
	if k.suite == SM2 {
		der, err = sm2.SignDeterministic(k.sm, text, sm2.DefaultSM2SignerOpts)
	} else {
		sum := sha256.Sum256(text)
		der, err = k.es.Sign(nil, sum[:], crypto.SHA256)
	}
	if err != nil {
		return nil, err
	}
	var sig struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		return nil, err
	}
	out := make([]byte, signatureSize)
	sig.R.FillBytes(out[:32])
	sig.S.FillBytes(out[32:])
	return out, nil
}

// verify checks a signature by a public key.
func verify(s Suite, spki, text, signature []byte) bool {
	if len(signature) != signatureSize {
		return false
	}
	r, t := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	der, err := asn1.Marshal(struct{ R, S *big.Int }{r, t})
	if err != nil {
		return false
	}
	public, err := parsePublic(s, spki)
	if err != nil {
		return false
	}
	if s == SM2 {
		return sm2.VerifyASN1WithSM2(public, nil, text, der)
	}
	sum := sha256.Sum256(text)
	return ecdsa.VerifyASN1(public, sum[:], der)
}

func parsePublic(s Suite, spki []byte) (*ecdsa.PublicKey, error) {
	parse := x509.ParsePKIXPublicKey
	if s == SM2 {
		parse = smx509.ParsePKIXPublicKey
	}
	any, err := parse(spki)
	if err != nil {
		return nil, err
	}
	public, ok := any.(*ecdsa.PublicKey)
	if !ok || (s == SM2) != sm2.IsSM2PublicKey(public) || s == ES256 && public.Curve != elliptic.P256() {
		return nil, errors.New("a key of another suite")
	}
	return public, nil
}

// An envelope is a COSE_Sign1 (RFC 9052) without its tag.
type envelope struct {
	_         struct{} `cbor:",toarray"`
	Protected []byte
	Open      map[int64]cbor.RawMessage
	Payload   []byte
	Signature []byte
}

// protected is the protected head: nothing that decides about a signature
// stands outside it.
type protected struct {
	Alg Suite  `cbor:"1,keyasint"`
	Kid []byte `cbor:"4,keyasint"`
}

var (
	enc = func() cbor.EncMode {
		m, err := cbor.CoreDetEncOptions().EncMode()
		if err != nil {
			panic("proof: " + err.Error()) // fixed options
		}
		return m
	}()
	dec = func() cbor.DecMode {
		m, err := cbor.DecOptions{
			DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
			MaxNestedLevels: 4, MaxArrayElements: 64, MaxMapPairs: 64, ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		}.DecMode()
		if err != nil {
			panic("proof: " + err.Error())
		}
		return m
	}()
)

// toSign is what a signature covers. aad says what kind of text it is, so that
// a signed list can never be shown as a code.
func toSign(aad string, head, payload []byte) ([]byte, error) {
	return enc.Marshal([]any{"Signature1", head, []byte(aad), payload})
}

// seal signs a payload.
func (k *Key) seal(aad string, payload any) ([]byte, error) {
	body, err := enc.Marshal(payload)
	if err != nil {
		return nil, err
	}
	head, err := enc.Marshal(protected{k.suite, k.ID()})
	if err != nil {
		return nil, err
	}
	text, err := toSign(aad, head, body)
	if err != nil {
		return nil, err
	}
	sig, err := k.sign(text)
	if err != nil {
		return nil, err
	}
	return enc.Marshal(envelope{Protected: head, Open: map[int64]cbor.RawMessage{}, Payload: body, Signature: sig})
}

// opened is an envelope that was read and not yet believed.
type opened struct {
	envelope
	head protected
	text []byte
}

// open reads an envelope and its payload. Bytes that we would not have written
// so are refused: there is one way to write a thing.
func open(aad string, b []byte, payload any) (o opened, err error) {
	if err = strict(b, &o.envelope); err != nil {
		return o, err
	}
	if err = strict(o.Protected, &o.head); err != nil {
		return o, err
	}
	if err = strict(o.Payload, payload); err != nil {
		return o, err
	}
	if len(o.Open) != 0 || len(o.head.Kid) != 4 || len(o.Signature) != signatureSize {
		return o, errors.New("a head that is not ours")
	}
	o.text, err = toSign(aad, o.Protected, o.Payload)
	return o, err
}

func strict(b []byte, v any) error {
	if err := dec.Unmarshal(b, v); err != nil {
		return err
	}
	again, err := enc.Marshal(v)
	if err != nil {
		return err
	}
	if string(again) != string(b) {
		return errors.New("not written the one way")
	}
	return nil
}
