package model

import (
	"fmt"
	"strconv"
	"strings"
)

// FieldPatternLine is an inner field of a search beside FieldPattern: a line of the row's pattern, not always the
// row's own. It is no name that a sender or a query can use.
const FieldPatternLine = "_pattern\x00line"

// PatternID names the lines that a person would call the same event. 0 is that of no line.
type PatternID uint64

// String is 16 hexadecimal digits, "" for 0.
func (id PatternID) String() string {
	if id == 0 {
		return ""
	}
	return fmt.Sprintf("%016x", uint64(id))
}

// ParsePatternID reads what String writes.
func ParsePatternID(s string) (PatternID, error) {
	n, err := strconv.ParseUint(s, 16, 64)
	if err != nil || len(s) != 16 || n == 0 {
		return 0, fmt.Errorf("%q is no id of a pattern: it has 16 hexadecimal digits", s)
	}
	return PatternID(n), nil
}

// PatternFinder tells the pattern of lines, for one goroutine.
type PatternFinder interface {
	// Find returns the pattern of a line, which is valid only during the call.
	Find(line string) PatternID
	// AppendLook appends all that Find sees of a value, which is not part of a longer word. Lines have the same pattern
	// that differ only in values of equal looks: measured ones of the values that touch a span of Measured.
	AppendLook(dst []byte, value string, measured bool) []byte
	// Measured returns where lengths counted in the line that Find had last; it is valid until the next call of Find.
	Measured() []PatternSpan
	// Others returns the ids by which the pattern was known before it grew, and by which it is still asked for.
	Others(id PatternID) []PatternID
	// Words returns words (as LogsQL has them) that every line of the pattern holds; none when it is not known.
	Words(id PatternID) []string
}

// PatternSpan is a part of a line, in bytes: line[Start:End]. End may be beyond the line.
type PatternSpan struct{ Start, End int }

// Touches reports whether a part of the line lies in the span or right beside it.
func (s PatternSpan) Touches(start, end int) bool { return start <= s.End && end >= s.Start }

// Patterns knows the patterns of lines.
type Patterns interface {
	Finder() PatternFinder
	// Pattern returns a pattern by its id or one it was known by before; nil when no query has seen it.
	Pattern(id PatternID) *Pattern
	// Learn takes what a query has seen, one entry for each pattern, and returns the pattern of each, in this
	// order: several may turn out to be the same. It keeps no line.
	Learn(seen []SeenPattern) []*Pattern
	// Within returns the patterns that queries of a scope see: what they have learned tells nothing of rows outside of it.
	Within(scope Scope) Patterns
}

// SeenPattern is a pattern as a query has seen it.
type SeenPattern struct {
	ID    PatternID
	Line  string // a line of it
	First int64  // event time of its oldest row, in ns since the epoch
}

// Pattern is static text with variables in it.
type Pattern struct {
	ID    PatternID
	Parts []PatternPart
	Since int64 // event time of the oldest row that any query has seen of it, in ns since the epoch
}

// PatternPart is static text, or a variable when it has a kind.
type PatternPart struct {
	Text string
	Kind PatternKind // "" for text
	Name string      // what the text before the variable calls it, "" when it does not
}

// PatternKind says what values a variable has.
type PatternKind string

// Kinds of variables.
const (
	PatternNumber PatternKind = "num" // with its unit
	PatternIP     PatternKind = "ip"  // with its port
	PatternTime   PatternKind = "time"
	PatternHex    PatternKind = "hex"
	PatternUUID   PatternKind = "uuid"
	PatternPath   PatternKind = "path" // URLs too
	PatternUser   PatternKind = "user"
	PatternName   PatternKind = "id" // a word with digits in it
	PatternAny    PatternKind = "any"
)

// Text writes the pattern for a person: mask() took <num> from <ip>.
func (p *Pattern) Text() string {
	var b strings.Builder
	for _, part := range p.Parts {
		switch part.Kind {
		case "":
			b.WriteString(part.Text)
		case PatternAny:
			b.WriteString("<*>")
		default:
			b.WriteString("<" + string(part.Kind) + ">")
		}
	}
	return b.String()
}

// PatternState says how a pattern stands against the span of time before.
type PatternState string

// States of a pattern.
const (
	PatternNew      PatternState = "new"
	PatternExploded PatternState = "exploded"
	PatternSilent   PatternState = "silent"
	PatternSteady   PatternState = "steady"
)

// Thresholds of ComparePattern: small counts come and go by chance.
const (
	explodedTimes = 5  // as many rows as before
	explodedRows  = 20 // rows more than before
	silentRows    = 5  // rows before
)

// ComparePattern returns the state of a pattern by its rows in two spans of the same length; "" when it has too few
// to be told of.
func ComparePattern(hits, prior int64) PatternState {
	switch {
	case hits > 0 && prior == 0:
		return PatternNew
	case hits >= explodedTimes*prior && hits-prior >= explodedRows:
		return PatternExploded
	case hits > 0:
		return PatternSteady
	case prior >= silentRows:
		return PatternSilent
	}
	return ""
}
