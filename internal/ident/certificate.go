package ident

import (
	"strings"

	"anju/internal/fault"
)

// ErrCertificate refuses an electronic certificate number.
var ErrCertificate error = fault.New(fault.Invalid, "ident.certificate")

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

// A CertificateID is the number of an electronic certificate (GB/T 36904): the
// object identifier, the kind of certificate, who issued it, a serial and a
// version, and a check character over the last four.
type CertificateID struct {
	Kind, Issuer, Serial, Version string
}

const certificateRoot = "1.2.156.3005.2."

// ParseCertificateID reads a certificate number. The issuer need not be a
// unified social credit code: numbers in use have division codes there.
func ParseCertificateID(s string) (CertificateID, error) {
	rest, ok := strings.CutPrefix(normalise(s), certificateRoot)
	parts := strings.Split(rest, ".")
	if !ok || len(parts) != 5 || len(parts[4]) != 1 {
		return CertificateID{}, ErrCertificate
	}
	c := CertificateID{parts[0], parts[1], parts[2], parts[3]}
	if Mod3736(c.Kind+c.Issuer+c.Serial+c.Version) != parts[4][0] {
		return CertificateID{}, ErrCertificate
	}
	return c, nil
}

// String is the whole number with its check character.
func (c CertificateID) String() string {
	check := Mod3736(c.Kind + c.Issuer + c.Serial + c.Version)
	return certificateRoot + strings.Join([]string{c.Kind, c.Issuer, c.Serial, c.Version, string(check)}, ".")
}
