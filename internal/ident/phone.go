package ident

import (
	"regexp"
	"strings"

	"anju/internal/fault"
)

// ErrPhone refuses what is neither a mobile of the mainland nor a landline
// with its area code.
var ErrPhone error = fault.New(fault.Invalid, "ident.phone")

var (
	mobile   = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	landline = regexp.MustCompile(`^(010|02[0-9]|0[3-9][0-9]{2})([2-8][0-9]{6,7})$`)

	parentheses = strings.NewReplacer("(", "", ")", "")
)

// ParsePhone reads a phone number: a mobile of 11 digits, with or without +86,
// or a landline with its area code, returned as 0915-7812345.
func ParsePhone(s string) (string, error) {
	s = normalise(s)
	if masked(s) {
		return "", ErrMasked
	}
	s = undash(s)
	for _, country := range []string{"+86", "0086"} {
		if rest, ok := strings.CutPrefix(s, country); ok && !mobile.MatchString(rest) {
			s = "0" + strings.TrimPrefix(rest, "0") // +86 915 …
		} else if ok {
			s = rest
		}
	}
	s = parentheses.Replace(s)
	if rest, ok := strings.CutPrefix(s, "86"); ok && mobile.MatchString(rest) {
		s = rest
	}
	if mobile.MatchString(s) {
		return s, nil
	}
	if m := landline.FindStringSubmatch(s); m != nil {
		return m[1] + "-" + m[2], nil
	}
	return "", ErrPhone
}
