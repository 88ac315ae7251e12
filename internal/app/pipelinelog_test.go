package app

import (
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/store"
)

// Its own clock may find a pause shorter than the database, by which others have noted a silence: that must end too.
func TestSilenceEndsAfterShorterPause(t *testing.T) {
	a, stop := stored(t, t.TempDir())
	defer stop()
	ctx := t.Context()
	epoch, err := a.meta.Join(ctx, store.Member{ID: a.folder.Member, Address: "10.0.0.1:7700", Version: "1.0"})
	if err != nil {
		t.Fatal(err)
	}
	l, now := newEventLog(a), time.Now()
	if err := l.beat(ctx, now); err != nil {
		t.Fatal(err)
	}
	if err := a.meta.NoteSilence(ctx, -time.Millisecond); err != nil { // another process: everybody is
		t.Fatal(err)
	}
	if err := a.meta.Beat(ctx, a.folder.Member, epoch); err != nil {
		t.Fatal(err)
	}
	if err := l.beat(ctx, now.Add(memberSilent-time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	list, err := a.meta.Events(ctx)
	if err != nil || len(list) != 1 || list[0].Until.IsZero() {
		t.Errorf("events %+v, %v", list, err)
	}
}

// Who was given up and is heard again says so, once: it may read nothing from then on.
func TestProcessTellsThatItIsBack(t *testing.T) {
	a, stop := stored(t, t.TempDir())
	defer stop()
	ctx := t.Context()
	if _, err := a.meta.Join(ctx, store.Member{ID: a.folder.Member, Address: "10.0.0.1:7700", Version: "1.0"}); err != nil {
		t.Fatal(err)
	}
	l, now := newEventLog(a), time.Now()
	told := func(at time.Time) int {
		t.Helper()
		before := len(l.pending)
		if err := l.beat(ctx, at); err != nil {
			t.Fatal(err)
		}
		return len(l.pending) - before
	}
	if n := told(now); n != 0 {
		t.Errorf("%d events at the start", n)
	}
	if n := told(now.Add(time.Minute)); n != 0 {
		t.Errorf("%d events after a pause in which nobody gave it up", n)
	}
	if err := a.meta.NoteGone(ctx, a.folder.Member, -time.Millisecond, 0); err != nil {
		t.Fatal(err)
	}
	if n := told(now.Add(2 * time.Minute)); n != 1 {
		t.Fatalf("%d events after it was given up", n)
	}
	back := <-l.pending
	if !l.write(ctx, back) || back.Kind != api.EventJoined || back.Reason != reasonHeard {
		t.Errorf("event %+v", back)
	}
	if n := told(now.Add(3 * time.Minute)); n != 0 {
		t.Errorf("%d events more", n)
	}
}
