package ident

import (
	"strings"

	"anju/internal/fault"
)

// ErrDivision refuses a division code.
var ErrDivision error = fault.New(fault.Invalid, "ident.division")

// A DivisionCode names a place by its 2, 4, 6, 9 or 12 digits (GB/T 2260,
// GB/T 10114, and three digits for the village). The digits of a division
// begin those of everything in it, so a code is also a path.
type DivisionCode string

// A Level says how many steps below the nation a division lies.
type Level int

// Levels of a division.
const (
	Nowhere    Level = iota
	Province         // 2 digits
	Prefecture       // 4
	County           // 6
	Town             // 9
	Village          // 12: village or community
)

var lengths = [...]int{0, 2, 4, 6, 9, 12}

// ParseDivisionCode reads a code of 2, 4, 6, 9 or 12 digits. Zeros that only
// fill up are taken off: 610929100000 is the town 610929100.
func ParseDivisionCode(s string) (DivisionCode, error) {
	c := DivisionCode(normalise(s))
	if !digits(string(c)) || c.Level() == Nowhere {
		return "", ErrDivision
	}
	for l := c.Level(); l > Province && strings.Trim(string(c[lengths[l-1]:]), "0") == ""; l-- {
		c = c[:lengths[l-1]]
	}
	if strings.HasPrefix(string(c), "00") || strings.Contains(string(c[:min(6, len(c))])+"1", "0000") {
		return "", ErrDivision // a village of no county
	}
	return c, nil
}

// Level is the level of c.
func (c DivisionCode) Level() Level {
	for l := Province; l <= Village; l++ {
		if len(c) == lengths[l] {
			return l
		}
	}
	return Nowhere
}

// At is the division of level l in which c lies, c itself at its own level, or
// "" if c lies above l.
func (c DivisionCode) At(l Level) DivisionCode {
	if l <= Nowhere || l > Village || len(c) < lengths[l] {
		return ""
	}
	return c[:lengths[l]]
}

// Contains reports whether d is c or lies in c.
func (c DivisionCode) Contains(d DivisionCode) bool {
	return c != "" && strings.HasPrefix(string(d), string(c))
}
