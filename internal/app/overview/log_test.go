package overview

import (
	"log/slog"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/store"
)

func testLog(t *testing.T) *Log {
	return NewLog(LogOptions{Meta: metadata(t), Member: "a", Name: func() string { return "web-1" }, Log: slog.New(slog.DiscardHandler)})
}

// Its own clock may find a pause shorter than the database, by which others have noted a silence: that must end too.
func TestSilenceEndsAfterShorterPause(t *testing.T) {
	l, ctx := testLog(t), t.Context()
	epoch, err := l.opts.Meta.Join(ctx, store.Member{ID: l.opts.Member, Address: "10.0.0.1:7700", Version: "1.0"})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if err := l.Beat(ctx, now); err != nil {
		t.Fatal(err)
	}
	if err := l.opts.Meta.NoteSilence(ctx, -time.Millisecond); err != nil { // another process: everybody is
		t.Fatal(err)
	}
	if err := l.opts.Meta.Beat(ctx, l.opts.Member, epoch); err != nil {
		t.Fatal(err)
	}
	if err := l.Beat(ctx, now.Add(memberSilent-time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	list, err := l.opts.Meta.Events(ctx)
	if err != nil || len(list) != 1 || list[0].Until.IsZero() {
		t.Errorf("events %+v, %v", list, err)
	}
}

// Who was given up and is heard again says so, once: it may read nothing from then on.
func TestProcessTellsThatItIsBack(t *testing.T) {
	l, ctx := testLog(t), t.Context()
	if _, err := l.opts.Meta.Join(ctx, store.Member{ID: l.opts.Member, Address: "10.0.0.1:7700", Version: "1.0"}); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	told := func(at time.Time) int {
		t.Helper()
		before := len(l.pending)
		if err := l.Beat(ctx, at); err != nil {
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
	if err := l.opts.Meta.NoteGone(ctx, l.opts.Member, -time.Millisecond, 0); err != nil {
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
