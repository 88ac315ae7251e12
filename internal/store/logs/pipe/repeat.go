package pipe

import "github.com/haetae/haetae/internal/logsql"

// Repeats reports whether a pipe takes rows that stand for several equal ones (logsql.Batch.Repeat), and the bucket
// that it puts their times into, if any.
func Repeats(p logsql.Pipe) (bucket *logsql.Bucket, ok bool) {
	switch p := p.(type) {
	case *logsql.PipeTop, *logsql.PipeFieldValues:
		return nil, true
	case *logsql.PipeUniq:
		return nil, len(p.By) > 0
	case *logsql.PipeStats:
		return repeatsStats(p)
	}
	return nil, false
}

func repeatsStats(p *logsql.PipeStats) (bucket *logsql.Bucket, ok bool) {
	for i := range p.By {
		g := &p.By[i]
		if g.Name != timeField {
			continue
		}
		if bucket != nil || g.Bucket.Kind != logsql.BucketTime && g.Bucket.Kind != logsql.BucketCalendar {
			return nil, false
		}
		bucket = &g.Bucket
	}
	for i := range p.Funcs {
		f := &p.Funcs[i]
		switch f.Name {
		case "count", "count_empty", "rate":
		default:
			return nil, false
		}
		// A condition may ask for the time itself.
		if bucket != nil && f.Filter != nil {
			return nil, false
		}
	}
	return bucket, true
}

// rowsOf returns how many rows the rows lo to hi-1 of a batch stand for.
func rowsOf(repeat []uint32, lo, hi int) uint64 {
	if repeat == nil {
		return uint64(hi - lo)
	}
	n := uint64(0)
	for _, r := range repeat[lo:hi] {
		n += uint64(r)
	}
	return n
}
