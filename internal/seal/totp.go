package seal

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
)

const (
	totpPeriod = 30 // seconds
	totpBytes  = 20
	totpDigits = 6
)

var totpText = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewTOTP makes the secret of a second factor, as an authenticator app takes it.
func NewTOTP() (Secret, error) {
	raw := make([]byte, totpBytes)
	if _, err := rand.Read(raw); err != nil {
		return Secret{}, fmt.Errorf("second factor: %w", err)
	}
	return TOTPSecret(raw), nil
}

// TOTPSecret writes 20 raw bytes as such a secret: for the demonstration county.
func TOTPSecret(raw []byte) Secret { return Hide(totpText.EncodeToString(raw)) }

// TOTPURL is what an authenticator app reads from a QR code. It contains the secret.
func TOTPURL(issuer, account string, secret Secret) Secret {
	label := url.PathEscape(issuer) + ":" + url.PathEscape(account)
	q := url.Values{"secret": {secret.Reveal()}, "issuer": {issuer}}
	return Hide("otpauth://totp/" + label + "?" + strings.ReplaceAll(q.Encode(), "+", "%20"))
}

// TOTPCode is the code shown by an authenticator app at a moment.
func TOTPCode(secret Secret, at time.Time) (string, error) {
	return totpAt(secret, totpStep(at))
}

// CheckTOTP says whether code is right at a moment, give or take one step of
// 30 seconds, and is newer than the last step used. The step returned is to be
// stored in the same transaction as the sign-in: then a code works once.
func CheckTOTP(secret Secret, code string, at time.Time, last int64) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	if secret.IsZero() || len(code) != totpDigits {
		return 0, false
	}
	now := totpStep(at)
	for step := now - 1; step <= now+1; step++ {
		want, err := totpAt(secret, step)
		if err != nil {
			return 0, false
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && step > last {
			return step, true
		}
	}
	return 0, false
}

// NewCode makes a random code of so many digits, to be read out and typed on a
// phone. It is short: whoever takes it must count the tries and let it lapse.
func NewCode(digits int) (Secret, error) {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	n, err := rand.Int(rand.Reader, limit)
	if err != nil {
		return Secret{}, fmt.Errorf("code: %w", err)
	}
	return Hide(fmt.Sprintf("%0*d", digits, n)), nil
}

func totpStep(at time.Time) int64 { return at.Unix() / totpPeriod }

func totpAt(secret Secret, step int64) (string, error) {
	if step < 0 {
		return "", fmt.Errorf("second factor: the clock is before 1970")
	}
	code, err := hotp.GenerateCode(secret.Reveal(), uint64(step))
	if err != nil {
		return "", fmt.Errorf("second factor: secret is not readable") // the cause would quote it
	}
	return code, nil
}
