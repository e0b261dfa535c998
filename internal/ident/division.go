package ident

import (
	"fmt"
	"strconv"
	"strings"

	"anju/internal/fault"
)

// Why a division code or a grid code is refused.
var (
	ErrDivision error = fault.New(fault.Invalid, "ident.division")
	ErrGrid     error = fault.New(fault.Invalid, "ident.grid")
)

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

// A Committee is the kind of self-government of a village-level division.
type Committee string

// Kinds of committee. A community of villagers (社区村委会) has the number of a
// village committee and only its name says community: see package division.
const (
	ResidentsCommittee Committee = "residents" // 居民委员会: last digits 001–199
	VillageCommittee   Committee = "village"   // 村民委员会: from 200
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

// County is the six-digit code of the county of c, or "".
func (c DivisionCode) County() DivisionCode { return c.At(County) }

// Town is the nine-digit code of the town of c, or "".
func (c DivisionCode) Town() DivisionCode { return c.At(Town) }

// Village is the twelve-digit code of the village or community of c, or "".
func (c DivisionCode) Village() DivisionCode { return c.At(Village) }

// Parent is the division one step above, or "".
func (c DivisionCode) Parent() DivisionCode { return c.At(c.Level() - 1) }

// Contains reports whether d is c or lies in c.
func (c DivisionCode) Contains(d DivisionCode) bool {
	return c != "" && strings.HasPrefix(string(d), string(c))
}

// Code12 fills c up with zeros to twelve digits.
func (c DivisionCode) Code12() string {
	if len(c) > 12 {
		return string(c)
	}
	return string(c) + strings.Repeat("0", 12-len(c))
}

// Committee is the kind of committee of a village-level code, or "".
func (c DivisionCode) Committee() Committee {
	switch {
	case c.Level() != Village || c[9:] == "000":
		return ""
	case c[9:] < "200":
		return ResidentsCommittee
	default:
		return VillageCommittee
	}
}

// A GridCode names a grid: the twelve digits of its village and three of its
// own.
type GridCode string

// NewGridCode makes the code of the n-th grid (1 to 999) of a village.
func NewGridCode(village DivisionCode, n int) (GridCode, error) {
	if village.Level() != Village || n < 1 || n > 999 {
		return "", fmt.Errorf("grid %d of %q: out of range", n, village)
	}
	return GridCode(fmt.Sprintf("%s%03d", village, n)), nil
}

// ParseGridCode reads a grid code of 15 digits.
func ParseGridCode(s string) (GridCode, error) {
	s = undash(normalise(s))
	if len(s) != 15 || !digits(s) || s[12:] == "000" {
		return "", ErrGrid
	}
	if v, err := ParseDivisionCode(s[:12]); err != nil || v.Level() != Village {
		return "", ErrGrid
	}
	return GridCode(s), nil
}

// Village is the village of the grid.
func (g GridCode) Village() DivisionCode { return DivisionCode(g[:min(12, len(g))]) }

// Number is the number of the grid in its village, or 0.
func (g GridCode) Number() int {
	if len(g) != 15 {
		return 0
	}
	n, err := strconv.Atoi(string(g[12:]))
	if err != nil {
		return 0
	}
	return n
}
