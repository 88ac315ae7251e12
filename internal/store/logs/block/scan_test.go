package block

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
)

// scanned shows a text with its variables in brackets.
func scanned(text string) string {
	var s scanner
	s.scan([]byte(text))
	var out strings.Builder
	from := 0
	for _, v := range s.spans {
		out.WriteString(text[from:v.start] + "<" + text[v.start:v.end] + ">")
		from = int(v.end)
	}
	return out.String() + text[from:]
}

func TestScan(t *testing.T) {
	for _, want := range []string{
		"nothing here",
		"order <12> of <user7>",
		"<10.0.0.1>:<8080>",
		"version <1>.<2>.<3>.<4>.<5>, <1>.<2>.<3>",
		"took <0.25> s, <-5> C, <-1.5>, a-<5>, <1>-<2>, --<3>",
		"<2026-11-20T05:31:22.123Z> up",
		"[<2026-11-20 05:31:22,123456>]",
		"at <2026/11/20 05:31:22>",
		"[<02/Jan/2026:05:31:22 +0900>]",
		"<2026-11-20T05:31:22+09:00>",
		"Nov <20> <05:31:22> host",
		"<2026>-<13>-<20>",
		"<00>:<1b>:<44>:<11>:ea:<b7>",
		"id <3f2c0a9e-1b2c-4d5e-8f90-aabbccddeeff>!",
		"<한글3호기>", // bytes of other scripts are those of words
		"id <abcdefab-1b2c-4d5e-8f90-aabbccddeeff>!",
		"<0x1f> <9f3a>",
		"<5>",
		"\x1b[32mINFO\x1b[0m <17> rows, \x1b[1;31mERROR\x1b[0;39m [<32mx>] [<1>;<31m>] \x1b[<31>",
		"\x1b[38;5;208mWARN\x1b[m \x1b[<90m7> \x1b[<2K5>",
	} {
		text := strings.NewReplacer("<", "", ">", "").Replace(want)
		if got := scanned(text); got != want {
			t.Errorf("%q was split as %q, want %q", text, got, want)
		}
	}
}

// No byte is taken for a digit that is none, and none is passed over, wherever it stands.
func TestNextDigit(t *testing.T) {
	for c := range 256 {
		for at := range 20 {
			text := bytes.Repeat([]byte{'x'}, 20)
			text[at] = byte(c)
			want := len(text)
			if '0' <= c && c <= '9' {
				want = at
			}
			if got := nextDigit(text, 0); got != want {
				t.Fatalf("byte %x at %d: found at %d", c, at, got)
			}
		}
	}
}

// checkScan looks at the promises that readers and encoder rely on.
func checkScan(t *testing.T, text string) {
	var s scanner
	s.scan([]byte(text))
	owner := make([]int, len(text)) // variable of each byte, 0 for static text
	end := uint32(0)
	for i, v := range s.spans {
		if v.start < end || v.end <= v.start || int(v.end) > len(text) {
			t.Fatalf("%q: variable %d is %d to %d, after %d", text, i, v.start, v.end, end)
		}
		end = v.end
		for at := v.start; at < v.end; at++ {
			owner[at] = i + 1
		}
		checkForms(t, []byte(text[v.start:v.end]), s.shapes[i])
	}
	at := 0
	logsql.Tokenize(text, func(word string) {
		at += strings.Index(text[at:], word)
		for i := range word {
			if owner[at+i] != owner[at] {
				t.Fatalf("%q: the word %q is half in a variable", text, word)
			}
		}
		at += len(word)
	})
}

// checkForms stores a value in each form that its shape allows.
func checkForms(t *testing.T, text []byte, s shape) {
	for bit := uint8(1); bit <= canTime; bit <<= 1 {
		if s.can&bit == 0 {
			continue
		}
		one := openSlot{shape: shape{can: bit, scale: s.scale, layout: s.layout}, min: uint32(len(text)), max: uint32(len(text))}
		v := openVariable{openSlot: one, VariableInfo: kindOf(&one)}
		v.add(text, 1_795_132_800_123_456_789)
		back := Variable{VariableInfo: v.VariableInfo, Ints: v.ints, Data: v.data, Ends: v.ends}
		if v.Kind == VarTime {
			back.Ints[0] = v.layout.absolute(back.Ints[0], 1_795_132_800_123_456_789)
		}
		if got := back.Append(nil, 0); string(got) != string(text) {
			t.Fatalf("%q came back from %s as %q", text, v.Kind, got)
		}
	}
	if bit := canTime; s.can&uint8(bit) != 0 && !s.layout.valid() {
		t.Fatalf("%q has layout %x, which readers refuse", text, s.layout)
	}
}

// The words of many times are added together: none may be missing, near or far from the first.
func TestWordsOfManyTimes(t *testing.T) {
	for _, text := range []string{
		"2026-11-20T05:31:22.123Z", "2026-11-20 05:31:22,1", "2026/11/20 05:31:22", "20/Nov/2026:05:31:22 +0530", "05:31:22.12",
	} {
		var s scanner
		s.scan([]byte(text))
		l := s.shapes[0].layout
		var set, words tokenSet
		set.reset()
		words.reset()
		var r timeRange
		rnd := rand.New(rand.NewPCG(1, 2))
		for i := range 5000 {
			ns := 1_795_132_800e9 + rnd.Int64N(50*hour)
			if i%1000 == 999 {
				ns -= 2 * rangeHours * hour
			}
			if l.date() == dateNone {
				ns -= floorDiv(ns, 24*hour) * 24 * hour
			}
			value := string(l.append(nil, ns))
			words.addWords(7, value)
			if !r.take(ns) {
				set.addWords(7, value)
			}
		}
		set.addTimes(7, l, r)
		for _, h := range words.slots {
			if h != 0 && !set.has(h) {
				t.Errorf("a word of times like %s is missing", text)
				break
			}
		}
	}
}

func (s *tokenSet) has(h uint64) bool {
	n := s.n
	s.add(h)
	return s.n == n
}

func FuzzScan(f *testing.F) {
	for _, text := range []string{
		"10.0.0.1 - - [02/Jan/2026:05:31:22 +0900] \"GET /a/12?x=-1.50 HTTP/1.1\" 200 0x1f", "-0.0 -0 00 007 0.1.2 1.23456789012345678",
		"2026-02-29 05:31:22.1234567890Z 2024-02-29T23:59:59,9-01:30 1999-12-31T00:00:00-00:00 05:31:22.1",
		"3f2c0a9e-1b2c-4d5e-8f90-aabbccddeeff 12345678901234567890 \x00\xff1\xff", "256.1.1.1 01.1.1.1 1.1.1.1a 1.1.1.1.",
	} {
		f.Add(text)
	}
	f.Fuzz(checkScan)
}
