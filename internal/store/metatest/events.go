package metatest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/haetae/haetae/internal/store"
)

// EventLog is what the processes of a queue tell of themselves.
type EventLog interface {
	AddEvent(ctx context.Context, e store.Event) error
	NoteSilence(ctx context.Context, after time.Duration) error
	EndSilence(ctx context.Context, member string) error
	NoteGone(ctx context.Context, member string, after, session time.Duration) error
	ForgetEvents(ctx context.Context) error
	Events(ctx context.Context) ([]store.Event, error)
}

func events(t *testing.T, s Store) []store.Event {
	t.Helper()
	list, err := s.Events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// What each process sees of the others is kept once, whoever writes it and how often.
func testEvents(t *testing.T, s Store) {
	ctx := t.Context()
	stores := both(t, s)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	given := store.Event{ID: "1", Time: now.Add(-time.Hour), Kind: "given", Member: "a", Name: "web-1", Partitions: []int{0, 12}, Reason: "'"}
	must(stores[0].AddEvent(ctx, store.Event{ID: "0", Time: now.Add(-8 * 24 * time.Hour), Kind: "joined", Member: "a"}))
	must(stores[0].AddEvent(ctx, given))
	must(stores[1].AddEvent(ctx, store.Event{ID: "1", Time: now, Kind: "taken", Member: "b"}))
	must(stores[1].ForgetEvents(ctx))
	list := events(t, stores[0])
	if diff := cmp.Diff([]store.Event{given}, list, cmpopts.IgnoreFields(store.Event{}, "Time")); diff != "" {
		t.Fatalf("kept:\n%s", diff)
	}
	if ago := time.Since(list[0].Time); ago < 59*time.Minute || ago > 61*time.Minute {
		t.Errorf("an event of an hour ago is %s old", ago)
	}

	for i, id := range []string{"a", "b", "c"} {
		epoch, err := stores[i%2].Join(ctx, store.Member{ID: id, Address: "10.0.0.1:7700", Version: "1.0"})
		must(err)
		if id == "c" {
			must(stores[0].Leave(ctx, id, epoch))
		}
	}
	must(stores[0].NoteSilence(ctx, time.Hour))
	must(stores[0].NoteGone(ctx, "a", time.Hour, time.Minute))
	if n := len(events(t, s)); n != 1 {
		t.Errorf("%d events while nobody is silent", n)
	}
	const silent = -time.Millisecond // everybody is
	for _, from := range stores {
		must(from.NoteSilence(ctx, silent))
	}
	must(stores[1].EndSilence(ctx, "b"))
	for _, from := range stores {
		must(from.NoteGone(ctx, "a", silent, -time.Minute))
		must(from.NoteGone(ctx, "c", silent, 0))
		must(from.NoteGone(ctx, "nobody", silent, 0))
	}
	type row struct {
		Kind, Member string
		Ended        bool
	}
	var got []row
	var heard, gone time.Time
	for _, e := range events(t, stores[1]) {
		got = append(got, row{e.Kind, e.Member, !e.Until.IsZero()})
		switch {
		case e.Kind == store.EventGone:
			gone = e.Time
		case e.Member == "a" && e.Kind == store.EventSilent:
			heard = e.Time
			if !e.Until.Equal(gone) {
				t.Errorf("silent until %s, gone at %s", e.Until, gone)
			}
		}
	}
	want := []row{{"given", "a", false}, {"gone", "a", false}, {"silent", "a", true}, {"silent", "b", true}}
	if diff := cmp.Diff(want, got, cmpopts.SortSlices(func(x, y row) bool { return x.Kind+x.Member < y.Kind+y.Member })); diff != "" {
		t.Errorf("events:\n%s", diff)
	}
	if ended := heard.Sub(gone); ended != time.Minute { // the session was given as less than nothing
		t.Errorf("gone %s before it was heard last, want a minute", ended)
	}
}
