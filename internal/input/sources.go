package input

import (
	"sync"
	"time"
)

// maxSources bounds the table; what comes after is counted under the peer "(others)".
const maxSources = 10_000

// Sources counts per input and peer: received, bytes, rejected with reason, last seen.
type Sources struct {
	mu   sync.Mutex
	rows map[sourceKey]*SourceStats
}

type sourceKey struct{ input, peer string }

// SourceStats is one row of the table.
type SourceStats struct {
	Input    string            `json:"input"`
	Peer     string            `json:"peer"`
	Records  int64             `json:"records"`
	Bytes    int64             `json:"bytes"`
	Rejected map[string]int64  `json:"rejected,omitempty"` // reason -> records
	Sample   map[string]string `json:"sample,omitempty"`   // reason -> start of the last rejected record
	LastSeen time.Time         `json:"last_seen"`
}

// NewSources returns an empty table.
func NewSources() *Sources {
	return &Sources{rows: map[sourceKey]*SourceStats{}}
}

// Received counts records that became durable.
func (s *Sources) Received(input, peer string, records, bytes int, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.row(input, peer)
	r.Records += int64(records)
	r.Bytes += int64(bytes)
	r.LastSeen = now
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
	r := s.row(input, peer)
	if r.Rejected == nil {
		r.Rejected, r.Sample = map[string]int64{}, map[string]string{}
	}
	r.Rejected[reason] += int64(records)
	if sample != "" {
		r.Sample[reason] = string([]byte(sample)) // the sample may alias a reused buffer
	}
	r.LastSeen = now
}

// All returns a copy of the table.
func (s *Sources) All() []SourceStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]SourceStats, 0, len(s.rows))
	for _, r := range s.rows {
		c := *r
		c.Rejected, c.Sample = copyMap(r.Rejected), copyMap(r.Sample)
		out = append(out, c)
	}
	return out
}

func (s *Sources) row(input, peer string) *SourceStats {
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
	k = sourceKey{string([]byte(k.input)), string([]byte(k.peer))}
	r := &SourceStats{Input: k.input, Peer: k.peer}
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
