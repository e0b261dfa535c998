package household

import (
	"slices"

	"anju/internal/code"
)

// Words of GB/T 4761 that the rules speak about.
const (
	son           = "20"
	inLawSon      = "28"
	daughter      = "30"
	inLawDaughter = "38"
	father        = "51"
	mother        = "52"
)

func spouse(r string) bool {
	return r == code.Spouse || r == code.Husband || r == code.Wife
}
func child(r string) bool      { return r >= "20" && r <= "39" }
func ownChild(r string) bool   { return child(r) && r != inLawSon && r != inLawDaughter }
func grandchild(r string) bool { return r >= "40" && r <= "44" }
func parent(r string) bool     { return r >= "50" && r <= "52" || r == "57" || r == "58" }
func inLawParent(r string) bool {
	return r >= "53" && r <= "56"
}
func sibling(r string) bool { return slices.Contains([]string{"71", "73", "75", "77"}, r) }

var (
	maleWords = []string{"11", "20", "21", "22", "23", "24", "25", "26", "27", "28", "41", "43", "46", "47", "51", "53", "55", "57", "61", "63",
		"71", "73", "76", "78", "81", "83", "85", "87", "89", "93", "95"}
	femaleWords = []string{"12", "30", "31", "32", "33", "34", "35", "36", "37", "38", "42", "44", "45", "52", "54", "56", "58", "62", "64",
		"72", "74", "75", "77", "82", "84", "86", "88", "90", "94", "96"}
)

// sexOf is the sex that a word of relation implies, or "".
func sexOf(relation string) string {
	switch {
	case slices.Contains(maleWords, relation):
		return code.Male
	case slices.Contains(femaleWords, relation):
		return code.Female
	}
	return ""
}

// RelationTo is a member's relation to a new head, by the relations both have
// to the old one; "" where the words do not say it and somebody must be asked.
func RelationTo(head, member, old Kin) string {
	n, m := head.Relation, member.Relation
	bySex := func(male, female string) string {
		switch member.Sex {
		case code.Male:
			return male
		case code.Female:
			return female
		}
		return ""
	}
	brother := func() string {
		if member.Birth.Before(head.Birth) {
			return bySex("71", "75")
		}
		return bySex("73", "77")
	}
	switch {
	case spouse(n):
		switch {
		case m == code.Head:
			return bySex(code.Husband, code.Wife)
		case child(m), grandchild(m):
			return m
		case parent(m) && head.Sex == code.Female:
			return bySex("53", "54")
		case parent(m):
			return bySex("55", "56")
		case inLawParent(m):
			return bySex(father, mother)
		}
	case ownChild(n):
		switch {
		case m == code.Head, spouse(m):
			return bySex(father, mother)
		case ownChild(m):
			return brother()
		case parent(m) && old.Sex == code.Male:
			return bySex("61", "62")
		case parent(m):
			return bySex("63", "64")
		}
	case parent(n):
		switch {
		case m == code.Head:
			return bySex(son, daughter)
		case spouse(m):
			return bySex(inLawSon, inLawDaughter)
		case parent(m):
			return bySex(code.Husband, code.Wife)
		case ownChild(m) && old.Sex == code.Male:
			return bySex("41", "42")
		case ownChild(m):
			return bySex("43", "44")
		}
	case sibling(n):
		switch {
		case m == code.Head, sibling(m):
			return brother()
		case parent(m):
			return m
		}
	}
	return ""
}

// Couple reports whether two members are married, by what each is to the head.
func Couple(a, b Kin) bool {
	pair := func(x, y string) bool {
		return x == code.Head && spouse(y) || x == father && y == mother || x == inLawSon && daughterOnly(y) || x == inLawDaughter && sonOnly(y)
	}
	return pair(a.Relation, b.Relation) || pair(b.Relation, a.Relation)
}

func sonOnly(r string) bool      { return ownChild(r) && sexOf(r) == code.Male }
func daughterOnly(r string) bool { return ownChild(r) && sexOf(r) == code.Female }
