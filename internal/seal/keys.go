// Package seal keeps the county's keys and what is done with them: fields
// encrypted at rest, the blind index that finds them again, signed
// checkpoints, passwords, one-time codes, and the Secret type that cannot be
// printed.
//
// One key file holds one master key; every use has its own key derived from
// it, so that none can stand in for another. The file lives outside the data
// folder and is in no backup: who has the data without it has neither ID
// numbers nor phones (reference: threat T7).
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	masterSize  = 32
	fileVersion = 1
	filePurpose = "anju county key: keep it apart from the data and from its backups; without it sealed fields are lost"
)

// ErrKeyFile is wrapped by every complaint about a key file.
var ErrKeyFile = errors.New("key file")

// Keys are the keys of one county, ready for use from many goroutines.
type Keys struct {
	id      string
	master  []byte
	field   cipher.AEAD
	nonce   *macPool
	index   *macPool
	signing ed25519.PrivateKey
	known   bool // made from a seed: everyone has them
}

// keyFile is the file's content.
type keyFile struct {
	Purpose string `json:"purpose"`
	Version int    `json:"version"`
	ID      string `json:"id"`
	Master  []byte `json:"master"`
	Known   bool   `json:"known,omitempty"` // of a demonstration county
}

// Create makes a new random key and writes it to path, readable by its owner
// only. An existing file is never overwritten.
func Create(path string) (*Keys, error) {
	master := make([]byte, masterSize)
	if _, err := rand.Read(master); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	k, err := fromMaster(master)
	if err != nil {
		return nil, err
	}
	return k, k.save(path)
}

// CreateFromSeed writes the key of FromSeed(seed) to path, for the demonstration
// county, whose key is known to everyone.
func CreateFromSeed(path string, seed uint64) (*Keys, error) {
	k := FromSeed(seed)
	return k, k.save(path)
}

// Load reads a key file, and refuses one that others can read or that was altered.
func Load(path string) (*Keys, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	if m := info.Mode(); !m.IsRegular() || m.Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w %s has mode %04o: it must be a file that only its owner can read (chmod 600)", ErrKeyFile, path, m.Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	var f keyFile
	if json.Unmarshal(text, &f) != nil || len(f.Master) != masterSize { // the error would quote the file
		return nil, fmt.Errorf("%w %s: not a key of Anju", ErrKeyFile, path)
	}
	if f.Version != fileVersion {
		return nil, fmt.Errorf("%w %s: version %d is not known, this program knows %d", ErrKeyFile, path, f.Version, fileVersion)
	}
	k, err := fromMaster(f.Master)
	if err != nil {
		return nil, err
	}
	if k.id != f.ID {
		return nil, fmt.Errorf("%w %s: damaged, its content does not belong to id %q", ErrKeyFile, path, f.ID)
	}
	k.known = f.Known
	return k, nil
}

// FromSeed gives the keys that belong to a seed. They protect nothing: they
// are for tests and the demonstration county.
func FromSeed(seed uint64) *Keys {
	master := sha256.Sum256(fmt.Appendf(nil, "anju demonstration key %d", seed))
	k, err := fromMaster(master[:])
	if err != nil {
		panic("seal: keys from a seed: " + err.Error()) // only a broken crypto library gets here
	}
	k.known = true
	return k
}

// ID names the key without telling it. A county stores it, so that a wrong
// key file is noticed before anything is written with it.
func (k *Keys) ID() string { return k.id }

// Known says that everyone has this key: it was made from a seed, for a
// demonstration county. A real county must not be made with it.
func (k *Keys) Known() bool { return k.known }

// Derive gives a 32-byte key for one more purpose. The purposes in use are
// constants beside their callers; each must be used for one thing only.
func (k *Keys) Derive(purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, k.master, nil, "anju/1/"+purpose, 32)
}

func fromMaster(master []byte) (*Keys, error) {
	k := &Keys{master: master}
	sub := map[string][]byte{}
	for _, purpose := range []string{"id", "field", "field nonce", "blind index", "checkpoint"} {
		key, err := k.Derive(purpose)
		if err != nil {
			return nil, fmt.Errorf("derive the %s key: %w", purpose, err)
		}
		sub[purpose] = key
	}
	block, err := aes.NewCipher(sub["field"])
	if err != nil {
		return nil, fmt.Errorf("field cipher: %w", err)
	}
	if k.field, err = cipher.NewGCM(block); err != nil {
		return nil, fmt.Errorf("field cipher: %w", err)
	}
	k.id = hex.EncodeToString(sub["id"][:8])
	k.nonce = newMacPool(sub["field nonce"])
	k.index = newMacPool(sub["blind index"])
	k.signing = ed25519.NewKeyFromSeed(sub["checkpoint"])
	return k, nil
}

func (k *Keys) save(path string) error {
	text, err := json.MarshalIndent(keyFile{filePurpose, fileVersion, k.id, k.master, k.known}, "", "  ")
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w %s is there already and will not be overwritten", ErrKeyFile, path)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("%w: %w", ErrKeyFile, errors.Join(err, os.Remove(path)))
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a new name in dir survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	return errors.Join(d.Sync(), d.Close())
}
