package seal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// ErrCheckpoint says that a signed checkpoint is not what its signer wrote.
var ErrCheckpoint = errors.New("checkpoint signature is not valid")

// suiteEd25519 is the note format's name for Ed25519; SM2 would be another.
const suiteEd25519 = 1

// SignCheckpoint signs the state of a log in the note format of the Go
// checksum database. The text ends in a newline; origin names the log and is
// part of the signature.
func (k *Keys) SignCheckpoint(origin, text string) ([]byte, error) {
	msg, err := note.Sign(&note.Note{Text: text}, checkpointSigner{origin, k.signing})
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	return msg, nil
}

// CheckpointKey is the public key of the county's checkpoints, as
// VerifyCheckpoint and any other reader of notes take it.
func (k *Keys) CheckpointKey(origin string) (string, error) {
	return note.NewEd25519VerifierKey(origin, k.signing.Public().(ed25519.PublicKey))
}

// VerifyCheckpoint returns the text that the holder of the public key signed.
func VerifyCheckpoint(msg []byte, publicKey string) (string, error) {
	v, err := note.NewVerifier(publicKey)
	if err != nil {
		return "", fmt.Errorf("checkpoint key: %w", err)
	}
	n, err := note.Open(msg, note.VerifierList(v))
	if err != nil {
		return "", ErrCheckpoint
	}
	return n.Text, nil
}

type checkpointSigner struct {
	name string
	key  ed25519.PrivateKey
}

func (s checkpointSigner) Name() string                    { return s.name }
func (s checkpointSigner) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// KeyHash is the note format's short name of a key.
func (s checkpointSigner) KeyHash() uint32 {
	public := append([]byte{suiteEd25519}, s.key.Public().(ed25519.PublicKey)...)
	sum := sha256.Sum256(append([]byte(s.name+"\n"), public...))
	return binary.BigEndian.Uint32(sum[:])
}
