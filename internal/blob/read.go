package blob

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
)

// Blob is an open blob. It reads from the start, or anywhere by ReadAt (a
// workbook is a zip file, which is read from its end); ReadAt may be called by
// several goroutines. Close it.
type Blob struct {
	*io.SectionReader
	file *os.File
}

// Close closes the blob.
func (b *Blob) Close() error { return b.file.Close() }

// open checks the header, and the last frame: a cut file is refused here,
// before anything of it is used.
func (s *Store) open(f *os.File, id ID) (*Blob, error) {
	head := make([]byte, headerSize)
	if _, err := io.ReadFull(f, head); err != nil {
		return nil, ErrDamaged
	}
	salt := head[len(magic)+1:][:saltSize]
	c, err := s.cipherOf(salt)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(head, c.header(salt, id)) {
		return nil, ErrDamaged
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	content, err := c.decrypt(f, int64(headerSize), info.Size()-int64(headerSize))
	if err != nil {
		return nil, err
	}
	return &Blob{content, f}, nil
}

// decrypt gives the content of the frames that fill sealed bytes of f from
// start. The last frame is checked at once: what is cut is refused here.
func (c fileCipher) decrypt(f io.ReaderAt, start, sealed int64) (*io.SectionReader, error) {
	count := (sealed + sealedFrame - 1) / sealedFrame
	if sealed-max(0, count-1)*sealedFrame < tagSize {
		return nil, ErrDamaged
	}
	r := &frames{f: f, start: start, cipher: c, size: sealed - count*tagSize, count: count, number: -1}
	if err := r.load(count - 1); err != nil {
		return nil, err
	}
	return io.NewSectionReader(r, 0, r.size), nil
}

// frames is the content of a file, one decrypted frame kept at a time.
type frames struct {
	f      io.ReaderAt
	start  int64 // of the first frame in f
	cipher fileCipher
	size   int64 // of the content
	count  int64

	mu     sync.Mutex
	number int64 // of the frame in plain, -1 for none
	plain  []byte
	sealed []byte
}

// ReadAt reads content at an offset.
func (r *frames) ReadAt(p []byte, at int64) (n int, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for n < len(p) {
		if at >= r.size {
			return n, io.EOF
		}
		if err := r.load(at / frameSize); err != nil {
			return n, err
		}
		k := copy(p[n:], r.plain[at%frameSize:])
		n, at = n+k, at+int64(k)
	}
	return n, nil
}

// load decrypts a frame into plain.
func (r *frames) load(number int64) error {
	if number == r.number {
		return nil
	}
	use, length := byte(frameMore), int64(sealedFrame)
	if number == r.count-1 {
		use, length = frameLast, r.size-number*frameSize+tagSize
	}
	if r.sealed == nil {
		r.sealed, r.plain = make([]byte, sealedFrame), make([]byte, 0, frameSize)
	}
	r.number = -1
	if _, err := r.f.ReadAt(r.sealed[:length], r.start+number*sealedFrame); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	plain, err := r.cipher.aead.Open(r.plain[:0], nonce(number, use), r.sealed[:length], nil)
	if err != nil {
		return ErrDamaged
	}
	r.plain, r.number = plain, number
	return nil
}
