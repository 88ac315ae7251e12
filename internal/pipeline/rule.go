package pipeline

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Rule and Extract are what a rule says, see model.Rule.
type (
	Rule    = model.Rule
	Extract = model.Extract
)

type compiledRule struct {
	filter     logsql.Filter // nil matches all
	extract    *extractor
	rename     []model.Field // old and new name
	drop       []string
	dropRecord bool
	hits       *atomic.Int64 // records that it matched
}

// compileRules returns the first wrong rule as a *RuleError.
func compileRules(rules []Rule) ([]*compiledRule, error) {
	var out []*compiledRule
	for i := range rules {
		c, wrong := compileRule(&rules[i])
		if wrong != nil {
			wrong.Rule = i
			return nil, wrong
		}
		out = append(out, c)
	}
	return out, nil
}

func compileRule(r *Rule) (*compiledRule, *RuleError) {
	c := &compiledRule{drop: r.Drop, dropRecord: r.DropRecord, hits: new(atomic.Int64)}
	if r.If != "" {
		f, err := logsql.ParseFilter(r.If, logsql.Options{Now: time.Now().UnixNano(), Location: time.Local})
		if err != nil {
			return nil, wrongKey("if", r.If, err)
		}
		c.filter = f
	}
	if r.Extract != nil {
		var wrong *RuleError
		if c.extract, wrong = compileExtract(r.Extract); wrong != nil {
			return nil, wrong
		}
	}
	for _, from := range slices.Sorted(maps.Keys(r.Rename)) {
		to := r.Rename[from]
		if !settable(to) {
			return nil, wrongKey("rename", "", fmt.Errorf("%q cannot be written", to))
		}
		if model.ReservedName(from) && from != model.FieldMsg {
			return nil, wrongKey("rename", "", fmt.Errorf("%q cannot be renamed", from))
		}
		c.rename = append(c.rename, model.Field{Name: from, Value: to})
	}
	for _, name := range r.Drop {
		if model.ReservedName(name) && name != model.FieldMsg {
			return nil, wrongKey("drop", "", fmt.Errorf("%q cannot be dropped", name))
		}
	}
	if c.extract == nil && len(c.rename) == 0 && len(c.drop) == 0 && !c.dropRecord {
		return nil, wrongKey("", "", errors.New("has no step; give it extract, rename, drop or drop_record"))
	}
	return c, nil
}

// settable reports whether a rule may write the name: of the reserved ones message, time and severity.
func settable(name string) bool {
	switch name {
	case "":
		return false
	case model.FieldMsg, model.FieldTime, model.FieldSeverity:
		return true
	}
	return !model.ReservedName(name)
}

// applyRules runs the rules on a record and reports whether it is kept. What a rule requires and does not find is a
// *refusalError.
func (p *processor) applyRules(r *model.Record) (keep bool, err error) {
	p.row.begin(r)
	for _, rule := range p.rules {
		if rule.filter != nil && !rule.filter.Match(&p.row) {
			continue
		}
		rule.hits.Add(1)
		if rule.dropRecord {
			return false, nil
		}
		if rule.extract != nil {
			if err := rule.extract.run(p, r); err != nil {
				return false, err
			}
		}
		for _, names := range rule.rename {
			value := p.row.Value(names.Name)
			if value == "" {
				continue
			}
			p.removeField(r, names.Name)
			p.setField(r, names.Value, value)
		}
		for _, name := range rule.drop {
			p.removeField(r, name)
		}
	}
	return true, nil
}

// setField writes a field for a rule. Stream fields cannot change any more: they have chosen the partition.
func (p *processor) setField(r *model.Record, name, value string) {
	switch name {
	case model.FieldMsg:
		p.row.setMessage(value)
		return
	case model.FieldTime:
		in := p.settings(r.Input)
		if ts, ok := format.ParseTime(value, format.Zone{Location: in.location, Now: r.Observed}); ok {
			r.Time = ts
			p.checkTime(r)
		}
		return
	case model.FieldSeverity:
		if sev := model.ParseSeverity(value); sev != model.SeverityUnknown {
			r.Severity = sev
		}
		return
	}
	for i := range r.Fields {
		if r.Fields[i].Name == name {
			r.Fields[i].Value = value
			return
		}
	}
	for i := range r.Stream {
		if r.Stream[i].Name == name {
			return
		}
	}
	r.Fields = append(r.Fields, model.Field{Name: name, Value: value})
}

func (p *processor) removeField(r *model.Record, name string) {
	if name == model.FieldMsg {
		p.row.setMessage("")
		return
	}
	kept := r.Fields[:0]
	for _, f := range r.Fields {
		if f.Name != name {
			kept = append(kept, f)
		}
	}
	r.Fields = kept
}
