package logs

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/store"
)

// Names of segments in a shared folder tell by what right they were written, so that a file that no transaction added can
// be told from one that is about to be:
//
//	logs-20260102-k3vq7m2a-5f0c21d7a9e1-p3-e7-RANDOM.seg   writer's member, queue, partition, epoch of its owner
//	logs-20260102-k3vq7m2a-join12-t4-RANDOM.seg            member, work, term of its lease
//
// Where one process writes, the member, the queue and the term are left out.

// jobs are the leases of what writes segments of others.
var jobs = map[string]string{"join": JobJoin, "cut": JobDelete}

// originOf is the part of a segment's name that says which writer made it.
func (s *Store) originOf(at store.Position) string {
	origin := fmt.Sprintf("%s-e%d", partitionText(at.Partition), at.Epoch)
	if s.opts.Sharing == nil {
		return origin
	}
	return fmt.Sprintf("%s-%s-%s", shortMember(s.opts.Sharing.Member), at.Queue, origin)
}

// originUnder is the part of a segment's name that says under which lease it was made of others.
func (s *Store) originUnder(ctx context.Context, work string) string {
	if s.opts.Sharing == nil {
		return work
	}
	return fmt.Sprintf("%s-%s-t%d", shortMember(s.opts.Sharing.Member), work, store.LeaseOf(ctx).Term)
}

// shortMember is enough of a member's id for people to find it.
func shortMember(id string) string { return strings.ToLower(id[:min(8, len(id))]) }

// canCommit reports whether, as of a snapshot, a transaction may still add a file of that name: its writer owns the
// partition, or its lease has not changed hands. It is true of names that do not tell.
func canCommit(now *store.Snapshot, name string) bool {
	parts := strings.Split(strings.TrimSuffix(name, segmentSuffix), "-")
	switch len(parts) {
	case 7:
		partition, ok1 := numbered(parts[4], "p")
		epoch, ok2 := numbered(parts[5], "e")
		p, known := partitionOf(now, parts[3], int(partition))
		return !ok1 || !ok2 || !known || p.Epoch <= epoch
	case 6:
		job := jobs[strings.TrimRight(parts[3], "0123456789")]
		term, ok := numbered(parts[4], "t")
		if job == "" || !ok {
			return true
		}
		for _, lease := range now.Leases {
			if lease.Name == job {
				return lease.Term == term && lease.Owner != ""
			}
		}
	}
	return true
}

// numbered reads a number behind a letter.
func numbered(text, letter string) (n int64, ok bool) {
	digits, ok := strings.CutPrefix(text, letter)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n >= 0
}
