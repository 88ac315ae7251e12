package input

import (
	"slices"
	"time"
)

// maxHistories bounds the sources whose last hour is kept, at about 2 KiB each.
const maxHistories = 2000

const (
	historyMinutes = 60
	rateSeconds    = 10
	lagSamples     = 32
	// A source that came for less has no usual rate yet.
	leastMinutes = 10
)

// history is what is kept of a source's last hour. The time of a bucket says whether it still counts.
type history struct {
	minutes [historyMinutes]bucket
	seconds [rateSeconds + 1]bucket
	lags    [lagSamples]lagSample
	next    int     // of lags
	usual   float64 // records per minute, as of the last minute that had one
}

// bucket counts what came within one minute or second.
type bucket struct {
	at             int64 // minutes or seconds since the epoch
	records, bytes int64
}

type lagSample struct {
	at  time.Time
	lag time.Duration
}

func (h *history) add(records, bytes int64, now, since time.Time) {
	minute, second := now.Unix()/60, now.Unix()
	if m := &h.minutes[minute%historyMinutes]; m.at != minute {
		h.remember(now, since)
	}
	add(h.minutes[:], minute, records, bytes)
	add(h.seconds[:], second, records, bytes)
}

func add(ring []bucket, at, records, bytes int64) {
	b := &ring[at%int64(len(ring))]
	if b.at != at {
		*b = bucket{at: at}
	}
	b.records += records
	b.bytes += bytes
}

// remember notes the usual rate when a minute begins, so that it is known when no other follows.
func (h *history) remember(now, since time.Time) {
	minute := now.Unix() / 60
	span := min(minute-since.Unix()/60, historyMinutes)
	if span < leastMinutes {
		return
	}
	var records int64
	for _, m := range h.minutes {
		if m.at >= minute-span && m.at < minute {
			records += m.records
		}
	}
	h.usual = float64(records) / float64(span)
}

func (h *history) lagged(lag time.Duration, now time.Time) {
	h.lags[h.next] = lagSample{now, lag}
	h.next = (h.next + 1) % lagSamples
}

// lastHour returns the minutes that had records, the oldest first.
func (h *history) lastHour(now time.Time) []Minute {
	oldest := now.Unix()/60 - historyMinutes + 1
	var list []Minute
	for _, m := range h.minutes {
		if m.at >= oldest && m.records > 0 {
			list = append(list, Minute{At: time.Unix(m.at*60, 0).UTC(), Records: m.records, Bytes: m.bytes})
		}
	}
	slices.SortFunc(list, func(a, b Minute) int { return a.At.Compare(b.At) })
	return list
}

// rate counts whole seconds alone: the present one is not over.
func (h *history) rate(now time.Time) float64 {
	var records int64
	for _, s := range h.seconds {
		if s.at < now.Unix() && s.at >= now.Unix()-rateSeconds {
			records += s.records
		}
	}
	return float64(records) / rateSeconds
}

func (h *history) lag(now time.Time) *time.Duration {
	var lags []time.Duration
	for _, s := range h.lags {
		if now.Sub(s.at) <= time.Minute {
			lags = append(lags, s.lag)
		}
	}
	if len(lags) == 0 {
		return nil
	}
	slices.Sort(lags)
	return &lags[len(lags)/2]
}
