package logs

import (
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// A search that only looks at smallest and largest values gets some values of each block of which all rows match, among
// them these two: the bounds of times and of numbers are metadata, and so are the different values of dictionaries.

// extremes returns rows that have the smallest and the largest value of each wanted field, and perhaps others that the
// field has; nil when metadata do not tell them.
func (e *eval) extremes(req *Search) (*logsql.Batch, error) {
	b := &logsql.Batch{N: 2}
	lists := make([][]string, 0, len(req.Fields))
	for _, name := range req.Fields {
		if name == model.FieldTime {
			lists = append(lists, nil)
			continue
		}
		list, err := e.extremeValues(name)
		if list == nil || err != nil {
			return nil, err
		}
		lists = append(lists, list)
		b.N = max(b.N, len(list))
	}
	for i, name := range req.Fields {
		if name == model.FieldTime {
			info := e.rows.Info()
			b.Times = make([]int64, b.N)
			for k := range b.Times {
				b.Times[k] = info.MinTime
			}
			b.Times[0] = info.MaxTime
			continue
		}
		// A value may come more than once.
		index := make([]uint32, b.N)
		for k := range index {
			index[k] = uint32(k % len(lists[i]))
		}
		b.Columns = append(b.Columns, logsql.DictColumn(name, lists[i], index))
	}
	return b, nil
}

// extremeValues returns some values of a field, the smallest and the largest among them; nil when these are not known.
func (e *eval) extremeValues(name string) ([]string, error) {
	if model.ReservedName(name) && name != model.FieldSeverity || e.hasLabel(name) || e.hasFallback(name) {
		return nil, nil
	}
	switch e.rows.Kind(name) {
	case block.Absent, block.Const, block.Dict:
		c, err := e.rows.Column(name)
		if err != nil {
			return nil, err
		}
		if c.Kind == block.Dict {
			return stored{c}.distinct(), nil
		}
		return []string{c.Value(0)}, nil
	case block.Templated:
		p, err := e.pieces(name)
		if p == nil || err != nil {
			return nil, err
		}
		return p.extremeValues(), nil
	}
	return nil, nil
}

// extremeValues returns the bounds of the numbers of a column and the texts of templates without any; nil when rows
// have other values, or bounds that are not told apart as numbers.
func (p *pieces) extremeValues() (list []string) {
	for t := range p.Len() {
		if !p.numeric(t) {
			return nil
		}
		if len(p.Slots(t)) == 0 {
			list = append(list, p.Piece(t, 0))
		}
	}
	for i := range p.Variables() {
		info := p.VariableInfo(i)
		if max(info.Hi, -info.Lo) >= 1<<53 {
			return nil
		}
		bounds := block.Variable{VariableInfo: info, Ints: []int64{info.Lo, info.Hi}}
		for at := range bounds.Ints {
			list = append(list, string(bounds.Append(nil, at)))
		}
	}
	return list
}
