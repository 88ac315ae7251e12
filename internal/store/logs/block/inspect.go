package block

import "strconv"

// Part is what one aspect of a block takes.
type Part struct {
	Column string // "" for what belongs to no column
	Kind   string // of the column, or what it is
	Detail string // of a templated column: which of its parts; else ""
	Raw    int64  // bytes of the values as text; 0 in details
	Stored int64  // bytes in the body
}

// Parts lists what the body consists of; a templated column is followed by its details.
func (r *Reader) Parts() ([]Part, error) {
	h := r.header
	list := []Part{
		{Kind: "times", Stored: int64(h.times.size), Raw: 8 * int64(h.info.Rows)},
		{Kind: "times of receipt", Stored: int64(h.obs.size), Raw: 8 * int64(h.info.Rows)},
		{Kind: "offsets", Stored: int64(h.offsets.size), Raw: 8 * int64(h.info.Rows)},
		{Kind: "streams", Stored: int64(h.streams.size), Raw: int64(h.streams.raw)},
		{Kind: "token filter", Stored: int64(h.words.size), Raw: int64(h.words.raw)},
	}
	for i := range h.cols {
		c := &h.cols[i]
		values, err := r.Column(c.name)
		if err != nil {
			return nil, err
		}
		part := Part{Column: c.name, Kind: c.kind.String()}
		for row := range h.info.Rows {
			part.Raw += int64(len(values.At(row)))
		}
		for _, at := range [...]region{c.lengths, c.data, c.index, c.high} {
			part.Stored += int64(at.size)
		}
		list = append(list, part)
		if c.kind != Templated {
			continue
		}
		t, err := r.Templates(c.name)
		if err != nil {
			return nil, err
		}
		details := []Part{
			{Detail: "templates", Stored: int64(c.data.size)},
			{Detail: "counts by stream", Stored: int64(c.lengths.size)},
			{Detail: "templates of the rows", Stored: int64(c.index.size + c.high.size)},
		}
		for v := range t.headers {
			d := Part{Detail: "variables, " + t.headers[v].Kind.String()}
			for _, at := range t.headers[v].regions() {
				d.Stored += int64(at.size)
			}
			list[len(list)-1].Stored += d.Stored
			details = append(details, d)
		}
		for _, d := range details {
			d.Column, d.Kind = c.name, part.Kind
			list = append(list, d)
		}
	}
	return list, nil
}

// FieldSize is what a block keeps of one field.
type FieldSize struct {
	Name   string
	Kind   string
	Values int64 // stored bytes of the values of the rows
	Dict   int64 // stored bytes of the values or templates that rows share
	Items  int   // how many of these there are
	Words  int64 // stored bytes of the token filter, which all fields share
}

// FieldSizes lists what the block keeps of each field, from its metadata and the directories of templates alone.
func (r *Reader) FieldSizes() ([]FieldSize, error) {
	h := r.header
	list := []FieldSize{
		{Name: "_time", Kind: "times", Values: int64(h.times.size)},
		{Name: "_observed", Kind: "times", Values: int64(h.obs.size)},
		{Name: "_record_id", Kind: "offsets", Values: int64(h.offsets.size)},
		{Name: "_stream", Kind: "streams", Values: int64(h.streams.size)},
		{Kind: "token filter", Words: int64(h.words.size)},
	}
	for i := range h.cols {
		c := &h.cols[i]
		f := FieldSize{Name: c.name, Kind: c.kind.String(), Values: int64(c.lengths.size + c.data.size + c.index.size + c.high.size)}
		switch c.kind {
		case Const:
			f.Values = int64(len(c.value))
		case Dict:
			f.Dict, f.Items = int64(c.lengths.size+c.data.size), c.distinct
			f.Values -= f.Dict
		case Templated:
			t, err := r.Templates(c.name)
			if err != nil {
				return nil, err
			}
			f.Dict, f.Items = int64(c.data.size), t.Len()
			f.Values -= f.Dict
			for _, at := range t.regions() {
				f.Values += int64(at.size)
			}
		}
		list = append(list, f)
	}
	return list, nil
}

// FieldSizes lists the fields of open rows, which take no stored bytes.
func (v *View) FieldSizes() ([]FieldSize, error) {
	var list []FieldSize
	for _, name := range v.Names() {
		list = append(list, FieldSize{Name: name, Kind: v.Kind(name).String()})
	}
	return list, nil
}

// Pattern writes a template for a person, a slot as the form of its variable: "took <int> ms".
func (c *Templates) Pattern(t int) string {
	var text []byte
	for i, v := range c.Slots(t) {
		text = append(text, c.Piece(t, i)...)
		text = append(append(append(text, '<'), c.headers[v].Kind.String()...), '>')
	}
	text = append(text, c.Piece(t, len(c.Slots(t)))...)
	quoted := strconv.Quote(string(text))
	return quoted[1 : len(quoted)-1]
}
