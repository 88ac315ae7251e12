package pipe

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

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
		// A condition may ask for the time itself.
		if f := &p.Funcs[i]; !takesRepeats(f) || bucket != nil && f.Filter != nil {
			return nil, false
		}
	}
	return bucket, true
}

// takesRepeats reports whether a function counts a row as often as it stands for one, or need not.
func takesRepeats(f *logsql.StatsFunc) bool {
	switch f.Name {
	case "count", "count_empty", "rate":
		return true
	case "sum", "avg", "rate_sum", "sum_len", "min", "max", "median", "quantile", "count_uniq", "count_uniq_hash":
		return named(f.Args) && !slices.Contains(f.Args, timeField) // which may be a bucket's
	}
	return false
}

// named reports whether arguments are names, and not all fields or those of a prefix.
func named(args []string) bool {
	return len(args) > 0 && !slices.ContainsFunc(args, func(a string) bool { return strings.HasSuffix(a, "*") })
}

// Numbers returns the fields of which a pipe asks nothing but what they are as numbers (logsql.Column.Numbers), and how
// the few are written that it shows.
func Numbers(p logsql.Pipe) []string {
	stats, ok := p.(*logsql.PipeStats)
	if !ok {
		return nil
	}
	var names, others []string
	for i := range stats.By {
		others = append(others, stats.By[i].Name)
	}
	for i := range stats.Funcs {
		f := &stats.Funcs[i]
		logsql.WalkFields(f.Filter, func(name string) { others = append(others, name) })
		for _, by := range f.Sort {
			others = append(others, by.Name)
		}
		switch f.Name {
		case "sum", "avg", "rate_sum", "min", "max", "median", "quantile":
			names = append(names, f.Args...)
		default:
			others = append(others, f.Args...)
		}
		if rowsAlone := len(f.Args) == 0 && (f.Name == "count" || f.Name == "rate"); !rowsAlone && !named(f.Args) {
			return nil // it may ask for any field
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(others, name) })
}

// Extremes reports whether a pipe looks at nothing but the smallest and largest values of fields.
func Extremes(p logsql.Pipe) bool {
	stats, ok := p.(*logsql.PipeStats)
	if !ok || len(stats.By) > 0 {
		return false
	}
	return !slices.ContainsFunc(stats.Funcs, func(f logsql.StatsFunc) bool {
		return f.Name != "min" && f.Name != "max" || f.Filter != nil || !named(f.Args)
	})
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
