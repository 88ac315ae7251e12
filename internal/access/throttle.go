package access

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// Failures that cost no wait, and the longest wait. From then on each failure doubles it: an account takes a hundred guesses
// a day at most, whoever makes them.
const (
	freeOfAccount = 4
	freeOfAddress = 20 // people behind one address mistype too
	firstWait     = time.Second
	longestWait   = 15 * time.Minute
	// What is counted is forgotten after so long, and beyond so many.
	forgetAttempts = 24 * time.Hour
	mostAttempts   = 10000
	mostAddresses  = 4096
	oneForgotten   = time.Minute // of the failures of an address, after so long without another
)

// wait is how long nothing is taken after a number of failures.
func wait(failures, free int) time.Duration {
	over := failures - free
	if over <= 0 {
		return 0
	}
	return min(firstWait<<min(over-1, 20), longestWait)
}

// guess compares a password with the hash of an account. Without a comparison, as under load, it was no attempt: passed takes it back.
func (s *Service) guess(ctx context.Context, password, hash string, passed func(context.Context)) (same, outdated bool, err error) {
	same, outdated, err = s.hasher.matches(ctx, password, hash)
	if err != nil {
		passed(ctx)
	}
	return same, outdated, err
}

// attempt counts an attempt to sign in as a failure before it is one, so that many at a time are not more than one after the
// other. A *model.AccessError when it comes too soon. passed takes it back.
func (s *Service) attempt(ctx context.Context, name string, from model.Caller) (passed func(context.Context), err error) {
	if err := s.addresses.attempt(from.Address, s.now()); err != nil {
		return nil, err
	}
	key := attemptKey(name)
	var soon time.Duration
	err = s.store.Attempt(ctx, key, s.now(), func(a *model.Attempts) {
		if soon = a.Until.Sub(s.now()); soon > 0 {
			return
		}
		a.Failures++
		a.Until = s.now().Add(wait(a.Failures, freeOfAccount))
	})
	switch {
	case err != nil:
		return nil, err
	case soon > 0:
		return nil, throttled(soon)
	}
	return func(ctx context.Context) {
		s.addresses.passed(from.Address)
		err := s.store.Attempt(context.WithoutCancel(ctx), key, s.now(), func(a *model.Attempts) {
			a.Failures = max(0, a.Failures-1) // those of others meanwhile stay
			if until := s.now().Add(wait(a.Failures, freeOfAccount)); until.Before(a.Until) {
				a.Until = until
			}
		})
		s.beside("an attempt to sign in stays counted as one that failed", err)
	}, nil
}

// forgive forgets the failures of a name.
func (s *Service) forgive(ctx context.Context, name string) {
	err := s.store.Attempt(context.WithoutCancel(ctx), attemptKey(name), s.now(), func(a *model.Attempts) { *a = model.Attempts{} })
	s.beside("the attempts to sign in that failed stay counted", err)
}

// attemptKey is not the name: people type passwords there too.
func attemptKey(name string) string {
	sum := sha256.Sum256([]byte("sign-in\x00" + folded(name)))
	return hex.EncodeToString(sum[:16])
}

func throttled(soon time.Duration) error {
	soon = soon.Truncate(time.Second) + time.Second
	return &model.AccessError{
		Code: model.AccessThrottled, RetryAfter: soon,
		Detail: fmt.Sprintf("too many attempts failed; try again in %s", soon),
		Params: map[string]string{"said": "throttled"},
	}
}

// addresses counts failures by address, of this process since it started.
type addresses struct {
	mu sync.Mutex
	of map[string]*addressFailures
}

type addressFailures struct {
	failures    int
	until, last time.Time
}

func (t *addresses) attempt(address string, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := addressKey(address)
	f := t.of[key]
	if f == nil {
		t.makeRoom()
		f = &addressFailures{last: now}
		t.of[key] = f
	}
	if soon := f.until.Sub(now); soon > 0 {
		return throttled(soon)
	}
	f.failures = max(0, f.failures-int(now.Sub(f.last)/oneForgotten))
	f.failures++
	f.last, f.until = now, now.Add(wait(f.failures, freeOfAddress))
	return nil
}

// passed takes one attempt back. The failures before it stay: who has one account could try others between.
func (t *addresses) passed(address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f := t.of[addressKey(address)]; f != nil {
		f.failures = max(0, f.failures-1)
		f.until = f.last.Add(wait(f.failures, freeOfAddress))
	}
}

// makeRoom drops the address with the fewest failures, and of those the one that was silent for longest, when the table is full.
func (t *addresses) makeRoom() {
	if len(t.of) < mostAddresses {
		return
	}
	var drop string
	var least *addressFailures
	for key, f := range t.of {
		if least == nil || f.failures < least.failures || f.failures == least.failures && f.last.Before(least.last) {
			drop, least = key, f
		}
	}
	delete(t.of, drop)
}

// addressKey is what counts as one address: of IPv6 the network of a site, since who has one address has them all.
func addressKey(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		if site, err := ip.Prefix(64); err == nil {
			return site.String()
		}
	}
	return ip.String()
}
