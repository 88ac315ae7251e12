package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/haetae/haetae/internal/model"
)

// cost is how much work a guess at a password is, for argon2id (RFC 9106).
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// costNow is what OWASP's Password Storage Cheat Sheet asks for at least: RFC 9106's own recommendations want 64 MiB or
// more for each sign-in, half of what the smallest limits.memory leaves the process.
var costNow = cost{memory: 19 << 10, passes: 2, threads: 1}

const (
	saltBytes = 16
	keyBytes  = 32
	// maxMemory (KiB) and maxPasses bound what a stored hash may ask for.
	maxMemory, maxPasses = 256 << 10, 16
	// hashesAtOnce bounds the memory of sign-ins, and hashesWaiting those that wait for it.
	hashesAtOnce  = 2
	hashesWaiting = 64
)

// hasher makes and checks the hashes of passwords, a few at a time.
type hasher struct {
	cost    cost
	waiting chan struct{}
	running chan struct{}
	nobody  string // hash that an unknown name is compared with, so that it takes as long as a known one
}

func newHasher(c cost) hasher {
	h := hasher{cost: c, waiting: make(chan struct{}, hashesWaiting), running: make(chan struct{}, hashesAtOnce)}
	h.nobody = encode(c, random(saltBytes), random(keyBytes))
	return h
}

// hash returns a password's hash in PHC's string format.
func (h *hasher) hash(ctx context.Context, password string) (text string, err error) {
	salt := random(saltBytes)
	err = h.turn(ctx, func() { text = encode(h.cost, salt, h.cost.key(password, salt)) })
	return text, err
}

// matches compares a password with a hash; outdated says that the hash was made at another cost. An empty hash, of an
// account without password, matches nothing and takes as long.
func (h *hasher) matches(ctx context.Context, password, hash string) (same, outdated bool, err error) {
	known := hash != ""
	if !known {
		hash = h.nobody
	}
	c, salt, key, err := decode(hash)
	if err != nil {
		return false, false, err
	}
	err = h.turn(ctx, func() { same = subtle.ConstantTimeCompare(c.key(password, salt), key) == 1 && known })
	return same, c != h.cost, err
}

// turn runs f when it is its turn.
func (h *hasher) turn(ctx context.Context, f func()) error {
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return &model.AccessError{
			Code: model.AccessThrottled, Detail: "too many people sign in at a time; try again in a few seconds", RetryAfter: 5 * time.Second,
			Params: map[string]string{"said": "sign_in_rush"},
		}
	}
	select {
	case h.running <- struct{}{}:
		defer func() { <-h.running }()
	case <-ctx.Done():
		return ctx.Err()
	}
	f()
	return nil
}

func (c cost) key(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(normal(password)), salt, c.passes, c.memory, c.threads, keyBytes)
}

// encode writes the PHC string format, https://github.com/P-H-C/phc-string-format.
func encode(c cost, salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func decode(text string) (c cost, salt, key []byte, err error) {
	wrong := func(what string) (cost, []byte, []byte, error) {
		return cost{}, nil, nil, fmt.Errorf("a stored password hash cannot be read: %s", what)
	}
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return wrong("it is not of argon2id")
	}
	var rest string
	if n, _ := fmt.Sscanf(parts[3]+" ", "m=%d,t=%d,p=%d%s", &c.memory, &c.passes, &c.threads, &rest); n != 3 {
		return wrong("its cost")
	}
	if c.memory == 0 || c.memory > maxMemory || c.passes == 0 || c.passes > maxPasses || c.threads == 0 {
		return wrong("its cost is out of bounds")
	}
	if salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[4]); err != nil || len(salt) < 8 {
		return wrong("its salt")
	}
	if key, err = base64.RawStdEncoding.Strict().DecodeString(parts[5]); err != nil || len(key) != keyBytes {
		return wrong("its key")
	}
	return c, salt, key, nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return b
}
