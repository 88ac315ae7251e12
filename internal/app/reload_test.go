package app

import (
	"io"
	"log/slog"
	"testing"
)

// A setting that is changed and changed back must be back: what counts is what is in effect, not what the server
// started with.
func TestReloadChangesBack(t *testing.T) {
	load := func(set ...string) *Config {
		t.Helper()
		cfg, err := Load("", set)
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	a := newApp(load(), io.Discard)
	for _, want := range []slog.Level{slog.LevelDebug, slog.LevelWarn, slog.LevelDebug} {
		a.apply(load("log.level=" + want.String()))
		if got := a.level.Level(); got != want {
			t.Errorf("log.level is %v, want %v", got, want)
		}
	}
	a.apply(load())
	if got := a.level.Level(); got != slog.LevelInfo {
		t.Errorf("log.level is %v after its line was removed, want INFO", got)
	}
}
