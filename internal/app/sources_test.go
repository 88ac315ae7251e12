package app

import (
	"fmt"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
)

// withSources opens the stores of a data folder and the list of senders; the returned function stops both.
func withSources(t *testing.T, data string) (*app, func()) {
	t.Helper()
	a, stop := stored(t, data)
	if err := a.openSources(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a, stop
}

// sending shows records of a peer, 12 a minute for half an hour that has ended so long ago.
func sending(a *app, peer string, ago time.Duration) (last time.Time) {
	for i := range 31 {
		last = time.Now().Add(-ago - time.Duration(30-i)*time.Minute)
		a.sources.Received("syslog", peer, 12, 120, last)
	}
	return last
}

// Who died while the server was down, or before, must be seen to be silent; its counts go on.
func TestSourcesOutliveARestart(t *testing.T) {
	data := t.TempDir()
	a, stop := withSources(t, data)
	last := sending(a, "10.0.0.1", 10*time.Minute)
	a.sources.Rejected("syslog", "10.0.0.2", "line too long", 3, "<13>", time.Now())
	stop()

	a, stop = withSources(t, data)
	defer stop()
	list := a.sourceList()
	if len(list.Sources) != 2 {
		t.Fatalf("after a restart there are %+v", list.Sources)
	}
	dead, bad := list.Sources[0], list.Sources[1]
	if dead.State != api.SourceSilent || !dead.LastSeen.Equal(last) || dead.Records != 31*12 || dead.Bytes != 31*120 || dead.UsualPerMinute != 12 {
		t.Errorf("who died: %+v", dead)
	}
	if bad.State != api.SourceRejecting || bad.Rejected["line too long"] != 3 || bad.Samples["line too long"] != "<13>" {
		t.Errorf("who is rejected: %+v", bad)
	}
	a.sources.Received("syslog", "10.0.0.1", 5, 50, time.Now())
	back := a.sourceList().Sources[0]
	if back.State != api.SourceOK || back.Records != 31*12+5 || !back.FirstSeen.Equal(dead.FirstSeen) {
		t.Errorf("who is back: %+v", back)
	}
	if totals := a.sources.Totals(); totals.Records != 5 || totals.Rejected != 0 {
		t.Errorf("the totals since the start: %+v", totals)
	}
}

// A sender is not to blame for the time in which no server ran.
func TestNobodyIsSilentWhileNoServerRuns(t *testing.T) {
	data := t.TempDir()
	a, stop := withSources(t, data)
	last := sending(a, "10.0.0.1", 40*time.Minute)
	stop()
	stoppedAt := func(at time.Time) {
		t.Helper()
		a, stop := stored(t, data)
		defer stop()
		if err := a.meta.State(sourcesNamespace).Put(t.Context(), map[string][]byte{sourcesSavedAt: []byte(at.Format(time.RFC3339Nano))}); err != nil {
			t.Fatal(err)
		}
	}
	for lived, want := range map[time.Duration]string{time.Minute: api.SourceOK, 6 * time.Minute: api.SourceSilent} {
		stoppedAt(last.Add(lived))
		a, stop := withSources(t, data)
		if got := a.sourceList().Sources[0].State; got != want {
			t.Errorf("sent its last %s before the stop and is %s, want %s", lived, got, want)
		}
		stop()
	}
}

func TestKeptSourcesAreBounded(t *testing.T) {
	data := t.TempDir()
	a, stop := withSources(t, data)
	now := time.Now()
	for i := range keptSources + 100 {
		a.sources.Received("syslog", fmt.Sprintf("/var/\xff%04d", i), 1, 1, now.Add(time.Duration(i)*time.Millisecond-time.Hour))
	}
	a.sources.Received("loki", "long ago", 1, 1, now.Add(-keptSourcesFor-time.Minute))
	stop()
	a, stop = withSources(t, data)
	list := a.sourceList().Sources
	if len(list) != keptSources || list[0].Peer != "/var/\xff0100" {
		t.Fatalf("%d are kept, the first %q", len(list), list[0].Peer)
	}
	a.sources.Received("syslog", "new", 1, 1, now)
	stop()
	a, stop = withSources(t, data)
	defer stop()
	if list := a.sourceList().Sources; len(list) != keptSources || list[0].Peer != "/var/\xff0101" {
		t.Errorf("with a new one %d are kept, the first %q", len(list), list[0].Peer)
	}
	if keys, err := a.meta.State(sourcesNamespace).Keys(t.Context(), ""); err != nil || len(keys) != keptSources+1 {
		t.Errorf("%d keys in the store, %v", len(keys), err)
	}
}

// What cannot be read must not stop the server.
func TestBrokenKeptSourceIsForgotten(t *testing.T) {
	data := t.TempDir()
	a, stop := stored(t, data)
	values := map[string][]byte{"syslog/a": []byte("{"), sourcesSavedAt: []byte("?")}
	if err := a.meta.State(sourcesNamespace).Put(t.Context(), values); err != nil {
		t.Fatal(err)
	}
	stop()
	a, stop = withSources(t, data)
	defer stop()
	a.noteLag([]model.Record{{Input: "syslog", Peer: "b", Time: 1}})
	if err := a.sourceKeeper.save(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if keys, err := a.meta.State(sourcesNamespace).Keys(t.Context(), "syslog/"); err != nil || len(keys) != 0 {
		t.Errorf("kept: %q, %v", keys, err)
	}
}
