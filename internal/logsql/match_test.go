package logsql

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func matcher(t testing.TB, text string) Matcher {
	t.Helper()
	q, err := Parse("f:"+text, Options{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	f, ok := q.Filter.(*FieldFilter)
	if !ok {
		t.Fatalf("%s is a %T", text, q.Filter)
	}
	return f.Matcher
}

// A store prunes by these words: one too many loses rows, one too few reads blocks in vain.
func TestWordsOfMatchers(t *testing.T) {
	for text, want := range map[string]string{
		`error`:                        "error",
		`"ssh: login fail"`:            "ssh login fail",
		`err*`:                         "",
		`"login fail"*`:                "login",
		`"login "*`:                    "login",
		`="a b"`:                       "a b",
		`="a b"*`:                      "a",
		`*"cd ef gh"*`:                 "ef",
		`~"GET /index"`:                "",
		`~" index "`:                   "index",
		`~"^GET /x.* HTTP/1"`:          "GET HTTP",
		`~"x (foo|bar) baz y"`:         "baz",
		`~"(?i) index "`:               "",
		`~" a .*? b "`:                 "a b",
		`~"( a )?"`:                    "",
		`in("a b", "b c")`:             "b",
		`in(a, b)`:                     "",
		`contains_any("a b", "c b d")`: "b",
		`contains_all(a, "b c")`:       "a b c",
		`seq(a, "b c")`:                "a b c",
		`i(error)`:                     "",
		`>5`:                           "",
		`"오류 코드"`:                      "오류 코드",
	} {
		if got := strings.Join(matcher(t, text).Words(), " "); got != want {
			t.Errorf("%s promises %q, want %q", text, got, want)
		}
	}
}

func TestMatchersDoNotAllocate(t *testing.T) {
	const value = `GET /api/v1/items/42 HTTP/1.1 took 1.5ms ERROR: Cannot open "file"`
	for _, text := range []string{
		`took`, `"cannot open"`, `err*`, `*pen*`, `="GET"*`, `~"items/\\d+"`, `~"PUT|POST"`, `i(error)`, `i("cannot o"*)`,
		`contains_any(a, b)`, `contains_all(took, ERROR)`, `seq(GET, took)`, `in(a, b)`, `>5`, `range(1, 2)`, `len_range(1, 5)`,
		`ipv4_range(10.0.0.0/8)`, `string_range(a, b)`,
	} {
		m := matcher(t, text)
		for _, v := range []string{value, "1.5ms", "12", "10.1.2.3", "3.25KiB", "1e", "1e2e3", "1e-", "1e+2.", "-", ".", ""} {
			n := testing.AllocsPerRun(10, func() { m.Match(v) })
			for range 20 { // the race detector lets pools forget now and then
				n = min(n, testing.AllocsPerRun(1, func() { m.Match(v) }))
			}
			if n > 0 {
				t.Errorf("%s on %q allocates %v times", text, v, n)
			}
		}
	}
}

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "42": 42, "-7": -7, "3.25": 3.25, ".5": .5, "1e3": 1000, "-1.5e-2": -.015, "123456789012345678": 123456789012345678,
		"1s": 1e9, "1.5ms": 1.5e6, "1h30m": 5400e9, "-2d": -2 * 86400e9, "3us": 3000, "3µs": 3000, "1w": 7 * 86400e9, "1y": 365 * 86400e9,
		"1B": 1, "10K": 1e4, "10KB": 1e4, "1KiB": 1024, "1.5GiB": 1.5 * (1 << 30), "2Ti": 2 << 40,
	} {
		if got, ok := ParseNumber(text); !ok || got != want {
			t.Errorf("%s is %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "-", "+", ".", "e", "1e", "e5", "1-2", "1.2.3", "10.0.0.1", "12abc", "0x10", "1 s", "NaN", "Inf", "1h5", "5Kb", "1__0", "--1", "1e999",
	} {
		if got, ok := ParseNumber(text); ok {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func TestCompareValues(t *testing.T) {
	want := []string{
		"-5", "0.5", "9", "10", "1ms", "1s", "2026-11-20T10:00:00Z", "2026-11-20T10:00:00.5Z",
		"2026-11-20T10:00:01Z", "host-1", "host-9", "host-010", "host-10b", "z", "",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, CompareValues)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestStreamValue(t *testing.T) {
	const stream = `{a="x",b="with \"quotes\", and = signs",k8s.pod="p"}`
	for name, want := range map[string]string{
		"a": "x", "b": `with "quotes", and = signs`, "k8s.pod": "p", "c": "", "pod": "",
	} {
		if got := StreamValue(stream, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, broken := range []string{"", "{", `{a`, `{a=`, `{a="`, "{}"} {
		if got := StreamValue(broken, "a"); got != "" {
			t.Errorf("%q has a=%q", broken, got)
		}
	}
}

func TestParseTime(t *testing.T) {
	opts := Options{Now: scriptNow}
	for text, want := range map[string]string{
		"2026-11-20":                   "2026-11-20T00:00:00Z 2026-11-20T23:59:59.999999999Z",
		"2026-11-20T10:15:00Z":         "2026-11-20T10:15:00Z 2026-11-20T10:15:00.999999999Z",
		"2026-11-20T10:15:00.25+09:00": "2026-11-20T01:15:00.25Z 2026-11-20T01:15:00.259999999Z",
		"now":                          "2026-11-21T12:00:00Z 2026-11-21T12:00:00Z",
		"now-1h":                       "2026-11-21T11:00:00Z 2026-11-21T11:00:00Z",
		"5m":                           "2026-11-21T11:55:00Z 2026-11-21T11:55:00Z",
		"-5m":                          "2026-11-21T11:55:00Z 2026-11-21T11:55:00Z",
		"1795258800":                   "2026-11-21T11:00:00Z 2026-11-21T11:00:00Z",
		"1795258800.5":                 "2026-11-21T11:00:00.5Z 2026-11-21T11:00:00.5Z",
		"1795258800123":                "2026-11-21T11:00:00.123Z 2026-11-21T11:00:00.123Z",
		"1795258800123456789":          "2026-11-21T11:00:00.123456789Z 2026-11-21T11:00:00.123456789Z",
	} {
		lo, ok := ParseTime(text, opts)
		period, _ := newParser("", opts).parseMoment(text)
		if got := TimeText(lo) + " " + TimeText(period.hi); !ok || got != want {
			t.Errorf("%s is %s %v, want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "tomorrow", "2026-13", "2026-11-31", "2026-11-20T25", "2026-11-20T10:15:00 Z", "99999999999999999999"} {
		if ns, ok := ParseTime(text, opts); ok {
			t.Errorf("%q is taken for %s", text, TimeText(ns))
		}
	}
}

func BenchmarkMatchers(b *testing.B) {
	const value = `10.0.3.17 - - [21/Nov/2026:10:00:00 +0000] "GET /api/v1/items/4217 HTTP/1.1" 200 5124 "-" "Mozilla/5.0 (X11; Linux x86_64)"`
	for _, text := range []string{`items`, `"GET /api"`, `missing`, `i(get)`, `~"items/\\d+"`, `~"PUT|POST"`, `contains_any(a, b, Linux)`} {
		m := matcher(b, text)
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.Match(value)
			}
		})
	}
	b.Run(">1000", func(b *testing.B) {
		m := matcher(b, ">1000")
		for b.Loop() {
			m.Match("5124")
		}
	})
}
