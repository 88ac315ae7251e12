package block

// Times of one layout have few words between them, so that those of a variable with many times are not looked up one
// by one: all that times in the range can have are added at once.
const (
	enumerable = 3 // digits of a fraction
	fewTimes   = 4096
	// Times farther from the first are added one by one.
	rangeHours = 10_000
)

const hour = 3600e9

// timeRange is the range of the times whose words are added at the end.
type timeRange struct {
	first, lo, hi int64
	any           bool
}

// take extends the range, or reports false when it would be too long.
func (r *timeRange) take(ns int64) bool {
	if !r.any {
		*r = timeRange{ns, ns, ns, true}
	}
	if ns < r.first-rangeHours*hour || ns > r.first+rangeHours*hour {
		return false
	}
	r.lo, r.hi = min(r.lo, ns), max(r.hi, ns)
	return true
}

// addTimes adds all words of times in the range, and some more: each hour once, each minute and second, and each
// fraction of a second.
func (s *tokenSet) addTimes(seed uint64, l layout, r timeRange) {
	if !r.any {
		return
	}
	var text []byte
	add := func(ns int64) {
		text = l.append(text[:0], ns)
		s.addWords(seed, alias(text))
	}
	start := floorDiv(r.lo, hour) * hour
	for at := start; at <= r.hi; at += hour {
		add(at)
	}
	add(r.hi) // zones may be off by parts of an hour
	for i := range int64(60) {
		add(start + i*61e9)
	}
	for i := range powers[l.digits()] {
		add(start + i*l.unit())
	}
}
