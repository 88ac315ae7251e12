package logs

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

func streamFilter(t *testing.T, query string) *logsql.StreamFilter {
	t.Helper()
	f, ok := filter(t, query).(*logsql.StreamFilter)
	if !ok {
		t.Fatalf("%s is no stream filter", query)
	}
	return f
}

// The most specific rule decides, age counts from receipt (an import of old logs stays), and 0 keeps for ever.
func TestRetentionByAge(t *testing.T) {
	f := newFixture(t, func(o *Options) {
		o.Retention.Rules = []Rule{
			{Age: 10 * 24 * time.Hour},
			{Dataset: "events", Age: 0},
			{Stream: streamFilter(t, `{host.name="h1"}`), Age: 3 * 24 * time.Hour},
			{Stream: streamFilter(t, `{host.name="h1",service.name="keep"}`), Age: 90 * 24 * time.Hour},
		}
	})
	w := f.writer(t, 0, 1)
	add := func(msg, host, service, dataset string, event int64) {
		w.Append(w.Offset(), &model.Record{
			Dataset: dataset, Time: event, Observed: logmix.Start, Msg: msg,
			Stream: model.SortStream([]model.Field{{Name: "host.name", Value: host}, {Name: "service.name", Value: service}}),
		})
	}
	add("short", "h1", "a", "logs", logmix.Start)
	add("long", "h1", "keep", "logs", logmix.Start)
	add("rest", "h2", "a", "logs", logmix.Start)
	add("rest imported", "h2", "a", "logs", logmix.Start-300*dayNs)
	add("event", "h2", "", "events", logmix.Start)
	checkpoint(t, w)
	for _, step := range []struct {
		after time.Duration
		want  []string
	}{
		{0, []string{"event", "long", "rest", "rest imported", "short"}},
		{3*24*time.Hour - time.Second, []string{"event", "long", "rest", "rest imported", "short"}},
		{3*24*time.Hour + time.Second, []string{"event", "long", "rest", "rest imported"}},
		{12 * 24 * time.Hour, []string{"event", "long"}},
		{100 * 24 * time.Hour, []string{"event"}},
	} {
		f.now = time.Unix(0, logmix.Start).Add(step.after)
		if err := f.Retain(t.Context()); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range rowsOf(t, f.Store, Search{Datasets: []string{"logs", "events"}, Fields: []string{"_msg"}}) {
			got = append(got, row[len(`{"_msg":"`):len(row)-2])
		}
		slices.Sort(got)
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("after %s (-want +got):\n%s", step.after, diff)
		}
	}
	if names, _ := f.fs.List("/data/logs"); len(names) != 1 {
		t.Errorf("files left: %q, want one", names)
	}
}

// Ages shorter than a day count from receipt and not from the end of its day, also of rows in joined segments.
func TestRetentionWithinADay(t *testing.T) {
	const age = 2 * time.Hour
	f := newFixture(t, func(o *Options) { o.Retention.Rules = []Rule{{Age: age}} })
	w := f.writer(t, 0, 1)
	const step = 5 * time.Minute // two fall into each slot of joining
	start := time.Unix(0, logmix.Start)
	for i := range 24 {
		f.now = start.Add(time.Duration(i) * step)
		r := plainRecord(0, fmt.Sprintf("%02d", i))
		r.Observed = f.now.UnixNano()
		w.Append(w.Offset(), r)
		checkpoint(t, w)
		joinAll(t, f.Store)
	}
	if n := len(f.listed()); n > 10 {
		t.Errorf("%d segments are left after joining, want at most 10", n)
	}
	for after := time.Hour; after <= 5*time.Hour; after += step {
		f.now = start.Add(after)
		if err := f.Retain(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := messages(t, f.Store)
		for i := range 24 {
			old, found := after-time.Duration(i)*step, slices.Contains(got, fmt.Sprintf("%02d", i))
			if !found && old <= age || found && old > age+age/8 {
				t.Fatalf("row %d is %s old and kept for %s; found: %t", i, old, age, found)
			}
		}
	}
}

// Segments whose last receipt is not known are kept until their day of receipt is over, and the age.
func TestRetentionOfUnknownReceipt(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.Retention.Rules = []Rule{{Age: time.Hour}} })
	w := f.writer(t, 0, 1)
	appendMessages(w, "a")
	checkpoint(t, w)
	for id, seg := range f.meta.segments {
		seg.MaxReceived = 0
		f.meta.segments[id] = seg
	}
	w.Close()
	f.open(t, f.fs, func(o *Options) { o.Retention.Rules = []Rule{{Age: time.Hour}} })
	for _, step := range []struct {
		after time.Duration
		rows  int
	}{{25 * time.Hour, 1}, {25*time.Hour + time.Second, 0}} {
		f.now = time.Unix(0, logmix.Start).Add(step.after)
		if err := f.Retain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := messages(t, f.Store); len(got) != step.rows {
			t.Errorf("after %s: %q, want %d rows", step.after, got, step.rows)
		}
	}
}

func joinAll(t *testing.T, s *Store) {
	t.Helper()
	for {
		more, err := s.Join(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return
		}
	}
}

// Beyond the bound of size, what was received first goes first, and no more than needed.
func TestRetentionBySize(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 5 {
		r := plainRecord(i, fmt.Sprint("day ", i))
		r.Observed += int64(i) * dayNs
		w.Append(w.Offset(), r)
	}
	checkpoint(t, w)
	size := int64(0)
	for _, seg := range f.listed() {
		if seg.Received >= dayText(floorDay(logmix.Start)+3) {
			size += seg.Bytes
		}
	}
	if err := f.SetRetention(Retention{MaxBytes: size}); err != nil {
		t.Fatal(err)
	}
	if err := f.Retain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"day 3", "day 4"}, messages(t, f.Store)); diff != "" {
		t.Errorf("rows differ (-want +got):\n%s", diff)
	}
}

// Joining keeps every row, puts small blocks together, never joins across days or classes, and removes the old
// files only when no search reads them.
func TestJoin(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	var want []string
	for i := range 20 {
		for day := range 2 {
			r := plainRecord(i, fmt.Sprintf("row %d of day %d", i, day))
			r.Time += int64(day) * dayNs
			r.Observed = r.Time
			want = append(want, r.Msg)
			w.Append(w.Offset(), r)
		}
		checkpoint(t, w)
	}
	slices.Sort(want)
	before := f.snapshot([]string{model.DatasetLogs}, 0, 1<<62)
	for range 2 {
		if more, err := f.Join(t.Context()); err != nil || !more {
			t.Fatalf("join: %t, %v", more, err)
		}
	}
	if diff := cmp.Diff(want, messages(t, f.Store)); diff != "" {
		t.Fatalf("rows differ (-want +got):\n%s", diff)
	}
	segments := f.listed()
	if len(segments) != 2 || segments[0].Rows != 20 || segments[1].Rows != 20 || segments[0].Day == segments[1].Day {
		t.Errorf("segments after joining: %+v; want one of 20 rows for each day", segments)
	}
	for _, seg := range segments {
		file, err := f.files.acquire(seg.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(file.Blocks) != 1 {
			t.Errorf("%d blocks in %s, want the small ones to be one", len(file.Blocks), seg.ID)
		}
		f.files.release(seg.ID)
	}
	if names, _ := f.fs.List("/data/logs"); len(names) != 42 {
		t.Errorf("%d files while a search reads the old ones, want 42", len(names))
	}
	f.release(before)
	if names, _ := f.fs.List("/data/logs"); len(names) != 2 {
		t.Errorf("%d files after the search, want 2", len(names))
	}
}

// Segments of today wait until there are several; old ones are joined at once; a large one is not rewritten for
// the sake of a small one.
func TestJoinable(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	seg := func(received string, bytes int64) candidate {
		return candidate{Segment: store.Segment{
			ID: fmt.Sprint(received, bytes), Dataset: "logs", Day: "2026-11-20", Received: received, Bytes: bytes,
		}}
	}
	slotted := func(n int, ago, slot time.Duration) (s []candidate) {
		for i := range n {
			c := seg("2026-11-21", 2000+int64(i))
			c.MaxReceived, c.slot = now.Add(-ago).UnixNano(), slot
			s = append(s, c)
		}
		return s
	}
	repeat := func(n int, received string) (s []candidate) {
		for i := range n {
			s = append(s, seg(received, 1000+int64(i)))
		}
		return s
	}
	for _, c := range []struct {
		name     string
		segments []candidate
		want     int
	}{
		{"few of today", repeat(joinAtLeast-1, "2026-11-21"), 0},
		{"many of today", repeat(joinAtLeast, "2026-11-21"), joinAtLeast},
		{"two of yesterday", repeat(2, "2026-11-20"), 2},
		{"a large one and many small ones", append(repeat(joinAtLeast, "2026-11-21"), seg("2026-11-21", 100<<20)), joinAtLeast},
		{"too large together", []candidate{seg("2026-11-20", 200<<20), seg("2026-11-20", 250<<20), seg("2026-11-20", 251<<20)}, 2},
		{"large already", []candidate{seg("2026-11-20", 300<<20), seg("2026-11-20", 300<<20+1)}, 0},
		{"two of an earlier slot", slotted(2, 20*time.Minute, 15*time.Minute), 2},
		{"few of this slot", slotted(joinAtLeast-1, 0, 15*time.Minute), 0},
		{"two slots", append(slotted(1, 20*time.Minute, 15*time.Minute), slotted(1, 40*time.Minute, 15*time.Minute)...), 0},
		{"bounded", repeat(3*joinAtMost, "2026-11-20"), joinAtMost},
	} {
		if got := joinable(c.segments, now); len(got) != c.want {
			t.Errorf("%s: %d segments, want %d", c.name, len(got), c.want)
		}
	}
}

// 100,000 streams and as many days and applications must neither make a file each nor fill memory.
func TestManyStreams(t *testing.T) {
	f := newFixture(t, func(o *Options) { o.Memory = 4 << 20 })
	w := f.writer(t, 0, 1)
	const streams = 30_000
	for i := range streams {
		r := plainRecord(0, "x")
		r.Time -= int64(i) * dayNs / 2
		r.Stream = []model.Field{{Name: "service.name", Value: fmt.Sprint("application-", i)}}
		w.Append(w.Offset(), r)
		if w.Due() {
			checkpoint(t, w)
		}
		if len(w.groups) > maxGroups || w.open > w.share() || w.encoded > w.share() {
			t.Fatalf("after %d streams: %d open blocks, %d and %d bytes of %d", i, len(w.groups), w.open, w.encoded, w.share())
		}
	}
	checkpoint(t, w)
	if n := count(t, f.Store, Search{}); n != streams {
		t.Errorf("%d rows, want %d", n, streams)
	}
	if n := len(f.listed()); n > 1500 {
		t.Errorf("%d segments", n)
	}
}
