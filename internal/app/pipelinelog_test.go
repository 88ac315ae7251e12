package app

import (
	"testing"
	"time"
)

// Its own clock may find a pause shorter than the database, by which others have noted a silence: that must end too.
func TestSilenceEndsAfterShorterPause(t *testing.T) {
	a, stop := stored(t, t.TempDir())
	defer stop()
	ctx := t.Context()
	epoch, err := a.meta.Join(ctx, a.folder.Member, "10.0.0.1:7700", "1.0")
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
