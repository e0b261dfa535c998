package ident

import "strings"

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// Mod3736 is the check character of s by ISO 7064 MOD 37,36, or 0 if s is
// empty or has characters other than 0–9 and A–Z.
func Mod3736(s string) byte {
	if s == "" {
		return 0
	}
	p := 36
	for i := range len(s) {
		v := strings.IndexByte(alphanumeric, s[i])
		if v < 0 {
			return 0
		}
		if p = (p + v) % 36; p == 0 {
			p = 36
		}
		p = p * 2 % 37
	}
	return alphanumeric[(37-p)%36]
}

// CheckMod3736 reports whether the last character of s checks the others.
func CheckMod3736(s string) bool {
	return len(s) > 1 && Mod3736(s[:len(s)-1]) == s[len(s)-1]
}
