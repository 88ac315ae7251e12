package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/haetae/haetae/internal/store"
)

// leaseFor is how long a process that stands still keeps others from a job.
const leaseFor = 30 * time.Second

// leaser is what turns need of the metadata.
type leaser interface {
	Lease(ctx context.Context, name, owner string, ttl time.Duration) (store.Lease, error)
	Release(ctx context.Context, lease store.Lease) error
}

// turns lets one of the processes that share the metadata do a job at a time. The zero one is for a process alone.
type turns struct {
	meta  leaser // nil: there is no other process
	owner string
	ttl   time.Duration
	log   *slog.Logger
}

// errLost is why the context of a job ended whose lease was lost.
var errLost = errors.New("another process may have taken over the job")

// take runs f under the lease of a job, or does nothing while another process has it: ran is false then. The context of f
// carries the lease, and ends when that is lost.
func (t *turns) take(ctx context.Context, job string, f func(ctx context.Context) error) (ran bool, err error) {
	if t.meta == nil {
		return true, f(ctx)
	}
	expires := time.Now().Add(t.ttl) // before the database's clock says so
	lease, err := t.meta.Lease(ctx, job, t.owner, t.ttl)
	if errors.Is(err, store.ErrConflict) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	work, lose := context.WithCancelCause(store.WithLease(ctx, lease))
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		t.renew(work, lose, lease, expires)
	}()
	err = f(work)
	if cause := context.Cause(work); err != nil && errors.Is(cause, errLost) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	lose(nil)
	<-renewed
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.ttl/3)
	defer cancel()
	if fault := t.meta.Release(end, lease); fault != nil {
		t.log.Warn("cannot give a job back; others take it over when its lease expires", "job", job, "error", fault)
	}
	return true, err
}

// renew keeps a lease until work ends, and ends work when it cannot.
func (t *turns) renew(work context.Context, lose context.CancelCauseFunc, lease store.Lease, expires time.Time) {
	tick := time.NewTicker(t.ttl / 3)
	defer tick.Stop()
	for {
		select {
		case <-work.Done():
			return
		case <-tick.C:
		}
		next := time.Now().Add(t.ttl)
		bound, cancel := context.WithDeadline(work, expires)
		again, err := t.meta.Lease(bound, lease.Name, lease.Owner, t.ttl)
		cancel()
		switch {
		case err == nil && again.Term == lease.Term:
			expires = next
		case err == nil || errors.Is(err, store.ErrConflict) || !time.Now().Before(expires):
			lose(errLost)
			return
		}
	}
}
