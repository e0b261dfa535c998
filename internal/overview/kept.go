package overview

import (
	"sync"
	"time"
)

// A kept value is worked out at most once in its life. While one caller works
// out the next, the others get the last.
type kept[T any] struct {
	mu      sync.Mutex
	value   T
	at      time.Time // by the machine's own clock, which nobody moves
	have    bool
	working bool
}

func (k *kept[T]) get(life time.Duration, make func() (T, error)) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.have && (k.working || time.Since(k.at) < life) {
		return k.value, nil
	}
	if k.have {
		k.working = true
		k.mu.Unlock()
		v, err := make()
		k.mu.Lock()
		k.working = false
		if err == nil {
			k.value, k.at = v, time.Now()
		}
		return v, err
	}
	v, err := make()
	if err == nil {
		k.value, k.at, k.have = v, time.Now(), true
	}
	return v, err
}
