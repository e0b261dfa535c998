package seal

import (
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// parsePHC reads "$argon2id$v=19$m=19456,t=2,p=1$salt$key".
func parsePHC(s string) (c Cost, salt, key []byte, err error) {
	bad := func() (Cost, []byte, []byte, error) { return Cost{}, nil, nil, ErrPasswordHash }
	part := strings.Split(s, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return bad()
	}
	var lanes int
	if n, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.MemoryKiB, &c.Passes, &lanes); err != nil || n != 3 {
		return bad()
	}
	if lanes != argonLanes || c.Passes < 1 || c.Passes > maxPasses || c.MemoryKiB < 8 || c.MemoryKiB > maxMemoryKiB {
		return bad()
	}
	if salt, err = phcText.DecodeString(part[4]); err != nil || len(salt) < argonSalt {
		return bad()
	}
	if key, err = phcText.DecodeString(part[5]); err != nil || len(key) != argonKey {
		return bad()
	}
	return c, salt, key, nil
}
