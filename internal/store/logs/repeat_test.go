package logs

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// checkRepeats counts the rows of each combination of values, as rows that stand for several, and compares with a
// scan. It reports whether any row did.
func checkRepeats(t *testing.T, s *Store, query string, all []*naiveRow) (repeated bool) {
	t.Helper()
	flt := filter(t, query)
	minutes := &logsql.Bucket{Kind: logsql.BucketTime, Step: int64(10 * time.Minute), Offset: int64(3 * time.Minute)}
	months := &logsql.Bucket{Kind: logsql.BucketCalendar, Unit: "month"}
	for _, c := range []struct {
		fields string
		bucket *logsql.Bucket
	}{
		{"service.name", nil},
		{"_time", minutes},
		{"host.name,_time", months},
		{"_severity,level", nil},
		{"_stream,_severity,_time", minutes},
		{"_msg", nil},
		{"host,_severity,k8s.pod", nil},
		{"missing.field,_dataset", nil},
	} {
		names := strings.Split(c.fields, ",")
		want := map[string]int{}
		for _, n := range all {
			if n.r.Dataset == model.DatasetLogs && flt.Match(n) {
				key := ""
				for _, name := range names {
					if name == "_time" {
						key += fmt.Sprintf("%d|", c.bucket.Time(n.r.Time))
					} else {
						key += n.Value(name) + "|"
					}
				}
				want[key]++
			}
		}
		var mu sync.Mutex
		got := map[string]int{}
		req := Search{Scope: model.Everything, Filter: flt, Fields: names, Repeats: true, Bucket: c.bucket}
		_, err := s.Search(t.Context(), req, func(_ int, b *logsql.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			for i := range b.N {
				key := ""
				for _, name := range names {
					if name == "_time" {
						key += fmt.Sprintf("%d|", c.bucket.Time(b.Times[i]))
					} else {
						key += b.Value(i, name) + "|"
					}
				}
				if b.Repeat == nil {
					got[key]++
					continue
				}
				got[key] += int(b.Repeat[i])
				repeated = repeated || b.Repeat[i] > 1
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("query %s: counts by %s differ (-want +got):\n%.2000s", query, c.fields, diff)
		}
	}
	return repeated
}

// countBy counts rows by a field, with rows that stand for several.
func countBy(t *testing.T, s *Store, flt logsql.Filter, name string) map[string]int {
	t.Helper()
	counts := map[string]int{}
	req := Search{Scope: model.Everything, Filter: flt, Fields: []string{name}, Repeats: true, Workers: 1}
	_, err := s.Search(t.Context(), req, func(_ int, b *logsql.Batch) error {
		for i := range b.N {
			n := 1
			if b.Repeat != nil {
				n = int(b.Repeat[i])
			}
			counts[strings.Clone(b.Value(i, name))] += n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts
}
