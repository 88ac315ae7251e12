package block

import (
	"fmt"
	"unsafe"

	"github.com/haetae/haetae/internal/model"
)

// streamTable is the decoded table of streams.
type streamTable struct {
	streams []*Stream
	ends    []uint32 // row behind the last of each stream
}

// size is what the table takes, in bytes.
func (t *streamTable) size() int {
	n := 4 * len(t.ends)
	for _, s := range t.streams {
		n += int(unsafe.Sizeof(s)+unsafe.Sizeof(*s)) + len(s.key) + len(s.Fields)*int(unsafe.Sizeof(model.Field{}))
	}
	return n
}

// Runs implements Rows.
func (r *Reader) Runs() ([]*Stream, []uint32, error) {
	if r.streams == nil {
		// Decoded anew it is in no memory that is used again.
		same := func(t *streamTable) *streamTable { return t }
		table, err := cached(r, r.header.streams, (*streamTable).size, r.decodeStreams, same)
		if err != nil {
			return nil, nil, err
		}
		r.streams = table
	}
	return r.streams.streams, r.streams.ends, nil
}

// Streams implements Rows.
func (r *Reader) Streams() ([]*Stream, []uint32, error) {
	streams, ends, err := r.Runs()
	if err != nil || r.streamOf != nil {
		return streams, r.streamOf, err
	}
	r.streamOf = r.scratch.ends.take(r.header.info.Rows)
	row := uint32(0)
	for i, end := range ends {
		for ; row < end; row++ {
			r.streamOf[row] = uint32(i)
		}
	}
	return streams, r.streamOf, nil
}

func (r *Reader) decodeStreams() (*streamTable, error) {
	data, err := r.read(r.header.streams)
	if err != nil {
		return nil, fmt.Errorf("cannot read streams: %w", err)
	}
	d := decoder{in: data}
	n := d.count(2)
	t := &streamTable{streams: make([]*Stream, 0, n), ends: make([]uint32, 0, n)}
	row := 0
	for range n {
		s, used, err := decodeStream(d.in)
		if err != nil {
			return nil, err
		}
		d.in = d.in[used:]
		rows := d.length()
		if rows > r.header.info.Rows-row {
			return nil, fmt.Errorf("%w: rows of streams", ErrCorrupt)
		}
		row += rows
		t.streams, t.ends = append(t.streams, s), append(t.ends, uint32(row))
	}
	if d.err != nil || row != r.header.info.Rows || len(d.in) != 0 {
		return nil, fmt.Errorf("%w: table of streams", ErrCorrupt)
	}
	return t, nil
}
