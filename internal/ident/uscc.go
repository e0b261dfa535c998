package ident

import (
	"strings"

	"anju/internal/fault"
)

// Why a unified social credit code is refused.
var (
	ErrUSCCLength  error = fault.New(fault.Invalid, "ident.uscc.length")
	ErrUSCCCharset error = fault.New(fault.Invalid, "ident.uscc.charset") // I, O, S, V and Z are not used
	ErrUSCCCheck   error = fault.New(fault.Invalid, "ident.uscc.check")
)

// A USCC is a checked unified social credit code (GB 32100-2015) of 18
// characters: registry, category, six digits of division, nine characters of
// organisation code, check. It is public.
type USCC string

const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var usccWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// ParseUSCC reads a unified social credit code.
func ParseUSCC(s string) (USCC, error) {
	s = undash(normalise(s))
	if len(s) != 18 {
		return "", ErrUSCCLength
	}
	for i := range len(s) {
		digit := s[i] >= '0' && s[i] <= '9'
		if strings.IndexByte(usccAlphabet, s[i]) < 0 || i >= 2 && i < 8 && !digit {
			return "", ErrUSCCCharset
		}
	}
	if USCCCheck(s[:17]) != s[17] {
		return "", ErrUSCCCheck
	}
	return USCC(s), nil
}

// USCCCheck is the check character of the first 17 (GB 32100 5.6), or 0 if
// they are not 17 characters of its alphabet.
func USCCCheck(first17 string) byte {
	if len(first17) != 17 {
		return 0
	}
	sum := 0
	for i, w := range usccWeights {
		v := strings.IndexByte(usccAlphabet, first17[i])
		if v < 0 {
			return 0
		}
		sum += v * w
	}
	return usccAlphabet[(31-sum%31)%31]
}
