package logs

import (
	"slices"
	"testing"
)

// ask asks for a part as a reader does, and keeps it when it is told to.
func (c segmentCache) ask(at int64, size int) (hit bool) {
	part, keep := c.Load(at)
	if keep {
		c.Keep(at, size, at)
	}
	return part != nil
}

// One long scan must not push out what short questions read again and again.
func TestCacheKeepsWhatIsReadAgain(t *testing.T) {
	c := segmentCache{newRegionCache(10_000_000), "a", new(int64)}
	for range 2 {
		if c.ask(1, 1_000_000) {
			t.Fatal("a part that was read once was kept")
		}
	}
	for at := int64(100); at < 1000; at++ {
		c.ask(at, 1_000_000)
	}
	if !c.ask(1, 1_000_000) {
		t.Error("a scan pushed out a hot part")
	}
}

func TestCacheIsBounded(t *testing.T) {
	const limit = 1_000_000
	c := segmentCache{newRegionCache(limit), "a", new(int64)}
	for range 3 {
		for at := range int64(200) {
			for range 3 {
				c.ask(at, 100_000)
			}
			c.ask(-at, 100_000) // once in a round
			if c.held() > limit {
				t.Fatalf("%d bytes are held, %d allowed", c.held(), limit)
			}
		}
	}
	if c.bytes < limit/2 || len(c.parts) != c.order.Len() || len(c.seen) == 0 {
		t.Errorf("%d bytes in %d parts, %d in order, %d seen", c.bytes, len(c.parts), c.order.Len(), len(c.seen))
	}
	for range 2 {
		c.ask(1000, limit)
	}
	if c.ask(1000, limit) {
		t.Error("a part larger than all others together was kept")
	}
	c.drop("a")
	if c.held() != 0 {
		t.Errorf("%d bytes are held of a segment that is gone", c.held())
	}
}

// What a search finds in the cache must be what it finds without, although scratch memory is used again and again.
func TestCachedPartsStayRight(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 500 {
		w.Append(int64(i), plainRecord(i, "row"))
		if i%100 == 99 {
			checkpoint(t, w)
		}
	}
	sorted := func() []string {
		rows := rowsOf(t, f.Store, Search{Fields: []string{"_time", "host.name", "_msg"}})
		slices.Sort(rows)
		return rows
	}
	want := sorted()
	for range 4 {
		if n := count(t, f.Store, Search{Filter: filter(t, `{host.name="h1"} row`)}); n != 167 {
			t.Fatalf("%d rows of h1, want 167", n)
		}
		if got := sorted(); !slices.Equal(got, want) {
			t.Fatalf("rows differ from the first search: %.300q instead of %.300q", got, want)
		}
	}
	if f.cache.hits.Load() == 0 || f.cache.held() == 0 {
		t.Errorf("%d hits, %d bytes held", f.cache.hits.Load(), f.cache.held())
	}
}
