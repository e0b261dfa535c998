package person

import (
	"strings"
	"unicode/utf8"

	"anju/internal/calendar"
	"anju/internal/db"
	"anju/internal/seal"
)

// A Sign is something that two records have in common.
type Sign string

// Signs that two records are of one person.
const (
	SameName    Sign = "name"
	SamePinyin  Sign = "pinyin"  // 张婷 and 张停
	SameBirth   Sign = "birth"   //
	NearBirth   Sign = "near"    // a day off, day and month exchanged, one digit of the year
	SameTail    Sign = "tail"    // the keyed token of the number's last four
	SameAddress Sign = "address" // registered at one address
)

// Facts are what records are compared by.
type Facts struct {
	Name, Sex string
	Birth     calendar.Date
	Tail      string // keyed token of the number's last four; "" without a number
	Address   string // id of the address of registration
}

// Alike lists what two records have in common; nothing unless it is enough for
// a person to look at the pair. Namesakes whose numbers end alike are many in a
// county: it takes a birthday or an address besides. Two of one sex are asked
// for unless the tail of the number agrees: a sex is mistyped as easily as a
// name.
func Alike(a, b Facts) []Sign {
	var signs []Sign
	add := func(s Sign, ok bool) bool {
		if ok {
			signs = append(signs, s)
		}
		return ok
	}
	name := add(SameName, a.Name == b.Name)
	sound := name || add(SamePinyin, alikeInSound(a.Name, b.Name))
	day := add(SameBirth, a.Birth == b.Birth)
	near := day || add(NearBirth, nearly(a.Birth, b.Birth))
	tail := add(SameTail, a.Tail != "" && a.Tail == b.Tail)
	home := add(SameAddress, a.Address != "" && a.Address == b.Address)
	otherNumber := a.Tail != "" && b.Tail != "" && !tail
	enough := tail && (day || near && sound || sound && home) ||
		a.Sex == b.Sex && name && day && (home || !otherNumber) ||
		a.Sex == b.Sex && name && near && home ||
		a.Sex == b.Sex && sound && day && home ||
		a.Sex == b.Sex && name && near && !otherNumber && !day
	if !enough {
		return nil
	}
	return signs
}

// Near reports whether two records can be alike at all: Alike would look at
// nothing else.
func Near(a, b Facts) bool {
	return a.Birth == b.Birth || a.Tail != "" && a.Tail == b.Tail || nearly(a.Birth, b.Birth)
}

func alikeInSound(a, b string) bool {
	if utf8.RuneCountInString(a) != utf8.RuneCountInString(b) {
		return false
	}
	x, _ := Pinyin(a)
	y, _ := Pinyin(b)
	return x != "" && x == y
}

// nearly reports whether one birth date is the other with one slip of the
// hand: a day off, day and month exchanged, or one digit of ten.
func nearly(a, b calendar.Date) bool {
	if !a.Valid() || !b.Valid() || a == b {
		return false
	}
	if d := calendar.DaysBetween(a, b); d == 1 || d == -1 {
		return true
	}
	if a[:4] == b[:4] && a[5:7] == b[8:10] && a[8:10] == b[5:7] {
		return true
	}
	differ := 0
	for i := range len(a) {
		if a[i] != b[i] {
			differ++
		}
	}
	return differ == 1
}

// joinSigns and splitSigns are how a pair keeps its signs.
func joinSigns(signs []Sign) string {
	var b strings.Builder
	for i, s := range signs {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(s))
	}
	return b.String()
}

func splitSigns(s string) (signs []Sign) {
	for _, one := range strings.Fields(s) {
		signs = append(signs, Sign(one))
	}
	return signs
}

// LookAlikes lists the records that a draft to be registered at an address may
// be of, with what they have in common.
func LookAlikes(tx *db.Tx, k *seal.Keys, d Draft, address string) (found []Neighbour, signs [][]Sign, err error) {
	mine := Facts{Name: squeeze(d.Name), Sex: d.Sex, Birth: d.Birth, Address: address}
	keys := []string{}
	if full, _ := Pinyin(d.Name); full != "" {
		keys = append(keys, full)
	} else {
		keys = append(keys, strings.ToLower(mine.Name))
	}
	if !d.Number.IsZero() {
		mine.Tail = tailMark + k.Token(seal.KindIDTail, d.Number.Last4())
		keys = append(keys, mine.Tail)
	}
	near, err := Neighbours(tx, keys)
	if err != nil {
		return nil, nil, err
	}
	for _, n := range near {
		theirs, err := n.Facts(k)
		if err != nil {
			return nil, nil, err
		}
		if s := Alike(mine, theirs); s != nil {
			found, signs = append(found, n), append(signs, s)
		}
	}
	return found, signs, nil
}
