package logs

import (
	"slices"
	"strconv"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// eval reads the rows of one block after another for one goroutine of a search.
type eval struct {
	parser  func(format string) ViewParser
	needed  []string // fields that filter and output name
	cache   *regionCache
	scratch block.Scratch

	segment partKey // of the block at hand; the zero key while it is in no segment
	rows    block.Rows
	dataset string
	fields  map[string]values
	views   viewReader
	known   model.Patterns
	find    *patternFinder // made when it is asked for
	alive   bitmap
	plan    node    // of the search, for the block at hand
	masker  *masker // nil unless fields are masked
	columns bool    // value_type may ask how a block keeps a field: for those who see all of its rows
	from    int     // of the block at hand: the first of the rows that a tail wants, where fields are masked

	trace     *tracer // nil unless the search is explained
	cacheHits int64

	streamMatches map[streamMatch]bool // kept from block to block

	templated map[string]*pieces
	decided   map[*fieldNode]*decision
	spanList  []span
	numbers   map[string][]float64 // memory of columns of numbers
	extracted *extraction          // nil until a field is wanted that is made of the message
}

func newEval(parser func(string) ViewParser, cache *regionCache, needed []string) *eval {
	return &eval{
		parser: parser, cache: cache, needed: needed, fields: map[string]values{},
		streamMatches: map[streamMatch]bool{}, templated: map[string]*pieces{}, decided: map[*fieldNode]*decision{},
	}
}

// begin takes the next block. What was read of the last one is no longer valid.
func (e *eval) begin(dataset string, rows block.Rows) {
	e.rows, e.dataset = rows, dataset
	clear(e.fields)
	clear(e.templated)
	clear(e.decided)
	e.extracted = nil
	e.views.begin(e)
}

// match returns the rows between from and to that match the plan; the set is valid until the next call.
func (e *eval) match(plan node, from, to int) (bitmap, error) {
	if ok, err := plan.possible(e); !ok || err != nil {
		e.alive = newBitmap(e.alive, e.rows.Info().Rows)
		return e.alive, err
	}
	return e.narrow(plan, from, to)
}

// narrow is match for a block that is possible.
func (e *eval) narrow(plan node, from, to int) (bitmap, error) {
	e.alive = newBitmap(e.alive, e.rows.Info().Rows)
	e.alive.addRange(from, to)
	err := plan.narrow(e, e.alive)
	return e.alive, err
}

func (e *eval) hasLabel(name string) bool {
	_, found := slices.BinarySearch(e.rows.Info().Labels, name)
	return found
}

// aliases are the names that alias knows.
var aliases = []string{"host", "hostname", "service", "app_name"}

// alias returns the field that answers when a row lacks the one asked for; "" when there is none.
// The table is that of docs/fields.md.
func alias(name string) string {
	switch name {
	case "host", "hostname":
		return "host.name"
	case "service", "app_name":
		return "service.name"
	}
	return ""
}

// hasFallback reports whether rows that lack the stored field may have it as a view or under an alias.
func (e *eval) hasFallback(name string) bool {
	if model.ReservedName(name) {
		return false
	}
	return alias(name) != "" || e.rows.Kind(model.FieldFormat) != block.Absent && e.views.may(name)
}

// field returns the values of a field for the rows of the block.
func (e *eval) field(name string) (values, error) {
	if v, ok := e.fields[name]; ok {
		return v, nil
	}
	v, err := e.resolve(name)
	if err != nil {
		return nil, err
	}
	e.fields[name] = v
	return v, nil
}

func (e *eval) resolve(name string) (values, error) {
	switch name {
	case model.FieldDataset:
		return constant(e.dataset), nil
	case model.FieldPattern:
		return e.patterns()
	case model.FieldPatternLine:
		return e.patternLines()
	case model.FieldTime:
		times, err := e.rows.Times()
		return &computed{write: func(dst []byte, row int) []byte { return logsql.AppendTime(dst, times[row]) }}, err
	case model.FieldObserved:
		observed, err := e.rows.Observed()
		return &computed{write: func(dst []byte, row int) []byte { return logsql.AppendTime(dst, observed[row]) }}, err
	case model.FieldRecordID:
		return e.recordIDs()
	case model.FieldStream:
		return e.perStream((*block.Stream).Text)
	case model.FieldStreamID:
		return e.perStream((*block.Stream).ID)
	}
	label, fallback := e.hasLabel(name), e.hasFallback(name)
	if label && !fallback && e.rows.Kind(name) == block.Absent {
		return e.perStream(func(s *block.Stream) string { return s.Value(name) })
	}
	column, err := e.column(name)
	if err != nil || !label && !fallback {
		return column, err
	}
	return e.mixed(name, column, label)
}

// column returns the values of a stored column.
func (e *eval) column(name string) (values, error) {
	if p, err := e.pieces(name); p != nil || err != nil {
		return newTemplatedValues(p), err
	}
	column, err := e.rows.Column(name)
	return stored{column}, err
}

func (e *eval) perStream(text func(*block.Stream) string) (values, error) {
	streams, _, err := e.rows.Runs()
	if err != nil {
		return nil, err
	}
	v := &perStream{values: make([]string, len(streams)), rows: e.rows}
	for i, s := range streams {
		v.values[i] = text(s)
	}
	return v, nil
}

// recordIDs writes queue id, dataset, partition and offset: 5f0c21d7-logs-1-81204118.
func (e *eval) recordIDs() (values, error) {
	offsets, err := e.rows.Offsets()
	if err != nil {
		return nil, err
	}
	info := e.rows.Info()
	prefix := info.Queue + "-" + e.dataset + "-" + strconv.Itoa(info.Partition) + "-"
	return &computed{write: func(dst []byte, row int) []byte {
		return strconv.AppendInt(append(dst, prefix...), offsets[row], 10)
	}}, nil
}

// mixed answers from the stream field, else the stored field, else the view, else the alias.
func (e *eval) mixed(name string, column values, label bool) (values, error) {
	m := &mixed{e: e, name: name, stored: column}
	if label {
		labels, err := e.perStream(func(s *block.Stream) string { return s.Value(name) })
		if err != nil {
			return nil, err
		}
		if full := labels.(*perStream); !slices.Contains(full.values, "") {
			return full, nil
		}
		m.labels = labels
	}
	if other := alias(name); other != "" {
		v, err := e.field(other)
		if err != nil {
			return nil, err
		}
		m.alias = v
	}
	views, err := e.views.has(name)
	if err != nil {
		return nil, err
	}
	m.view = views
	if s, ok := column.(stored); ok && s.Kind == block.Absent && m.labels == nil && !views {
		if m.alias != nil {
			return m.alias, nil
		}
		return constant(""), nil
	}
	return m, nil
}

// rowOf shows one row to filters that decide row by row.
type rowOf struct {
	e   *eval
	row int
	one bitmap
	err error

	fields []model.Field // of the line that was parsed last
}

// Value implements logsql.Row.
func (r *rowOf) Value(field string) string {
	v, err := r.e.field(field)
	if err == nil {
		r.one = newBitmap(r.one, r.e.rows.Info().Rows)
		r.one.add(r.row)
		err = v.prepare(r.one)
	}
	if err != nil {
		r.err = err
		return ""
	}
	return v.at(r.row)
}

// Time implements logsql.Row.
func (r *rowOf) Time() int64 {
	times, err := r.e.rows.Times()
	if err != nil {
		r.err = err
		return 0
	}
	return times[r.row]
}

// StreamField implements logsql.Row.
func (r *rowOf) StreamField(name string) string {
	streams, streamOf, err := r.e.rows.Streams()
	if err != nil {
		r.err = err
		return ""
	}
	return streams[streamOf[r.row]].Value(name)
}
