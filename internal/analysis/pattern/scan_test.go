package pattern

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/haetae/haetae/internal/model"
)

func textOf(line string) string {
	var s scanner
	s.scan(line)
	p := model.Pattern{Parts: parts(s.pieces())}
	return p.Text()
}

// What a person would call variable in a line, by its looks alone.
func TestLooks(t *testing.T) {
	for line, want := range map[string]string{
		// numbers, with their units, signs and lists
		"took 42 ms":                  "took <num>",
		"took 1.5s, sent 3 KB of 98%": "took <num>, sent <num> of <num>",
		"read -1 of [1, 2, 3]":        "read <num> of [<*>]",
		"step 3/10 done":              "step <path> done",
		"장비 3대 점검":                    "장비 <id> 점검",
		// addresses, paths, ids
		"from 10.0.0.1:8080 to ::1":               "from <ip> to ::<num>",
		"open /etc/hosts, /var/log/a.log:":        "open <*>:",
		"GET /a/b?x=1&y=2 HTTP/1.1":               "GET <path> HTTP/<num>",
		"see https://a.example/x?y=z now":         "see <path> now",
		`open C:\temp\x.txt`:                      "open <path>",
		"I/O error, application/json":             "I/O error, application/json",
		"block blk_-38650 (deadbeef)":             "block <id> (<hex>)",
		"id 5f0c21d7-7d1a-4b7e-9f1a-0a1b2c3d4e5f": "id <uuid>",
		// values by their name
		"uid=0 tty= user=root":              "uid=<num> tty=<*> user=<user>",
		`{"took": 5, "who":"x", "ok":true}`: `{"took": <num>, "who":<*>, "ok":<*>}`,
		"invalid user admin from":           "invalid user <user> from",
		"user unknown":                      "user unknown",
		`agent "Mozilla/5.0 (X11) Gecko/1"`: `agent "<*>"`,
		"can't open 'x y'":                  "can't open 'x y'",
		"connection from 10.0.0.1 () done":  "connection from <ip> (<*>) done",
		"init() done":                       "init() done",
		// colours
		"\x1b[32mINFO\x1b[0m took 3 ms, \x1b[1;31mfailed\x1b[0;39m": "INFO took <num>, failed",
		"\x1b[90m7 left": "\x1b[<id> left",
		// headers of raw lines
		"2026-11-21 14:09:30,123 INFO [main] c.example.A: started 5":        "started <num>",
		"2026-11-21T14:09:30.1+09:00 WARN 12 --- [pool-1] c.e.Foo   : late": "late",
		"2026-11-21 14:09:30 - my.name - ERROR - it broke":                  "it broke",
		"Nov 21 14:09:30 web-1 sshd[123]: Failed none":                      "Failed none",
		"sshd[123]: Failed none":                                            "Failed none",
		"<34>Nov 21 14:09:30 web-1 su: no":                                  "no",
		"I1121 14:09:30.123456   12345 server.go:123] up":                   "up",
		"[Sun Dec 04 04:47:44 2005] [error] it failed":                      "it failed",
		"20171223-22:15:29:606|Step_LSC|30002312|flush it":                  "flush it",
		"081109 203615 148 INFO dfs.DataNode: got it":                       "got it",
		"14:09:30 12": "<time> <num>",
		// the first lines of an event with indented ones
		"it broke\njava.lang.Error: x\n\tat a.b(C.java:5)": "it broke java.lang.Error: x",
	} {
		if got := textOf(line); got != want {
			t.Errorf("%q\n reads %q\n want  %q", line, got, want)
		}
	}
}

// Lines that differ in their variables only have one pattern, and those that differ in words have two.
func TestSameAndOther(t *testing.T) {
	b := openBook(t, nil)
	f := b.Finder()
	for _, same := range [][2]string{
		{"took 5 ms", "took 1,024 KB"},
		{"from 10.0.0.1:80", "from 10.0.0.1"},
		{"at Dec 10 06:55:46 it", "at Jan  1 00:00:00 it"},
		{"ruser= rhost=a", "ruser=x rhost=b"},
		{"Nov 21 14:09:30 a sshd[1]: no", "Nov 22 01:09:30 bb sshd[22]: no"},
	} {
		if f.Find(same[0]) != f.Find(same[1]) {
			t.Errorf("%q and %q are two patterns", same[0], same[1])
		}
	}
	for _, other := range [][2]string{{"GET /a 5", "PUT /a 5"}, {"a (b)", "a b"}, {"up", "down"}} {
		if f.Find(other[0]) == f.Find(other[1]) {
			t.Errorf("%q and %q are one pattern", other[0], other[1])
		}
	}
	if f.Find("") != 0 {
		t.Error("no line has a pattern")
	}
}

// Any bytes are scanned without a panic; the tokens stand in order within the line; what is written for people is
// valid text; and the book's page of a line fits the line.
func FuzzScan(f *testing.F) {
	for _, line := range []string{
		"", "a=", `"a":`, `{"a":"b\"c"}`, "Dec 10 06:55:46 x y: z", "[[[", "<34>1 2026-11-21T14:09:30Z a b c - x", "\xff\xfe=1",
		"2026-11-21 14:09:30 [a[b] c", "a ()", "1,2, 3##4", "C:\\x", "http://", "'a' 'b", strings.Repeat("a1 ", 1000),
	} {
		f.Add(line)
	}
	book := openBook(f, nil)
	f.Fuzz(func(t *testing.T, line string) {
		var s scanner
		s.scan(line)
		at := int32(0)
		for _, token := range s.tokens {
			if token.start < at || token.end < token.start || int(token.end) > len(line) {
				t.Fatalf("token %+v behind byte %d of %q", token, at, line)
			}
			at = token.end
		}
		pieces := s.pieces()
		p := newPage(1, 0, pieces, nil)
		if !p.fits(pieces) {
			t.Fatalf("the page of %q does not fit it", line)
		}
		if !utf8.ValidString(p.Text()) {
			t.Fatalf("%q reads %q", line, p.Text())
		}
		finder := book.Finder()
		if id := finder.Find(line); id != finder.Find(line) || (id == 0) != (line == "") {
			t.Fatalf("%q has the pattern %s", line, id)
		}
	})
}
