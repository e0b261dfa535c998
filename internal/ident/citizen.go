package ident

import (
	"log/slog"
	"strings"
	"time"
	"unique"

	"anju/internal/fault"
)

// Why a citizen ID number is refused. Compare with errors.Is, or read the
// catalogue key with fault.KeyOf.
var (
	ErrLength  error = fault.New(fault.Invalid, "ident.citizen.length")  // neither 18 nor 15 characters
	ErrCharset error = fault.New(fault.Invalid, "ident.citizen.charset") // something other than digits and a last X
	ErrRounded error = fault.New(fault.Invalid, "ident.citizen.rounded") // 6.10929E+17: a spreadsheet lost the last digits
	ErrDate    error = fault.New(fault.Invalid, "ident.citizen.date")    // not a day of the calendar
	ErrFuture  error = fault.New(fault.Invalid, "ident.citizen.future")  // born after today
	ErrCheck   error = fault.New(fault.Invalid, "ident.citizen.check")   // the check character does not agree
	ErrCentury error = fault.New(fault.Invalid, "ident.citizen.century") // 15 digits, sequence 996–999: born before 1900
)

// A CitizenID is a checked citizen ID number (GB 11643-1999) of 18 characters.
// It is comparable and can be a map key. Printed, logged or marshalled in any
// way it shows its mask; only Plain gives the number away. The zero value is
// no number.
type CitizenID struct {
	// A handle and not a string: fmt cannot call String on unexported fields
	// of other structs, and would print the number; of a handle it prints an
	// address.
	h unique.Handle[string]
}

// ParseCitizenID reads a citizen ID number as people write it. A number of 15
// digits (before 1999) is brought to 18. The first six digits are not looked
// up: divisions that were abolished long ago are still in people's numbers.
// The residence permits of people from Hong Kong, Macau and Taiwan (810000,
// 820000, 830000) have the same form and pass.
func ParseCitizenID(s string, today time.Time) (CitizenID, error) {
	s = normalise(strings.TrimLeft(strings.TrimSpace(s), "'’‘"))
	if err := shape(s); err != nil {
		return CitizenID{}, err
	}
	if len(s) == 15 {
		if s[12:] >= "996" {
			return CitizenID{}, ErrCentury
		}
		s = s[:6] + "19" + s[6:]
		s += string(CheckDigit(s))
	}
	birth, err := time.Parse("20060102", s[6:14])
	if err != nil || birth.Year() < 1800 {
		return CitizenID{}, ErrDate
	}
	if birth.Format("20060102") > today.In(zone).Format("20060102") {
		return CitizenID{}, ErrFuture
	}
	if CheckDigit(s[:17]) != s[17] {
		return CitizenID{}, ErrCheck
	}
	return CitizenID{unique.Make(s)}, nil
}

// shape checks length and characters.
func shape(s string) error {
	switch {
	case masked(s):
		return ErrMasked
	case s == "":
		return ErrLength
	case strings.Contains(s, "E+"):
		return ErrRounded
	case !digits(strings.TrimSuffix(s, "X")):
		return ErrCharset
	case len(s) != 15 && len(s) != 18:
		return ErrLength
	case len(s) == 15 && s[14] == 'X':
		return ErrCharset
	}
	return nil
}

var weights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

// CheckDigit is the check character of the first 17 digits (ISO 7064 MOD 11-2,
// GB 11643 5.2), or 0 if first17 is not 17 digits.
func CheckDigit(first17 string) byte {
	if len(first17) != 17 || !digits(first17) {
		return 0
	}
	sum := 0
	for i, w := range weights {
		sum += int(first17[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// Plain is the number itself, all 18 characters, or "".
func (c CitizenID) Plain() string {
	if c.IsZero() {
		return ""
	}
	return c.h.Value()
}

// IsZero reports whether there is no number.
func (c CitizenID) IsZero() bool { return c == CitizenID{} }

// String is the mask: the first four characters and the last one.
func (c CitizenID) String() string { return MaskCitizenID(c.Plain()) }

// GoString is the mask, too: %#v must not print the number.
func (c CitizenID) GoString() string { return "ident.CitizenID(" + c.String() + ")" }

// MarshalText writes the mask. There is no way back from it, and so there is
// no UnmarshalText.
func (c CitizenID) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// LogValue logs the mask.
func (c CitizenID) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Birth is the date of birth in the number, YYYY-MM-DD. The register may say
// otherwise, by error or by correction: keep both.
func (c CitizenID) Birth() string {
	p := c.Plain()
	if p == "" {
		return ""
	}
	return p[6:10] + "-" + p[10:12] + "-" + p[12:14]
}

// Sex is the code of GB/T 2261.1 in the number: 1 male, 2 female, or "".
func (c CitizenID) Sex() string {
	p := c.Plain()
	switch {
	case p == "":
		return ""
	case p[16]%2 == 1:
		return "1"
	default:
		return "2"
	}
}

// Last4 is what people say at the counter. Never show it beside a birth date.
func (c CitizenID) Last4() string {
	p := c.Plain()
	return p[max(0, len(p)-4):]
}

// Division is the county code in the number: where it was first given out,
// possibly a county that no longer exists.
func (c CitizenID) Division() string {
	p := c.Plain()
	return p[:min(6, len(p))]
}

// Permit reports whether the number is that of a residence permit for people
// from Hong Kong, Macau or Taiwan.
func (c CitizenID) Permit() bool {
	d := c.Division()
	return d == "810000" || d == "820000" || d == "830000"
}
