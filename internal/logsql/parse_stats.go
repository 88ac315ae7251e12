package logsql

import (
	"slices"
	"strconv"
	"strings"
)

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
			return nil, p.errorAt(duplicateName, p.pos, p.pos, "", "stats has two results named %q; name one with as", f.As)
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
			return nil, p.errorAt(duplicateName, p.pos, p.pos, "", "stats has a group and a result named %q; name the result with as", name)
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
		return nil, p.errorAt(missingFields, open, p.pos, "", "by needs the fields to group by")
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
		return b, p.errorAt(badBucket, start, p.pos, "", "%q is no bucket size of %s; write %s", text, field, what)
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
			b.Kind, b.Size, b.Step = BucketDuration, float64(ns), ns
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
		b.Offset, _ = ParseDuration(text)
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
		return f, p.errorAt(unknownFunction, start, p.pos, nearest(f.Name, statsNames()), "unknown statistics function %q", w)
	}
	p.space()
	if p.here() != '(' && f.Name != "count" && f.Name != "rate" {
		return f, p.errorAt(missingParentheses, start, start+len(w), w+"()", "the function %s needs parentheses", w)
	}
	if p.here() == '(' {
		if err := p.statsArgs(&f, start); err != nil {
			return f, err
		}
	}
	var err error
	switch f.Name {
	case "count_uniq", "count_uniq_hash", "values", "uniq_values", "json_values":
		if f.Name == "json_values" && p.keyword("sort", "order") != "" {
			sort := &PipeSort{}
			if err := p.sortBy(sort); err != nil {
				return f, err
			}
			if len(sort.By) == 0 {
				return f, p.errorAt(missingFields, start, p.pos, "", "json_values() needs the fields to sort by")
			}
			f.Sort = sort.By
		}
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
		if len(shown.Args) == 0 && f.Name != "rate" {
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
			return p.errorAt(badNumber, at, p.pos, "", "quantile needs a number from 0 to 1 first, got %q", text)
		}
		f.Phi = phi
		if p.take(",") {
			if f.Args, err = p.names(true); err != nil {
				return err
			}
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
	switch {
	case f.Name != "row_min" && f.Name != "row_max":
		if slices.Contains(f.Args, "*") {
			f.Args = nil
		}
	case len(f.Args) > 0 && slices.Contains(f.Args[1:], "*"):
		f.Args = f.Args[:1]
	}
	switch {
	case f.Name == "rate" && len(f.Args) > 0:
		return p.errorAt(wrongCount, start, p.pos, "rate()", "rate() counts rows and takes no field; rate_sum() adds up a field")
	case len(f.Args) > 0 && strings.HasSuffix(f.Args[0], "*") && (f.Name == "row_min" || f.Name == "row_max" || f.Name == "histogram"):
		return p.errorAt(badWildcard, start, p.pos, "", "%s() needs one field first, without *", f.Name)
	case f.Name == "histogram" && len(f.Args) > 1:
		return p.errorAt(wrongCount, start, p.pos, "histogram("+quoteName(f.Args[0])+")", "histogram() takes one field")
	case len(f.Args) == 0 && (f.Name == "row_min" || f.Name == "row_max" || f.Name == "histogram" || f.Name == "count_uniq" || f.Name == "count_uniq_hash"):
		return p.errorAt(missingArgument, start, p.pos, "", "%s() needs a field", f.Name)
	}
	return nil
}
