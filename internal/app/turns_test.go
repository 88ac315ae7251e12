package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/meta"
)

// Two processes that join the same segments do it in vain.
func TestOneProcessATurn(t *testing.T) {
	m, err := meta.Open(t.Context(), filepath.Join(t.TempDir(), "meta.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	a, b := turnOf(m, "a"), turnOf(m, "b")
	none := func(context.Context) error { t.Error("another process does it already"); return nil }
	failed := errors.New("failed")
	ran, err := a.take(t.Context(), "join", func(ctx context.Context) error {
		if ran, err := b.take(ctx, "join", none); ran || err != nil {
			t.Errorf("taken twice: %t, %v", ran, err)
		}
		other := false
		if ran, err := b.take(ctx, "retain", func(context.Context) error { other = true; return nil }); !ran || !other || err != nil {
			t.Errorf("another job: %t, %v", ran, err)
		}
		lease := store.LeaseOf(ctx)
		if lease.Name != "join" || lease.Owner != "a" || m.Swap(ctx, store.Swap{Lease: lease}) != nil {
			t.Errorf("the lease is %+v", lease)
		}
		return failed
	})
	if !ran || !errors.Is(err, failed) {
		t.Errorf("%t, %v", ran, err)
	}
	if ran, err := b.take(t.Context(), "join", func(context.Context) error { return nil }); !ran || err != nil {
		t.Errorf("after the other gave it back: %t, %v", ran, err)
	}
}

func turnOf(m leaser, owner string) *turns {
	return &turns{meta: m, owner: owner, ttl: leaseFor, log: slog.New(slog.DiscardHandler)}
}

// ledger keeps leases by the clock of a synctest.
type ledger struct {
	mu    sync.Mutex
	away  bool
	lease store.Lease
	until time.Time
}

func (l *ledger) Lease(_ context.Context, name, owner string, ttl time.Duration) (store.Lease, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	switch {
	case l.away:
		return store.Lease{}, errors.New("no connection")
	case l.lease.Owner != owner && now.Before(l.until):
		return store.Lease{}, store.ErrConflict
	case l.lease.Owner != owner || !now.Before(l.until):
		l.lease = store.Lease{Name: name, Owner: owner, Term: l.lease.Term + 1}
	}
	l.until = now.Add(ttl)
	return l.lease, nil
}

func (l *ledger) Release(_ context.Context, lease store.Lease) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lease == lease {
		l.until = time.Time{}
	}
	return nil
}

// lose makes the lease expire at once, or takes the ledger away and leaves it to expire.
func (l *ledger) lose(away bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away = away; !away {
		l.until = time.Time{}
	}
}

// A job that takes longer than its lease keeps it.
func TestTurnIsRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &ledger{}
		ran, err := turnOf(m, "a").take(t.Context(), "join", func(ctx context.Context) error {
			time.Sleep(10 * leaseFor)
			if ran, err := turnOf(m, "b").take(ctx, "join", func(context.Context) error { return nil }); ran || err != nil {
				t.Errorf("another process took it: %t, %v", ran, err)
			}
			return ctx.Err()
		})
		if !ran || err != nil {
			t.Errorf("%t, %v", ran, err)
		}
	})
}

// A process that stood still finds that another has its job, and stops.
func TestLostTurnEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &ledger{}
		ran, err := turnOf(m, "a").take(t.Context(), "join", func(ctx context.Context) error {
			m.lose(false) // as if it had stood still
			if _, err := m.Lease(ctx, "join", "b", 10*leaseFor); err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		})
		if !ran || !errors.Is(err, errLost) {
			t.Errorf("%t, %v", ran, err)
		}
		if _, err := m.Lease(t.Context(), "join", "c", leaseFor); !errors.Is(err, store.ErrConflict) {
			t.Errorf("it gave back what is another's: %v", err)
		}
	})
}

// When the metadata are out of reach the lease runs out, and others may take it: the job has ended by its own clock.
func TestTurnEndsWithoutMetadata(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &ledger{}
		_, err := turnOf(m, "a").take(t.Context(), "join", func(ctx context.Context) error {
			m.lose(true)
			<-ctx.Done()
			if now := time.Now(); now.After(m.until) {
				t.Errorf("it went on for %s longer than it had the lease", now.Sub(m.until))
			}
			return ctx.Err()
		})
		if !errors.Is(err, errLost) {
			t.Error(err)
		}
	})
}
