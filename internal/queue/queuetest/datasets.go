package queuetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/queue"
)

// keys of streams; partitions are chosen by their remainders.
const keys = 12

// appendStreams appends records of a dataset, one of each stream in each round, and returns them by partition and in order.
func appendStreams(t *testing.T, q queue.Queue, dataset string, rounds int) map[int][]string {
	t.Helper()
	want := map[int][]string{}
	for round := range rounds {
		batches := make([]*queue.Batch, q.Partitions())
		for key := range uint64(keys) {
			p := q.Partition(dataset, key)
			if p != q.Partition(dataset, key) || p < 0 || p >= q.Partitions() {
				t.Fatalf("stream %d of %s goes to partition %d of %d", key, dataset, p, q.Partitions())
			}
			if batches[p] == nil {
				batches[p] = &queue.Batch{}
			}
			text := fmt.Sprintf("%s stream %d record %d", dataset, key, round)
			batches[p].AddBytes([]byte(text))
			want[p] = append(want[p], text)
		}
		if err := q.Append(limit(t), batches); err != nil {
			t.Fatal(err)
		}
	}
	return want
}

func wantRead(t *testing.T, q queue.Queue, want map[int][]string) {
	t.Helper()
	for p, records := range want {
		if diff := cmp.Diff(records, Read(t, q, p, 0, len(records))); diff != "" {
			t.Errorf("partition %d (-appended +read):\n%s", p, diff)
		}
	}
}

// goTo are the partitions that a dataset goes to.
func goTo(q queue.Queue, dataset string) (list []int) {
	for key := range uint64(keys) {
		if p := q.Partition(dataset, key); !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return list
}

// Every dataset has partitions, and the order of each stream is kept whether or not it shares them.
func testDatasets(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	h := open(t, 3)
	if h.Grow != nil {
		h.Grow("audit", "traps")
	}
	q := start(t, h)
	want := map[int][]string{}
	for _, dataset := range []string{"", "audit", "traps", "unheard"} {
		for p, records := range appendStreams(t, q, dataset, 5) {
			want[p] = append(want[p], records...)
		}
	}
	wantRead(t, q, want)
	logs := goTo(q, "")
	if diff := cmp.Diff([]int{0, 1, 2}, logs); diff != "" {
		t.Errorf("logs go to partitions:\n%s", diff)
	}
	if diff := cmp.Diff(logs, goTo(q, "unheard")); diff != "" {
		t.Errorf("a dataset without a place goes elsewhere than the logs:\n%s", diff)
	}
	if h.Grow == nil {
		return
	}
	if audit, traps := goTo(q, "audit"), goTo(q, "traps"); !slices.Equal(audit, []int{3}) || !slices.Equal(traps, []int{4}) {
		t.Errorf("audit goes to %v, traps to %v", audit, traps)
	}
}

// What an installation has in its queue keeps its identity when a dataset gets a place of its own.
func testGrowsByADataset(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	h := open(t, 2)
	if h.Grow == nil {
		return // all datasets share all partitions, for good
	}
	q := h.Open(t)
	id, want := q.ID(), appendStreams(t, q, "audit", 3)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	h.Grow("audit")
	for round := range 2 {
		q := h.Open(t)
		if q.ID() != id || q.Partitions() != 3 || !slices.Equal(goTo(q, ""), []int{0, 1}) || !slices.Equal(goTo(q, "audit"), []int{2}) {
			t.Fatalf("round %d: queue %s, before %s; logs go to %v, audit to %v of %d", round, q.ID(), id, goTo(q, ""), goTo(q, "audit"), q.Partitions())
		}
		for p, records := range appendStreams(t, q, "audit", 2) {
			want[p] = append(want[p], records...)
		}
		wantRead(t, q, want)
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What held a dataset is gone and made again: it counts from 0, and must not pass for what was stored from the one before.
func testDatasetMadeAgain(t *testing.T, open func(t *testing.T, partitions int) Harness) {
	h := open(t, 2)
	if h.Grow == nil {
		return // all datasets share all partitions, for good
	}
	h.Grow("audit")
	q := h.Open(t)
	id, want := q.ID(), appendStreams(t, q, "", 2)
	appendStreams(t, q, "audit", 2)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	h.Remake(t, "audit")
	q = start(t, h)
	if q.ID() != id || q.Partitions() != 4 || !slices.Equal(goTo(q, "audit"), []int{3}) {
		t.Fatalf("queue %s, before %s; audit goes to %v of %d", q.ID(), id, goTo(q, "audit"), q.Partitions())
	}
	if err := q.Append(limit(t), Batches(4, 2, "lost")); err == nil {
		t.Error("a record for the place that is gone was accepted")
	}
	for p, records := range appendStreams(t, q, "audit", 1) {
		want[p] = records
	}
	wantRead(t, q, want)
}
