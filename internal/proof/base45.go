package proof

import "errors"

// base45 is the alphabet of RFC 9285: what a QR code holds in eleven bits for
// two characters.
const base45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

var errBase45 = errors.New("not base45")

// digits45 leads from a character back to its value, or to 255.
var digits45 = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i := range len(base45) {
		t[base45[i]] = byte(i)
	}
	return t
}()

// Base45 writes bytes by RFC 9285: two bytes as three characters, a last one
// as two.
func Base45(b []byte) string {
	out := make([]byte, 0, (len(b)+1)/2*3)
	for ; len(b) > 1; b = b[2:] {
		n := int(b[0])<<8 | int(b[1])
		out = append(out, base45[n%45], base45[n/45%45], base45[n/2025])
	}
	if len(b) == 1 {
		out = append(out, base45[b[0]%45], base45[b[0]/45])
	}
	return string(out)
}

// ParseBase45 reads what Base45 writes and nothing else.
func ParseBase45(s string) ([]byte, error) {
	if len(s)%3 == 1 {
		return nil, errBase45
	}
	out := make([]byte, 0, len(s)/3*2+1)
	for len(s) > 0 {
		part := min(3, len(s))
		n, place := 0, 1
		for i := range part {
			d := digits45[s[i]]
			if d == 255 {
				return nil, errBase45
			}
			n += int(d) * place
			place *= 45
		}
		switch {
		case part == 3 && n < 1<<16:
			out = append(out, byte(n>>8), byte(n))
		case part == 2 && n < 1<<8:
			out = append(out, byte(n))
		default:
			return nil, errBase45
		}
		s = s[part:]
	}
	return out, nil
}
