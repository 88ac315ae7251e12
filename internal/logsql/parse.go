package logsql

import (
	"time"
)

// Names that the language itself knows.
const (
	msgField      = "_msg"
	timeField     = "_time"
	streamField   = "_stream"
	streamIDField = "_stream_id"
	datasetField  = "_dataset"
)

// Options are what a query is read against.
type Options struct {
	// Now is the time that relative times count from, in ns since the epoch.
	Now int64
	// Location is the zone of dates without one; nil is UTC.
	Location *time.Location
}

// Parse reads a query. The error, if any, is a *SyntaxError with the position and, where one is likely, the fix.
func Parse(text string, opts Options) (*Query, error) {
	p := newParser(text, opts)
	q, err := p.query()
	if err != nil {
		return nil, err
	}
	if c := p.peek(); p.pos < len(p.text) { // a NUL is no end
		if c == ')' || c == ']' || c == '}' {
			return nil, p.errorAt(unopenedBracket, p.pos, p.pos+1, "", "%q closes nothing", string(c))
		}
		return nil, p.unexpected("| or the end of the query")
	}
	return q, nil
}

// query reads a filter and the pipes behind it, up to what can be part of neither.
func (p *parser) query() (*Query, error) {
	if p.space(); p.pos == len(p.text) {
		return nil, p.errorAt(emptyQuery, p.pos, p.pos, "*", "the query is empty")
	}
	optionsAt := place{pos: p.pos}
	options, err := p.options()
	if err != nil {
		return nil, err
	}
	optionsAt.end = p.pos
	if p.peek() == '|' {
		return nil, p.errorAt(missingFilter, p.pos, p.pos+1, "* |", "a filter is needed before the first pipe")
	}
	f, err := p.filter(msgField)
	if err != nil {
		return nil, err
	}
	q := &Query{Options: options, optionsAt: optionsAt, Filter: f}
	for p.take("|") {
		p.space()
		start := p.pos
		pipe, err := p.pipe()
		if err != nil {
			return nil, err
		}
		if err := p.checkPlace(pipe, q.Pipes, start); err != nil {
			return nil, err
		}
		q.Pipes = append(q.Pipes, pipe)
		q.places = append(q.places, place{start, p.pos})
	}
	return q, nil
}

// ParseFilter reads a filter without pipes, as rules and settings hold it.
func ParseFilter(text string, opts Options) (Filter, error) {
	q, err := Parse(text, opts)
	if err != nil {
		return nil, err
	}
	if len(q.Pipes) > 0 {
		return nil, q.ErrorAt(0, pipesNotAllowed, "a filter has no pipes")
	}
	if sub := q.Subqueries(); len(sub) > 0 {
		e := &SyntaxError{End: len(text), Kind: subqueryNotAllowed, Fix: sub[0].Field + `:in("a", "b")`}
		e.say("a filter that stands alone cannot ask another query", nil)
		return nil, e
	}
	return q.Filter, nil
}

func newParser(text string, opts Options) *parser {
	p := &parser{text: text, now: opts.Now, loc: opts.Location}
	if p.loc == nil {
		p.loc = time.UTC
	}
	return p
}
