package booklet

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"anju/internal/calendar"
	"anju/internal/fault"
	"anju/internal/paper"
	"anju/internal/seal"
)

// Freeze makes a version of content: encrypted, with the hash of what was
// encrypted.
func Freeze(k *seal.Keys, id ID, n int64, c Content, by string, at int64) (Version, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return Version{}, err
	}
	return Version{
		BookletID: id, N: n, ContentSealed: k.Seal("booklet_version", "content", string(id), text),
		Hash: hash(text), MadeWhy: First, MadeBy: by, MadeAt: at,
	}, nil
}

// Thaw opens a version and checks it against its hash.
func Thaw(k *seal.Keys, v Version) (Content, error) {
	var c Content
	text, err := k.Open("booklet_version", "content", string(v.BookletID), v.ContentSealed)
	if err != nil {
		return c, err
	}
	if hash(text) != v.Hash {
		return c, errors.New("a frozen booklet does not match its hash")
	}
	return c, json.Unmarshal(text, &c)
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// printable looks at the content before anybody waits at the printer: a
// character without a glyph is told by name.
func printable(c Content) error {
	if err := c.allowed(); err != nil {
		return paperFault(err)
	}
	if missing := c.Unprintable(); len(missing) > 0 {
		return paperFault(&paper.MissingError{Runes: missing})
	}
	return nil
}

func paperFault(err error) error {
	if errors.Is(err, ErrForbiddenContent) {
		return fault.Wrap(fault.Conflict, "booklet.make.forbidden", err)
	}
	return paper.Fault(err)
}

func chinese(ms int64) string { return calendar.On(time.UnixMilli(ms)).Chinese() }
