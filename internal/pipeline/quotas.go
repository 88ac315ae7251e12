package pipeline

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// FieldSampling is the field of a record that a quota's sample has kept: how many records it stands for, itself and those
// that were left out before it.
const FieldSampling = "sampling.factor"

// OverQuota is what became of records of one source that were over its quota. Its texts are valid during the call.
type OverQuota struct {
	Quota       string // its name
	Input, Peer string // of the source
	Waits       bool   // the sender was told to wait, and nothing of the write was stored; else:
	Left        int    // records that are acknowledged and not stored
	Sampled     bool   // they were left out of a sample, not dropped
}

const (
	// maxBuckets bounds the sources of a quota that are told apart; those beyond share one bucket.
	maxBuckets = 10_000
	// sweepEvery is how often unused buckets are looked for when there are so many.
	sweepEvery = int64(time.Second)
	// credit is how far a sender that cannot stop in the middle may go into debt.
	credit = time.Minute
)

// bucketKey is a source of a quota; the zero key is that of all together.
type bucketKey struct {
	input, peer string
	stream      uint64 // record.StreamHash
}

// quotas are those in effect. The lock is held once for a write, whatever its number of records.
type quotas struct {
	rules    []*quota
	byStream bool // a decision depends on the stream of a record
	byHost   bool // ... and on its host

	mu   sync.Mutex
	turn uint64 // counts writes
}

func newQuotas(rules []*quota) *quotas {
	if len(rules) == 0 {
		return nil
	}
	q := &quotas{rules: rules}
	for _, r := range rules {
		q.byHost = q.byHost || len(r.hosts) > 0
		q.byStream = q.byStream || r.stream != nil || r.perStream
	}
	return q
}

// verdict is what becomes of one record: 0 is stored as it is, a tally's number from 1 is left out by its quota, and the
// negative of that is stored as one that stands for others.
type verdict int32

// judgement is what the quotas say of one write. Its memory is reused.
type judgement struct {
	verdicts  []verdict // of each record
	tallies   []tally
	left      int // records that are not stored
	leftBytes int64

	record model.Record // see kept
	fields []model.Field
}

// waiting is a source that has to wait for its quota.
type waiting struct {
	quota, input, peer string
	wait               time.Duration
}

// err is what its sender is told.
func (w *waiting) err() error {
	return &model.QuotaError{
		BusyError: model.BusyError{Bound: "limits.sources of " + w.quota, RetryAfter: w.wait},
		Input:     strings.Clone(w.input), Peer: strings.Clone(w.peer),
	}
}

// tally is what one write takes from one bucket.
type tally struct {
	quota          *quota
	bucket         *bucket
	records, bytes float64
	over           uint64 // of a sample
}

// judge decides about the records of a write and takes what they need from the buckets. When a source has to wait nothing is
// taken, and what is returned is not nil.
func (q *quotas) judge(j *judgement, records []model.Record, patience model.Patience, now int64) *waiting {
	j.verdicts = slices.Grow(j.verdicts[:0], len(records))[:len(records)]
	clear(j.verdicts)
	j.tallies, j.left, j.leftBytes = j.tallies[:0], 0, 0
	q.mu.Lock()
	defer q.mu.Unlock()
	q.turn++
	at := -1 // the tally of the record before
	for i := range records {
		r := &records[i]
		if i == 0 || !q.alike(&records[i-1], r) {
			rule := q.ruleOf(r)
			if rule == nil {
				at = -1
				continue
			}
			b := rule.bucketOf(r, now)
			if b.turn != q.turn {
				if wait := rule.delay(b, patience, now); wait > 0 {
					q.undo(j)
					return &waiting{quota: rule.name, input: r.Input, peer: r.Peer, wait: wait}
				}
				b.turn, b.tally = q.turn, len(j.tallies)
				j.tallies = append(j.tallies, tally{quota: rule, bucket: b})
			}
			at = b.tally
		}
		if at >= 0 {
			j.judge(i, at, r, patience)
		}
	}
	return nil
}

// judge decides about one record.
func (j *judgement) judge(i, at int, r *model.Record, patience model.Patience) {
	t := &j.tallies[at]
	q, b := t.quota, t.bucket
	size := 0
	if q.limit.bytes > 0 {
		size = recordSize(r)
	}
	if q.wait && patience != model.PatienceNone || b.has(&q.limit) {
		b.take(1, float64(size))
		t.records++
		t.bytes += float64(size)
		return
	}
	if q.keep > 0 {
		b.over++
		t.over++
		if b.over >= q.keep {
			b.over = 0
			j.verdicts[i] = -verdict(at + 1)
			return
		}
	}
	j.left++
	j.leftBytes += int64(recordSize(r))
	j.verdicts[i] = verdict(at + 1)
}

// alike reports whether records next to each other are of one bucket for certain.
func (q *quotas) alike(a, b *model.Record) bool {
	return a.Input == b.Input && a.Peer == b.Peer &&
		(!q.byStream || slices.Equal(a.Stream, b.Stream)) && (!q.byHost || hostOf(a) == hostOf(b))
}

func (q *quotas) ruleOf(r *model.Record) *quota {
	for _, rule := range q.rules {
		if rule.matches(r) {
			return rule
		}
	}
	return nil
}

// bucketOf returns the bucket of a record's source, filled.
func (q *quota) bucketOf(r *model.Record, now int64) *bucket {
	var key bucketKey
	switch {
	case q.perRule:
	case q.perStream:
		key.stream = record.StreamHash(r.Stream)
	default:
		key.input, key.peer = r.Input, r.Peer
	}
	b := q.buckets[key]
	if b == nil {
		if len(q.buckets) >= maxBuckets && !q.sweep(now) {
			key = bucketKey{}
			b = q.buckets[key]
		}
		if b == nil {
			b = newBucket(&q.limit, now)
			q.buckets[bucketKey{strings.Clone(key.input), strings.Clone(key.peer), key.stream}] = b
		}
	}
	b.fill(&q.limit, now)
	return b
}

// sweep forgets the buckets of sources that have not sent for a while, and reports whether there is room now.
func (q *quota) sweep(now int64) bool {
	if now-q.swept < sweepEvery {
		return false
	}
	q.swept = now
	for key, b := range q.buckets {
		if b.fill(&q.limit, now); b.full(&q.limit) && b.over == 0 {
			delete(q.buckets, key)
		}
	}
	return len(q.buckets) < maxBuckets
}

// delay is how long a write has to wait for the bucket of one of its records, 0 when it need not.
func (q *quota) delay(b *bucket, patience model.Patience, now int64) time.Duration {
	if !q.wait || patience == model.PatienceNone {
		return 0
	}
	debt := b.debt(&q.limit)
	if patience == model.PatienceBegun {
		debt -= credit
	}
	return max(debt, 0)
}

// tell counts what was left out or stored for others, by runs of one source, and passes it on.
func (j *judgement) tell(records []model.Record, m *Metrics, tell func(OverQuota)) {
	for i := 0; i < len(records); i++ {
		v := j.verdicts[i]
		switch {
		case v == 0:
			continue
		case v < 0:
			m.quota.WithLabelValues(j.tallies[-v-1].quota.name, outcomeSampled).Inc()
			continue
		}
		from, q := i, j.tallies[v-1].quota
		for i+1 < len(records) && j.verdicts[i+1] == v && records[i+1].Input == records[from].Input && records[i+1].Peer == records[from].Peer {
			i++
		}
		n, outcome := i+1-from, outcomeDropped
		if q.keep > 0 {
			outcome = outcomeLeftOut
		}
		m.quota.WithLabelValues(q.name, outcome).Add(float64(n))
		tell(OverQuota{Quota: q.name, Input: records[from].Input, Peer: records[from].Peer, Left: n, Sampled: q.keep > 0})
	}
}

// kept returns record i as it is stored, nil when it is left out. What it returns is valid until the next call.
func (j *judgement) kept(i int, r *model.Record) *model.Record {
	v := j.verdicts[i]
	if v > 0 {
		return nil
	}
	j.record = *r // the sender's record stays as it is
	j.fields = append(j.fields[:0], r.Fields...)
	for i := range j.fields {
		if j.fields[i].Name == FieldSampling {
			j.fields[i].Name = "sent." + FieldSampling
		}
	}
	j.fields = append(j.fields, model.Field{Name: FieldSampling, Value: j.tallies[-v-1].quota.factor})
	j.record.Fields = j.fields
	return &j.record
}

// giveBack returns what a write has taken that was not stored: it comes again.
func (q *quotas) giveBack(j *judgement) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.undo(j)
}

func (q *quotas) undo(j *judgement) {
	for i := range j.tallies {
		t := &j.tallies[i]
		t.bucket.take(-t.records, -t.bytes)
		if keep := t.quota.keep; keep > 0 {
			t.bucket.over = (t.bucket.over + keep - t.over%keep) % keep
		}
	}
	j.tallies = j.tallies[:0]
}
