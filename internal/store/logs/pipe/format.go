package pipe

import (
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// formatter writes fields into a text.
type formatter struct {
	pipe *logsql.PipeFormat
	from []field
	text []byte
}

func (f *formatter) fields() []string { return []string{f.pipe.As} }

func (f *formatter) begin(b *logsql.Batch) *logsql.Column {
	f.from = f.from[:0]
	for _, step := range f.pipe.Steps {
		from := field{}
		if step.Field != "" {
			from = lookup(b, step.Field)
		}
		f.from = append(f.from, from)
	}
	return nil
}

func (f *formatter) derive(unit int, m *made) {
	f.text = f.text[:0]
	for k, step := range f.pipe.Steps {
		f.text = append(f.text, step.Literal...)
		if step.Field == "" {
			continue
		}
		v := f.from[k].at(unit)
		if step.Mode == "" {
			f.text = append(f.text, v...)
		} else {
			f.text = appendMode(f.text, step.Mode, v)
		}
	}
	m.set(unit, f.pipe.As, m.text.copyBytes(f.text))
}

// replacer replaces a text, or what an expression matches, within a field.
type replacer struct {
	source
	pipe *logsql.PipeReplace
}

func (r *replacer) fields() []string { return []string{r.pipe.At} }

func (r *replacer) derive(unit int, m *made) {
	v := r.value(unit)
	limit := r.pipe.Limit
	if limit == 0 {
		limit = -1
	}
	switch {
	case r.pipe.Regexp == nil:
		v = strings.Replace(v, r.pipe.Old, r.pipe.New, limit)
	case limit < 0:
		v = r.pipe.Regexp.ReplaceAllString(v, r.pipe.New)
	default:
		var out []byte
		from := 0
		for _, at := range r.pipe.Regexp.FindAllStringSubmatchIndex(v, limit) {
			out = append(out, v[from:at[0]]...)
			out = r.pipe.Regexp.ExpandString(out, r.pipe.New, v, at)
			from = at[1]
		}
		v = string(append(out, v[from:]...))
	}
	m.set(unit, r.pipe.At, v)
}

// calculator computes fields from numbers of others, times and addresses among them; what cannot be computed is NaN. An
// expression sees the results of those before it.
type calculator struct {
	pipe   *logsql.PipeMath
	batch  *logsql.Batch
	from   map[string]*numbers
	made   map[string]float64
	unit   int
	number func(field string) float64
	text   []byte
}

func (c *calculator) fields() []string {
	out := make([]string, len(c.pipe.Results))
	for i, r := range c.pipe.Results {
		out[i] = r.As
	}
	return out
}

func (c *calculator) begin(b *logsql.Batch) *logsql.Column {
	c.batch, c.number = b, c.numberOf
	c.from, c.made = map[string]*numbers{}, map[string]float64{}
	return nil
}

// numberOf returns the number of a field of the row at hand.
func (c *calculator) numberOf(name string) float64 {
	if v, ok := c.made[name]; ok {
		return v
	}
	n := c.from[name]
	if n == nil {
		n = &numbers{read: logsql.ParseMathValue}
		n.begin(lookup(c.batch, name))
		c.from[name] = n
	}
	return n.at(c.unit)
}

func (c *calculator) derive(unit int, m *made) {
	c.unit = unit
	clear(c.made)
	for _, r := range c.pipe.Results {
		v := r.Expr.Eval(c.number)
		if v == 0 {
			v = 0 // and not -0
		}
		c.made[r.As] = v
		c.text = strconv.AppendFloat(c.text[:0], v, 'f', -1, 64)
		m.set(unit, r.As, m.text.copyBytes(c.text))
	}
}
