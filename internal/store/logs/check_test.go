package logs

import (
	"io"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
)

// checked returns the kinds of findings by file.
func checked(t *testing.T, f *fixture, stored int64) map[string]string {
	t.Helper()
	var known []store.Segment
	for _, seg := range f.meta.segments {
		known = append(known, seg)
	}
	findings, err := Check(f.fs, "/data/logs", known, []store.Position{{Queue: queueID, Partition: 0, Offset: stored}})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{}
	for _, finding := range findings {
		kinds[finding.File] = strings.TrimSpace(kinds[finding.File] + " " + finding.Kind)
	}
	return kinds
}

// copySegment gives the bytes of a segment another name.
func copySegment(t *testing.T, f *fixture, from, to string) {
	t.Helper()
	in, err := f.fs.Open("/data/logs/" + from)
	if err != nil {
		t.Fatal(err)
	}
	out, err := f.fs.Create("/data/logs/" + to)
	if err != nil {
		t.Fatal(err)
	}
	size, err := in.Size()
	if err == nil {
		_, err = io.Copy(out, io.NewSectionReader(in, 0, size))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Rows that are there twice, or that will be, are the harm that no checksum shows.
func TestCheckFindsRowsThatAreThereTwice(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for _, m := range []string{"a", "b"} {
		appendMessages(w, m, m)
		checkpoint(t, w)
	}
	if kinds := checked(t, f, 4); len(kinds) > 0 {
		t.Fatalf("a store in order: %v", kinds)
	}
	if kinds := checked(t, f, 3); len(kinds) != 1 {
		t.Errorf("a stored offset within the last segment: %v", kinds)
	}
	var one store.Segment
	for _, one = range f.meta.segments {
		break
	}
	twin := one
	twin.ID = "logs-20261120-twin.seg"
	copySegment(t, f, one.ID, twin.ID)
	if kinds := checked(t, f, 4); kinds[twin.ID] != model.FindingUnknown {
		t.Errorf("a copy that nothing names: %v", kinds)
	}
	f.meta.segments[twin.ID] = twin
	kinds := checked(t, f, 4)
	if kinds[twin.ID] != model.FindingDoubled && kinds[one.ID] != model.FindingDoubled {
		t.Errorf("a copy that the metadata name: %v", kinds)
	}
	twin.Rows, twin.Class = 7, "other"
	f.meta.segments[twin.ID] = twin
	if kinds := checked(t, f, 4); !strings.Contains(kinds[twin.ID], model.FindingMismatch) {
		t.Errorf("metadata of another segment: %v", kinds)
	}
}

// Every byte of a segment counts: whichever is flipped, the check finds it, and what Salvage leaves is in order.
func TestCheckFindsEachFlippedByte(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 50 {
		r := plainRecord(i, strings.Repeat("text ", i)+"secret")
		r.Stream = []model.Field{{Name: "app", Value: []string{"a", "b"}[i%2]}}
		w.Append(int64(i), r)
	}
	checkpoint(t, w)
	var seg store.Segment
	for _, seg = range f.meta.segments {
		break
	}
	path := "/data/logs/" + seg.ID
	for at := int64(0); at < seg.Bytes; at += 7 {
		if err := f.fs.Flip(path, at, 0x10); err != nil {
			t.Fatal(err)
		}
		if kinds := checked(t, f, 50); kinds[seg.ID] == "" {
			t.Errorf("byte %d of %d is wrong, and nothing is found", at, seg.Bytes)
		}
		if err := f.fs.Flip(path, at, 0x10); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.fs.Flip(path, 20, 0x10); err != nil { // in the first block
		t.Fatal(err)
	}
	aside := false
	lost, err := f.Salvage(t.Context(), seg.ID, func() error {
		aside = true
		return f.fs.Rename(path, "/data/"+seg.ID)
	})
	if err != nil || !aside || lost != 25 {
		t.Fatalf("lost %d rows, want those of one block; %v", lost, err)
	}
	if kinds := checked(t, f, 50); len(kinds) > 0 {
		t.Errorf("after the repair: %v", kinds)
	}
	if n := count(t, f.Store, Search{}); n != 25 {
		t.Errorf("%d rows are left", n)
	}
}
