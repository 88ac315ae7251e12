package block

import "slices"

// Cache keeps parts of blocks, decompressed and decoded, from one search to the next. It may be called concurrently.
// Nobody writes to what it holds.
type Cache interface {
	// Load returns the part that begins at a byte of the file, nil when it is not there; keep asks for it then.
	Load(at int64) (part any, keep bool)
	// Keep hands a part over that takes so many bytes.
	Keep(at int64, size int, part any)
}

// WithCache lets the reader use a cache of the file that holds its block; nil is none.
func (r *Reader) WithCache(c Cache) *Reader {
	r.cache = c
	return r
}

// largestCached bounds a part, so that the columns of one large block do not push out those of all others.
const largestCached = 8 << 20

// cached returns the part of a block that begins at a region: from the cache, or made anew. What is made may live in
// the Scratch; own copies it when it is to stay, and size is what the copy takes.
func cached[T any](r *Reader, at region, size func(T) int, anew func() (T, error), own func(T) T) (T, error) {
	if r.cache == nil || at.size == 0 {
		return anew()
	}
	part, keep := r.cache.Load(r.base + int64(at.off))
	if part, ok := part.(T); ok {
		return part, nil
	}
	made, err := anew()
	if err != nil || !keep {
		return made, err
	}
	if n := size(made); n <= largestCached {
		made = own(made)
		r.cache.Keep(r.base+int64(at.off), n, made)
	}
	return made, nil
}

// cachedBytes is read for regions that are worth keeping.
func (r *Reader) cachedBytes(at region) ([]byte, error) {
	return cached(r, at, func(b []byte) int { return len(b) }, func() ([]byte, error) { return r.read(at) }, slices.Clone[[]byte])
}
