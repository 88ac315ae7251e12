package logsql

import "testing"

// What somebody may see is written by streams alone, and so that other processes read the same.
func TestStreamFilters(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "*": true, "{}": true, `{team="a"}`: true, `{team="a" or host=~"web.*"}`: true, `{team="a"} or not {host in (x, y)}`: true,
		`({a="b"} {c!="d"}) or {e!~"f"}`: true,
		"error":                          false, `{team="a"} error`: false, `{team="a"} or _time:5m`: false, `{team="a"} | limit 1`: false, `_stream:x`: false, `not error`: false,
		`{team="a"`: false, `{team=~"("}`: false, `team:in(_dataset:* | fields team)`: false,
	} {
		f, err := ParseStreamFilter(text)
		if (err == nil) != want {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil {
			continue
		}
		of := Join(OfDataset("logs"), f)
		if again, ok := Portable(of); !ok || again != of.String() {
			t.Errorf("%q does not travel: %q", text, of)
		}
	}
}
