package journald

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// stateKey is where the position is kept.
const stateKey = "position"

// position is how far the journal was stored.
type position struct {
	// Cursor is the address of the last entry.
	Cursor string `json:"cursor"`
	// Sequences holds the highest sequence number for each sequence of the journal, by its id. A sequence number
	// is given to an entry when it is written, grows without end, and goes on in the next file; machines and
	// users have sequences of their own (journal file format, "Sequence Numbers").
	Sequences map[string]uint64 `json:"sequences"`
}

// maxSequences bounds the sequences remembered; a machine has few.
const maxSequences = 256

func loadPosition(ctx context.Context, s input.State) (position, error) {
	p := position{Sequences: map[string]uint64{}}
	text, err := s.Get(ctx, stateKey)
	if err != nil || text == nil {
		return p, err
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("the stored position is not readable: %w", err)
	}
	if p.Sequences == nil {
		p.Sequences = map[string]uint64{}
	}
	return p, nil
}

func (p *position) save(ctx context.Context, s input.State) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return s.Put(ctx, map[string][]byte{stateKey: text})
}

// markPrefix is in front of a sequence's id in marks.
const markPrefix = "journald/"

// mark returns the mark of an entry and moves the position to it. An entry that comes out of order within its
// sequence, which clocks that jumped can cause where journals are merged, is reported as repeated and has no mark: a
// mark would make the consumer take it for a repetition, which it need not be.
func (p *position) mark(cursor string) (m model.Mark, repeated bool) {
	p.Cursor = cursor
	id, seq, ok := sequence(cursor)
	if !ok {
		return model.Mark{}, false
	}
	last, known := p.Sequences[id]
	if known && seq <= last {
		return model.Mark{}, true
	}
	if !known {
		if len(p.Sequences) >= maxSequences {
			return model.Mark{}, false
		}
		id = strings.Clone(id)
	}
	p.Sequences[id] = seq
	return model.Mark{Source: markPrefix + id, Seq: seq}, false
}

// sequence reads the sequence's id and the number (hexadecimal) from a cursor, such as
// s=3b1a...;i=1f4;b=...;m=...;t=...;x=...
func sequence(cursor string) (id string, seq uint64, ok bool) {
	var number string
	for part := range strings.SplitSeq(cursor, ";") {
		switch key, value, _ := strings.Cut(part, "="); key {
		case "s":
			id = value
		case "i":
			number = value
		}
	}
	seq, err := strconv.ParseUint(number, 16, 64)
	return id, seq, err == nil && id != "" && seq > 0
}

// cursorTime returns the time of a cursor's entry in microseconds since the epoch.
func cursorTime(cursor string) (us uint64, ok bool) {
	for part := range strings.SplitSeq(cursor, ";") {
		if value, found := strings.CutPrefix(part, "t="); found {
			us, err := strconv.ParseUint(value, 16, 64)
			return us, err == nil
		}
	}
	return 0, false
}
