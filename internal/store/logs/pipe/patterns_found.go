package pipe

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// detail counts rows by group and further fields.
type detail struct {
	groups *groups
	hits   []uint64
}

func (d *detail) add(b *logsql.Batch, acct *account) error {
	ids, err := d.groups.assign(b)
	if err != nil {
		return err
	}
	if err := growTo(&d.hits, d.groups.count, acct, 8); err != nil {
		return err
	}
	for _, id := range ids {
		d.hits[id]++
	}
	return nil
}

// foundPattern is one row of the result.
type foundPattern struct {
	patternGroup
	pattern  *model.Pattern
	by       []string
	streams  map[string]uint64
	services map[string]uint64
	severity map[string]uint64
}

func (f *foundPattern) add(g *patternGroup, buckets int) {
	if f.line == "" || g.line != "" && g.last > f.last {
		f.line = g.line
	}
	if f.hits == 0 {
		f.first, f.last, f.spark = g.first, g.last, sparkline{origin: g.spark.origin, width: g.spark.width}
	}
	f.hits += g.hits
	f.first, f.last = min(f.first, g.first), max(f.last, g.last)
	f.spark.merge(&g.spark, buckets)
}

// detail adds rows of a stream or severity.
func (f *foundPattern) detail(kind int, value string, hits uint64) {
	if kind == bySeverity {
		f.severity[value] += hits
		return
	}
	f.streams[value] += hits
	if name := serviceOf(value); name != "" {
		f.services[name] += hits
	}
}

// serviceOf returns what a stream says it is from; "" when it does not.
func serviceOf(stream string) string {
	for _, field := range [...]string{"service.name", "app", "service", "app_name", "host.name", "host"} {
		if v := logsql.StreamValue(stream, field); v != "" {
			return v
		}
	}
	return ""
}

func (p *patterns) batch(found []*foundPattern, total uint64, start, width int64) *logsql.Batch {
	out := &logsql.Batch{N: len(found)}
	add := func(name string, value func(f *foundPattern) string) {
		values := make([]string, len(found))
		for i, f := range found {
			values[i] = value(f)
		}
		out.Columns = append(out.Columns, logsql.PlainColumn(name, values))
	}
	add(model.FieldPattern, func(f *foundPattern) string { return f.pattern.ID.String() })
	add("pattern", func(f *foundPattern) string { return f.pattern.Text() })
	for k, name := range p.pipe.By {
		add(name, func(f *foundPattern) string { return f.by[k] })
	}
	add("hits", func(f *foundPattern) string { return strconv.FormatUint(f.hits, 10) })
	add("share", func(f *foundPattern) string {
		return strconv.FormatFloat(float64(f.hits)/float64(total), 'g', 4, 64)
	})
	add("first_seen", func(f *foundPattern) string { return logsql.TimeText(f.first) })
	add("last_seen", func(f *foundPattern) string { return logsql.TimeText(f.last) })
	add("streams", func(f *foundPattern) string { return strconv.Itoa(len(f.streams)) })
	add("services", func(f *foundPattern) string { return valuesJSON(f.services, 5) })
	add("severity", func(f *foundPattern) string { return valuesJSON(f.severity, len(f.severity)) })
	add("spark", func(f *foundPattern) string {
		return string(f.spark.appendJSON(nil, start, width, p.pipe.Buckets))
	})
	add("example", func(f *foundPattern) string { return f.line })
	return out
}

// valuesJSON writes the most frequent values with their rows as a JSON array of objects.
func valuesJSON(hits map[string]uint64, most int) string {
	values := make([]string, 0, len(hits))
	for v := range hits {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(hits[b], hits[a]), strings.Compare(a, b)) })
	out := []byte{'['}
	for i, v := range values[:min(most, len(values))] {
		if i > 0 {
			out = append(out, ',')
		}
		out = logsql.AppendJSONString(append(out, `{"value":`...), v)
		out = append(strconv.AppendUint(append(out, `,"hits":`...), hits[v], 10), '}')
	}
	return string(append(out, ']'))
}
