package ident

import "strings"

// MaskCitizenID keeps the first four characters and the last one of an ID
// number in plain text: 6109*************X. Shorter texts are all asterisks.
func MaskCitizenID(plain string) string {
	r := []rune(plain)
	if len(r) < 15 {
		return strings.Repeat("*", len(r))
	}
	return string(r[:4]) + strings.Repeat("*", len(r)-5) + string(r[len(r)-1])
}

// MaskPhone keeps three and four digits of a mobile (138****1234), and the
// area code and the last two digits of a landline (0915-*****45). Anything
// else is all asterisks.
func MaskPhone(plain string) string {
	p, err := ParsePhone(plain)
	if err != nil {
		return strings.Repeat("*", len([]rune(plain)))
	}
	if area, local, ok := strings.Cut(p, "-"); ok {
		return area + "-" + strings.Repeat("*", len(local)-2) + local[len(local)-2:]
	}
	return p[:3] + "****" + p[7:]
}

// MaskName keeps the first and the last character of a name: 张*明, 欧**娜.
// Of two characters only the first stays: 张*.
func MaskName(name string) string {
	r := []rune(strings.TrimSpace(name))
	switch len(r) {
	case 0:
		return ""
	case 1:
		return "*"
	case 2:
		return string(r[:1]) + "*"
	default:
		return string(r[:1]) + strings.Repeat("*", len(r)-2) + string(r[len(r)-1])
	}
}
