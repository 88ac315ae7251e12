package api

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	now := time.Date(2026, 11, 20, 3, 12, 40, 500, time.UTC)
	at := func(text string) int64 {
		v, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		return v.UnixNano()
	}
	tests := map[string]int64{
		"now":                            now.UnixNano(),
		"now-1h":                         now.Add(-time.Hour).UnixNano(),
		"-90s":                           now.Add(-90 * time.Second).UnixNano(),
		"2026-11-20T03:12:40.123456789Z": at("2026-11-20T03:12:40.123456789Z"),
		"2026-11-20T12:12:40+09:00":      at("2026-11-20T03:12:40Z"),
		"2026-11-20":                     at("2026-11-20T00:00:00Z"),
		"2026-11-20T03":                  at("2026-11-20T03:00:00Z"),
		"2026":                           at("2026-01-01T00:00:00Z"),
		"1795144360":                     1795144360e9,
		"1795144360.5":                   1795144360.5e9,
		"1795144360123":                  1795144360123e6,
		"1795144360123456":               1795144360123456e3,
		"1795144360123456789":            1795144360123456789,
	}
	for text, want := range tests {
		if got, err := parseTime(text, now); err != nil || got != want {
			t.Errorf("parseTime(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "yesterday", "now-1", "2026-13-01", "-1", "infinity", "1600-01-01T00:00:00Z", "9999-01-01T00:00:00Z"} {
		if got, err := parseTime(text, now); err == nil {
			t.Errorf("parseTime(%q) = %d, want an error", text, got)
		}
	}
}
