package logs

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

func teamRecord(team, msg string) *model.Record {
	r := plainRecord(1, msg)
	r.Stream = []model.Field{{Name: "team", Value: team}}
	return r
}

func scopeOfTeam(team string, masked ...string) model.Scope {
	return model.NewScope([]model.Grant{{Stream: fmt.Sprintf("{team=%q}", team)}}, masked)
}

// A tail shows the rows that its scope sees, masked; what else comes neither wakes its reader up nor makes it miss rows.
func TestTailOfAScope(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for _, masked := range [][]string{nil, {"user"}} {
		w.Append(w.Offset(), teamRecord("a", "before"))
		w.Publish()
		ctx, cancel := context.WithCancel(t.Context())
		chunks, done := make(chan []string), make(chan error, 1)
		go func() {
			done <- f.Tail(ctx, Search{Scope: scopeOfTeam("a", masked...), Fields: []string{"_msg", "team"}}, Cursor{}, func(c TailChunk) error {
				if c.Skipped != 0 || c.Sampled != 0 {
					t.Errorf("%d rows skipped, %d left out", c.Skipped, c.Sampled)
				}
				var rows []string
				for i := 0; c.Rows != nil && i < c.Rows.N; i++ {
					rows = append(rows, c.Rows.Value(i, "team")+": "+c.Rows.Value(i, "_msg"))
				}
				select {
				case chunks <- rows:
				case <-ctx.Done():
				}
				return nil
			})
		}()
		<-chunks // it has begun
		for i := range 3 * tailRows {
			w.Append(w.Offset(), teamRecord("b", "theirs"))
			if i%10_000 == 0 {
				w.Publish()
			}
		}
		r := teamRecord("a", "kim was here")
		r.Fields = []model.Field{{Name: "user", Value: "kim"}}
		w.Append(w.Offset(), r)
		w.Append(w.Offset(), teamRecord("b", "theirs"))
		w.Publish()
		want := []string{"a: kim was here"}
		if masked != nil {
			want[0] = "a: *** was here"
		}
		var got []string
		for len(got) == 0 {
			got = append(got, <-chunks...)
		}
		if !slices.Equal(got, want) {
			t.Errorf("masked %v: %q, want %q", masked, got, want)
		}
		cancel()
		<-done
	}
}

// Who sees nothing is not refused: its tail begins, and nothing comes.
func TestTailOfNothing(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	ctx, cancel := context.WithCancel(t.Context())
	err := f.Tail(ctx, Search{Scope: model.NewScope(nil, nil)}, Cursor{}, func(c TailChunk) error {
		if c.Rows != nil || !c.Cursor.IsZero() {
			t.Errorf("chunk %+v", c)
		}
		appendMessages(w, "x")
		cancel()
		return nil
	})
	if err != context.Canceled {
		t.Errorf("ended with %v", err)
	}
}

// The trail of who did what is no part of any grant.
func TestAuditIsOfEverythingAlone(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	r := plainRecord(1, "kim signed in")
	r.Dataset = model.DatasetAudit
	w.Append(w.Offset(), r)
	w.Publish()
	datasets := []string{model.DatasetLogs, model.DatasetAudit}
	for name, tt := range map[string]struct {
		scope model.Scope
		want  int64
	}{
		"everything":     {model.Everything, 1},
		"all datasets":   {model.NewScope([]model.Grant{{}}, nil), 0},
		"named":          {model.NewScope([]model.Grant{{Datasets: datasets}}, nil), 0},
		"all but masked": {model.NewScope([]model.Grant{{}}, []string{"user"}), 0},
	} {
		stats, err := f.Search(t.Context(), Search{Scope: tt.scope, Datasets: datasets}, func(int, *logsql.Batch) error { return nil })
		if err != nil || stats.RowsMatched != tt.want {
			t.Errorf("%s: %d rows, want %d; error %v", name, stats.RowsMatched, tt.want, err)
		}
	}
}

// A dead letter may hold any record's bytes, without its stream and fields.
func TestDeadLettersOfAScope(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	r := plainRecord(1, "\x01team=b user=kim")
	r.Dataset, r.Stream = model.DatasetDeadLetter, nil
	w.Append(w.Offset(), r)
	w.Publish()
	others, letters := `{team!="b"}`, []string{model.DatasetDeadLetter}
	for name, tt := range map[string]struct {
		scope model.Scope
		want  int64
	}{
		"a filter that it passes":            {model.NewScope([]model.Grant{{Stream: others}}, nil), 0},
		"a filter, and the dataset is named": {model.NewScope([]model.Grant{{Datasets: letters, Stream: others}}, nil), 1},
		"the dataset":                        {model.NewScope([]model.Grant{{Datasets: letters}}, nil), 1},
		"all":                                {model.NewScope([]model.Grant{{}}, nil), 1},
		"all, masked":                        {model.NewScope([]model.Grant{{}}, []string{"user"}), 0},
	} {
		stats, err := f.Search(t.Context(), Search{Scope: tt.scope, Datasets: letters}, func(int, *logsql.Batch) error { return nil })
		if err != nil || stats.RowsMatched != tt.want {
			t.Errorf("%s: %d letters, want %d; error %v", name, stats.RowsMatched, tt.want, err)
		}
	}
}
