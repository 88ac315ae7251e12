package logsql

import (
	"math"
	"strings"
)

// time reads what stands behind "_time:".
func (p *parser) time() (Filter, error) {
	switch c := p.peek(); {
	case c == '(' && !p.rangeAhead():
		return p.group(timeField)
	case c == '!':
		p.pos++
		f, err := p.time()
		if err != nil {
			return nil, err
		}
		return negate(f), nil
	case c == '*':
		p.pos++
		return All{}, nil
	}
	if w := p.word(); w == "day_range" || w == "week_range" {
		p.pos += len(w)
		return p.clock(w)
	}
	f := &TimeFilter{Min: math.MinInt64, Max: math.MaxInt64}
	if strings.EqualFold(p.word(), "offset") {
		f.Max = p.now
	} else if err := p.timeRange(f); err != nil {
		return nil, err
	}
	shift, text, err := p.offset()
	if err != nil {
		return nil, err
	}
	f.text = strings.TrimSpace(f.text + text)
	f.Min, f.Max = AddTime(f.Min, -shift), AddTime(f.Max, -shift)
	return f, nil
}

// rangeAhead reports whether the bracket at the position begins (min, max) and not a group: a comma stands
// before the next bracket.
func (p *parser) rangeAhead() bool {
	i := strings.IndexAny(p.text[p.pos+1:], "(),]")
	return i >= 0 && p.text[p.pos+1+i] == ','
}

// timeRange reads 5m, 2026-11-20, >=2026-11-20T10, [a, b) and the like into f.
func (p *parser) timeRange(f *TimeFilter) error {
	switch c := p.peek(); c {
	case '[', '(':
		return p.timeBounds(f)
	case '>', '<':
		op := string(c)
		p.pos++
		if p.here() == '=' {
			op += "="
			p.pos++
		}
		t, err := p.moment()
		if err != nil {
			return err
		}
		f.text = op + t.text
		if t.ago {
			// An age grows against time: >5m is older than five minutes.
			op = string("<>"[strings.IndexByte("><", op[0])]) + op[1:]
		}
		switch op {
		case ">":
			f.Min = AddTime(t.lo, 1)
		case ">=":
			f.Min = t.lo
		case "<":
			f.Max = AddTime(t.lo, -1)
		default:
			f.Max = t.hi
		}
		return nil
	case '=':
		p.pos++
	}
	t, err := p.moment()
	if err != nil {
		return err
	}
	f.text, f.Min, f.Max = t.text, t.lo, t.hi
	if t.ago {
		f.Min, f.Max = AddTime(t.lo, 1), p.now
	}
	return nil
}

// timeBounds reads [min, max], in which a round bracket leaves its bound out.
func (p *parser) timeBounds(f *TimeFilter) error {
	open := p.pos
	left := p.text[p.pos : p.pos+1]
	p.pos++
	lo, err := p.moment()
	if err != nil {
		return err
	}
	if err := p.expect(","); err != nil {
		return err
	}
	hi, err := p.moment()
	if err != nil {
		return err
	}
	f.Min, f.Max = lo.lo, hi.hi
	if left == "(" {
		f.Min = AddTime(lo.lo, 1)
	}
	right := "]"
	if p.peek() == ')' {
		right = ")"
		f.Max = AddTime(hi.lo, -1)
	}
	if err := p.close(right, open); err != nil {
		return err
	}
	f.text = left + lo.text + "," + hi.text + right
	return nil
}

// moment is a time as written: the period lo..hi that its digits name, both included.
type moment struct {
	lo, hi int64
	ago    bool // written as an age: 5m
	text   string
}

// moment reads one time.
func (p *parser) moment() (moment, error) {
	p.space()
	start := p.pos
	text, quoted, err := p.quoted()
	if err != nil {
		return moment{}, err
	}
	if !quoted {
		text = p.text[p.pos:p.restOfWord()]
		if text == "" {
			return moment{}, p.unexpected("a time, such as 5m or 2026-11-20T10:00")
		}
		p.pos += len(text)
	}
	m, ok := p.parseMoment(text)
	if !ok {
		return m, p.errorAt(badTime, start, p.pos, "", "%q is no time; write 5m, 2026-11-20, 2026-11-20T10:15:00Z or now-1h", text)
	}
	if m.text = text; quoted {
		m.text = quoteString(text)
	}
	return m, nil
}

// parseMoment reads an age, now and what is added to it, a Unix time, or a date with as much time as is known.
func (p *parser) parseMoment(text string) (moment, bool) {
	if rest, ok := strings.CutPrefix(strings.ToLower(text), "now"); ok {
		ns, ok := ParseDuration(rest)
		at := AddTime(p.now, ns)
		return moment{lo: at, hi: at}, ok || rest == ""
	}
	if ns, ok := ParseDuration(text); ok {
		if ns < 0 {
			ns = -ns
		}
		at := AddTime(p.now, -ns)
		return moment{lo: at, hi: at, ago: true}, true
	}
	if at, ok := ParseUnix(text); ok {
		return moment{lo: at, hi: at}, true
	}
	lo, hi, ok := parseDate(text, p.loc)
	return moment{lo: lo, hi: hi}, ok
}

// ParseUnix reads a Unix time in seconds, ms, us or ns, told by its size, with a fraction where it is in
// seconds, into ns since the epoch. Numbers of four digits and fewer are years, not times.
func ParseUnix(text string) (int64, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	if len(whole) < 5 || len(whole) > 19 || len(fraction) > 9 || len(fraction) > 0 && len(whole) > 11 {
		return 0, false
	}
	var n int64
	for i := range len(whole) {
		if !isDigit(whole[i]) {
			return 0, false
		}
		n = n*10 + int64(whole[i]-'0')
	}
	switch {
	case n < 0:
		return 0, false
	case len(whole) <= 11:
		n *= 1e9
	case len(whole) <= 14:
		n *= 1e6
	case len(whole) <= 17:
		n *= 1e3
	}
	scale := int64(1e8)
	for i := range len(fraction) {
		if !isDigit(fraction[i]) {
			return 0, false
		}
		n += int64(fraction[i]-'0') * scale
		scale /= 10
	}
	return n, n >= 0
}

// offset reads "offset 1h" when it stands there, and returns it in ns with its text.
func (p *parser) offset() (ns int64, text string, err error) {
	if p.keyword("offset") == "" {
		return 0, "", nil
	}
	ns, text, err = p.duration()
	return ns, " offset " + text, err
}

// duration reads a duration in ns.
func (p *parser) duration() (ns int64, text string, err error) {
	p.space()
	start := p.pos
	text, err = p.value("a duration")
	if err != nil {
		return 0, "", err
	}
	ns, ok := ParseDuration(text)
	if !ok {
		fix := ""
		if _, plain := parseBound(text); plain {
			fix = text + "s"
		}
		return 0, "", p.errorAt(badDuration, start, p.pos, fix, "%q is no duration; write 30s, 5m, 1h30m, 7d", text)
	}
	return ns, text, nil
}

// AddTime adds d to a time, both in ns, without leaving the range of time: the ends stand for no bound.
func AddTime(t, d int64) int64 {
	switch {
	case t == math.MinInt64 || t == math.MaxInt64:
		return t
	case d > 0 && t > math.MaxInt64-d:
		return math.MaxInt64
	case d < 0 && t < math.MinInt64-d:
		return math.MinInt64
	}
	return t + d
}
