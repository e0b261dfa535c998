package seal

import (
	"crypto/subtle"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Mask is what a Secret shows to everything but Reveal.
const Mask = "•••"

// Secret holds text that must not leave the program by accident: an ID
// number, a phone, a password, a TOTP secret.
//
// However it is printed, logged, marshalled or put on a page it shows Mask;
// only Reveal reads it, so a search for Reveal lists every place that can
// leak. It is a struct around a pointer, and not a string, because package
// fmt prints unexported fields by reflection without asking their methods:
// there it finds an address. The empty function array makes == a compile
// error; use Equal. The zero Secret is empty and safe to use.
type Secret struct {
	_    [0]func()
	text *string
}

var errSecretStored = errors.New("a secret is sealed before it is stored")

// Hide makes a Secret of text.
func Hide(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal returns the hidden text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero says that nothing is hidden.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal compares two secrets in a time that does not depend on where they differ.
func (s Secret) Equal(o Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(o.Reveal())) == 1
}

// String returns Mask.
func (s Secret) String() string { return Mask }

// Format writes Mask for every verb, known or not.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Mask) }

// MarshalJSON, MarshalText and LogValue give Mask.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + Mask + `"`), nil }
func (s Secret) MarshalText() ([]byte, error) { return []byte(Mask), nil }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(Mask) }

// Value refuses to be a column: a Secret goes through Keys.Seal first.
func (s Secret) Value() (driver.Value, error) { return nil, errSecretStored }
