package pipe

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// emitRows is how many rows a batch has that is made of kept rows.
const emitRows = 1024

// keptRow is a row that outlives its batch. Its values are in the order of the schema's names.
type keptRow struct {
	schema *schema
	time   int64
	values []string
	bytes  int
}

// schema is what rows with the same columns share.
type schema struct {
	names  []string
	native bool // the rows have native times
}

// keeper copies rows out of batches, for one worker.
type keeper struct {
	last  *schema
	known []*schema
}

// Bytes of a kept row besides its values: the row itself, in what sorts it, and slices.
const rowBytes = 120

// begin finds the schema of a batch.
func (k *keeper) begin(b *logsql.Batch) {
	if k.last != nil && k.last.fits(b) {
		return
	}
	for _, s := range k.known {
		if s.fits(b) {
			k.last = s
			return
		}
	}
	s := &schema{native: b.Times != nil}
	for i := range b.Columns {
		s.names = append(s.names, strings.Clone(b.Columns[i].Name))
	}
	k.last = s
	// Batches of one search have few shapes; where they have many, the oldest are not worth finding again.
	if len(k.known) == 64 {
		k.known = slices.Delete(k.known, 0, 1)
	}
	k.known = append(k.known, s)
}

func (s *schema) fits(b *logsql.Batch) bool {
	if len(s.names) != len(b.Columns) || s.native != (b.Times != nil) {
		return false
	}
	for i := range s.names {
		if s.names[i] != b.Columns[i].Name {
			return false
		}
	}
	return true
}

// keep copies row i of the batch that begin took.
func (k *keeper) keep(b *logsql.Batch, i int) keptRow {
	r := keptRow{schema: k.last, values: make([]string, len(b.Columns))}
	if b.Times != nil {
		r.time = b.Times[i]
	}
	total := 0
	for c := range b.Columns {
		total += len(b.Columns[c].At(i))
	}
	var text strings.Builder
	text.Grow(total)
	for c := range b.Columns {
		text.WriteString(b.Columns[c].At(i))
	}
	all := text.String()
	at := 0
	for c := range b.Columns {
		n := len(b.Columns[c].At(i))
		r.values[c] = all[at : at+n]
		at += n
	}
	r.bytes = total + 16*len(r.values) + rowBytes
	return r
}

// emitKept writes kept rows in their order.
func emitKept(rows []keptRow, write func(*logsql.Batch) error) error {
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && n < emitRows && rows[n].schema.native == rows[0].schema.native {
			n++
		}
		if err := write(batchOf(rows[:n])); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// batchOf makes a batch of rows whose schemas agree on native times.
func batchOf(rows []keptRow) *logsql.Batch {
	b := &logsql.Batch{N: len(rows)}
	if rows[0].schema.native {
		b.Times = make([]int64, len(rows))
	}
	places := map[*schema][]int{}
	for i, r := range rows {
		if b.Times != nil {
			b.Times[i] = r.time
		}
		place, ok := places[r.schema]
		if !ok {
			for _, name := range r.schema.names {
				at := slices.IndexFunc(b.Columns, func(c logsql.Column) bool { return c.Name == name })
				if at < 0 {
					at = len(b.Columns)
					b.Columns = append(b.Columns, logsql.PlainColumn(name, make([]string, len(rows))))
				}
				place = append(place, at)
			}
			places[r.schema] = place
		}
		for k, v := range r.values {
			b.Columns[place[k]].Values[i] = v
		}
	}
	return b
}
