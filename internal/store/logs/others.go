package logs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/haetae/haetae/internal/store"
)

// Others are the processes that share the metadata and the folder of segments.
type Others interface {
	// Unsealed is Store.Unsealed of another member. An error other than ErrMoved means that the member did not answer whole; what
	// it had handed over by then counts for nothing. It comes soon when the member is away.
	Unsealed(ctx context.Context, member store.Member, ask Ask, give func(Part) error) (Cursor, error)
}

const (
	// askTimes is how often a search begins again because a partition moved meanwhile, from askPause on with twice the pause
	// each time: about a second in all, in which an owner finishes its checkpoint or begins to write.
	askTimes = 9
	askPause = 2 * time.Millisecond
	// silentFor is how long a member says nothing before it is not asked any more.
	silentFor = 15 * time.Second
)

// everywhere is a snapshot of the rows of all processes. Partitions whose owner did not hand over its rows are noted in it, and
// so is that the metadata are away.
// Of rows in memory elsewhere those below an offset of from, by partition, may be left out.
func (s *Store) everywhere(ctx context.Context, req *Search, from map[int]int64) (*snapshot, error) {
	for pause, try := askPause, 1; ; try++ {
		stale, err := s.recall(ctx)
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		snap, members := s.snapshotLocked(req.Datasets, req.Min, req.Max), s.shared.seen.Members
		if snap.stale = stale; stale != "" {
			snap.at = min(snap.at, s.shared.seenAt)
		}
		s.mu.Unlock()
		if s.opts.Sharing == nil { // nothing moves
			for _, p := range snap.behind {
				snap.lack(p, "its reader has not read yet all that came a second ago and before")
			}
			return snap, nil
		}
		if len(snap.elsewhere) == 0 && len(snap.behind) == 0 {
			return snap, nil
		}
		last := try == askTimes || stale != ""
		moved, err := s.askOthers(ctx, snap, members, req, from, last)
		if err == nil && (len(moved) == 0 || last) {
			for _, p := range moved {
				snap.miss(p, "nobody reads it, or its owner has not read yet all that came a second ago and before, or has stored it meanwhile")
			}
			return snap, nil
		}
		s.release(snap)
		if err != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
			pause *= 2
		}
	}
}

// answer is what one member handed over.
type answer struct {
	member store.Member
	asked  []store.Partition
	parts  []memoryPart
	cursor Cursor
	err    error
}

// askOthers adds to a snapshot what the owners of the other partitions hand over, and returns the partitions that do not
// stand as the shared snapshot has it. Unless it is the last try, an owner of such a one may hand over nothing of its others.
func (s *Store) askOthers(
	ctx context.Context, snap *snapshot, members []store.Member, req *Search, from map[int]int64, last bool,
) (moved []store.Partition, err error) {
	answers, moved := s.owners(snap, members)
	moved = append(moved, snap.behind...)
	held := heldBytes{limit: req.MaxMemory}
	group, within := errgroup.WithContext(ctx)
	for _, a := range answers {
		ask := req.ask()
		ask.Partitions, ask.From, ask.Some = a.asked, from, last
		ask.Count = ask.Count && from == nil // which leaves out rows by their offsets
		group.Go(func() error {
			a.cursor, a.err = s.opts.Sharing.Others.Unsealed(within, a.member, ask, func(p Part) error {
				if err := held.add(p.size()); err != nil {
					return err
				}
				part, err := p.open()
				a.parts = append(a.parts, part)
				return err
			})
			if isLimit(a.err) {
				return a.err
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	defer snap.sortMemory()
	for _, a := range answers {
		switch {
		case a.err == nil:
			snap.memory = append(snap.memory, a.parts...)
			for _, p := range a.asked {
				if offset, stands := a.cursor.Offsets[p.Partition]; stands {
					snap.cursor.Offsets[p.Partition] = offset
				} else {
					moved = append(moved, p)
				}
			}
		case errors.Is(a.err, ErrMoved):
			moved = append(moved, a.asked...)
		default:
			for _, p := range a.asked {
				snap.miss(p, fmt.Sprintf("its owner at %s does not answer: %v", a.member.Address, a.err))
			}
		}
	}
	return moved, nil
}

// owners sorts the partitions that this process does not write by the members that own them. Those that it owns without
// writing them yet are returned as moved; those that nobody can be asked for are noted as missing.
func (s *Store) owners(snap *snapshot, members []store.Member) (answers []*answer, moved []store.Partition) {
	byMember := map[string]*answer{}
	for _, p := range snap.elsewhere {
		if p.Owner == s.opts.Sharing.Member {
			moved = append(moved, p)
			continue
		}
		a := byMember[p.Owner]
		if a == nil {
			member, why := living(members, p.Owner)
			if s.opts.Sharing.Others == nil {
				why = "other processes cannot be asked"
			}
			if why != "" {
				snap.miss(p, why)
				continue
			}
			a = &answer{member: member}
			byMember[p.Owner] = a
			answers = append(answers, a)
		}
		a.asked = append(a.asked, p)
	}
	return answers, moved
}

// living finds the member that owns a partition; why says why it cannot be asked.
func living(members []store.Member, owner string) (m store.Member, why string) {
	if owner == "" {
		return m, "no process owns it"
	}
	for _, m := range members {
		if m.ID != owner {
			continue
		}
		if m.Silent > silentFor {
			return m, fmt.Sprintf("its owner at %s has been silent for %s", m.Address, m.Silent.Round(time.Second))
		}
		return m, ""
	}
	return m, "its owner has ended"
}

// miss notes a partition whose rows in memory are not in the snapshot.
func (s *snapshot) miss(p store.Partition, why string) {
	s.lack(p, why)
	s.cursor.Offsets[p.Partition] = max(s.cursor.Offsets[p.Partition], p.Offset)
}

// lack notes a partition of which the snapshot has what was received until p.Received.
func (s *snapshot) lack(p store.Partition, why string) {
	if s.missing == nil {
		s.missing = map[int]string{}
	}
	s.missing[p.Partition] = why
	s.at = min(s.at, p.Received)
}

// heldBytes bounds what the answers of several members take.
type heldBytes struct {
	mu           sync.Mutex
	bytes, limit int64
}

func (h *heldBytes) add(n int64) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.bytes += n; h.bytes > h.limit {
		return memoryError(h.limit)
	}
	return nil
}
