package query

import (
	"slices"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/pipe"
)

// pushExtract gives an extract from the message that comes first to the search, which can answer it from variables of
// templates, unless rows are wanted whole or the pipe does more than that. It returns the pipes that are left.
func pushExtract(s *logs.Search, pipes []logsql.Pipe) []logsql.Pipe {
	if len(pipes) < 2 {
		return pipes
	}
	if p, ok := pipes[0].(*logsql.PipeExtractRegexp); ok {
		return pushExtractRegexp(s, p, pipes)
	}
	p, ok := pipes[0].(*logsql.PipeExtract)
	if !ok || p.From != model.FieldMsg || p.If != nil || p.KeepOriginal || p.SkipEmptyResult {
		return pipes
	}
	rest := &logsql.Query{Filter: logsql.All{}, Pipes: pipes[1:]}
	fields, all := rest.NeededFields()
	if all {
		return pipes
	}
	names := p.Pattern.Fields()
	for i, step := range p.Pattern.Steps {
		open := step.Open || i == len(p.Pattern.Steps)-1
		twice := step.Field != "" && slices.Index(names, step.Field) != lastIndex(names, step.Field)
		if !open || twice || model.ReservedName(step.Field) {
			return pipes
		}
	}
	s.Fields = fields
	s.Extract = &logs.Extract{Pattern: &p.Pattern, Match: func() func(string) []string { return pipe.Matcher(&p.Pattern) }}
	return pipes[1:]
}

// pushExtractRegexp is pushExtract for an expression.
func pushExtractRegexp(s *logs.Search, p *logsql.PipeExtractRegexp, pipes []logsql.Pipe) []logsql.Pipe {
	if p.From != model.FieldMsg || p.If != nil || p.KeepOriginal || p.SkipEmptyResult || slices.ContainsFunc(p.Fields(), model.ReservedName) {
		return pipes
	}
	fields, all := (&logsql.Query{Filter: logsql.All{}, Pipes: pipes[1:]}).NeededFields()
	parts := logs.NewRegexpParts(p.Regexp)
	if all || parts == nil {
		return pipes
	}
	s.Fields = fields
	s.Extract = &logs.Extract{Regexp: parts, Match: parts.Match}
	return pipes[1:]
}

func lastIndex(names []string, name string) int {
	for i, n := range slices.Backward(names) {
		if n == name {
			return i
		}
	}
	return -1
}
