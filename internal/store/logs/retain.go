package logs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
)

// Retain removes segments that are older than their retention, then the ones received first until the others
// fit into the bound of size.
func (s *Store) Retain(ctx context.Context) error {
	if err := s.settleSwap(ctx); err != nil {
		return err
	}
	retention := s.retention.Load()
	now := s.opts.Now().Round(0)
	trusted, err := s.trustClock(ctx, now)
	if err != nil {
		return err
	}
	if trusted {
		expired := s.expired(retention, now)
		if err := s.tellAudit(ctx, expired); err != nil {
			return err
		}
		if err := s.expire(ctx, expired, "age"); err != nil {
			return err
		}
	}
	limit, err := s.sizeLimit(retention)
	if err != nil || limit == 0 {
		return err
	}
	all := s.listed()
	trail := auditBytes(all)
	if large := trail > limit/auditShare; s.trailLarge.Swap(large) != large && large {
		s.opts.Log.Warn("the audit trail, which max_size does not bound, is large; make audit_retention shorter or room on the disk",
			"bytes", trail, "max_size", limit)
	}
	return s.expire(ctx, overSize(all, limit), "size")
}

// listed returns all segments.
func (s *Store) listed() []store.Segment {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]store.Segment, 0, len(s.segments))
	for _, ref := range s.segments {
		list = append(list, ref.Segment)
	}
	return list
}

// expired returns the segments that a retention has no more at a time.
func (s *Store) expired(r *Retention, now time.Time) []store.Segment {
	return slices.DeleteFunc(s.listed(), func(seg store.Segment) bool { return !r.isExpired(seg, now) })
}

// isExpired reports whether all rows of a segment are older than their retention: it counts from the receipt of the
// last one, or from the end of the day of receipt when that is not known.
func (r *Retention) isExpired(seg store.Segment, now time.Time) bool {
	age := r.age(seg.Dataset, seg.Class)
	if age == 0 {
		return false
	}
	last := time.Unix(0, seg.MaxReceived)
	if seg.MaxReceived == 0 {
		day, err := time.Parse(dayForm, seg.Received)
		if err != nil {
			return false
		}
		last = day.Add(24 * time.Hour)
	}
	return now.Sub(last) > age
}

// tellAudit says which segments of the audit trail are about to go: it must know of that first.
func (s *Store) tellAudit(ctx context.Context, expired []store.Segment) error {
	trail := slices.DeleteFunc(slices.Clone(expired), func(seg store.Segment) bool { return seg.Dataset != model.DatasetAudit })
	if len(trail) == 0 || s.opts.AuditExpires == nil {
		return nil
	}
	return s.opts.AuditExpires(ctx, trail)
}

// sizeLimit returns the bound of all segments in bytes, 0 for none.
func (s *Store) sizeLimit(retention *Retention) (int64, error) {
	limit := retention.MaxBytes
	if percent := retention.MaxPercent; percent > 0 {
		total, _, err := s.opts.FS.Usage(s.opts.Dir)
		if err != nil {
			return 0, fmt.Errorf("cannot tell the size of the file system: %w", err)
		}
		if part := int64(float64(total) * percent / 100); limit == 0 || part < limit {
			limit = part
		}
	}
	return limit, nil
}

// auditShare is the part of the bound of size, one in so many, beyond which the audit trail is worth a word.
const auditShare = 10

// auditBytes returns how large the audit trail is.
func auditBytes(segments []store.Segment) (size int64) {
	for _, seg := range segments {
		if seg.Dataset == model.DatasetAudit {
			size += seg.Bytes
		}
	}
	return size
}

// overSize returns the segments to remove so that the rest fits: those received first, of those received at once
// the ones with the oldest events. The audit trail stays, and does not count: who fills it must not drive records out.
func overSize(segments []store.Segment, limit int64) []store.Segment {
	size := -auditBytes(segments)
	for _, seg := range segments {
		size += seg.Bytes
	}
	segments = slices.DeleteFunc(segments, func(seg store.Segment) bool { return seg.Dataset == model.DatasetAudit })
	slices.SortFunc(segments, func(a, b store.Segment) int {
		return cmp.Or(strings.Compare(a.Received, b.Received), cmp.Compare(a.MaxReceived, b.MaxReceived),
			cmp.Compare(a.MaxTime, b.MaxTime), strings.Compare(a.ID, b.ID))
	})
	n := 0
	for n < len(segments) && size > limit {
		size -= segments[n].Bytes
		n++
	}
	return segments[:n]
}

func (s *Store) expire(ctx context.Context, segments []store.Segment, reason string) error {
	if len(segments) == 0 {
		return nil
	}
	ids, rows := make([]string, len(segments)), int64(0)
	for i, seg := range segments {
		ids[i] = seg.ID
		rows += seg.Rows
	}
	if err := s.swap(ctx, store.Swap{Remove: ids}); err != nil {
		return fmt.Errorf("cannot remove %d expired segments: %w", len(ids), err)
	}
	s.metrics.expired.WithLabelValues(reason).Add(float64(len(ids)))
	s.opts.Log.Info("removed expired segments", "segments", len(ids), "rows", rows, "reason", reason)
	return nil
}
