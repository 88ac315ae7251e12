package logs

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
)

// Held describes segments that are kept by one rule, or would go by a new one.
type Held struct {
	Dataset, Class        string // "" when it describes all
	Segments              int
	Rows, Bytes, RawBytes int64
	Oldest                time.Time // event time; zero when there are no segments
}

func (h *Held) add(seg store.Segment) {
	h.Segments++
	h.Rows += seg.Rows
	h.Bytes += seg.Bytes
	h.RawBytes += seg.RawBytes
	if t := time.Unix(0, seg.MinTime).UTC(); h.Oldest.IsZero() || t.Before(h.Oldest) {
		h.Oldest = t
	}
}

// ByClass returns what is kept of each dataset and retention class, by both names.
func (s *Store) ByClass() []Held {
	type key struct{ dataset, class string }
	byKey := map[key]*Held{}
	for _, seg := range s.listed() {
		k := key{seg.Dataset, seg.Class}
		if byKey[k] == nil {
			byKey[k] = &Held{Dataset: seg.Dataset, Class: seg.Class}
		}
		byKey[k].add(seg)
	}
	list := make([]Held, 0, len(byKey))
	for _, h := range byKey {
		list = append(list, *h)
	}
	slices.SortFunc(list, func(a, b Held) int {
		return cmp.Or(strings.Compare(a.Dataset, b.Dataset), strings.Compare(a.Class, b.Class))
	})
	return list
}

// Preview says which segments would go at once if the retention were r.
func (s *Store) Preview(r Retention) (Held, error) {
	if err := r.validate(); err != nil {
		return Held{}, err
	}
	var gone Held
	var rest []store.Segment
	now := s.opts.Now()
	for _, seg := range s.listed() {
		if r.isExpired(seg, now) {
			gone.add(seg)
		} else {
			rest = append(rest, seg)
		}
	}
	limit, err := s.sizeLimit(&r)
	if err != nil || limit == 0 {
		return gone, err
	}
	for _, seg := range overSize(rest, limit) {
		gone.add(seg)
	}
	return gone, nil
}

// BytesByDay returns the size of all segments by UTC day of receipt, and when the first record of them that tells
// was received.
func (s *Store) BytesByDay() (byDay map[string]int64, first time.Time) {
	byDay = map[string]int64{}
	for _, seg := range s.listed() {
		byDay[seg.Received] += seg.Bytes
		if t := time.Unix(0, seg.MaxReceived); seg.MaxReceived != 0 && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return byDay, first
}

// SizeLimit returns the bound of all segments in bytes, 0 for none.
func (s *Store) SizeLimit() (int64, error) { return s.sizeLimit(s.retention.Load()) }

// DefaultAge returns how long records are kept that no stream filter chooses, 0 for ever.
func (s *Store) DefaultAge() time.Duration { return s.retention.Load().age(model.DatasetLogs, "") }
