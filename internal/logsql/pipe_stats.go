package logsql

import (
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
	BucketTime                       // times in steps of Step ns, shifted by Offset ns
	BucketCalendar                   // times by Unit, shifted by Offset ns
	BucketNumber                     // numbers in steps of Size, shifted by Shift
	BucketDuration                   // durations in steps of Size ns, shown as durations
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
	Name   string   // one of StatsFunctions
	Args   []string // fields; a name may end in '*'; empty is every field
	Phi    float64  // of quantile, 0..1
	Limit  int      // of count_uniq, values, uniq_values; 0 is none
	Filter Filter   // if (filter); nil is none
	As     string   // name of the result
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
		args = strconv.FormatFloat(f.Phi, 'g', -1, 64) + ", " + args
	}
	s := f.Name + "(" + args + ")"
	if f.Limit > 0 {
		s += " limit " + strconv.Itoa(f.Limit)
	}
	return s + ifText(f.Filter)
}

// TimeBucket returns the group field _time in steps of step ns, shifted by offset ns.
func TimeBucket(step, offset int64) GroupField {
	text := FormatDuration(step)
	if offset != 0 {
		text += " offset " + FormatDuration(offset)
	}
	return GroupField{timeField, Bucket{Kind: BucketTime, Step: step, Offset: offset, text: text}}
}

// Time rounds a time in ns down to the start of its bucket.
func (b *Bucket) Time(ns int64) int64 {
	if b.Kind == BucketTime {
		return ns - floorMod(ns-b.Offset, b.Step)
	}
	t := time.Unix(0, ns-b.Offset).UTC()
	year, month, day := t.Date()
	switch b.Unit {
	case "week":
		day -= (int(t.Weekday()) + 6) % 7
	case "month":
		day = 1
	case "year":
		month, day = time.January, 1
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).UnixNano() + b.Offset
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
		switch {
		case len(f.Args) > 0:
			s.add(f.Args...)
		case f.Name != "count" && f.Name != "rate":
			s.add("*")
		}
	}
}

// parseStats reads stats by (a, _time:5m) count() as n, sum(b) if (c) d.
func parseStats(p *parser, _ string) (Pipe, error) {
	pipe := &PipeStats{}
	var err error
	if p.keyword("by") != "" || p.peek() == '(' {
		if pipe.By, err = p.groupBy(); err != nil {
			return nil, err
		}
	}
	for {
		f, err := p.statsFunc()
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(pipe.Funcs, func(g StatsFunc) bool { return g.As == f.As }) {
			return nil, p.errorAt(p.pos, p.pos, "", "stats has two results named %q; name one with as", f.As)
		}
		pipe.Funcs = append(pipe.Funcs, f)
		if !p.take(",") {
			break
		}
	}
	// The groups may stand behind the functions too, as in SQL.
	if len(pipe.By) == 0 && p.keyword("by") != "" {
		if pipe.By, err = p.groupBy(); err != nil {
			return nil, err
		}
	}
	for i := range pipe.By {
		name := pipe.By[i].Name
		if slices.ContainsFunc(pipe.Funcs, func(g StatsFunc) bool { return g.As == name }) {
			return nil, p.errorAt(p.pos, p.pos, "", "stats has a group and a result named %q; name the result with as", name)
		}
	}
	return pipe, nil
}

// groupBy reads (a, b:10) or a, b:10 behind "by".
func (p *parser) groupBy() ([]GroupField, error) {
	p.space()
	open := p.pos
	paren := p.take("(")
	if paren && p.take(")") {
		return nil, nil
	}
	if p.atEnd() || !paren && p.peek() != '"' && isStatsFunction(p.word()) {
		return nil, p.errorAt(open, p.pos, "", "by needs the fields to group by")
	}
	var by []GroupField
	for {
		name, err := p.name(false)
		if err != nil {
			return nil, err
		}
		g := GroupField{Name: name}
		if p.take(":") {
			if g.Bucket, err = p.bucket(name); err != nil {
				return nil, err
			}
		}
		by = append(by, g)
		if !p.take(",") {
			break
		}
	}
	if !paren {
		return by, nil
	}
	return by, p.close(")", open)
}

// bucket reads 5m, month, 10KiB or /24, with offset.
func (p *parser) bucket(field string) (Bucket, error) {
	p.space()
	start := p.pos
	text, err := p.value("a bucket size")
	if err != nil {
		return Bucket{}, err
	}
	b := Bucket{text: quoteValue(text)}
	bad := func(what string) (Bucket, error) {
		return b, p.errorAt(start, p.pos, "", "%q is no bucket size of %s; write %s", text, field, what)
	}
	if bits, ok := strings.CutPrefix(text, "/"); ok {
		n, err := strconv.Atoi(bits)
		if err != nil || n < 1 || n > 32 {
			return bad("/1 to /32")
		}
		b.Kind, b.Bits = BucketIPv4, n
		return b, nil
	}
	switch unit := strings.ToLower(text); unit {
	case "week", "month", "year":
		b.Kind, b.Unit = BucketCalendar, unit
	case "nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day":
		b.Kind = BucketTime
		b.Step = map[string]int64{
			"nanosecond": 1, "microsecond": 1e3, "millisecond": 1e6, "second": 1e9, "minute": 60e9, "hour": 3600e9, "day": dayNS,
		}[unit]
	default:
		ns, isDuration := ParseDuration(text)
		switch {
		case field == timeField:
			if !isDuration || ns <= 0 {
				return bad("30s, 5m, 1h, 1d, week or month")
			}
			b.Kind, b.Step = BucketTime, ns
		case isDuration && ns > 0:
			b.Kind, b.Size = BucketDuration, float64(ns)
		default:
			size, ok := ParseNumber(text)
			if !ok || size <= 0 {
				return bad("10, 0.5, 1KiB or 100ms")
			}
			b.Kind, b.Size = BucketNumber, size
		}
	}
	if p.keyword("offset") == "" {
		return b, nil
	}
	p.space()
	start = p.pos
	if text, err = p.value("an offset"); err != nil {
		return b, err
	}
	b.text += " offset " + quoteValue(text)
	switch b.Kind {
	case BucketTime, BucketCalendar:
		ns, ok := ParseDuration(text)
		if !ok {
			return bad("an offset such as 9h")
		}
		b.Offset = ns
	default:
		var ok bool
		if b.Shift, ok = ParseNumber(text); !ok {
			return bad("an offset such as 5")
		}
	}
	return b, nil
}

// statsFunc reads one function: quantile(0.95, took) if (filter) as p95.
func (p *parser) statsFunc() (StatsFunc, error) {
	w := p.word()
	start := p.pos
	f := StatsFunc{Name: strings.ToLower(w)}
	if w == "" {
		return f, p.unexpected("a statistics function, such as count()")
	}
	p.pos += len(w)
	if !isStatsFunction(f.Name) {
		return f, p.errorAt(start, p.pos, nearest(f.Name, statsNames()), "unknown statistics function %q", w)
	}
	p.space()
	if p.here() != '(' && f.Name != "count" && f.Name != "rate" {
		return f, p.errorAt(start, start+len(w), w+"()", "the function %s needs parentheses", w)
	}
	if p.here() == '(' {
		if err := p.statsArgs(&f, start); err != nil {
			return f, err
		}
	}
	var err error
	switch f.Name {
	case "count_uniq", "count_uniq_hash", "values", "uniq_values":
		if p.keyword("limit") != "" {
			if f.Limit, err = p.count("a count"); err != nil {
				return f, err
			}
		}
	}
	if f.Filter, err = p.condition(); err != nil {
		return f, err
	}
	if f.As, err = p.resultName(); err != nil {
		return f, err
	}
	if f.As == "" {
		shown := f
		if len(shown.Args) == 0 {
			shown.Args = []string{"*"}
		}
		f.As = shown.call()
	}
	return f, nil
}

// resultName reads as name, or the name alone; "" when there is none.
func (p *parser) resultName() (string, error) {
	if p.keyword("as") != "" {
		return p.name(false)
	}
	if p.atEnd() || p.here() == ',' || strings.EqualFold(p.word(), "by") {
		return "", nil
	}
	return p.name(false)
}

// statsArgs reads the arguments of a function.
func (p *parser) statsArgs(f *StatsFunc, start int) error {
	open := p.pos
	if f.Name == "quantile" {
		p.pos++
		p.space()
		at := p.pos
		text, err := p.value("the quantile, 0 to 1")
		if err != nil {
			return err
		}
		phi, err := strconv.ParseFloat(text, 64)
		if err != nil || !(phi >= 0 && phi <= 1) {
			return p.errorAt(at, p.pos, "", "quantile needs a number from 0 to 1 first, got %q", text)
		}
		f.Phi = phi
		if err := p.expect(","); err != nil {
			return err
		}
		if f.Args, err = p.names(true); err != nil {
			return err
		}
		if err := p.close(")", open); err != nil {
			return err
		}
	} else {
		var err error
		if f.Args, err = p.parenNames(true); err != nil {
			return err
		}
	}
	if slices.Contains(f.Args, "*") {
		f.Args = nil
	}
	switch {
	case f.Name == "rate" && len(f.Args) > 0:
		return p.errorAt(start, p.pos, "rate()", "rate() counts rows and takes no field; rate_sum() adds up a field")
	case len(f.Args) == 0 && (f.Name == "count_uniq" || f.Name == "count_uniq_hash" || f.Name == "uniq_values" ||
		f.Name == "values" || f.Name == "quantile" || f.Name == "count_empty"):
		return p.errorAt(start, p.pos, "", "%s() needs a field", f.Name)
	}
	return nil
}
