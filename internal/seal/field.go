package seal

import (
	"encoding/binary"
	"errors"
)

// suiteAESGCM is AES-256-GCM. The first byte of everything sealed names its
// suite, so that SM4-GCM can come beside it as suite 2 without rewriting.
const suiteAESGCM = 1

const (
	nonceSize = 12
	tagSize   = 16
	// Overhead is how many bytes longer a sealed field is than its plain text.
	Overhead = 1 + nonceSize + tagSize
)

// ErrUnsealed says that sealed bytes do not open: altered, cut, of another
// key, or moved here from another row, column or table.
var ErrUnsealed = errors.New("sealed field does not open")

// Seal encrypts a field for one place: bytes copied to another table, column
// or row do not open there. The nonce is made from the place and the text, so
// equal input gives equal bytes (the demonstration county is reproducible) and
// no two texts share one.
func (k *Keys) Seal(table, column, id string, plain []byte) []byte {
	m := k.nonce.get()
	defer k.nonce.put(m)
	m.place(table, column, id)
	aad := len(m.buf)
	m.buf = append(m.buf, plain...)
	out := make([]byte, 1+nonceSize, Overhead+len(plain))
	out[0] = suiteAESGCM
	copy(out[1:], m.sum())
	out = k.field.Seal(out, out[1:1+nonceSize], plain, m.buf[:aad])
	clear(m.buf[aad:])
	return out
}

// Open decrypts what Seal made for the same place, or returns ErrUnsealed.
func (k *Keys) Open(table, column, id string, sealed []byte) ([]byte, error) {
	if len(sealed) < Overhead || sealed[0] != suiteAESGCM {
		return nil, ErrUnsealed
	}
	m := k.nonce.get()
	defer k.nonce.put(m)
	m.place(table, column, id)
	plain, err := k.field.Open(nil, sealed[1:1+nonceSize], sealed[1+nonceSize:], m.buf)
	if err != nil {
		return nil, ErrUnsealed
	}
	return plain, nil
}

// place writes table, column and id so that no two places write the same.
func (m *mac) place(parts ...string) {
	m.buf = m.buf[:0]
	for _, p := range parts {
		m.buf = binary.AppendUvarint(m.buf, uint64(len(p)))
		m.buf = append(m.buf, p...)
	}
}
