package files

import (
	"bytes"
	"regexp"
	"time"
)

// Modes of joining.
const (
	modeAuto   = "auto"
	modeNone   = "none"
	modeJava   = "java"
	modePython = "python"
	modeStart  = "start"
)

// rules decide whether a line continues a record. The decision depends only on the record's lines so far, so
// that reading the file again from a record's beginning finds the same records.
type rules struct {
	mode     string
	start    *regexp.Regexp
	maxLines int
	timeout  time.Duration
}

// trace is what a record's lines so far say about the next.
type trace struct {
	exception bool // an exception or traceback was seen
	python    pythonPart
}

type pythonPart uint8

const (
	pythonNone   pythonPart = iota
	pythonFrames            // behind "Traceback": frames, then the exception itself
	pythonRaised            // behind the exception: perhaps a chained one follows
	pythonChain             // behind "During handling ...": a traceback follows
)

// alone reports whether a first line makes a whole record whatever follows.
func (r *rules) alone(first []byte) bool {
	switch r.mode {
	case modeNone:
		return true
	case modeStart:
		return false
	}
	return len(first) >= 2 && first[0] == '{' && first[len(first)-1] == '}' // one JSON object
}

// begin returns the state behind a record's first line.
func (r *rules) begin(first []byte) trace {
	var t trace
	if r.java() && (exceptionHead(first) || bytes.HasPrefix(first, []byte("Exception in thread "))) {
		t.exception = true
	}
	if r.python() && bytes.HasPrefix(first, tracebackHead) {
		t.exception, t.python = true, pythonFrames
	}
	return t
}

// joins reports whether a line that is not blank continues the record, and if so moves the state.
func (r *rules) joins(t *trace, line []byte) bool {
	switch r.mode {
	case modeNone:
		return false
	case modeStart:
		return !r.start.Match(line)
	}
	if line[0] == ' ' || line[0] == '\t' {
		return true
	}
	return r.python() && joinsPython(t, line) || r.java() && joinsJava(t, line) || r.mode == modeAuto && closesBracket(line)
}

func (r *rules) java() bool   { return r.mode == modeJava || r.mode == modeAuto }
func (r *rules) python() bool { return r.mode == modePython || r.mode == modeAuto }

var (
	tracebackHead = []byte("Traceback (most recent call last)")
	javaMarks     = [][]byte{
		[]byte("Caused by: "), []byte("Suppressed: "), []byte("Wrapped by: "), []byte("at "), []byte("... "),
	}
	pythonChains = [][]byte{
		[]byte("During handling of the above exception"), []byte("The above exception was the direct cause"),
	}
)

func joinsJava(t *trace, line []byte) bool {
	if !t.exception && exceptionHead(line) {
		t.exception = true
		return true
	}
	for i, mark := range javaMarks {
		if bytes.HasPrefix(line, mark) {
			return t.exception || i < 3 // frames without indent only behind an exception
		}
	}
	return false
}

func joinsPython(t *trace, line []byte) bool {
	if bytes.HasPrefix(line, tracebackHead) {
		if t.exception && t.python != pythonChain {
			return false // a second traceback is a record of its own
		}
		t.exception, t.python = true, pythonFrames
		return true
	}
	switch t.python {
	case pythonFrames:
		if n := identifier(line); n > 0 && (n == len(line) || line[n] == ':') {
			t.python = pythonRaised
			return true
		}
	case pythonRaised:
		for _, chain := range pythonChains {
			if bytes.HasPrefix(line, chain) {
				t.python = pythonChain
				return true
			}
		}
	}
	return false
}

// exceptionHead reports whether a line is "package.SomeException" or "package.SomeError: message".
func exceptionHead(line []byte) bool {
	n := identifier(line)
	if n == 0 || (n < len(line) && line[n] != ':') {
		return false
	}
	name := line[:n]
	if bytes.IndexByte(name, '.') < 0 {
		return false
	}
	return bytes.HasSuffix(name, []byte("Exception")) || bytes.HasSuffix(name, []byte("Error")) ||
		bytes.HasSuffix(name, []byte("Throwable")) || bytes.HasSuffix(name, []byte("Failure"))
}

// identifier returns the length of the dotted name at the beginning of line.
func identifier(line []byte) int {
	for i, c := range line {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '$'
		if !letter && (i == 0 || (c != '.' && (c < '0' || c > '9'))) {
			return i
		}
	}
	return len(line)
}

// closesBracket reports whether a line only closes what lines before it opened, as in indented JSON.
func closesBracket(line []byte) bool {
	return len(bytes.Trim(line, "}]),; ")) == 0
}
