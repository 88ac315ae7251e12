package api

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
)

// A page may end between rows of the same time; the next page must go on right behind, with none twice or left out.
func TestPagesMeetWithinOneTime(t *testing.T) {
	all := []int64{9, 9, 8, 8, 8, 8, 8, 7, 7, 5}
	for limit := 1; limit <= len(all)+1; limit++ {
		var got []int64
		cursor := ""
		for range len(all) + 1 {
			p := page{limit: limit}
			rows := all
			if cursor != "" {
				if err := p.from(cursor); err != nil {
					t.Fatal(err)
				}
				rows = all[slices.IndexFunc(all, func(v int64) bool { return v <= p.time }):]
			}
			b := &logsql.Batch{Times: rows[:min(len(rows), p.skip+limit)]}
			b.N = len(b.Times)
			for i := range b.N {
				if p.take(b, i) {
					got = append(got, b.Times[i])
				}
			}
			if cursor = p.next(); cursor == "" {
				break
			}
		}
		if diff := cmp.Diff(all, got); diff != "" {
			t.Errorf("pages of %d (-want +got):\n%s", limit, diff)
		}
	}
}

// A burst of logs without fractions of a second has far more rows of one time than a page.
func TestPagesGoThroughManyRowsOfOneTime(t *testing.T) {
	p := page{limit: 1, time: 9, skip: 50_000}
	b := &logsql.Batch{Times: slices.Repeat([]int64{9}, 50_001), N: 50_001}
	for i := range b.N {
		p.take(b, i)
	}
	next := page{limit: 1}
	if err := next.from(p.next()); err != nil || next.skip != 50_001 {
		t.Errorf("the next page skips %d rows, %v; want 50001", next.skip, err)
	}
}

func TestBadCursorIsRefused(t *testing.T) {
	for _, c := range []string{"x", "1", "1.", ".1", "1.-1", "1.99999999"} {
		if err := new(page).from(c); err == nil {
			t.Errorf("cursor %q was accepted", c)
		}
	}
}

func TestGroupHits(t *testing.T) {
	rows := [][]string{
		{"2026-11-20T00:01:00Z", "error", "2"},
		{"2026-11-20T00:00:00Z", "info", "5"},
		{"2026-11-20T00:00:00Z", "error", "1"},
		{"2026-11-20T00:01:00Z", "debug", "1"},
	}
	got := groupHits(rows, []string{"_severity"})
	want := []*hitsGroup{
		{Fields: map[string]string{"_severity": "info"}, Timestamps: []string{"2026-11-20T00:00:00Z"}, Values: []int64{5}, Total: 5},
		{Fields: map[string]string{"_severity": "error"}, Timestamps: []string{"2026-11-20T00:00:00Z", "2026-11-20T00:01:00Z"}, Values: []int64{1, 2}, Total: 3},
		{Fields: map[string]string{"_severity": "debug"}, Timestamps: []string{"2026-11-20T00:01:00Z"}, Values: []int64{1}, Total: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	folded := foldHits(got, 1)
	wantRest := &hitsGroup{Fields: map[string]string{}, Timestamps: []string{"2026-11-20T00:00:00Z", "2026-11-20T00:01:00Z"}, Values: []int64{1, 3}, Total: 4}
	if diff := cmp.Diff([]*hitsGroup{want[0], wantRest}, folded); diff != "" {
		t.Errorf("folded (-want +got):\n%s", diff)
	}
}

func TestEachLabel(t *testing.T) {
	got := map[string]string{}
	eachLabel(`{a="x,y=\"z\"",host.name="web 1","odd,name"="v"}`, func(n, v string) { got[n] = v })
	want := map[string]string{"a": `x,y="z"`, "host.name": "web 1", "odd,name": "v"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
}
