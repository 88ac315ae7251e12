package pipe

import (
	"hash/maphash"
	"strconv"

	"github.com/haetae/haetae/internal/logsql"
)

// uniqCounter is count_uniq: it keeps each combination of values once.
type uniqCounter struct {
	args  args
	acct  *account
	limit int
	sets  []map[string]struct{}
	keep  arena
	key   []byte
	last  []byte
}

func (c *uniqCounter) grow(n int) error { return growTo(&c.sets, n, c.acct, 8) }

func (c *uniqCounter) begin(b *logsql.Batch) { c.args.begin(b) }

func (c *uniqCounter) add(group uint32, lo, hi int) error {
	if c.args.constant() {
		hi = lo + 1
	}
	known := false // last is of this group
	for i := lo; i < hi; i++ {
		if c.limit > 0 && len(c.sets[group]) >= c.limit {
			return nil
		}
		var some bool
		if c.key, some = c.args.appendKey(c.key[:0], i); !some {
			continue
		}
		if known && string(c.key) == string(c.last) {
			continue
		}
		c.last, known = append(c.last[:0], c.key...), true
		if err := c.put(group, c.key); err != nil {
			return err
		}
	}
	return nil
}

// constant reports whether all rows of the batch have the same values.
func (a *args) constant() bool {
	for _, f := range a.fields {
		if _, ok := f.constant(); !ok {
			return false
		}
	}
	return true
}

// appendKey appends the values of row i; some is false when all of them are missing. A single value is its own
// key.
func (a *args) appendKey(key []byte, i int) (_ []byte, some bool) {
	for k, f := range a.fields {
		start := len(key)
		switch {
		case f.times != nil:
			key = logsql.AppendTime(key, f.times[i])
		case f.col != nil:
			key = append(key, f.col.At(i)...)
		}
		some = some || len(key) > start
		if len(a.fields) > 1 && k < len(a.fields)-1 {
			key = append(key, 0)
		}
	}
	return key, some
}

// Bytes of an entry of a set of strings besides its text, measured.
const setEntryBytes = 40

func (c *uniqCounter) put(group uint32, key []byte) error {
	set := c.sets[group]
	if _, ok := set[string(key)]; ok {
		return nil
	}
	if set == nil {
		set = map[string]struct{}{}
		c.sets[group] = set
	}
	set[c.keep.copyBytes(key)] = struct{}{}
	return c.acct.add(len(key) + setEntryBytes)
}

func (c *uniqCounter) merge(group uint32, other accumulator, otherGroup uint32) error {
	from := setsOf(other)[otherGroup]
	for v := range from {
		if c.limit > 0 && len(c.sets[group]) >= c.limit {
			return nil
		}
		if err := c.put(group, []byte(v)); err != nil {
			return err
		}
	}
	return nil
}

func setsOf(a accumulator) []map[string]struct{} {
	if u, ok := a.(*uniqValues); ok {
		return u.sets
	}
	return a.(*uniqCounter).sets
}

func (c *uniqCounter) result(group uint32) string { return strconv.Itoa(len(c.sets[group])) }

// hashCounter is count_uniq_hash: it keeps 64-bit hashes. Two of n values fall on one hash with a chance of
// about n²/2⁶⁵, one in four million for three million values.
type hashCounter struct {
	args  args
	acct  *account
	limit int
	sets  []map[uint64]struct{}
	key   []byte
}

// hashSeed is one for the process: hashes of different workers are merged.
var hashSeed = maphash.MakeSeed()

func (c *hashCounter) grow(n int) error { return growTo(&c.sets, n, c.acct, 8) }

func (c *hashCounter) begin(b *logsql.Batch) { c.args.begin(b) }

func (c *hashCounter) add(group uint32, lo, hi int) error {
	if c.args.constant() {
		hi = lo + 1
	}
	for i := lo; i < hi; i++ {
		var some bool
		if c.key, some = c.args.appendKey(c.key[:0], i); some {
			if err := c.put(group, maphash.Bytes(hashSeed, c.key)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *hashCounter) put(group uint32, hash uint64) error {
	set := c.sets[group]
	if _, ok := set[hash]; ok || c.limit > 0 && len(set) >= c.limit {
		return nil
	}
	if set == nil {
		set = map[uint64]struct{}{}
		c.sets[group] = set
	}
	set[hash] = struct{}{}
	return c.acct.add(20)
}

func (c *hashCounter) merge(group uint32, other accumulator, otherGroup uint32) error {
	for hash := range other.(*hashCounter).sets[otherGroup] {
		if err := c.put(group, hash); err != nil {
			return err
		}
	}
	return nil
}

func (c *hashCounter) result(group uint32) string { return strconv.Itoa(len(c.sets[group])) }
