package seal_test

import (
	"bytes"
	"errors"
	"testing"

	"anju/internal/seal"
)

func TestCheckpoint(t *testing.T) {
	const origin, text = "anju.test/changes", "anju.test/changes\n671000\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=\n"
	k := seal.FromSeed(1)
	msg, err := k.SignCheckpoint(origin, text)
	if err != nil {
		t.Fatal(err)
	}
	key := func(k *seal.Keys, origin string) string {
		s, err := k.CheckpointKey(origin)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, c := range map[string]struct {
		msg []byte
		key string
	}{
		"another county's key": {msg, key(seal.FromSeed(2), origin)},
		"another log":          {msg, key(k, "anju.test/looks")},
		"a larger tree":        {bytes.Replace(msg, []byte("671000"), []byte("671001"), 1), key(k, origin)},
		"no signature":         {[]byte(text), key(k, origin)},
		"nothing":              {nil, key(k, origin)},
	} {
		if got, err := seal.VerifyCheckpoint(c.msg, c.key); !errors.Is(err, seal.ErrCheckpoint) || got != "" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if _, err := seal.VerifyCheckpoint(msg, "nonsense"); err == nil || errors.Is(err, seal.ErrCheckpoint) {
		t.Errorf("a broken key: %v", err)
	}
	if got, err := seal.VerifyCheckpoint(msg, key(k, origin)); got != text || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := k.SignCheckpoint(origin, "no newline"); err == nil {
		t.Error("signed a text without its newline")
	}
}
