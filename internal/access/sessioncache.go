package access

import (
	"errors"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/model"
)

const maxCached = 10000 // sessions

// sessionCache remembers sessions, by what they are asked for with, as they were at a generation of the book.
type sessionCache[K comparable] struct {
	mu         sync.Mutex
	generation int64
	of         map[K]*cachedSession
}

func newSessionCache[K comparable]() sessionCache[K] {
	return sessionCache[K]{of: map[K]*cachedSession{}}
}

// find returns a session that is not over by the clock, as the cache remembers it or else as read finds it.
func find[K comparable](s *Service, c *sessionCache[K], k K, generation int64, now time.Time, read func() (*cachedSession, error)) (*cachedSession, error) {
	if cached := c.get(k, generation); cached != nil && s.alive(cached.SessionKey, now) {
		return cached, nil
	}
	found, err := read()
	if errors.Is(err, model.ErrNotFound) {
		return nil, errSessionOver
	}
	if err != nil {
		return nil, err
	}
	if !s.alive(found.SessionKey, now) {
		return nil, errSessionOver
	}
	c.put(k, generation, found)
	return found, nil
}

func (c *sessionCache[K]) get(k K, generation int64) *cachedSession {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != generation {
		clear(c.of)
		c.generation = generation
	}
	return c.of[k]
}

func (c *sessionCache[K]) put(k K, generation int64, s *cachedSession) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != generation {
		return // what was read before a change may not be so any more
	}
	if len(c.of) >= maxCached {
		clear(c.of)
	}
	c.of[k] = s
}

func (c *sessionCache[K]) forget(k K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.of, k)
}
