package logs

import (
	"container/list"
	"maps"
	"sync"
	"sync/atomic"
)

// regionCache keeps hot parts of blocks in memory, the least recently used go first. A part is kept when it is read
// for the second time within a while, so that one long scan does not push out what short questions read again and
// again (the doorkeeper of Einziger, Friedman and Manes, "TinyLFU: A Highly Efficient Cache Admission Policy", 2015).
type regionCache struct {
	limit        int64 // bytes; 0 keeps nothing
	hits, misses atomic.Int64

	mu    sync.Mutex
	parts map[partKey]*list.Element
	order *list.List           // of *cachedPart, the last used first
	seen  map[partKey]struct{} // read once and not kept
	bytes int64
}

// partKey names a part of a block by its segment and place; segment ids are never used again.
type partKey struct {
	segment string
	at      int64
	view    string // a view of the block that begins there; "" for what is stored
}

type cachedPart struct {
	key  partKey
	size int64
	part any
}

// What is remembered of a part that was read once takes so many bytes, which are a part of the limit too; all together
// an eighth of it.
const (
	seenBytes = 128
	maxSeen   = 1 << 14
)

func newRegionCache(limit int64) *regionCache {
	return &regionCache{
		limit: limit, parts: map[partKey]*list.Element{}, order: list.New(), seen: map[partKey]struct{}{},
	}
}

// segmentCache is the cache as readers of one segment's blocks see it; it implements block.Cache.
type segmentCache struct {
	*regionCache
	segment string
	found   *int64 // hits of the reader at hand
}

// Load implements block.Cache.
func (c segmentCache) Load(at int64) (part any, keep bool) {
	if part, keep = c.load(partKey{segment: c.segment, at: at}); part != nil {
		*c.found++
	}
	return part, keep
}

// Keep implements block.Cache.
func (c segmentCache) Keep(at int64, size int, part any) {
	c.keep(partKey{segment: c.segment, at: at}, size, part)
}

// load returns a part, nil when it is not there; keep asks for it then.
func (c *regionCache) load(key partKey) (part any, keep bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.parts[key]; e != nil {
		c.order.MoveToFront(e)
		c.hits.Add(1)
		return e.Value.(*cachedPart).part, false
	}
	c.misses.Add(1)
	if c.limit == 0 {
		return nil, false
	}
	if _, again := c.seen[key]; again {
		delete(c.seen, key)
		return nil, true
	}
	if len(c.seen) >= int(min(maxSeen, c.limit/(8*seenBytes))) {
		clear(c.seen)
	}
	c.seen[key] = struct{}{}
	c.shrinkLocked()
	return nil, false
}

// heldLocked returns the bytes of all that is kept.
func (c *regionCache) heldLocked() int64 { return c.bytes + seenBytes*int64(len(c.seen)) }

// partOverhead is what a part takes besides its own bytes.
const partOverhead = 256

// keep takes a part over that has so many bytes.
func (c *regionCache) keep(key partKey, size int, part any) {
	p := &cachedPart{key, int64(size) + partOverhead, part}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.parts[p.key] != nil || p.size > c.limit/4 { // another search was faster, or it would push out too much
		return
	}
	c.parts[p.key] = c.order.PushFront(p)
	c.bytes += p.size
	c.shrinkLocked()
}

// shrinkLocked lets go of what was used least recently until the limit is kept.
func (c *regionCache) shrinkLocked() {
	for c.heldLocked() > c.limit && c.order.Len() > 0 {
		c.removeLocked(c.order.Back())
	}
}

func (c *regionCache) removeLocked(e *list.Element) {
	p := c.order.Remove(e).(*cachedPart)
	delete(c.parts, p.key)
	c.bytes -= p.size
}

// drop forgets a segment that was removed.
func (c *regionCache) drop(segment string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, e := range c.parts {
		if key.segment == segment {
			c.removeLocked(e)
		}
	}
	maps.DeleteFunc(c.seen, func(key partKey, _ struct{}) bool { return key.segment == segment })
}

// held returns the bytes of all that is kept.
func (c *regionCache) held() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heldLocked()
}
