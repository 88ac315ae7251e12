package pipeline

import (
	"errors"
	"fmt"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// Trial is a record to be taken through the steps without being stored.
type Trial struct {
	Record     model.Record
	Format     string // in place of that of the record's input; "" keeps it
	SavedRules bool   // run the rules in effect before Rules
	Rules      []Rule
}

// Tried is what a trial has found.
type Tried struct {
	Format   string            // of the message before any rule, "" for plain text
	Matched  map[string]bool   // by name of every format: the message has it
	Record   map[string]string // stored fields
	Views    map[string]string // fields that the format reads out of the message and that no stored one hides
	Masked   bool              // a mask has hidden a part
	Dropped  bool              // by a rule; Record and Views are as they were then
	Refused  string            // why it would be a dead letter: a rule requires what it does not have; else ""
	Problems []*RuleError      // wrong ones of Trial.Rules, which are passed over
}

// Try takes a record through the masks of an intake and the steps of the consumers.
func Try(in *Intake, c *Consumers, t Trial) (*Tried, error) {
	out := &Tried{Matched: map[string]bool{}}
	r := t.Record
	if masks := in.masks.Load(); masks != nil {
		out.Masked = masks.apply(&r)
	}
	p := newProcessor(c)
	p.metrics, p.rules = NewMetrics(nil), nil // what is tried is not counted
	if t.Format != "" {
		settings := c.opts.Inputs[r.Input]
		settings.Format = t.Format
		rules, err := compileInput(settings, c.opts.Local)
		if err != nil {
			return nil, err
		}
		p.inputs, p.fallback = nil, &rules
	}
	data := record.Append(nil, &r)
	got, _, err := p.run(data)
	if err != nil {
		return nil, fmt.Errorf("cannot take the record through the steps: %w", err)
	}
	out.Format = got.Format
	zone := format.Zone{Location: p.settings(r.Input).location, Now: got.Observed}
	for _, f := range format.All() {
		_, out.Matched[f.Name()] = f.Scan(r.Msg, zone)
	}

	if t.SavedRules {
		if p.rules, err = compileRules(c.rules.Load().rules); err != nil { // anew: those in effect count their hits
			return nil, err
		}
	}
	for i := range t.Rules {
		rule, wrong := compileRule(&t.Rules[i])
		if wrong != nil {
			wrong.Rule = i
			out.Problems = append(out.Problems, wrong)
			continue
		}
		p.rules = append(p.rules, rule)
	}
	_, keep, err := p.run(data)
	if refused := (*refusalError)(nil); errors.As(err, &refused) {
		out.Refused = reasonRule + ": " + refused.reason
	} else if err != nil {
		return nil, fmt.Errorf("cannot take the record through the steps: %w", err)
	}
	out.Dropped = !keep && out.Refused == ""
	out.Record, out.Views = fieldsOf(&p.rec)
	return out, nil
}

// fieldsOf returns what a record has stored, and what its format reads out of its message beside that.
func fieldsOf(r *model.Record) (stored, views map[string]string) {
	row := ruleRow{rec: r}
	stored, views = map[string]string{}, map[string]string{}
	for _, name := range []string{
		model.FieldTime, model.FieldMsg, model.FieldSeverity, model.FieldSource, model.FieldFormat, model.FieldStream,
	} {
		stored[name] = row.Value(name)
	}
	for _, fields := range [...][]model.Field{r.Fields, r.Stream} {
		for _, f := range fields {
			stored[f.Name] = f.Value
		}
	}
	for name, value := range stored {
		if value == "" || value == "{}" && name == model.FieldStream {
			delete(stored, name)
		}
	}
	if f := format.Lookup(r.Format); f != nil {
		for _, v := range f.Views(r.Msg, nil) {
			if _, hidden := stored[v.Name]; !hidden && v.Value != "" {
				views[v.Name] = v.Value
			}
		}
	}
	return stored, views
}
