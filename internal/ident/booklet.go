package ident

import (
	"fmt"

	"anju/internal/fault"
)

// Why a booklet number is refused.
var (
	ErrBookletForm  error = fault.New(fault.Invalid, "ident.booklet.form")
	ErrBookletCheck error = fault.New(fault.Invalid, "ident.booklet.check")
)

// A BookletNumber is the number of a residence booklet as printed,
// 610929-26-000123-1: county, year, serial of the year, and a check character
// by ISO 7064 MOD 37,36 over the fourteen digits.
type BookletNumber string

// NewBookletNumber makes the number of the serial-th booklet (1 to 999999) of
// a year (2000 to 2099) in a county.
func NewBookletNumber(county string, year, serial int) (BookletNumber, error) {
	if len(county) != 6 || !digits(county) || year < 2000 || year > 2099 || serial < 1 || serial > 999999 {
		return "", fmt.Errorf("booklet number of county %q, year %d, serial %d: out of range", county, year, serial)
	}
	return printed(fmt.Sprintf("%s%02d%06d", county, year-2000, serial)), nil
}

func printed(d string) BookletNumber {
	return BookletNumber(d[:6] + "-" + d[6:8] + "-" + d[8:] + "-" + string(Mod3736(d)))
}

// ParseBookletNumber reads a booklet number, with or without its dashes.
func ParseBookletNumber(s string) (BookletNumber, error) {
	s = undash(normalise(s))
	if len(s) != 15 || !digits(s[:14]) || s[8:14] == "000000" {
		return "", ErrBookletForm
	}
	if !CheckMod3736(s) {
		return "", ErrBookletCheck
	}
	return printed(s[:14]), nil
}
