package advise

import "github.com/haetae/haetae/internal/model"

// Bounds of the rule. Senders wait for linger.ms, so it is not proposed beyond what a person would not notice.
const (
	longestLinger   = 50  // ms
	busyBatches     = 10. // per second and partition; fewer are not worth a wait
	worthMerging    = 2.  // times fewer batches
	mergesNothing   = 1.2 // appends in one batch
	dominatedByWait = .5  // of the acknowledgement is spent before the request leaves
	noticedMS       = 20. // of p99; senders that wait for less do not notice, and of a wait so long a change is worth it
	waitsOften      = .5  // appends under way on average: some sender always waits, and sends its next one only then
	partOfP99       = .1  // that a shorter linger must take off
)

var lingers = []int64{5, 10, 20, longestLinger} // that are proposed

// linger weighs linger.ms against how senders arrive. What can be merged into one batch is bounded twice: by the parts that
// arrive for the partition within linger.ms, and by those that are under way at once, for a sender that waits for its
// acknowledgement sends no second one meanwhile (Little's law: under way = arrivals per second times seconds each).
func linger(f *Figures) *model.Advice {
	p, n := f.Produce, float64(len(f.Partitions))
	seconds := p.Active.Seconds()
	if p.Batches == 0 || p.Parts == 0 || p.Appends == 0 || seconds == 0 {
		return nil
	}
	now := f.Settings.LingerMS
	size := float64(p.Raw) / float64(p.Batches)
	merged := max(1, float64(p.Parts)/float64(p.Batches)) // a batch of a part that was cut is of one request too
	arrivals := float64(p.Parts) / seconds / n            // per second and partition
	underWay := float64(p.Appends) / seconds * p.AckMean.Seconds()
	before := max(p.AckMean-p.RequestMean, 0)
	v := values{
		"filled_percent": 100 * size / float64(f.Settings.BatchSize), "batch_bytes": size, "batches_per_second": float64(p.Batches) / seconds,
		"merged": merged, "senders": underWay, "ack_ms": ms(p.AckMean), "ack_p99_ms": ms(p.AckP99), "before_request_ms": ms(before),
		"records_per_batch": float64(p.Records) / float64(p.Batches),
	}
	if now > 0 && merged < mergesNothing && before.Seconds() >= dominatedByWait*p.AckMean.Seconds() && p.Batches <= p.Parts*2 {
		saved := min(float64(now), ms(before))
		v["saved_ms"] = saved
		switch {
		case ms(p.AckP99) < noticedMS, saved < partOfP99*ms(p.AckP99), saved < noticedMS && underWay < waitsOften:
			return fine("linger", "linger_fine", v)
		case saved < noticedMS:
			a := change("linger", "linger_lower", "linger.ms", now, 0, v)
			a.Severity = model.AdviceLook
			return a
		}
		return change("linger", "linger_lower", "linger.ms", now, 0, v)
	}
	if size < float64(f.Settings.BatchSize)/2 && float64(p.Batches)/seconds/n >= busyBatches {
		partBytes := float64(p.Raw) / float64(p.Parts)
		could := func(wait int64) float64 {
			return min(max(1, arrivals*float64(wait)/1000), max(1, underWay), max(1, float64(f.Settings.BatchSize)/partBytes))
		}
		best := could(longestLinger)
		for _, wait := range lingers {
			// The shortest that brings nearly all.
			if gain := could(wait) / merged; wait > now && gain >= worthMerging && could(wait) >= .9*best {
				v["fewer"], v["added_ms"] = gain, float64(wait-now)
				a := change("linger", "linger_raise", "linger.ms", now, wait, v)
				if v["added_ms"] > ms(p.AckP99) { // senders would notice
					a.Severity = model.AdviceLook
				}
				return a
			}
		}
	}
	return fine("linger", "linger_fine", v)
}
