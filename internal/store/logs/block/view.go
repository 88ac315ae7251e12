package block

// View is an immutable picture of the first rows of a Builder; it stays valid while the builder grows.
type View struct {
	info                     Info
	times, observed, offsets []int64
	streamOf                 []uint32
	streams                  []*Stream
	cols                     []openColumn
}

// View returns a picture of all rows so far. Queue, partition and group come from the caller.
func (b *Builder) View(queue string, partition int, group string) *View {
	n := len(b.times)
	v := &View{
		times: b.times[:n:n], observed: b.observed[:n:n], offsets: b.offsets[:n:n],
		streamOf: b.streamOf[:n:n], streams: b.streams[:len(b.streams):len(b.streams)],
		cols: make([]openColumn, 0, len(b.cols)),
	}
	for _, c := range b.cols {
		b.size += c.fill(n)
		if c, any := c.view(n); any {
			v.cols = append(v.cols, c)
		}
	}
	v.info = b.info
	v.info.Queue, v.info.Partition, v.info.Group = queue, partition, group
	v.info.Rows, v.info.Raw = n, b.raw
	return v
}

// Info implements Rows.
func (v *View) Info() *Info { return &v.info }

// Names implements Rows.
func (v *View) Names() []string {
	names := make([]string, len(v.cols))
	for i := range v.cols {
		names[i] = v.cols[i].name
	}
	return names
}

// Kind implements Rows: columns of open rows are dictionaries or plain.
func (v *View) Kind(name string) Kind {
	if c := v.find(name); c != nil {
		return c.kind()
	}
	return Absent
}

// Bounds implements Rows: open rows have none.
func (v *View) Bounds(string) (lo, hi float64, ok bool) { return 0, 0, false }

// MayHave implements Rows: open rows have no token filter.
func (v *View) MayHave(string, []string) (bool, error) { return true, nil }

// MayVary implements Rows: open rows have no token filter.
func (v *View) MayVary(string, string) (bool, error) { return true, nil }

// Templates implements Rows: open rows have none.
func (v *View) Templates(string) (*Templates, error) { return nil, nil }

// Version implements Rows.
func (v *View) Version() int { return 0 }

// Times implements Rows.
func (v *View) Times() ([]int64, error) { return v.times, nil }

// Observed implements Rows.
func (v *View) Observed() ([]int64, error) { return v.observed, nil }

// Offsets implements Rows.
func (v *View) Offsets() ([]int64, error) { return v.offsets, nil }

// Streams implements Rows.
func (v *View) Streams() ([]*Stream, []uint32, error) { return v.streams, v.streamOf, nil }

// Runs implements Rows.
func (v *View) Runs() ([]*Stream, []uint32, error) { return v.streams, nil, nil }

// Column implements Rows.
func (v *View) Column(name string) (Column, error) {
	c := v.find(name)
	if c == nil {
		return Column{}, nil
	}
	return c.column(), nil
}

func (v *View) find(name string) *openColumn {
	for i := range v.cols {
		if v.cols[i].name == name {
			return &v.cols[i]
		}
	}
	return nil
}
