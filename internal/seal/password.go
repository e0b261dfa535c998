package seal

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/crypto/argon2"
)

// Cost is what one guess at a password costs: memory in KiB and passes over it.
type Cost struct{ MemoryKiB, Passes uint32 }

var (
	// SignInCost takes about 40 ms on the office's server.
	SignInCost = Cost{MemoryKiB: 19 * 1024, Passes: 2}
	// DemoCost is for the demonstration county and tests, whose passwords are printed.
	DemoCost = Cost{MemoryKiB: 64, Passes: 1}
)

const (
	argonLanes   = 1
	argonKey     = 32
	argonSalt    = 16
	maxMemoryKiB = 256 * 1024 // a row that asks for more is refused, not obeyed
	maxPasses    = 16
)

var (
	// ErrPasswordHash says that a stored hash is not one of ours.
	ErrPasswordHash = errors.New("stored password hash is not readable")

	// argonSlots lets no more hashes run at once than there are processors:
	// a thousand sign-ins at eight o'clock queue, they do not take 19 GB.
	argonSlots = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))

	phcText = base64.RawStdEncoding
)

// HashPassword makes the argon2id hash to store, with its parameters in it.
// It waits for its turn, and gives up with ctx.
func HashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	release, err := argonTurn(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return SignInCost.Hash(password, salt), nil
}

// CheckPassword says whether password belongs to the stored hash. An empty
// hash (no such account) is never right and takes as long as a real one. The
// error is for a hash that cannot be read and for a ctx that ended.
func CheckPassword(ctx context.Context, stored, password string) (bool, error) {
	known := stored != ""
	cost, salt, want, err := SignInCost, make([]byte, argonSalt), make([]byte, argonKey), error(nil)
	if known {
		cost, salt, want, err = parsePHC(stored)
	}
	if err != nil {
		return false, err
	}
	release, err := argonTurn(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	got := argon2.IDKey([]byte(password), salt, cost.Passes, cost.MemoryKiB, argonLanes, argonKey)
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// Hash is HashPassword with a salt given and without waiting: for the
// demonstration county, where the seed decides every byte.
func (c Cost) Hash(password string, salt []byte) string {
	key := argon2.IDKey([]byte(password), salt, c.Passes, c.MemoryKiB, argonLanes, argonKey)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, c.MemoryKiB, c.Passes, argonLanes, phcText.EncodeToString(salt), phcText.EncodeToString(key))
}

func argonTurn(ctx context.Context) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case argonSlots <- struct{}{}:
		return func() { <-argonSlots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
