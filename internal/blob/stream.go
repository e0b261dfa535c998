package blob

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"io"
)

// Encrypt writes all that r gives to w, in the frames of a blob: a file of
// another kind (a backup) is kept as safely. Each file has a key of its own,
// made of key and of about, which names the file and must never name two: its
// header with random bytes in it. Who changes the header cannot open the frames.
func Encrypt(w io.Writer, r io.Reader, key, about []byte) error {
	c, err := streamCipher(key, about)
	if err == nil {
		_, err = c.encrypt(w, r)
	}
	return err
}

// Decrypt gives what Encrypt wrote into the sealed bytes of f from start. A
// wrong key, another header, and a file that is cut are ErrDamaged at once;
// every frame is checked before a byte of it is given out.
func Decrypt(f io.ReaderAt, start, sealed int64, key, about []byte) (*io.SectionReader, error) {
	c, err := streamCipher(key, about)
	if err != nil {
		return nil, err
	}
	return c.decrypt(f, start, sealed)
}

func streamCipher(key, about []byte) (fileCipher, error) {
	own, err := hkdf.Key(sha256.New, key, about, "anju/1/stream", 32)
	if err != nil {
		return fileCipher{}, err
	}
	block, err := aes.NewCipher(own)
	if err != nil {
		return fileCipher{}, err
	}
	aead, err := cipher.NewGCM(block)
	return fileCipher{aead}, err
}
