package app

import (
	"io"
	"log/slog"
	"testing"
)

// A setting that is changed and changed back must be back: what counts is what is in effect, not what the server
// started with.
func TestReloadChangesBack(t *testing.T) {
	load := func(set ...string) func() (*Config, error) {
		return func() (*Config, error) { return Load("", set) }
	}
	cfg, err := load()()
	if err != nil {
		t.Fatal(err)
	}
	a := newApp(cfg, io.Discard)
	for _, want := range []slog.Level{slog.LevelDebug, slog.LevelWarn, slog.LevelDebug} {
		a.reload(load("log.level=" + want.String()))
		if got := a.level.Level(); got != want {
			t.Errorf("log.level is %v, want %v", got, want)
		}
	}
	a.reload(load())
	if got := a.level.Level(); got != slog.LevelInfo {
		t.Errorf("log.level is %v after its line was removed, want INFO", got)
	}
}
