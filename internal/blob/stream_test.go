package blob

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestStream(t *testing.T) {
	key := bytes.Repeat([]byte{7}, 32)
	for _, size := range []int{0, 1, frameSize - 1, frameSize, frameSize + 1, 3*frameSize + 5} {
		want := strings.Repeat("x", size)
		var b bytes.Buffer
		b.WriteString("head")
		if err := Encrypt(&b, strings.NewReader(want), key, []byte("head")); err != nil {
			t.Fatal(err)
		}
		open := func(text, key, about []byte) (string, error) {
			r, err := Decrypt(bytes.NewReader(text), 4, int64(len(text))-4, key, about)
			if err != nil {
				return "", err
			}
			got, err := io.ReadAll(r)
			return string(got), err
		}
		if got, err := open(b.Bytes(), key, []byte("head")); err != nil || got != want {
			t.Errorf("size %d: got %d bytes, %v", size, len(got), err)
		}
		altered := bytes.Clone(b.Bytes())
		altered[len(altered)/2+2] ^= 1
		for name, err := range map[string]error{
			"cut":            second(open(b.Bytes()[:b.Len()-1], key, []byte("head"))),
			"cut to frames":  second(open(b.Bytes()[:4+(b.Len()-5)/sealedFrame*sealedFrame], key, []byte("head"))),
			"another key":    second(open(b.Bytes(), bytes.Repeat([]byte{8}, 32), []byte("head"))),
			"another header": second(open(b.Bytes(), key, []byte("heat"))),
			"altered":        second(open(altered, key, []byte("head"))),
		} {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("size %d, %s: %v, want ErrDamaged", size, name, err)
			}
		}
	}
}

func second(_ string, err error) error { return err }
