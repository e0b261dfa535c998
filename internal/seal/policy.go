package seal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Catalogue keys of what is wrong with a new password or PIN.
const (
	PasswordShort   = "account.password.short"   // fewer than ten characters
	PasswordLong    = "account.password.long"    // more than 128 bytes
	PasswordMixed   = "account.password.mixed"   // fewer than three of: lower case, upper case, digits, others
	PasswordAccount = "account.password.account" // contains the account's name
	PasswordCommon  = "account.password.common"  // little more than a word that everyone tries first
	PINDigits       = "account.pin.digits"       // not six digits
	PINEasy         = "account.pin.easy"         // one digit repeated, a run, or a repeated pair or triple
)

const (
	passwordMin    = 10
	passwordMaxLen = 128 // bytes; argon2id has no limit, our patience has
	pinLen         = 6
)

// common are the beginnings and fillings of the passwords tried first.
var common = []string{
	"password", "passw0rd", "p@ssw0rd", "p@ssword", "qwertyuiop", "qwerty", "1qaz2wsx", "asdfgh", "zxcvbn",
	"admin", "administrator", "welcome", "letmein", "iloveyou", "woaini", "changeme", "anju", "baihe", "zizhou",
	"1234567890", "123456789", "12345678", "123456", "12345", "1234", "123123", "111111", "000000", "888888", "666666", "5201314",
	"abc123", "abcd", "abc", "123", "!@#$",
}

// PasswordFaults lists what is wrong with a new password, in catalogue keys;
// none means that it may be used. account is the name signed in with.
func PasswordFaults(password, account string) []string {
	var faults []string
	say := func(wrong bool, key string) {
		if wrong {
			faults = append(faults, key)
		}
	}
	lower := strings.ToLower(password)
	say(utf8.RuneCountInString(password) < passwordMin, PasswordShort)
	say(len(password) > passwordMaxLen, PasswordLong)
	say(classes(password) < 3, PasswordMixed)
	say(len(account) >= 3 && strings.Contains(lower, strings.ToLower(account)), PasswordAccount)
	say(rest(lower) < 4, PasswordCommon)
	return faults
}

// PINFault says what is wrong with a grid worker's PIN, or "".
func PINFault(pin string) string {
	if len(pin) != pinLen || strings.Trim(pin, "0123456789") != "" {
		return PINDigits
	}
	up, down := true, true
	for i := 1; i < len(pin); i++ {
		up = up && pin[i] == pin[i-1]+1
		down = down && pin[i] == pin[i-1]-1
	}
	if up || down || pin[:3] == pin[3:] || (pin[:2] == pin[2:4] && pin[2:4] == pin[4:]) {
		return PINEasy
	}
	return ""
}

// classes counts the kinds of characters in s: lower, upper, digit, anything else.
func classes(s string) int {
	var lower, upper, digit, other int
	for _, r := range s {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

// rest counts the different characters left when the common words are taken out.
func rest(s string) int {
	for _, c := range common {
		s = strings.ReplaceAll(s, c, "")
	}
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}
