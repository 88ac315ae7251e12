package api

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
