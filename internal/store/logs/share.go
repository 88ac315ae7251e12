package logs

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/store"
)

// Sharing says that several processes have the folder of a store, on one metadata store.
type Sharing struct {
	Member string // this process, as partitions name their owner
	// Snapshot is meta.Meta's: the segments may be left out when their list has not changed since that many changes.
	Snapshot func(ctx context.Context, since int64) (store.Snapshot, error)
	// Others asks the other processes for their rows that are in no segment; nil leaves these out of every answer, which says so.
	Others Others
}

// refreshWithin bounds how long a search waits for the metadata.
const refreshWithin = 5 * time.Second

// shared is what a store with Options.Sharing knows of the other processes.
type shared struct {
	refreshing chan struct{} // has one place, which a refresh takes
	asked      int64         // refreshes that were asked for; guarded by Store.mu
	served     int64         // of those, how many a refresh that began later has answered; guarded by Store.mu
	fault      error         // of the last refresh; guarded by Store.mu

	// Guarded by Store.mu.
	seen    store.Snapshot           // the last one, without its segments; NoChanges before the first
	seenAt  int64                    // when it was asked for, ns since the epoch
	commits []ownCommit              // of this process, that seen does not have yet
	doomed  map[string]time.Duration // files that nothing names any more, and since when by Options.Passed
}

// ownCommit is a checkpoint of this process.
type ownCommit struct {
	to    store.Position // its partition as the checkpoint left it
	added []store.Segment
}

// after reports whether a snapshot was taken after a partition was left at a position.
func after(seen *store.Snapshot, at store.Position) bool {
	p, ok := partitionOf(seen, at.Queue, at.Partition)
	return ok && (p.Epoch > at.Epoch || p.Epoch == at.Epoch && p.Offset >= at.Offset)
}

func partitionOf(seen *store.Snapshot, queue string, partition int) (store.Partition, bool) {
	i := slices.IndexFunc(seen.Partitions, func(p store.Partition) bool { return p.Queue == queue && p.Partition == partition })
	if i < 0 {
		return store.Partition{}, false
	}
	return seen.Partitions[i], true
}

// refresh takes the segments of other processes into searches, and those that they have removed out of them. It returns
// the partitions and members of the same moment, which is later than the call; the segments are not repeated. Calls that
// come while one is under way share the next, or its error. Without sharing nothing happens and the snapshot is zero.
func (s *Store) refresh(ctx context.Context) (store.Snapshot, error) {
	if s.opts.Sharing == nil {
		return store.Snapshot{}, nil
	}
	s.mu.Lock()
	s.shared.asked++
	mine := s.shared.asked
	s.mu.Unlock()
	select {
	case s.shared.refreshing <- struct{}{}:
	case <-ctx.Done():
		return store.Snapshot{}, ctx.Err()
	}
	defer func() { <-s.shared.refreshing }()

	s.mu.Lock()
	seen, answers, fault := s.shared.seen, s.shared.asked, s.shared.fault
	served := s.shared.served >= mine
	s.mu.Unlock()
	if served {
		return seen, fault
	}
	bound, cancel := context.WithTimeout(ctx, refreshWithin)
	defer cancel()
	began := s.opts.Now().UnixNano()
	now, err := s.opts.Sharing.Snapshot(bound, seen.Changes)
	if err != nil {
		if ctx.Err() == nil && bound.Err() != nil { // not the bound of whoever asks
			err = fmt.Errorf("the metadata do not answer within %s", refreshWithin)
		}
		err = fmt.Errorf("cannot learn which segments there are: %w", err)
		if ctx.Err() == nil {
			s.mu.Lock()
			s.shared.served, s.shared.fault = answers, err
			s.mu.Unlock()
		}
		return store.Snapshot{}, err
	}
	s.apply(now, seen.Changes, answers, began)
	now.Segments = nil
	return now, nil
}

// recall is refresh for searches. While the metadata are away these go on with what was seen last, and stale says so. Why they
// are away is for the log (followed): the words of a database name its address and user.
func (s *Store) recall(ctx context.Context) (stale string, err error) {
	if _, err = s.refresh(ctx); err == nil || ctx.Err() != nil {
		return "", err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.shared.seen.Changes == store.NoChanges {
		return "", err
	}
	since := time.Unix(0, s.shared.seenAt).UTC().Format(time.RFC3339)
	return "what other processes have stored may be missing: the metadata have been away since " + since, nil
}

// apply shows searches what a snapshot has, and besides it what this process has committed since.
func (s *Store) apply(now store.Snapshot, since, answers, began int64) {
	var gone []string
	s.mu.Lock()
	s.shared.commits = slices.DeleteFunc(s.shared.commits, func(c ownCommit) bool { return after(&now, c.to) })
	if now.Changes != since {
		gone = s.replaceLocked(now.Segments)
	}
	now.Segments = nil
	s.shared.seen, s.shared.seenAt, s.shared.served, s.shared.fault = now, began, answers, nil
	s.mu.Unlock()
	s.removeFiles(gone)
}

// replaceLocked makes a list, and what own commits have added since, the segments of the store. It returns those that
// are gone and that nobody reads. The lock is held.
func (s *Store) replaceLocked(list []store.Segment) (gone []string) {
	named := make(map[string]bool, len(list))
	add := func(seg store.Segment) {
		named[seg.ID] = true
		if s.segments[seg.ID] == nil {
			s.segments[seg.ID] = &segmentRef{Segment: seg}
		}
	}
	for _, seg := range list {
		add(seg)
	}
	for _, c := range s.shared.commits {
		for _, seg := range c.added {
			add(seg)
		}
	}
	return s.removeSegmentsLocked(slices.DeleteFunc(slices.Collect(maps.Keys(s.segments)), func(id string) bool { return named[id] }))
}

// addLocked shows searches the segments of a checkpoint of this process, unless the last snapshot was taken after it:
// that may have others in their place already. The lock is held.
func (s *Store) addLocked(to store.Position, added []store.Segment) {
	if s.opts.Sharing != nil {
		if after(&s.shared.seen, to) {
			return
		}
		s.shared.commits = append(s.shared.commits, ownCommit{to, added})
	}
	for _, seg := range added {
		s.segments[seg.ID] = &segmentRef{Segment: seg}
	}
}

// unsealedFrom returns the offset from which on rows of a writer belong to what searches see: none when the last snapshot
// has another owner, or does not know of this one yet. The lock is held.
func (s *Store) unsealedFrom(w *Writer) (offset int64, ok bool) {
	if s.opts.Sharing == nil {
		return 0, true
	}
	p, known := partitionOf(&s.shared.seen, w.position.Queue, w.position.Partition)
	return p.Offset, known && p.Epoch == w.position.Epoch
}

// elsewhere lists the partitions whose unsealed rows are not those of a writer here. The lock is held.
func (s *Store) elsewhere() (list []store.Partition) {
	if s.opts.Sharing == nil {
		return nil
	}
	for _, p := range s.shared.seen.Partitions {
		w, closed := s.writers[p.Partition], slices.Contains(s.opts.Closed, p.Partition)
		if p.Queue == s.opts.Queue && !closed && (w == nil || w.position.Epoch != p.Epoch) {
			list = append(list, p)
		}
	}
	for partition := range s.opts.Partitions {
		if _, claimed := partitionOf(&s.shared.seen, s.opts.Queue, partition); !claimed && !slices.Contains(s.opts.Closed, partition) {
			list = append(list, store.Partition{Position: store.Position{Queue: s.opts.Queue, Partition: partition}})
		}
	}
	return list
}

// replaced reports whether a segment whose file is gone was replaced by another process.
func (s *Store) replaced(ctx context.Context, id string) (bool, error) {
	if s.opts.Sharing == nil {
		return false, nil
	}
	if _, err := s.refresh(ctx); err != nil {
		return false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.segments[id] == nil, nil
}
