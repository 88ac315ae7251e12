package logs

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/store"
)

// A search shows what was acknowledged this long before it, or says that it does not. The ends of the partitions are asked for
// often enough that some answer is always younger.
const (
	lateAfter     = time.Second
	endsEvery     = 250 * time.Millisecond
	endsWithin    = 750 * time.Millisecond
	endsRemembers = 2 * int(lateAfter/endsEvery)
)

// ends are where the partitions of the queue ended lately. A writer that has come to none of the answers of the last second
// is late: its reader hangs at a broker that is gone, or more comes in than it reads.
type ends struct {
	mu      sync.Mutex
	answers []endsAnswer // the oldest first
}

type endsAnswer struct {
	at   time.Duration // when it was asked for, by Options.Passed
	ends map[int]int64
}

func (e *ends) add(a endsAnswer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.answers) == endsRemembers {
		e.answers = e.answers[1:]
	}
	e.answers = append(e.answers, a)
}

// reached reports whether an offset is behind the end of a partition as it was at a time, or later.
func (e *ends) reached(partition int, offset int64, since time.Duration) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range e.answers {
		if end, known := a.ends[partition]; known && a.at >= since && offset >= end {
			return true
		}
	}
	return false
}

// askEnds remembers where the partitions end now.
func (s *Store) askEnds(ctx context.Context) (map[int]int64, error) {
	began := s.opts.Passed()
	now, err := s.opts.Ends(ctx)
	s.ends.add(endsAnswer{began, now})
	return now, err
}

// watchEnds asks for the ends until ctx ends, of processes that share a store while partitions are written here. What cannot be learned makes searches partial,
// which say so.
func (s *Store) watchEnds(ctx context.Context) {
	tick := time.NewTicker(endsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if s.opts.Sharing != nil && s.writerCount.Load() == 0 {
			continue
		}
		bound, cancel := context.WithTimeout(ctx, endsWithin)
		if _, err := s.askEnds(bound); err != nil && ctx.Err() == nil {
			s.opts.Log.Debug("cannot learn where all partitions of the queue end", "err", err)
		}
		cancel()
	}
}

// isBehind reports whether rows that were acknowledged a while ago have not come to a writer yet. The lock is held.
func (s *Store) isBehind(w *Writer) bool {
	if s.opts.Ends == nil {
		return false
	}
	return w.visible < w.until || !s.ends.reached(w.position.Partition, w.visible, s.opts.Passed()-lateAfter)
}

// stand is where the partition of a writer stands as searches see it. The lock is held.
func (s *Store) stand(w *Writer) store.Partition {
	if s.opts.Sharing == nil {
		return store.Partition{Position: w.position, Received: w.received}
	}
	p, _ := partitionOf(&s.shared.seen, w.position.Queue, w.position.Partition)
	return p
}

// unread lists the partitions that nobody reads yet, of a store that is not shared, unless nothing is in them. What of their
// records is stored is not known. The lock is held.
func (s *Store) unread() (list []store.Partition) {
	if s.opts.Sharing != nil || s.opts.Ends == nil {
		return nil
	}
	for p := range s.opts.Partitions {
		if s.writers[p] == nil && !slices.Contains(s.opts.Closed, p) && !s.ends.reached(p, 0, s.opts.Passed()-lateAfter) {
			list = append(list, store.Partition{Position: store.Position{Queue: s.opts.Queue, Partition: p}})
		}
	}
	return list
}
