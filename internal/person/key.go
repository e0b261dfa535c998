package person

import (
	"strings"
	"unicode/utf8"

	"anju/internal/ident"
	"anju/internal/policy"
	"anju/internal/seal"
)

// Marks before the keyed tokens of the search index, and before initials.
const (
	tailMark    = "#" // last four of the ID number
	phoneMark   = "@" // last four of the phone
	initialMark = "~" // initials of the pinyin; it sorts behind every letter
)

// Keys lists the keys under which a person is found: name, given name, full
// pinyin, initials, and keyed tokens of the tails of number and phone. The
// tails themselves never stand in an index.
func Keys(k *seal.Keys, name string, number ident.CitizenID, phone string) []string {
	keys := []string{strings.ToLower(squeeze(name))}
	if given := Given(name); given != "" {
		keys = append(keys, given)
	}
	full, initials := Pinyin(name)
	if full != "" {
		keys = append(keys, full, initialMark+initials)
	}
	if !number.IsZero() {
		keys = append(keys, tailMark+k.Token(seal.KindIDTail, number.Last4()))
	}
	if len(phone) >= 4 {
		keys = append(keys, phoneMark+k.Token(seal.KindPhoneTail, phone[len(phone)-4:]))
	}
	return keys
}

// Given is the given name that a person is looked for by, or "" where it is a
// single character: 建军 of 王建军, 小霞 of 欧阳小霞.
func Given(name string) string {
	r := []rune(squeeze(name))
	n := 1
	if len(r) > 2 {
		if _, double := doubleSurnames[string(r[:2])]; double {
			n = 2
		}
	}
	if len(r) < n+2 {
		return ""
	}
	return strings.ToLower(string(r[n:]))
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// A Term is what a search box asks the index for: keys in ranges, or one exact
// number.
type Term struct {
	Ranges []Range         // ascending
	Number ident.CitizenID // a whole ID number, found by its own token
	Name   bool            // the ranges are of names: NameKeys answer them
	Broad  bool            // many people of a county are found
}

// A Range is the keys from Lo, below Hi; Hi "" means exactly Lo.
type Range struct{ Lo, Hi string }

func (r Range) has(key string) bool {
	return key == r.Lo || r.Hi != "" && key >= r.Lo && key < r.Hi
}

func beginning(s string) Range { return Range{s, policy.PrefixEnd(s)} }

// ParseTerm reads what was typed: four digits are the tail of an ID number or
// a phone, eighteen are the number itself, letters are pinyin or initials,
// anything else the beginning of a name or given name. ok is false when there
// is nothing to search for.
func ParseTerm(k *seal.Keys, typed string, parse func(string) (ident.CitizenID, error)) (t Term, ok bool) {
	s := strings.ToLower(squeeze(typed))
	switch {
	case s == "", strings.Contains(tailMark+phoneMark+initialMark, s[:1]): // nobody types a token
		return t, false
	case len(s) == 4 && tail(s):
		t.Ranges = []Range{{Lo: tailMark + k.Token(seal.KindIDTail, strings.ToUpper(s))}, {Lo: phoneMark + k.Token(seal.KindPhoneTail, s)}}
	case len(s) == 18 && tail(s):
		n, err := parse(s)
		t.Number = n
		return t, err == nil
	case s[0] >= 'a' && s[0] <= 'z':
		t.Name, t.Broad, t.Ranges = true, len(s) < 7, []Range{beginning(s)}
		if len(s) > 1 { // with one letter, the pinyin finds them all
			t.Ranges = append(t.Ranges, beginning(initialMark+s))
		}
	default:
		t.Name, t.Broad, t.Ranges = true, utf8.RuneCountInString(s) < 2, []Range{beginning(s)}
	}
	return t, true
}

// tail reports whether s is digits, the last one perhaps an x.
func tail(s string) bool {
	for i, c := range s {
		if (c < '0' || c > '9') && (c != 'x' || i != len(s)-1) {
			return false
		}
	}
	return true
}

// Finds reports whether a person who stands under keys is found by the term,
// and under which of them first: what the index answers, for people who are
// read anyway.
func (t Term) Finds(keys []string) (first string, ok bool) {
	for _, r := range t.Ranges {
		for _, k := range keys {
			if r.has(k) && (!ok || k < first) {
				first, ok = k, true
			}
		}
	}
	return first, ok
}

// NameKeys lists the keys of a name alone.
func NameKeys(name string) []string { return Keys(nil, name, ident.CitizenID{}, "") }
