package logs

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// Trace collects how a search is answered. The zero value is ready, for one search.
type Trace struct {
	mu      sync.Mutex
	dataset model.ExplainStep
	time    model.ExplainStep
	steps   []tracedStep
	reads   map[string]model.ExplainRead
	parsed  map[string]int64 // rows by format
	counted int64
	columns int64
}

// tracedStep is a part of the filter that all rows must match.
type tracedStep struct {
	node
	text   string
	left   model.ExplainStep
	pruned map[string]model.ExplainPruned
}

func (s *tracedStep) prune(by string, blocks, rows int64) {
	if blocks == 0 && rows == 0 {
		return
	}
	if s.pruned == nil {
		s.pruned = map[string]model.ExplainPruned{}
	}
	p := s.pruned[by]
	s.pruned[by] = model.ExplainPruned{By: by, Blocks: p.Blocks + blocks, Rows: p.Rows + rows}
}

// tracer is what one worker adds to a trace.
type tracer struct {
	Trace
	eval    *eval
	reading string // the column at hand
	bytes   int64  // read before it
	hits    int64  // of the cache, before it
}

// begin prepares a trace of a search; snap has what lies within its bounds of time, all the datasets whole.
func (t *Trace) begin(req *Search, snap, all *snapshot) {
	t.steps = traceSteps(req)
	t.time.Segments = int64(len(snap.segments))
	for _, ref := range all.segments {
		t.dataset.Segments++
		t.dataset.Rows += ref.Rows
		t.dataset.Bytes += ref.Bytes
	}
	for _, part := range all.memory {
		t.dataset.Rows += int64(part.info().Rows)
	}
}

// traceSteps are the parts of the filter in the order of the plan.
func traceSteps(req *Search) (steps []tracedStep) {
	if req.Filter == nil {
		return nil
	}
	for _, f := range logsql.Conjuncts(req.Filter) {
		steps = append(steps, tracedStep{node: compile(f), text: f.String()})
	}
	slices.SortStableFunc(steps, func(a, b tracedStep) int { return cmp.Compare(a.cost(), b.cost()) })
	return steps
}

func newTracer(e *eval, req *Search) *tracer {
	return &tracer{eval: e, reading: "token_filter", Trace: Trace{steps: traceSteps(req), reads: map[string]model.ExplainRead{}, parsed: map[string]int64{}}}
}

// read says for which column the next bytes are read; it may be nil.
func (t *tracer) read(column string) {
	if t == nil {
		return
	}
	bytes, hits := t.eval.scratch.BytesRead(), t.eval.cacheHits
	if bytes > t.bytes || hits > t.hits {
		r := t.reads[t.reading]
		t.reads[t.reading] = model.ExplainRead{Column: t.reading, Bytes: r.Bytes + bytes - t.bytes, Cached: r.Cached + hits - t.hits}
	}
	t.bytes, t.hits, t.reading = bytes, hits, column
}

// block notes a block within the bounds of time.
func (t *tracer) block(u *unit) {
	t.time.Blocks++
	t.time.Rows += int64(u.info().Rows)
	t.time.Bytes += u.size()
}

// match is eval.match step by step.
func (t *tracer) match(u *unit, timed node, rows int) (bitmap, error) {
	e := t.eval
	t.block(u)
	e.alive = newBitmap(e.alive, rows)
	for i := range t.steps {
		s := &t.steps[i]
		t.read(stepColumn(s.node, true))
		if ok, err := s.possible(e); err != nil {
			return e.alive, err
		} else if !ok {
			s.prune(prunedBy(s.node, e), 1, int64(rows))
			return e.alive, nil
		}
	}
	e.alive.addRange(0, rows)
	t.read("times")
	if err := timed.narrow(e, e.alive); err != nil {
		return e.alive, err
	}
	left := e.alive.count()
	t.time.Rows -= int64(rows - left)
	for i := range t.steps {
		s := &t.steps[i]
		t.read(stepColumn(s.node, false))
		if err := s.narrow(e, e.alive); err != nil {
			return e.alive, err
		}
		now := e.alive.count()
		byTemplate := min(prunedByTemplate(s.node, e), left-now)
		s.prune(model.ByTemplate, 0, int64(byTemplate))
		s.prune(narrowedBy(s.node, e), 0, int64(left-now-byTemplate))
		if left = now; left == 0 {
			break
		}
		s.left.Blocks++
		s.left.Rows += int64(left)
		s.left.Bytes += u.size()
	}
	return e.alive, nil
}

// rows notes rows of which columns are read; it may be nil.
func (t *tracer) rows(n int) {
	if t != nil {
		t.columns += int64(n)
	}
}

// parse notes a line that was parsed for its views.
func (t *tracer) parse(format string) {
	if _, known := t.parsed[format]; !known {
		format = strings.Clone(format)
	}
	t.parsed[format]++
}

// count notes rows that were counted from the metadata of a block.
func (t *tracer) count(u *unit, rows int) {
	if t == nil {
		return
	}
	t.block(u)
	for i := range t.steps {
		s := &t.steps[i]
		if i == 0 { // they were decided on together
			s.prune(model.ByTemplate, 0, int64(u.info().Rows-rows))
		}
		if rows > 0 {
			s.left.Blocks++
			s.left.Bytes += u.size()
		}
		s.left.Rows += int64(rows)
	}
	t.counted += int64(rows)
}

// merge adds what a worker found.
func (t *Trace) merge(w *tracer) {
	w.read("")
	t.mu.Lock()
	defer t.mu.Unlock()
	addLeft(&t.time, &w.time)
	for i := range w.steps {
		addLeft(&t.steps[i].left, &w.steps[i].left)
		for by, p := range w.steps[i].pruned {
			t.steps[i].prune(by, p.Blocks, p.Rows)
		}
	}
	if t.reads == nil {
		t.reads, t.parsed = map[string]model.ExplainRead{}, map[string]int64{}
	}
	for column, r := range w.reads {
		sum := t.reads[column]
		t.reads[column] = model.ExplainRead{Column: column, Bytes: sum.Bytes + r.Bytes, Cached: sum.Cached + r.Cached}
	}
	for format, n := range w.parsed {
		t.parsed[format] += n
	}
	t.counted += w.counted
	t.columns += w.columns
}

func addLeft(to, from *model.ExplainStep) {
	to.Segments += from.Segments
	to.Blocks += from.Blocks
	to.Rows += from.Rows
	to.Bytes += from.Bytes
}

// Explain writes what was collected; the search has ended.
func (t *Trace) Explain(to *model.Explain) {
	t.dataset.Step, t.time.Step = "dataset", "time"
	to.Steps = []model.ExplainStep{t.dataset, t.time}
	for i := range t.steps {
		s := &t.steps[i]
		s.left.Step, s.left.Filter = "filter", s.text
		s.left.Pruned = slices.SortedFunc(maps.Values(s.pruned), func(a, b model.ExplainPruned) int {
			return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.By, b.By))
		})
		to.Steps = append(to.Steps, s.left)
	}
	to.Reads = slices.SortedFunc(maps.Values(t.reads), func(a, b model.ExplainRead) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Column, b.Column))
	})
	to.Answers = []model.ExplainAnswer{}
	if t.counted > 0 {
		to.Answers = append(to.Answers, model.ExplainAnswer{By: model.ByCounts, Rows: t.counted})
	}
	if t.columns > 0 {
		to.Answers = append(to.Answers, model.ExplainAnswer{By: model.ByColumns, Rows: t.columns})
	}
	for _, format := range slices.Sorted(maps.Keys(t.parsed)) {
		to.Answers = append(to.Answers, model.ExplainAnswer{By: model.ByParser, Format: format, Rows: t.parsed[format]})
	}
}

// stepColumn names what a step reads: to rule a block out, or to decide on its rows.
func stepColumn(n node, block bool) string {
	switch n := n.(type) {
	case streamNode:
		return "streams"
	case *fieldNode:
		if block {
			return "token_filter"
		}
		return n.field
	}
	return "rows"
}

// prunedBy says what ruled a whole block out.
func prunedBy(n node, e *eval) string {
	switch n := n.(type) {
	case streamNode:
		return model.ByStream
	case timeNode:
		return model.ByTime
	case *fieldNode:
		switch kind := e.rows.Kind(n.field); {
		case n.field == model.FieldRecordID:
			return model.ByOffsets
		case kind == block.Const || n.field == model.FieldDataset:
			return model.ByConstant
		case kind == block.Absent:
			return model.ByAbsent
		case n.bounded:
			if lo, hi, ok := e.rows.Bounds(n.field); ok && (hi < n.lo || lo > n.hi) {
				return model.ByBounds
			}
		}
	}
	return model.ByFilter
}

// narrowedBy says what decided on rows of a block.
func narrowedBy(n node, e *eval) string {
	switch n := n.(type) {
	case streamNode:
		return model.ByStream
	case timeNode:
		return model.ByTime
	case *fieldNode:
		switch e.fields[n.field].(type) {
		case *perStream:
			return model.ByStream
		case constant:
			return model.ByConstant
		case *mixed:
			return model.ByParser
		}
		switch e.rows.Kind(n.field) {
		case block.Dict:
			return model.ByDictionary
		case block.Const:
			return model.ByConstant
		}
	}
	return model.ByRows
}

// prunedByTemplate counts the rows whose template alone said no.
func prunedByTemplate(n node, e *eval) int {
	f, ok := n.(*fieldNode)
	if !ok || e.decided[f] == nil {
		return 0
	}
	rows, d := 0, e.decided[f]
	for t, v := range d.verdicts {
		if v == never {
			rows += d.Rows(t)
		}
	}
	return rows
}
