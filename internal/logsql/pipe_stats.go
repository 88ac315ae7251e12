package logsql

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// PipeStats counts and measures rows, in groups by fields when there are any.
type PipeStats struct {
	By    []GroupField
	Funcs []StatsFunc
}

// GroupField is one field of "by", with the bucket that its values fall into.
type GroupField struct {
	Name   string
	Bucket Bucket
}

// BucketKind says how values are put into buckets.
type BucketKind uint8

// Kinds of buckets.
const (
	BucketNone     BucketKind = iota // the value itself
	BucketTime                       // times in steps of Step ns, in the zone that is Offset ns ahead of UTC
	BucketCalendar                   // times by Unit, in that zone
	BucketNumber                     // numbers in steps of Size, shifted by Shift
	BucketDuration                   // durations in steps of Size ns, shown as durations, and times as BucketTime
	BucketIPv4                       // networks of Bits bits
)

// Bucket rounds values down so that near ones fall into one group.
type Bucket struct {
	Kind        BucketKind
	Step        int64
	Offset      int64
	Unit        string // week (from Monday), month or year, in UTC
	Size, Shift float64
	Bits        int
	text        string
}

// StatsFunc is one function of stats.
type StatsFunc struct {
	Name   string      // one of StatsFunctions
	Args   []string    // fields; a name may end in '*'; empty is every field
	Phi    float64     // of quantile, 0..1
	Limit  int         // of count_uniq, values, uniq_values, json_values; 0 is none
	Sort   []SortField // of json_values; empty is no order
	Filter Filter      // if (filter); nil is none
	As     string      // name of the result
}

// Name is "stats".
func (*PipeStats) Name() string { return "stats" }

func (p *PipeStats) String() string {
	var b strings.Builder
	b.WriteString("stats ")
	if len(p.By) > 0 {
		b.WriteString("by (")
		for i := range p.By {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(p.By[i].String())
		}
		b.WriteString(") ")
	}
	for i := range p.Funcs {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.Funcs[i].String())
	}
	return b.String()
}

func (g *GroupField) String() string {
	if g.Bucket.Kind == BucketNone {
		return quoteName(g.Name)
	}
	return quoteName(g.Name) + ":" + g.Bucket.text
}

func (f *StatsFunc) String() string { return f.call() + " as " + quoteName(f.As) }

// call writes the function without the name of its result.
func (f *StatsFunc) call() string {
	args := nameList(f.Args)
	if f.Name == "quantile" {
		args = strings.TrimSuffix(strconv.FormatFloat(f.Phi, 'g', -1, 64)+", "+args, ", ")
	}
	s := f.Name + "(" + args + ")"
	if len(f.Sort) > 0 {
		s += " " + (&PipeSort{By: f.Sort}).String()
	}
	if f.Limit > 0 {
		s += " limit " + strconv.Itoa(f.Limit)
	}
	return s + ifText(f.Filter)
}

// Time rounds a time in ns down to the start of its bucket.
func (b *Bucket) Time(ns int64) int64 {
	if b.Kind != BucketCalendar {
		return ns - floorMod(ns+b.Offset, b.Step)
	}
	t := time.Unix(0, ns+b.Offset).UTC()
	year, month, day := t.Date()
	switch b.Unit {
	case "week":
		day -= (int(t.Weekday()) + 6) % 7
	case "month":
		day = 1
	case "year":
		month, day = time.January, 1
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).UnixNano() - b.Offset
}

// Last returns the last ns of the bucket of times that begins at start.
func (b *Bucket) Last(start int64) int64 {
	next := start + b.Step
	if b.Kind == BucketCalendar {
		t := time.Unix(0, start+b.Offset).UTC()
		switch b.Unit {
		case "week":
			t = t.AddDate(0, 0, 7)
		case "month":
			t = t.AddDate(0, 1, 0)
		case "year":
			t = t.AddDate(1, 0, 0)
		}
		next = t.UnixNano() - b.Offset
	}
	if next <= start { // beyond the last time that there is, in 2262
		return math.MaxInt64
	}
	return next - 1
}

func (p *PipeStats) needs(s *fieldSet) {
	behind := *s
	s.only()
	for i := range p.By {
		s.add(p.By[i].Name)
	}
	for i := range p.Funcs {
		f := &p.Funcs[i]
		if !behind.has(f.As) {
			continue
		}
		s.addFilter(f.Filter)
		for _, by := range f.Sort {
			s.add(by.Name)
		}
		switch {
		case len(f.Args) == 1 && (f.Name == "row_min" || f.Name == "row_max"):
			s.add("*")
		case len(f.Args) > 0:
			s.add(f.Args...)
		case f.Name != "count" && f.Name != "rate":
			s.add("*")
		}
	}
}

func (p *PipeStats) conditions() (Pipe, []*Filter) {
	c := *p
	c.Funcs = slices.Clone(p.Funcs)
	filters := make([]*Filter, len(c.Funcs))
	for i := range c.Funcs {
		filters[i] = &c.Funcs[i].Filter
	}
	return &c, filters
}
