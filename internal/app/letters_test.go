package app

import (
	"context"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// A replay must end: letters of records that fail again, which it makes itself, are not its own to replay.
func TestReplayLeavesNewLetters(t *testing.T) {
	run := replayRun{queue: "a1b2", ends: map[int]int64{0: 10, 1: 0}}
	for id, isNew := range map[string]bool{
		"a1b2-deadletter-0-9":  false,
		"a1b2-deadletter-0-10": true,
		"a1b2-deadletter-1-0":  true,
		"0000-deadletter-0-99": false, // of an earlier queue
		"nonsense":             false,
	} {
		if got := run.isNew(placeOfLetter(id)); got != isNew {
			t.Errorf("%s is new: %v, want %v", id, got, isNew)
		}
	}
}

// Letters that were stored before their partition stood still, or went elsewhere, have no writer that could tell so.
func TestLettersOfStandingPartitionsAreSealed(t *testing.T) {
	a, stop := stored(t, t.TempDir())
	defer stop()
	keepIn(t, a, model.DatasetDeadLetter, time.Hour) // and its writer is closed
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	run := replayRun{letters: &letters{a: a}, queue: a.queue.ID(), below: map[int]int64{0: 1}}
	if err := run.seal(ctx); err != nil || len(run.below) > 0 {
		t.Errorf("a letter that is in a segment: %v", err)
	}
}

// What remembers replays must not outlive the letters, and must not be forgotten while one could be replayed again.
func TestReplaysOfExpiredLettersAreForgotten(t *testing.T) {
	const day = 24 * time.Hour
	a, stop := stored(t, t.TempDir())
	defer stop()
	keepIn(t, a, model.DatasetDeadLetter, 10*day)
	keep(t, a, 50*day) // of another dataset: does not count
	l := &letters{a: a}
	reserved, err := a.meta.ReserveLetters(t.Context(), []model.Replay{{Letter: "a", Record: []byte{1}}, {Letter: "b", Record: []byte{1}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.meta.FinishLetters(t.Context(), reserved, nil); err != nil {
		t.Fatal(err)
	}
	known := func(now time.Time) bool {
		t.Helper()
		if err := l.forget(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		at, err := a.meta.ReplayedLetters(t.Context(), []string{"a"})
		if err != nil {
			t.Fatal(err)
		}
		return len(at) > 0
	}
	if !known(time.Now().Add(100 * day)) {
		t.Error("forgotten while an older letter is there")
	}
	if err := a.SetRetention(t.Context(), new(rules("7d"))); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); len(a.store.ByClass()) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the letter is still there")
		}
	}
	if !known(time.Now()) {
		t.Error("forgotten just after the replay")
	}
	if known(time.Now().Add(2 * day)) {
		t.Error("not forgotten though there are no letters")
	}
}
