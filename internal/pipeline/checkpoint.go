package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// Pauses between attempts grow from the first to the last.
const (
	firstPause = 250 * time.Millisecond
	lastPause  = 30 * time.Second
)

// checkpoint makes what was appended durable. While the store is full or fails it tries again and consumes
// nothing more: the queue holds what comes, and tells senders to wait when it is full too.
func (p *consumer) checkpoint(ctx context.Context) error {
	for wait := firstPause; ; wait = min(2*wait, lastPause) {
		stored, err := p.commit(ctx)
		if err == nil {
			p.opts.Metrics.checkpoints.WithLabelValues("stored").Inc()
			p.clear(ProblemStoreFull)
			p.clear(ProblemStore)
			if err := p.reader.Stored(stored); err != nil {
				return fmt.Errorf("cannot tell the queue what is stored: %w", err)
			}
			return nil
		}
		var fault *storeFault
		switch {
		case errors.As(err, &fault):
			return err
		case errors.Is(err, model.ErrConflict):
			p.opts.Metrics.checkpoints.WithLabelValues("conflict").Inc()
			p.clear(ProblemStoreFull)
			p.clear(ProblemStore)
			return err
		case ctx.Err() != nil:
			return err
		case errors.Is(err, model.ErrStoreFull):
			p.opts.Metrics.checkpoints.WithLabelValues("full").Inc()
			p.report(ProblemStoreFull, "the store has no room, waiting for it", err)
		default:
			p.opts.Metrics.checkpoints.WithLabelValues("failed").Inc()
			p.report(ProblemStore, "cannot store a checkpoint, trying again", err)
		}
		p.pause(ctx, wait)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// commit is one checkpoint. A panic of the store is a *storeFault.
func (p *consumer) commit(ctx context.Context) (stored int64, err error) {
	err = p.guard(func() error {
		var err error
		stored, err = p.writer.Checkpoint(ctx)
		return err
	})
	if err == nil {
		p.stored, p.wait = stored, firstPause
		p.suspects.narrow(stored)
	}
	return stored, err
}

// drain makes the last checkpoint of a partition that ends. What it cannot store is read from the queue again
// by the next owner.
func (p *consumer) drain(ctx context.Context) {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.opts.Drain)
	defer cancel()
	stored, err := p.commit(last)
	if err != nil {
		p.log.Warn("no last checkpoint; the records are read from the queue again", "error", err)
		return
	}
	p.opts.Metrics.checkpoints.WithLabelValues("stored").Inc()
	if err := p.reader.Stored(stored); err != nil {
		p.log.Warn("cannot tell the queue what is stored; its records are kept until the next start", "error", err)
	}
}

// standStill keeps a partition whose records are gone until the process ends: going on would hide the loss.
func (p *consumer) standStill(ctx context.Context, gone *model.GoneError) {
	p.opts.Metrics.stopped.Inc()
	defer p.opts.Metrics.stopped.Dec()
	p.log.Error("records are gone from the queue, the partition stands still", "error", gone)
	p.opts.Problem(p.reader.Partition(), ProblemGone, gone.Error())
	<-ctx.Done()
	p.opts.Problem(p.reader.Partition(), ProblemGone, "")
}

// report logs a problem when it begins; the health page shows its last text.
func (p *consumer) report(code, what string, err error) {
	if !p.told[code] {
		p.told[code] = true
		p.log.Error(what, "error", err)
		if code == ProblemStoreFull {
			p.opts.Metrics.full.Inc()
		}
	}
	p.opts.Problem(p.reader.Partition(), code, what+": "+err.Error())
}

func (p *consumer) clear(code string) {
	if !p.told[code] {
		return
	}
	delete(p.told, code)
	if code == ProblemStoreFull {
		p.opts.Metrics.full.Dec()
	}
	p.log.Info("a problem is over", "problem", code)
	p.opts.Problem(p.reader.Partition(), code, "")
}

// clearAll takes back what was reported when the partition ends: its next owner finds out anew.
func (p *consumer) clearAll() {
	for _, code := range [...]string{ProblemStoreFull, ProblemStore, ProblemQueue} {
		p.clear(code)
	}
}

// backOff pauses behind an error of a session, longer each time until something succeeds.
func (p *consumer) backOff(ctx context.Context) {
	p.pause(ctx, p.wait)
	p.wait = min(2*p.wait, lastPause)
}

func (p *consumer) pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
