package block

import "github.com/haetae/haetae/internal/model"

// Row is a row on its way from one block to another: its stream and its columns by name, those without a value left out.
type Row struct {
	Stream *Stream
	Fields []model.Field
}

// Rewrite appends the rows of a block that keep wants to a builder, as change makes them; times and offsets stay. change may
// keep neither the row nor its Fields, and equal streams that it makes must be one pointer.
func (b *Builder) Rewrite(rows Rows, keep func(row int) bool, change func(*Row)) error {
	from, err := openSource(rows)
	if err != nil {
		return err
	}
	var r Row
	for row := range from.times {
		if !keep(row) {
			continue
		}
		r.Stream, r.Fields = from.streams[from.streamOf[row]], r.Fields[:0]
		for i := range from.cols {
			if v := from.cols[i].At(row); v != "" {
				r.Fields = append(r.Fields, model.Field{Name: from.names[i], Value: v})
			}
		}
		change(&r)
		b.begin(from.times[row], from.observed[row], from.offsets[row], r.Stream)
		for _, f := range r.Fields {
			b.set(b.columnOf(f.Name), f.Value)
		}
	}
	return nil
}

// columnOf returns the place of a column as it is stored, which is made when it is missing.
func (b *Builder) columnOf(name string) int {
	if col, ok := b.byName[name]; ok {
		return col
	}
	return b.addColumn(name)
}

// source is what a block has of its rows.
type source struct {
	times, observed, offsets []int64
	streams                  []*Stream
	streamOf                 []uint32
	names                    []string
	cols                     []Column
}

func openSource(rows Rows) (s *source, err error) {
	s = &source{names: rows.Names()}
	if s.times, err = rows.Times(); err != nil {
		return nil, err
	}
	if s.observed, err = rows.Observed(); err != nil {
		return nil, err
	}
	if s.offsets, err = rows.Offsets(); err != nil {
		return nil, err
	}
	if s.streams, s.streamOf, err = rows.Streams(); err != nil {
		return nil, err
	}
	s.cols = make([]Column, len(s.names))
	for i, name := range s.names {
		if s.cols[i], err = rows.Column(name); err != nil {
			return nil, err
		}
	}
	return s, nil
}
