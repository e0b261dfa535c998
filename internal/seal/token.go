package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"hash"
	"strings"
	"sync"
)

// Kinds of blind index. A kind is part of what is hashed: the token of a
// number under one kind says nothing about it under another.
const (
	KindCitizenID = "citizen_id"
	KindIDTail    = "id_tail" // last four: 10,000 values, so it tells apart little, and leaks that much to who reads the table
	KindPhone     = "phone"
	KindPhoneTail = "phone_tail"
	KindReceipt   = "receipt" // number and code of what was reported without an account
)

// TokenLen is the length of a token in characters.
const TokenLen = 26

var tokenText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Token gives the blind index of a value: the same value has the same token,
// and without the key a token can be neither turned back nor guessed (plain
// hashes of 18-digit ID numbers can be tried out in seconds). Blanks around
// the value and the case of a check letter make no difference.
func (k *Keys) Token(kind, value string) string {
	m := k.index.get()
	defer k.index.put(m)
	m.place(kind, strings.ToUpper(strings.TrimSpace(value)))
	var out [TokenLen]byte
	tokenText.Encode(out[:], m.sum()[:16])
	clear(m.buf)
	return string(out[:])
}

// mac is an HMAC with its working space. Making one costs more than using it.
type mac struct {
	h   hash.Hash
	buf []byte
	out [sha256.Size]byte
}

// sum is the MAC of buf, valid until the next use.
func (m *mac) sum() []byte {
	m.h.Reset()
	m.h.Write(m.buf)
	return m.h.Sum(m.out[:0])
}

type macPool struct{ p sync.Pool }

func newMacPool(key []byte) *macPool {
	return &macPool{sync.Pool{New: func() any { return &mac{h: hmac.New(sha256.New, key), buf: make([]byte, 0, 256)} }}}
}

func (p *macPool) get() *mac  { return p.p.Get().(*mac) }
func (p *macPool) put(m *mac) { p.p.Put(m) }
