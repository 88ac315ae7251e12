package fair

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

var (
	loud  = Source{"jsonline", "192.0.2.1"}
	quiet = Source{"jsonline", "192.0.2.2"}
)

// A source with many requests must not make one with a single request wait for all of them.
func TestSourcesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory(10)
		if err := m.Acquire(t.Context(), loud, 10); err != nil {
			t.Fatal(err)
		}
		var order []string
		var mu sync.Mutex
		ask := func(s Source, name string) {
			go func() {
				if err := m.Acquire(t.Context(), s, 10); err != nil {
					t.Error(err)
				}
				mu.Lock()
				order = append(order, name)
				mu.Unlock()
			}()
			synctest.Wait()
		}
		ask(loud, "loud 1")
		ask(loud, "loud 2")
		ask(loud, "loud 3")
		ask(quiet, "quiet 1")
		ask(quiet, "quiet 2")
		for range 5 {
			m.Release(10)
			synctest.Wait()
		}
		want := []string{"loud 1", "quiet 1", "loud 2", "quiet 2", "loud 3"}
		if diff := cmp.Diff(want, order); diff != "" {
			t.Error(diff)
		}
		m.Release(10)
		if m.free != 10 || len(m.rounds) != 0 {
			t.Errorf("%d bytes are free, %d sources wait", m.free, len(m.rounds))
		}
	})
}

// Who gives up must leave no trace, and those behind it must not wait for it.
func TestGivingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMemory(10)
		if err := m.Acquire(t.Context(), loud, 6); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		gaveUp, served := false, false
		go func() { gaveUp = m.Acquire(ctx, loud, 10) != nil }()
		synctest.Wait()
		go func() { served = m.Acquire(t.Context(), quiet, 4) == nil }()
		synctest.Wait()
		if served {
			t.Error("a small request passed the one whose turn it was")
		}
		cancel()
		synctest.Wait()
		if !gaveUp || !served {
			t.Errorf("gave up: %v, the next was served: %v", gaveUp, served)
		}
		m.Release(10)
		if m.free != 10 || len(m.rounds) != 0 {
			t.Errorf("%d bytes are free, %d sources wait", m.free, len(m.rounds))
		}
	})
}

// Whatever is asked for and given up, all bytes come back, and never more than the bound is lent.
func TestNothingIsLost(t *testing.T) {
	const bound, workers, turns = 100, 16, 500
	m := NewMemory(bound)
	var mu sync.Mutex
	var lent int64
	note := func(n int64) {
		mu.Lock()
		defer mu.Unlock()
		if lent += n; lent > bound {
			t.Errorf("%d bytes are lent", lent)
		}
	}
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(w), 1))
			for range turns {
				ctx, cancel := context.WithCancel(context.Background())
				if rnd.IntN(3) == 0 {
					go cancel()
				}
				n := 1 + rnd.Int64N(bound)
				if m.Acquire(ctx, Source{Peer: string(rune('a' + w%4))}, n) == nil {
					note(n)
					note(-n)
					m.Release(n)
				}
				cancel()
			}
		})
	}
	all.Wait()
	if m.free != bound || len(m.rounds) != 0 {
		t.Errorf("%d bytes are free, %d sources wait", m.free, len(m.rounds))
	}
}
