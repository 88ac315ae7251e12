package block_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/haetae/haetae/internal/analysis/pattern"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/logmix"
	"github.com/haetae/haetae/internal/store/logs/query"
	"github.com/haetae/haetae/internal/store/logs/segment"
	"github.com/haetae/haetae/internal/vfs/vfstest"
)

// searches take every way by which a search looks at a block.
var searches = []string{
	"*", "* | stats count()", "* | stats by (_time:1s) count()", "* | stats by (_stream) count()", "* | sort by (_time desc) | limit 5",
	"took", `"12"`, "i(NOT)", "re(\"[0-9]+\\\\|\")", "_msg:*8*", "=x", "few:=1", "took:>3", "few:in(1, 2)", "took:range[1, 5] | stats by (few) count(), max(took)",
	"* | top 3 by (took)", "* | uniq by (letters)", "* | stats by (_pattern) count()", "* | patterns", "* | field_names", "* | field_values few",
	`* | extract "|<n>|" | top 3 by (n)`, `* | extract_regexp "(?P<ip>[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+)" | stats by (ip) count()`,
	"ipv4_range(10.0.0.3, 10.0.0.9)", "len_range(5, 50)", "klog.file:*", "* | facets", "* | block_stats", "-took | fields _msg, took | limit 7",
}

// oneMeta is store.Meta of segments that are there already.
type oneMeta struct{ segments []store.Segment }

func (m *oneMeta) Load(context.Context, string, int, int64) (store.Position, map[string]uint64, error) {
	return store.Position{}, nil, store.ErrConflict
}
func (m *oneMeta) Commit(context.Context, store.Checkpoint) error { return store.ErrConflict }
func (m *oneMeta) Segments(context.Context) ([]store.Segment, error) {
	return m.segments, nil
}

func (m *oneMeta) Swap(_ context.Context, swap store.Swap) error {
	m.segments = slices.DeleteFunc(slices.Clone(m.segments), func(s store.Segment) bool { return slices.Contains(swap.Remove, s.ID) })
	m.segments = append(m.segments, swap.Add...)
	return nil
}

var learned = sync.OnceValue(func() *pattern.Book {
	book, _ := pattern.Open(context.Background(), nil, slog.New(slog.DiscardHandler)) // without a state nothing can fail
	return book
})

// openDamaged opens a store of a sound segment of stream fields and a damaged one.
func openDamaged(t *testing.T, sound, damaged block.Encoded) (*logs.Store, error) {
	fs, meta := vfstest.New(1), &oneMeta{}
	if err := fs.MkdirAll("/logs"); err != nil {
		t.Fatal(err)
	}
	for name, enc := range map[string]block.Encoded{"sound.seg": sound, "damaged.seg": damaged} {
		w, err := segment.Create(fs, "/logs", name)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Add(enc.Header, enc.Body); err != nil {
			t.Fatal(err)
		}
		key := segment.Key{Dataset: model.DatasetLogs, Day: "2026-11-20", Received: "2026-11-20"}
		size, err := w.Finish(key)
		if err != nil {
			t.Fatal(err)
		}
		meta.segments = append(meta.segments, store.Segment{
			ID: name, Dataset: key.Dataset, Day: key.Day, Received: key.Received, Rows: 60, Bytes: size, RawBytes: 1, MaxTime: 1 << 62,
		})
	}
	return logs.Open(logs.Options{Dir: "/logs", FS: fs, Meta: meta, Queue: "q", Memory: 1 << 20, Cache: 1 << 20, Patterns: learned()})
}

// A damaged segment, whose checksums are right, ends no search and no deletion, and takes nothing from the rows of another.
func FuzzDamagedSearch(f *testing.F) {
	for sample := range block.Samples() {
		for region := range 80 {
			f.Add(uint8(sample), uint8(region), uint16(3), []byte("\xff\x7f"), uint8(region))
			f.Add(uint8(sample), uint8(region), uint16(7), []byte(nil), uint8(region+20))
			f.Add(uint8(sample), uint8(region), uint16(0), []byte{1}, uint8(region+10))
		}
	}
	f.Fuzz(func(t *testing.T, sample, region uint8, at uint16, patch []byte, asked uint8) {
		samples := block.Samples()
		s, err := openDamaged(t, samples[0], block.Damage(samples[int(sample)%len(samples)], int(region), int(at), patch))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		parse := func(text string) *logsql.Query {
			q, err := logsql.Parse(text, logsql.Options{Now: logmix.Start})
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			return q
		}
		for i := range 3 { // of all in turn
			text := searches[(int(asked)+7*i)%len(searches)]
			limits := query.Limits{MaxMemory: 64 << 20}
			if _, err := query.Run(t.Context(), s, parse(text), query.Options{Scope: model.Everything, Workers: 1, Limits: limits, Patterns: learned()}, func(b *logsql.Batch) error {
				for row := range b.N {
					_ = b.AppendJSON(nil, row)
				}
				return nil
			}); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
		sound := 0
		if _, err := query.Run(t.Context(), s, parse(`_stream:{s!=""} | fields _msg`), query.Options{Scope: model.Everything, Workers: 1}, func(b *logsql.Batch) error {
			sound += b.N
			return nil
		}); err != nil || sound < 60 {
			t.Fatalf("%d of the 60 sound rows are found: %v", sound, err)
		}
		search := query.Select(parse("took"), query.Options{Scope: model.Everything})
		if _, err := s.Delete(t.Context(), &logs.Deletion{ID: "d", Queue: "other", Search: search}, func(int, int) {}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Join(t.Context()); err != nil {
			t.Log(err) // a damaged segment is named, and not tried again
		}
	})
}
