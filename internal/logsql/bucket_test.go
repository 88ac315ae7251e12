package logsql

import (
	"math"
	"testing"
	"time"
)

// A bucket lasts until just before the next one begins, months and years of all lengths and zones included.
func TestBucketLast(t *testing.T) {
	buckets := []Bucket{
		{Kind: BucketTime, Step: 1},
		{Kind: BucketTime, Step: int64(5 * time.Minute), Offset: int64(time.Minute)},
		{Kind: BucketTime, Step: int64(7 * 24 * time.Hour), Offset: -int64(9 * time.Hour)},
		{Kind: BucketCalendar, Unit: "week", Offset: int64(9 * time.Hour)},
		{Kind: BucketCalendar, Unit: "month"},
		{Kind: BucketCalendar, Unit: "month", Offset: -int64(90 * time.Minute)},
		{Kind: BucketCalendar, Unit: "year", Offset: int64(9 * time.Hour)},
	}
	for _, b := range buckets {
		for _, from := range []string{"1969-12-31T23:59:59.999999999Z", "2024-02-29T12:00:00Z", "2026-11-20T05:31:22.123456789Z"} {
			ns, _ := ParseTimeText(from)
			for range 40 {
				start := b.Time(ns)
				last := b.Last(start)
				if last < ns || b.Time(last) != start || b.Time(last+1) != last+1 {
					t.Fatalf("%+v: the bucket of %s goes from %s to %s", b, TimeText(ns), TimeText(start), TimeText(last))
				}
				ns = last + 1 + (last-start)/3
			}
		}
		if start := b.Time(math.MaxInt64); b.Last(start) < start {
			t.Errorf("%+v: the last bucket ends before it begins", b)
		}
	}
}
