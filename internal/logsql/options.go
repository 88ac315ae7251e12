package logsql

import (
	"slices"
	"strconv"
	"strings"
)

// QueryOptions stand before a query: options(concurrency=2, ignore_global_time_filter=true) error.
type QueryOptions struct {
	// Concurrency bounds the goroutines that search; 0 leaves that to the server.
	Concurrency int
	// IgnoreGlobalTimeFilter makes the query read beyond the time range of the request that it came with.
	IgnoreGlobalTimeFilter bool
	// TimeOffset makes the query read rows so much earlier, in ns, and show them as if they were as much later: what its
	// filters and pipes, and the queries within it, see as now is then. 0 leaves that to the query around it.
	TimeOffset int64
}

const (
	optionConcurrency = "concurrency"
	optionIgnoreTime  = "ignore_global_time_filter"
	optionTimeOffset  = "time_offset"
)

var optionNames = []string{optionConcurrency, optionIgnoreTime, optionTimeOffset}

// text writes the options so that they are read back, with a blank behind them; "" when none is set.
func (o QueryOptions) text() string {
	var list []string
	if o.Concurrency > 0 {
		list = append(list, optionConcurrency+"="+strconv.Itoa(o.Concurrency))
	}
	if o.IgnoreGlobalTimeFilter {
		list = append(list, optionIgnoreTime+"=true")
	}
	if o.TimeOffset != 0 {
		list = append(list, optionTimeOffset+"="+FormatDuration(o.TimeOffset))
	}
	if len(list) == 0 {
		return ""
	}
	return "options(" + strings.Join(list, ", ") + ") "
}

// options reads options(name=value, ...) when it stands here.
func (p *parser) options() (o QueryOptions, err error) {
	start := p.pos
	if p.keyword("options") == "" {
		return o, nil
	}
	open := p.pos
	if !p.take("(") {
		p.pos = start // the word
		return o, nil
	}
	for !p.take(")") {
		if err := p.option(&o); err != nil {
			return o, err
		}
		if !p.take(",") {
			return o, p.close(")", open)
		}
	}
	return o, nil
}

// option reads one name=value.
func (p *parser) option(o *QueryOptions) error {
	p.space()
	start := p.pos
	name, err := p.value("an option")
	if err != nil {
		return err
	}
	if !slices.Contains(optionNames, name) {
		return p.errorAt(unknownOption, start, p.pos, nearest(name, optionNames), "unknown option %q; there are %s", name, strings.Join(optionNames, ", "))
	}
	if err := p.expect("="); err != nil {
		return err
	}
	switch name {
	case optionConcurrency:
		o.Concurrency, err = p.count("a number of goroutines")
		return err
	case optionTimeOffset:
		o.TimeOffset, _, err = p.duration()
		return err
	}
	p.space()
	start = p.pos
	v, err := p.value("true or false")
	if err != nil {
		return err
	}
	if o.IgnoreGlobalTimeFilter, err = strconv.ParseBool(v); err != nil {
		return p.errorAt(unknownOption, start, p.pos, "true", "%s is true or false, not %q", optionIgnoreTime, v)
	}
	return nil
}
