package logs

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// What other processes have in memory is seen by the same rule as what is stored, and masked by the one who asks.
func TestScopeHoldsForRowsOfOtherProcesses(t *testing.T) {
	d := asking(t, 3)
	for i := range d.stores {
		w := d.own(t, i, i)
		for k := range 9 {
			r := plainRecord(k*3+i, fmt.Sprintf("p%d k%d user u%d17", i, k, k))
			r.Stream = []model.Field{{Name: "team", Value: string("ab"[k%2])}}
			r.Fields = []model.Field{{Name: "user", Value: fmt.Sprintf("u%d17", k)}}
			w.Append(w.Offset(), r)
			if k == 4 {
				checkpoint(t, w)
			}
		}
		w.Publish()
	}
	find := func(s *Store, req Search) (found []string, stats Stats) {
		var mu sync.Mutex
		req.Fields = []string{model.FieldMsg}
		stats, err := s.Search(t.Context(), req, func(_ int, b *logsql.Batch) error {
			mu.Lock()
			defer mu.Unlock()
			for i := range b.N {
				found = append(found, strings.Clone(b.Value(i, model.FieldMsg)))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(found)
		return found, stats
	}
	for i, s := range d.stores {
		for _, tt := range []struct {
			name string
			req  Search
			want []string
		}{
			{"words", Search{Scope: scopeOfTeam("a"), Filter: filter(t, "k6 or k7")}, []string{"p0 k6 user u617", "p1 k6 user u617", "p2 k6 user u617"}},
			{"newest", Search{Scope: scopeOfTeam("a"), Newest: true, Limit: 2}, []string{"p1 k8 user u817", "p2 k8 user u817"}},
			{"masked", Search{Scope: scopeOfTeam("a", "user"), Filter: filter(t, "k6 or k7 or u417")}, []string{"p0 k6 user ***", "p1 k6 user ***", "p2 k6 user ***"}},
			{"newest masked", Search{Scope: scopeOfTeam("b", "user"), Filter: filter(t, `user:="***"`), Newest: true, Limit: 1}, []string{"p2 k7 user ***"}},
		} {
			if got, stats := find(s, tt.req); !slices.Equal(got, tt.want) || len(stats.Missing) > 0 {
				t.Errorf("process %d, %s: %q, want %q", i, tt.name, got, tt.want)
			}
		}
		for _, scope := range []model.Scope{scopeOfTeam("b"), scopeOfTeam("b", "user")} {
			if n := countAs(t, s, Search{Scope: scope}); n != 12 {
				t.Errorf("process %d counts %d rows, want 12", i, n)
			}
		}
	}
	d.away.Store("b")
	_, stats := find(d.stores[0], Search{Scope: scopeOfTeam("a")})
	if stats.Stale != partly || stats.Missing != nil {
		t.Errorf("an answer without all rows says %q, missing %v", stats.Stale, stats.Missing)
	}
}

func countAs(t *testing.T, s *Store, req Search) (n int64) {
	t.Helper()
	var mu sync.Mutex
	_, err := s.Search(t.Context(), req, func(_ int, b *logsql.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		n += int64(b.N)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
