package logs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// A tail at any process shows the rows of all, each once and in the order of its partition: from memory, from segments that
// were stored meanwhile, and over a change of owners.
func TestATailShowsTheRowsOfAllProcesses(t *testing.T) {
	d := asking(t, 3)
	fill := func(w *Writer, n int) {
		for range n {
			o := w.Offset()
			r := plainRecord(int(o), fmt.Sprintf("p%d o%d", w.position.Partition, o))
			r.Observed = d.now.UnixNano()
			w.Append(o, r)
		}
		w.Publish()
	}
	var writers []*Writer
	for i := range d.stores {
		w := d.own(t, i, i)
		fill(w, 4)
		if i == 1 {
			checkpoint(t, w)
		}
		writers = append(writers, w)
	}
	ctx, cancel := context.WithCancel(t.Context())
	type tailed struct {
		rows []string
		err  error
	}
	begun, ended := make(chan struct{}, len(d.stores)), make(chan tailed, len(d.stores))
	shown := make(chan string, 1000)
	for _, s := range d.stores {
		go func() {
			var all tailed
			first := true
			all.err = s.Tail(ctx, Search{Scope: model.Everything, Fields: []string{model.FieldMsg}}, Cursor{}, func(c TailChunk) error {
				if first {
					begun <- struct{}{}
					first = false
				}
				for i := range rowsIn(c) {
					all.rows = append(all.rows, strings.Clone(c.Rows.Value(i, model.FieldMsg)))
					shown <- ""
				}
				return nil
			})
			ended <- all
		}()
	}
	for range d.stores {
		<-begun
	}
	wait := func(rows int) {
		t.Helper()
		late := time.After(20 * time.Second)
		for range rows * len(d.stores) {
			select {
			case <-shown:
			case <-late:
				t.Error("rows are not shown")
				return
			}
		}
	}
	for _, w := range writers {
		fill(w, 3)
	}
	wait(9)
	fill(writers[0], 2)
	checkpoint(t, writers[0])
	fill(writers[0], 2)
	wait(4)
	next := d.own(t, 2, 0) // which reads again what was not stored
	fill(next, 5)
	wait(3)
	cancel()
	for range d.stores {
		got := <-ended
		slices.SortStableFunc(got.rows, func(a, b string) int { return strings.Compare(a[:2], b[:2]) })
		want := "p0 o4 p0 o5 p0 o6 p0 o7 p0 o8 p0 o9 p0 o10 p0 o11 p0 o12 p0 o13 p1 o4 p1 o5 p1 o6 p2 o4 p2 o5 p2 o6"
		if rows := strings.Join(got.rows, " "); rows != want || got.err != context.Canceled {
			t.Errorf("a tail shows %s, want %s (%v)", rows, want, got.err)
		}
	}
}

// What the owner before stored, and a tail had not been shown yet, comes before the rows of the process that takes over.
func TestATailShowsWhatWasStoredBeforeATakeover(t *testing.T) {
	d := asking(t, 2)
	w := d.own(t, 1, 0)
	row := func(w *Writer) {
		o := w.Offset()
		r := plainRecord(int(o), fmt.Sprint("o", o))
		r.Observed = d.now.UnixNano()
		w.Append(o, r)
		w.Publish()
	}
	row(w)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var rows []string
	begun := false
	err := d.stores[0].Tail(ctx, Search{Scope: model.Everything, Fields: []string{model.FieldMsg}}, Cursor{}, func(c TailChunk) error {
		if !begun { // between two looks at what others have
			begun = true
			row(w)
			checkpoint(t, w)
			row(d.own(t, 0, 0))
		}
		for i := range rowsIn(c) {
			rows = append(rows, strings.Clone(c.Rows.Value(i, model.FieldMsg)))
		}
		if slices.Contains(rows, "o2") {
			cancel()
		}
		return nil
	})
	if want := []string{"o1", "o2"}; !slices.Equal(rows, want) || !errors.Is(err, context.Canceled) {
		t.Errorf("the tail shows %q, want %q (%v)", rows, want, err)
	}
}

func rowsIn(c TailChunk) int {
	if c.Rows == nil {
		return 0
	}
	return c.Rows.N
}
