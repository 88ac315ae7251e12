package pipeline

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// RuleError says what is wrong with a rule, and where.
type RuleError struct {
	Rule       int    // which of the rules, from 0
	Key        string // the wrong key, such as "extract.grok"; "" for the rule as a whole
	Start, End int    // the wrong bytes of the key's text; equal when no part can be named
	Err        error
}

func (e *RuleError) Error() string {
	if e.Key == "" {
		return fmt.Sprintf("rule %d: %v", e.Rule+1, e.Err)
	}
	return fmt.Sprintf("rule %d: %s: %v", e.Rule+1, strings.ReplaceAll(e.Key, ".", ": "), e.Err)
}

func (e *RuleError) Unwrap() error { return e.Err }

// partError names the wrong part of a text by the part itself.
type partError struct {
	part string
	err  error
}

func (e *partError) Error() string { return e.err.Error() }
func (e *partError) Unwrap() error { return e.err }

// wrongKey words an error of one key, whose text it is, and finds the wrong part in it.
func wrongKey(key, text string, err error) *RuleError {
	e := &RuleError{Key: key, Err: err}
	var query *logsql.SyntaxError
	var expr *syntax.Error
	var part *partError
	switch {
	case errors.As(err, &query):
		e.Start, e.End = query.Pos, max(query.Pos, query.End)
	case errors.As(err, &expr):
		e.locate(text, expr.Expr)
	case errors.As(err, &part):
		e.locate(text, part.part)
	}
	return e
}

func (e *RuleError) locate(text, part string) {
	if at := strings.Index(text, part); at >= 0 {
		e.Start, e.End = at, at+len(part)
	}
}
