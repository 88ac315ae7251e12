// Package logsql is the query language: its parser, its tree, and its evaluation on one row.
// The language is the public LogsQL; docs/logsql.md lists what differs.
//
// The tree is made for a store that prunes before it reads: every leaf names its field, says which words a
// matching value must contain, and decides on a single value.
package logsql

// Query is a parsed query: a filter and the pipes that its rows go through.
type Query struct {
	Options QueryOptions
	Filter  Filter
	Pipes   []Pipe
	places  []place // of the pipes in the text that was parsed
	// optionsAt is the place of the options there.
	optionsAt place
}

type place struct{ pos, end int }

// Row is one record as a filter sees it. Value returns "" for a field that the row lacks; it resolves views
// and aliases, and the reserved names (_time as RFC 3339 with nanoseconds, _stream, _stream_id ...).
type Row interface {
	Value(field string) string
	// Time is the event time in ns since the epoch.
	Time() int64
	// StreamField returns the value of one stream field, "" when the stream lacks it.
	StreamField(name string) string
	// Each calls visit with the values of the fields whose names begin with prefix, until it returns false. Reserved
	// names other than _msg are left out. Values may be empty.
	Each(prefix string, visit func(value string) (more bool))
}

// Filter is one of *And, *Or, *Not, *FieldFilter, *FieldsFilter, *CompareFields, *TimeFilter, *StreamFilter, *Subquery, All, None.
type Filter interface {
	// Match decides on one row.
	Match(Row) bool
	// String writes the filter as LogsQL.
	String() string
}

// And matches when all do.
type And struct{ Of []Filter }

// Or matches when one does.
type Or struct{ Of []Filter }

// Not matches when its filter does not.
type Not struct{ Of Filter }

// FieldFilter applies a matcher to the value of one field; the field of a bare word is _msg.
type FieldFilter struct {
	Field   string
	Matcher Matcher
}

// TimeFilter matches event times Min <= t <= Max, in ns since the epoch.
type TimeFilter struct {
	Min, Max int64
	text     string
}

// StreamFilter is {label="value",...} with alternatives by "or".
type StreamFilter struct {
	Or [][]LabelMatcher
}

// LabelMatcher is one comparison of a stream filter.
type LabelMatcher struct {
	Label string
	Op    string // =, !=, =~, !~
	Value string
	re    matchFunc
}

type matchFunc func(string) bool

// All is "*"; None matches nothing (an empty in()).
type (
	All  struct{}
	None struct{}
)

// Matcher decides on one value of a field. Implementations are immutable and safe for concurrent use.
type Matcher interface {
	// Match decides on a value; "" stands for a missing field.
	Match(value string) bool
	// Words returns tokens (Tokenize) that every matching value contains, as they stand in the text; nil when
	// there are none to rely on, as for a prefix, a case-insensitive or a negative matcher.
	Words() []string
	// String writes the matcher as LogsQL, as it stands behind "field:".
	String() string
}

// Bounded is a Matcher that matches only numbers within bounds, so that a column's min and max can rule it out.
type Bounded interface {
	Matcher
	Bounds() (lo, hi float64)
}

// Pipe is one step behind "|". Its concrete types are in the pipe_*.go files; they only describe the step,
// package pipe of the log store runs it.
type Pipe interface {
	// String writes the pipe as LogsQL.
	String() string
	// Name is the word that the pipe begins with.
	Name() string
}

// SyntaxError says where a query is wrong and what is likely meant.
type SyntaxError struct {
	Pos     int    // byte offset into the query
	End     int    // end of the wrong part, > Pos unless at the end of the query
	Message string // what is wrong: `unknown pipe "lmit"`
	Kind    string // stable name of the kind of error, such as unclosed_quote
	// Params are the parts of the message that no translation knows: got is what stands there, want what is needed.
	Params map[string]string
	Fix    string // the query part that is likely meant, to put at Pos..End: "limit"; may be empty
}

func (e *SyntaxError) Error() string {
	if e.Fix != "" {
		return e.Message + "; did you mean " + e.Fix + "?"
	}
	return e.Message
}
