package logs

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// asked is the ask of a search for partition 0 of epoch 1 from an offset on.
func asked(req Search, from int64) Ask {
	req.Scope = model.Everything
	req = req.withDefaults()
	ask := req.ask()
	ask.Partitions = []store.Partition{{Position: store.Position{Queue: queueID, Offset: from, Epoch: 1}}}
	return ask
}

// handedOver searches what a store hands over, as the one who asks does.
func handedOver(t *testing.T, s *Store, req Search, from int64) (rows []string, parts int) {
	t.Helper()
	req.Scope, req.Workers = model.Everything, 1
	req = req.withDefaults()
	snap := &snapshot{damaged: map[string]string{}}
	_, err := s.Unsealed(t.Context(), asked(req, from), func(p Part) error {
		m, err := p.open()
		snap.memory = append(snap.memory, m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	run := s.newRun(req, snap)
	search := run.all
	if req.ranked() {
		search = run.ranked
	}
	_, err = search(t.Context(), func(_ int, b *logsql.Batch) error {
		for i := range b.N {
			rows = append(rows, string(b.AppendJSON(nil, i)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows, len(snap.memory)
}

// What is handed over answers a search as the rows themselves do, in open blocks and in encoded ones.
func TestUnsealedRowsAreHandedOver(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	source := logmix.New(3, 30e9)
	var r model.Record
	for i := range 4000 {
		source.Next(&r)
		w.Append(int64(i), &r)
		if i == 2500 {
			w.sealAll()
		}
	}
	w.Publish()
	for _, text := range []string{
		"*", "error", `level:error "connection"`, "not error", "nothing_has_this_word", `_msg:~"[0-9]+ms"`, `http.response.status_code:>=500`,
		`{service.name="shop"} or sshd`, `"host*":*1*`,
	} {
		for _, req := range []Search{
			{All: true},
			{Fields: []string{"_msg", "_record_id"}},
			{},
			{All: true, Newest: true, Limit: 7},
			{All: true, Oldest: true, Limit: 3},
			{Fields: []string{"_time"}, Min: logmix.Start, Max: logmix.Start + 20e9},
		} {
			req.Filter = filter(t, text)
			want := rowsOf(t, f.Store, req)
			got, _ := handedOver(t, f.Store, req, 0)
			inOneOrder(t, want, req.ranked())
			inOneOrder(t, got, req.ranked())
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, fields %q, limit %d (-as they are +handed over)\n%s", text, req.Fields, req.Limit, diff)
			}
		}
	}
}

// inOneOrder makes rows comparable whose fields, and unless they are ranked the rows themselves, come in any order.
func inOneOrder(t *testing.T, rows []string, ranked bool) {
	t.Helper()
	for i, row := range rows {
		var fields map[string]string
		if err := json.Unmarshal([]byte(row), &fields); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		rows[i] = string(text)
	}
	if !ranked {
		slices.Sort(rows)
	}
}

// A search that needs few rows is handed few: no block without a match, and no more than the limit.
func TestUnsealedRowsThatCannotBeWantedStay(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 1000 {
		w.Append(int64(i), plainRecord(i, fmt.Sprintf("number %d of many", i)))
	}
	w.Publish()
	given := func(req Search) (rows, counted int64) {
		_, err := f.Unsealed(t.Context(), asked(req, 0), func(p Part) error {
			m, err := p.open()
			if counted += p.Count; err == nil && m.encoded != nil {
				rows += int64(m.info().Rows)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return rows, counted
	}
	if rows, _ := given(Search{All: true, Filter: filter(t, "absent")}); rows != 0 {
		t.Errorf("%d rows for a word that none has", rows)
	}
	if rows, _ := given(Search{All: true, Filter: filter(t, "number 17")}); rows != 1 {
		t.Errorf("%d rows for a word that one has", rows)
	}
	if rows, _ := given(Search{All: true, Newest: true, Limit: 5}); rows != 5 {
		t.Errorf("%d rows for the newest 5", rows)
	}
	if rows, counted := given(Search{Filter: filter(t, "many")}); rows != 0 || counted != 1000 {
		t.Errorf("%d rows and a count of %d, want a count of 1000 alone", rows, counted)
	}
	// Another process may number patterns in another way, and a time may count from now: all rows that may match are given.
	if rows, _ := given(Search{All: true, Newest: true, Limit: 5, Filter: filter(t, `_pattern:"17"`)}); rows != 1000 {
		t.Errorf("%d rows for a pattern, want all", rows)
	}
	if rows, _ := given(Search{Filter: filter(t, `_time:5m or absent`)}); rows != 1000 {
		t.Errorf("%d rows for a time that counts from now, want all", rows)
	}
}

func TestUnsealedRowsOfAPartitionThatMoved(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 10 {
		w.Append(int64(i), plainRecord(i, "first"))
	}
	checkpoint(t, w)
	for i := range 5 {
		w.Append(int64(10+i), plainRecord(i, "second"))
	}
	w.Publish()
	moved := func(change func(*store.Partition)) bool {
		ask := asked(Search{}, 10)
		change(&ask.Partitions[0])
		_, err := f.Unsealed(t.Context(), ask, func(Part) error { return nil })
		if err != nil && !errors.Is(err, ErrMoved) {
			t.Fatal(err)
		}
		return err != nil
	}
	if moved(func(*store.Partition) {}) {
		t.Error("moved, although it stands where it was asked for")
	}
	for name, change := range map[string]func(*store.Partition){
		"an earlier offset": func(p *store.Partition) { p.Offset = 3 },
		"an earlier owner":  func(p *store.Partition) { p.Epoch = 0 },
		"a later owner":     func(p *store.Partition) { p.Epoch = 2 },
		"another queue":     func(p *store.Partition) { p.Queue = "other" },
		"another partition": func(p *store.Partition) { p.Partition = 1 },
	} {
		if !moved(change) {
			t.Errorf("%s: not moved", name)
		}
	}
	if rows, _ := handedOver(t, f.Store, Search{All: true}, 10); len(rows) != 5 {
		t.Errorf("%d rows behind the checkpoint, want 5", len(rows))
	}
	// The metadata may have a checkpoint before its writer knows: what it stored is not handed over again.
	if rows, _ := handedOver(t, f.Store, Search{All: true}, 15); len(rows) != 0 {
		t.Errorf("%d rows of a checkpoint that happened", len(rows))
	}
}
