package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io/fs"
	"sync"
)

// Box seals and opens with the keys of a file. It may be used by many goroutines.
type Box struct {
	path string

	mu    sync.Mutex
	seals sealer            // of the newest key
	opens map[string]sealer // by id of the key
}

type sealer struct {
	id   string
	aead cipher.AEAD
}

// version is the first byte of what is sealed: version, id of the key (4 bytes), nonce (12 bytes), ciphertext with its tag.
const version = 1

// ErrKey says that something was sealed with a key that the file does not hold.
var ErrKey = errors.New("it was sealed with a key that is not in the file of keys; put that file back from its copy, or set the secret anew")

// ErrBroken says that something is not what was sealed, or was sealed for something else.
var ErrBroken = errors.New("it was altered, or belongs to something else; set it anew")

// Open returns the box over a file of keys, which it makes when it is missing.
func Open(path string) (*Box, error) {
	keys, err := readKeys(path)
	if errors.Is(err, fs.ErrNotExist) {
		keys, err = makeKeys(path)
	}
	if err != nil {
		return nil, err
	}
	return newBox(path, keys), nil
}

// openExisting is Open that makes nothing.
func openExisting(path string) (*Box, error) {
	keys, err := readKeys(path)
	if err != nil {
		return nil, err
	}
	return newBox(path, keys), nil
}

func newBox(path string, keys []key) *Box {
	b := &Box{path: path}
	b.take(keys)
	return b
}

// take makes keys those of the box; the caller holds mu, or is alone.
func (b *Box) take(keys []key) {
	b.opens = map[string]sealer{}
	for i := range keys {
		block, err := aes.NewCipher(keys[i].secret[:])
		if err != nil {
			panic(err) // the length of a key is checked when it is read
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			panic(err) // AES has the block size that GCM needs
		}
		s := sealer{id: string(keys[i].id[:]), aead: aead}
		b.opens[s.id] = s
		if i == 0 {
			b.seals = s
		}
	}
}

// Seal seals plain, at most MaxSize bytes, under the newest key. about says what it is and whose, such as "totp:" and the id of a
// user: it is not stored, and Open needs the same, so that nobody can put one secret in the place of another.
func (b *Box) Seal(plain []byte, about string) ([]byte, error) {
	if len(plain) > MaxSize {
		return nil, fmt.Errorf("a secret has at most %d bytes, not %d", MaxSize, len(plain))
	}
	b.mu.Lock()
	s := b.seals
	b.mu.Unlock()
	head := append([]byte{version}, s.id...)
	return s.aead.Seal(head, nil, plain, bound(head, about)), nil
}

// Open returns what was sealed about the same. Errors: ErrKey, ErrBroken.
func (b *Box) Open(sealed []byte, about string) ([]byte, error) {
	if len(sealed) < 1+idSize || sealed[0] != version {
		return nil, ErrBroken
	}
	head, rest := sealed[:1+idSize], sealed[1+idSize:]
	s, ok := b.sealer(string(head[1:]))
	if !ok {
		return nil, ErrKey
	}
	plain, err := s.aead.Open(nil, nil, rest, bound(head, about))
	if err != nil {
		return nil, ErrBroken
	}
	return plain, nil
}

// Old reports whether something is sealed under another key than the newest, and wants to be sealed again.
func (b *Box) Old(sealed []byte) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(sealed) < 1+idSize || string(sealed[1:1+idSize]) != b.seals.id
}

// Reload reads the file again: another process may have rotated the keys.
func (b *Box) Reload() error {
	keys, err := readKeys(b.path)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.take(keys)
	return nil
}

// sealer finds a key, in the file too when the box does not know it.
func (b *Box) sealer(id string) (sealer, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s, ok := b.opens[id]; ok {
		return s, true
	}
	keys, err := readKeys(b.path)
	if err != nil {
		return sealer{}, false
	}
	b.take(keys)
	s, ok := b.opens[id]
	return s, ok
}

// bound is the associated data: the head and what the secret is about.
func bound(head []byte, about string) []byte {
	return fmt.Appendf(nil, "haetae\x00%s\x00%s", head, about)
}
