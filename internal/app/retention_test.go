package app

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
)

// stored opens the stores of a data folder; the returned function closes them as a stop of the server does.
func stored(t *testing.T, data string) (*app, func()) {
	t.Helper()
	cfg, err := Load("", []string{"data=" + data, "queue.partitions=1"})
	if err != nil {
		t.Fatal(err)
	}
	a := newApp(cfg, io.Discard)
	if err := a.openStores(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a, func() {
		if err := a.life.stop(); err != nil {
			t.Error(err)
		}
	}
}

// keep stores one record that was received so long ago.
func keep(t *testing.T, a *app, ago time.Duration) {
	t.Helper()
	keepIn(t, a, model.DatasetLogs, ago)
}

func keepIn(t *testing.T, a *app, dataset string, ago time.Duration) {
	t.Helper()
	w, err := a.store.Writer(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	at := time.Now().Add(-ago).UnixNano()
	w.Append(w.Offset(), &model.Record{
		Dataset: dataset, Time: at, Observed: at, Msg: "old", Stream: []model.Field{{Name: "host.name", Value: "web"}},
	})
	w.Publish()
	if _, err := w.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func rules(retention string) api.RetentionRules {
	return api.RetentionRules{Default: api.RetentionDefault{Retention: retention, MaxSize: "0"}, Rules: []api.RetentionRule{}}
}

// A preview changes nothing; what it said is what a change then deletes, at once and not at the next round.
func TestRetentionDeletesWhatThePreviewSaid(t *testing.T) {
	a, stop := stored(t, t.TempDir())
	defer stop()
	keep(t, a, 10*24*time.Hour)

	gone, err := a.PreviewRetention(t.Context(), rules("7d"))
	if err != nil || gone.Rows != 1 || gone.Segments != 1 || gone.Bytes == 0 || gone.Oldest == nil {
		t.Fatalf("the preview is %+v, %v", gone, err)
	}
	if gone, err = a.PreviewRetention(t.Context(), rules("11d")); err != nil || gone.Rows != 0 {
		t.Fatalf("the preview of 11 days is %+v, %v", gone, err)
	}
	if r, err := a.Retention(t.Context()); err != nil || r.Source != "config" || len(r.Usage) != 1 || r.Usage[0].Rows != 1 {
		t.Fatalf("after previews: %+v, %v", r, err)
	}
	set := rules("7d")
	if err := a.SetRetention(t.Context(), &set); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); len(a.store.ByClass()) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the record is still there")
		}
	}
}

// What the console has set outlives a restart and a reload, until it is reset.
func TestRetentionOfTheConsoleStays(t *testing.T) {
	data := t.TempDir()
	a, stop := stored(t, data)
	set := rules("7d")
	set.Rules = append(set.Rules, api.RetentionRule{Filter: `{host.name="web"}`, Retention: "1d"})
	if err := a.SetRetention(t.Context(), &set); err != nil {
		t.Fatal(err)
	}
	stop()

	a, stop = stored(t, data)
	defer stop()
	if err := a.reloadRetention(a.cfg); err != nil {
		t.Fatal(err)
	}
	r, err := a.Retention(t.Context())
	if err != nil || r.Source != "console" || r.Default.Retention != "7d" || len(r.Rules) != 1 || r.Configured.Default.Retention != "30d" || a.store.DefaultAge() != 7*24*time.Hour {
		t.Fatalf("after a restart: %+v, %v, age %s", r, err, a.store.DefaultAge())
	}
	if err := a.SetRetention(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if r, err = a.Retention(t.Context()); err != nil || r.Source != "config" || r.Default.Retention != "30d" || a.store.DefaultAge() != 30*24*time.Hour {
		t.Fatalf("after the reset: %+v, %v, age %s", r, err, a.store.DefaultAge())
	}
}

func TestWrongRetentionNamesItsKey(t *testing.T) {
	for key, change := range map[string]func(r *api.RetentionRules){
		"default.retention": func(r *api.RetentionRules) { r.Default.Retention = "soon" },
		"default.max_size":  func(r *api.RetentionRules) { r.Default.MaxSize = "120%" },
		"rules.0.filter":    func(r *api.RetentionRules) { r.Rules[0].Filter = "error" },
		"rules.0.retention": func(r *api.RetentionRules) { r.Rules[0].Retention = "0" },
	} {
		r := rules("7d")
		r.Rules = []api.RetentionRule{{Filter: `{host.name="web"}`, Retention: "1d"}}
		change(&r)
		_, err := (&retention{config: defaults().Store.Logs}).compile(r)
		var p *api.Problem
		if !errors.As(err, &p) || p.Code != "setting.invalid" || p.Params["key"] != key {
			t.Errorf("%s: %+v", key, err)
		}
	}
	if _, err := (&retention{config: defaults().Store.Logs}).compile(rules("0")); err == nil {
		t.Error("a retention of nothing is taken")
	}
}
