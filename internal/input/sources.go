package input

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// maxSources bounds the table; what comes after is counted under the peer "(others)".
const maxSources = 10_000

// Sources counts per input and peer: received, bytes, rejected with reason, first and last seen, and for the first
// maxHistories of them what came in each minute of the last hour.
type Sources struct {
	mu        sync.Mutex
	rows      map[sourceKey]*sourceRow
	histories int // rows that have one
	restored  Totals
}

// sourceRow is one row of the table with what is kept of its last hour.
type sourceRow struct {
	SourceStats
	history *history  // nil beyond maxHistories
	since   time.Time // from when on the history is whole
	left    int64     // records that the next Received counts though the sink has not stored them
}

type sourceKey struct{ input, peer string }

// SourceStats is one row of the table.
type SourceStats struct {
	Input        string            `json:"input"`
	Peer         string            `json:"peer"`
	Records      int64             `json:"records"`
	Bytes        int64             `json:"bytes"`
	Rejected     map[string]int64  `json:"rejected,omitempty"` // reason -> records
	Sample       map[string]string `json:"sample,omitempty"`   // reason -> start of the last rejected record
	FirstSeen    time.Time         `json:"first_seen"`
	LastSeen     time.Time         `json:"last_seen"`
	LastRejected *Rejection        `json:"last_rejected,omitempty"`
	Quota        *QuotaUse         `json:"quota,omitempty"` // nil when it was never over one

	// The rest is known of sources with a history.

	Minutes []Minute `json:"minutes,omitempty"` // with records, the oldest first; at most an hour
	Rate    float64  `json:"rate"`              // records per second in the last ten seconds
	// Lag is the median of receipt minus event time in the last minute; nil when no event time was seen.
	Lag *time.Duration `json:"lag,omitempty"`
	// Usual is the records per minute of a source in the hour before its last record; 0 when it came too short a time.
	Usual float64 `json:"usual"`
}

// Rejection is the last record of a source that was refused or dropped.
type Rejection struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	Sample string    `json:"sample,omitempty"` // its start
}

// QuotaUse is how a source has come to the bound of its quota.
type QuotaUse struct {
	Name  string    `json:"name"`  // of the quota that it was over last
	At    time.Time `json:"at"`    // when that was
	Waits int64     `json:"waits"` // how often it was told to wait
}

// Reasons under which records are counted that a quota has left out.
const (
	ReasonQuotaDropped = "over its quota: dropped"
	ReasonQuotaSampled = "over its quota: sampled out"
)

// Minute is what came within one minute.
type Minute struct {
	At      time.Time `json:"at"` // its begin
	Records int64     `json:"records"`
	Bytes   int64     `json:"bytes"`
}

// NewSources returns an empty table.
func NewSources() *Sources {
	return &Sources{rows: map[sourceKey]*sourceRow{}}
}

// Received counts records that became durable.
func (s *Sources) Received(input, peer string, records, bytes int, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.row(input, peer, now)
	r.LastSeen = now
	stored, size := int64(records), int64(bytes)
	if left := min(r.left, stored); left > 0 {
		r.left -= left
		size = size * (stored - left) / stored
		stored -= left
	}
	r.Records += stored
	r.Bytes += size
	if r.history != nil && stored > 0 {
		r.history.add(stored, size, now, r.since)
	}
}

// Lagged notes how long after its event a durable record of a source was received. Inputs need not call it: who
// gives them their sink does.
func (s *Sources) Lagged(input, peer string, lag time.Duration, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.row(input, peer, now); r.history != nil {
		r.history.lagged(lag, now)
	}
}

// Left counts records that the sink acknowledges without storing them, since their source is over a quota. The sink says so before it
// returns; Received, called when it has, then counts the others alone. The reason is ReasonQuotaDropped or ReasonQuotaSampled.
func (s *Sources) Left(input, peer, quota, reason string, records int, now time.Time) {
	s.Rejected(input, peer, reason, records, "", now)
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.row(input, peer, now)
	r.left += int64(records)
	r.overQuota(quota, now)
}

// Waits counts that a source was told to wait for its quota.
func (s *Sources) Waits(input, peer, quota string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.row(input, peer, now)
	r.overQuota(quota, now)
	r.Quota.Waits++
	r.LastSeen = now
}

func (r *sourceRow) overQuota(name string, now time.Time) {
	if r.Quota == nil {
		r.Quota = &QuotaUse{}
	}
	r.Quota.Name, r.Quota.At = name, now
}

// OverQuota returns the sources that were over a quota since a time, as Record.Source names them, sorted.
func (s *Sources) OverQuota(since time.Time) (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, r := range s.rows {
		if r.Quota != nil && r.Quota.At.After(since) {
			list = append(list, (&model.Record{Input: k.input, Peer: k.peer}).Source())
		}
	}
	slices.Sort(list)
	return list
}

// Rejected counts records that were refused or dropped, with a reason in a few fixed words ("line too long")
// and the start of one of them.
func (s *Sources) Rejected(input, peer, reason string, records int, sample string, now time.Time) {
	const maxSample = 256
	if len(sample) > maxSample {
		sample = sample[:maxSample]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.row(input, peer, now)
	if r.Rejected == nil {
		r.Rejected = map[string]int64{}
	}
	if r.Sample == nil { // a restored source may have rejections without
		r.Sample = map[string]string{}
	}
	r.Rejected[reason] += int64(records)
	sample = strings.Clone(sample) // it may alias a reused buffer
	if sample != "" {
		r.Sample[reason] = sample
	}
	r.LastRejected = &Rejection{At: now, Reason: reason, Sample: sample}
	r.LastSeen = now
}

// Restore puts sources that an earlier process has seen into the table, before any other is counted. Their counts and
// usual rates go on; the minutes of their last hour are not known any more.
func (s *Sources) Restore(rows []SourceStats, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stats := range rows {
		r := s.row(stats.Input, stats.Peer, now)
		r.SourceStats = stats
		if r.history != nil {
			r.history.usual = stats.Usual
		}
		s.restored.add(stats)
	}
}

// All returns a copy of the table as it is at a time.
func (s *Sources) All(now time.Time) []SourceStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]SourceStats, 0, len(s.rows))
	for _, r := range s.rows {
		c := r.SourceStats
		if h := r.history; h != nil {
			c.Minutes, c.Rate, c.Lag, c.Usual = h.lastHour(now), h.rate(now), h.lag(now), h.usual
		}
		c.Rejected, c.Sample = copyMap(r.Rejected), copyMap(r.Sample)
		if r.Quota != nil {
			use := *r.Quota
			c.Quota = &use
		}
		out = append(out, c)
	}
	return out
}

// Totals are sums over all sources since the start, without what was restored.
type Totals struct {
	Sources                  int
	Records, Bytes, Rejected int64
}

// Totals returns the sums.
func (s *Sources) Totals() Totals {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := Totals{Sources: len(s.rows)}
	for _, r := range s.rows {
		t.add(r.SourceStats)
	}
	t.Records -= s.restored.Records
	t.Bytes -= s.restored.Bytes
	t.Rejected -= s.restored.Rejected
	return t
}

func (t *Totals) add(s SourceStats) {
	t.Records += s.Records
	t.Bytes += s.Bytes
	for _, n := range s.Rejected {
		t.Rejected += n
	}
}

func (s *Sources) row(input, peer string, now time.Time) *sourceRow {
	k := sourceKey{input, peer}
	if r := s.rows[k]; r != nil {
		return r
	}
	if len(s.rows) >= maxSources {
		k.peer = "(others)"
		if r := s.rows[k]; r != nil {
			return r
		}
	}
	k = sourceKey{strings.Clone(k.input), strings.Clone(k.peer)}
	r := &sourceRow{SourceStats: SourceStats{Input: k.input, Peer: k.peer, FirstSeen: now}, since: now}
	if s.histories < maxHistories {
		s.histories++
		r.history = &history{}
	}
	s.rows[k] = r
	return r
}

func copyMap[V any](m map[string]V) map[string]V {
	if m == nil {
		return nil
	}
	c := make(map[string]V, len(m))
	for k, v := range m {
		c[k] = v
	}
	return c
}
