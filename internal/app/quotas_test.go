package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A wrong quota is named with its line and key.
func TestWrongQuotaNamesItsLine(t *testing.T) {
	for text, want := range map[string]string{
		"limits:\n  sources:\n    - rate: 5\n    - match: {host: a}\n      rate: 5\n      over: stop\n": ":6: limits.sources[1].over: wants wait, drop or sample",
		"limits.sources:\n  - {match: {input: files}}\n":                                                ":2: limits.sources[0]: wants rate, bytes, or both",
		"limits.sources:\n  - rate: 1\n    match:\n      stream: '{a='\n":                               ":4: limits.sources[0].match.stream:",
		"limits.sources:\n  - rate: 1\n    burts: 1s\n":                                                 ":3: limits.sources[0].burts: unknown key, did you mean burst?",
	} {
		file := filepath.Join(t.TempDir(), "haetae.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(file, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nis %v, want %s", text, err, want)
		}
	}
}
