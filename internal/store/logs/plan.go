package logs

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// node is a filter made ready for blocks: it can rule a block out from metadata, and narrow a set of rows.
// Nodes are immutable; searches share them between workers.
type node interface {
	// possible reports whether any row of the block can match. It reads no columns.
	possible(e *eval) (bool, error)
	// narrow drops the rows that do not match.
	narrow(e *eval, rows bitmap) error
	// cost orders the parts of a conjunction, the cheap ones first.
	cost() int
}

// Costs of nodes, for one row of a block.
const (
	costNothing = iota
	costTime
	costStream
	costWords
	costScan
	costRow
)

// compile makes the plan of a filter; nil stands for all.
func compile(f logsql.Filter) node {
	switch f := f.(type) {
	case nil, logsql.All, *logsql.All:
		return allNode{}
	case logsql.None, *logsql.None:
		return notNode{allNode{}}
	case *logsql.And:
		of := compileAll(f.Of)
		slices.SortStableFunc(of, func(a, b node) int { return cmp.Compare(a.cost(), b.cost()) })
		return andNode(of)
	case *logsql.Or:
		return orNode(compileAll(f.Of))
	case *logsql.Not:
		return notNode{compile(f.Of)}
	case *logsql.TimeFilter:
		return timeNode{f.Min, f.Max}
	case *logsql.StreamFilter:
		return streamNode{f}
	case *logsql.FieldFilter:
		if dict, ok := logsql.ColumnType(f.Matcher); ok {
			return columnNode{f.Field, dict}
		}
		return newFieldNode(f)
	case *logsql.FieldsFilter:
		return prefixNode{f}
	case *logsql.CompareFields:
		return compareNode{f}
	}
	return rowNode{f}
}

func compileAll(filters []logsql.Filter) []node {
	nodes := make([]node, len(filters))
	for i, f := range filters {
		nodes[i] = compile(f)
	}
	return nodes
}

type allNode struct{}

func (allNode) possible(*eval) (bool, error) { return true, nil }
func (allNode) narrow(*eval, bitmap) error   { return nil }
func (allNode) cost() int                    { return costNothing }

type andNode []node

func (n andNode) possible(e *eval) (bool, error) {
	for _, sub := range n {
		if ok, err := sub.possible(e); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (n andNode) narrow(e *eval, rows bitmap) error {
	for _, sub := range n {
		if rows.empty() {
			return nil
		}
		if err := sub.narrow(e, rows); err != nil {
			return err
		}
	}
	return nil
}

func (n andNode) cost() int { return maxCost(n) }

type orNode []node

func (n orNode) possible(e *eval) (bool, error) {
	for _, sub := range n {
		if ok, err := sub.possible(e); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (n orNode) narrow(e *eval, rows bitmap) error {
	left := slices.Clone(rows)
	for _, sub := range n {
		if left.empty() {
			return nil // all match already
		}
		matched := slices.Clone(left)
		if err := sub.narrow(e, matched); err != nil {
			return err
		}
		left.andNot(matched)
	}
	rows.andNot(left)
	return nil
}

func (n orNode) cost() int { return maxCost(n) }

func maxCost(nodes []node) int {
	highest := costNothing
	for _, n := range nodes {
		highest = max(highest, n.cost())
	}
	return highest
}

type notNode struct{ of node }

func (notNode) possible(*eval) (bool, error) { return true, nil }

func (n notNode) narrow(e *eval, rows bitmap) error {
	matched := slices.Clone(rows)
	if ok, err := n.of.possible(e); !ok || err != nil {
		return err
	}
	if err := n.of.narrow(e, matched); err != nil {
		return err
	}
	rows.andNot(matched)
	return nil
}

func (n notNode) cost() int { return n.of.cost() }

type timeNode struct{ lo, hi int64 }

func (n timeNode) possible(e *eval) (bool, error) {
	info := e.rows.Info()
	return info.MinTime <= n.hi && info.MaxTime >= n.lo, nil
}

func (n timeNode) narrow(e *eval, rows bitmap) error {
	info := e.rows.Info()
	if n.lo <= info.MinTime && info.MaxTime <= n.hi {
		return nil
	}
	times, err := e.rows.Times()
	if err != nil {
		return err
	}
	rows.keep(func(row int) bool { return n.lo <= times[row] && times[row] <= n.hi })
	return nil
}

func (timeNode) cost() int { return costTime }

type streamNode struct{ filter *logsql.StreamFilter }

func (n streamNode) possible(e *eval) (bool, error) {
	info := e.rows.Info()
	if len(info.Labels) > 0 {
		return true, nil
	}
	return n.filter.MatchStream(func(string) string { return "" }), nil
}

// matching returns which streams of the block match, and how many.
func (n streamNode) matching(e *eval) (match []bool, matching int, err error) {
	streams, _, err := e.rows.Runs()
	match = make([]bool, len(streams))
	for i, s := range streams {
		if match[i] = e.matchStream(n.filter, s); match[i] {
			matching++
		}
	}
	return match, matching, err
}

func (n streamNode) narrow(e *eval, rows bitmap) error {
	match, _, err := n.matching(e)
	if err != nil {
		return err
	}
	return keepStreams(e.rows, match, rows)
}

func (streamNode) cost() int { return costStream }

// rowNode decides row by row on a filter of a kind that is not known here.
type rowNode struct{ filter logsql.Filter }

func (rowNode) possible(*eval) (bool, error) { return true, nil }

func (n rowNode) narrow(e *eval, rows bitmap) error {
	r := rowOf{e: e}
	rows.keep(func(row int) bool {
		r.row = row
		return r.err == nil && n.filter.Match(&r)
	})
	return r.err
}

func (rowNode) cost() int { return costRow }

// fieldNode applies a matcher to a field.
type fieldNode struct {
	field        string
	matcher      logsql.Matcher
	words        []string
	literals     []literal  // texts that every match contains
	needle       needle     // one of words and literals
	local        bool       // a match in a part between words is one of the whole
	any          bool       // all texts match but the empty one
	line         *fieldNode // what a line has of which a verbatim view matches; nil when there is nothing to look for
	matchesEmpty bool
	bounded      bool
	lo, hi       float64
}

func newFieldNode(f *logsql.FieldFilter) *fieldNode {
	n := &fieldNode{field: f.Field, matcher: f.Matcher, words: f.Matcher.Words(), matchesEmpty: f.Matcher.Match("")}
	for _, text := range logsql.Literals(f.Matcher) {
		if l, ok := newLiteral(text); ok {
			n.literals = append(n.literals, l)
		}
	}
	n.needle = needleOf(n.words, n.literals)
	n.local, n.any = logsql.Local(f.Matcher), logsql.AnyText(f.Matcher)
	if f.Field != model.FieldMsg && len(n.words) > 0 {
		n.line = newFieldNode(&logsql.FieldFilter{Field: model.FieldMsg, Matcher: lineWords(n.words)})
	}
	if b, ok := f.Matcher.(logsql.Bounded); ok {
		n.lo, n.hi = b.Bounds()
		n.bounded = !math.IsNaN(n.lo) && !math.IsNaN(n.hi)
	}
	return n
}

func (n *fieldNode) cost() int {
	switch {
	case n.field == model.FieldStream || n.field == model.FieldStreamID || n.field == model.FieldDataset:
		return costStream
	case len(n.words) > 0:
		return costWords
	}
	return costScan
}

func (n *fieldNode) possible(e *eval) (bool, error) {
	switch n.field {
	case model.FieldDataset:
		return n.matcher.Match(e.dataset), nil
	case model.FieldRecordID:
		return n.matchesEmpty || n.idPossible(e), nil
	case model.FieldTime, model.FieldObserved, model.FieldStream, model.FieldStreamID:
		return true, nil
	case model.FieldPattern:
		return n.patternPossible(e)
	}
	if n.line != nil && e.views.verbatim(n.field) {
		return n.line.possible(e)
	}
	if e.hasLabel(n.field) || e.hasFallback(n.field) {
		return true, nil
	}
	kind := e.rows.Kind(n.field)
	if kind == block.Absent {
		return n.matchesEmpty, nil
	}
	if n.matchesEmpty {
		return true, nil
	}
	if n.bounded {
		if lo, hi, ok := e.rows.Bounds(n.field); ok && (hi < n.lo || lo > n.hi) {
			return false, nil
		}
	}
	switch {
	case kind == block.Const:
		c, err := e.rows.Column(n.field)
		if err != nil {
			return false, err
		}
		return n.matcher.Match(c.Value(0)), nil
	case (kind == block.Plain || kind == block.Templated) && len(n.words) > 0:
		return e.rows.MayHave(n.field, n.words)
	}
	return true, nil
}

// idPossible rules blocks out whose rows cannot have a record id of the matcher's words: each is one of the
// words that all ids of the block share, or one of its offsets.
func (n *fieldNode) idPossible(e *eval) bool {
	info := e.rows.Info()
	for _, w := range n.words {
		shared := w == strconv.Itoa(info.Partition)
		for _, text := range [...]string{info.Queue, e.dataset} {
			logsql.Tokenize(text, func(word string) { shared = shared || word == w })
		}
		if shared {
			continue
		}
		offset, err := strconv.ParseInt(w, 10, 64)
		if err != nil || offset < info.MinOffset || offset > info.MaxOffset {
			return false
		}
	}
	return true
}

func (n *fieldNode) narrow(e *eval, rows bitmap) error {
	d, err := e.decide(n)
	if err != nil {
		return err
	}
	if d != nil {
		return d.narrow(n, rows)
	}
	v, err := e.field(n.field)
	if err != nil {
		return err
	}
	if m, ok := v.(*mixed); ok && n.line != nil && e.views.verbatim(n.field) {
		coded, err := m.coded(rows, false)
		if err == nil && !coded {
			err = n.line.narrow(e, rows)
		}
		if err != nil {
			return err
		}
	}
	return v.narrow(n, rows)
}
