package logs

import "time"

// Sampler chooses which of the rows that arrive are shown, at most so many in each second of the clock, spread over
// all that arrive in it. It is used by one goroutine.
type Sampler struct {
	perSecond int
	now       func() time.Time

	second       int64
	left         int     // rows that may still be shown in this second
	seen, before int     // rows that came in this second, and in the one before
	carry        float64 // part of a row that the last share was rounded down by
}

// catchUpSeconds is how many seconds' worth of rows a reader may get at once that comes back.
const catchUpSeconds = 10

// NewSampler returns a sampler that begins with the rows of a reader who comes back.
func NewSampler(perSecond int, now func() time.Time) *Sampler {
	return &Sampler{perSecond: perSecond, now: now, second: now().Unix(), left: catchUpSeconds * perSecond}
}

// take returns how many of the next n rows are shown: their share of what is left in this second, if as many come in
// the rest of it as in the second before.
func (s *Sampler) take(n int) int {
	now := s.now()
	if second := now.Unix(); second != s.second {
		s.before = 0
		if second == s.second+1 {
			s.before = s.seen
		}
		s.second, s.seen, s.left, s.carry = second, 0, s.perSecond, 0
	}
	s.seen += n
	rest := float64(s.before) * (1 - float64(now.Nanosecond())/1e9)
	share := float64(s.left)*float64(n)/(float64(n)+rest) + s.carry
	k := min(n, int(share), s.left)
	s.carry = min(1, share-float64(k))
	s.left -= k
	return k
}

// Choose returns the numbers of those of n rows that are shown, in order and evenly spread. A sampler that is nil
// shows all.
func (s *Sampler) Choose(n int) []int32 {
	k := n
	if s != nil && n > 0 {
		k = s.take(n)
	}
	rows := make([]int32, k)
	for i := range rows {
		rows[i] = int32((2*i + 1) * n / (2 * k))
	}
	return rows
}
