// Package ident holds the numbers by which people, organisations, places and
// booklets are known: it parses, checks and masks them. It never repairs a
// number and never guesses one; what does not check is refused with a reason.
//
// What people type is normalised first: full-width digits and letters become
// ASCII, letters upper case, and spaces (also invisible ones) go away.
package ident

import (
	"strings"
	"time"
	"unicode"

	"anju/internal/fault"
)

// zone is Beijing time, in which “today” is meant.
var zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// ErrMasked refuses a value with asterisks in it: a mask that came back from a
// screen or a printed list must never be saved over the real number.
var ErrMasked error = fault.New(fault.Invalid, "ident.masked")

// normalise makes ASCII of full-width forms, upper-cases, and removes white
// space and invisible characters.
func normalise(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), unicode.IsControl(r):
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

// undash removes the dashes people put between groups, in all their forms.
func undash(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '—' || r == '−' || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, s)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func masked(s string) bool { return strings.ContainsAny(s, "*＊•●") }
