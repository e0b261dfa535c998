package blob

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
)

// A file is a header and frames. The header is the format's name, a suite
// byte, the salt of the file's own key, and the file's ID sealed with that key:
// a file renamed to another ID does not open. Each frame is up to 64 KB of
// content sealed with its number; the last one (there is always one, perhaps
// empty) is marked as the last, so a file cut at a frame's border is noticed.
const (
	magic       = "ANJUBLOB"
	suiteAESGCM = 1
	saltSize    = 16
	tagSize     = 16
	nonceSize   = 12
	frameSize   = 64 << 10
	sealedFrame = frameSize + tagSize
	headerSize  = len(magic) + 1 + saltSize + idLen + tagSize
)

// What a nonce is used for; it is the nonce's last byte.
const (
	frameMore   = 0
	frameLast   = 1
	frameHeader = 2
)

// fileCipher encrypts one file with its own key, so frame numbers can be nonces.
type fileCipher struct{ aead cipher.AEAD }

func (s *Store) cipherOf(salt []byte) (fileCipher, error) {
	key, err := hkdf.Key(sha256.New, s.content, salt, "anju/1/blob file", 32)
	if err != nil {
		return fileCipher{}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return fileCipher{}, err
	}
	aead, err := cipher.NewGCM(block)
	return fileCipher{aead}, err
}

func nonce(number int64, use byte) []byte {
	n := make([]byte, nonceSize)
	binary.BigEndian.PutUint64(n, uint64(number))
	n[nonceSize-1] = use
	return n
}

func (c fileCipher) header(salt []byte, id ID) []byte {
	h := append(append([]byte(magic), suiteAESGCM), salt...)
	return c.aead.Seal(h, nonce(0, frameHeader), []byte(id), h)
}

// encrypt seals all of r to w and returns how many bytes it read.
func (c fileCipher) encrypt(w io.Writer, r io.Reader) (size int64, err error) {
	// One byte is read ahead, to know which frame is the last.
	plain, out := make([]byte, frameSize+1), make([]byte, 0, sealedFrame)
	have := 0
	for number := int64(0); ; number++ {
		n, err := io.ReadFull(r, plain[have:])
		have += n
		size += int64(n)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return size, err
		}
		use, length := byte(frameMore), frameSize
		if last {
			use, length = frameLast, have
		}
		if _, err := w.Write(c.aead.Seal(out, nonce(number, use), plain[:length], nil)); err != nil || last {
			return size, err
		}
		have = copy(plain, plain[frameSize:])
	}
}
