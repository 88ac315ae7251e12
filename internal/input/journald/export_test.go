package journald

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

var update = flag.Bool("update", false, "write the expected results of the test cases anew")

// decoded is an entry as the expectations show it.
type decoded struct {
	Fields  []string `json:"fields,omitempty"` // name=value
	Refused bool     `json:"refused,omitempty"`
	Reason  string   `json:"reason,omitempty"`
	Sample  string   `json:"sample,omitempty"`
	Size    int      `json:"size"`
}

// decode feeds text in pieces of the given size.
func decode(text []byte, piece, limit int) []decoded {
	d := exportDecoder{limit: limit}
	var out []decoded
	keep := func(e *exportEntry) {
		o := decoded{Refused: e.refused, Reason: e.reason, Size: e.size, Sample: strings.ToValidUTF8(e.sample, "?")}
		for _, f := range e.fields {
			o.Fields = append(o.Fields, strings.ToValidUTF8(f.Name+"="+f.Value, "?"))
		}
		out = append(out, o)
	}
	for len(text) > 0 {
		n := min(piece, len(text))
		d.feed(text[:n])
		text = text[n:]
		for e, ok := d.next(); ok; e, ok = d.next() {
			keep(e)
		}
	}
	if e, ok := d.end(); ok {
		keep(e)
	}
	return out
}

const testLimit = 4000

// Every case must decode alike however the stream is cut into pieces.
func TestDecodeCases(t *testing.T) {
	files, err := filepath.Glob("testdata/export/*.bin")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".bin")
		t.Run(name, func(t *testing.T) {
			limit := testLimit
			if name == "message_too_long" {
				limit = 1000
			}
			text := readFile(t, file)
			got := decode(text, len(text)+1, limit)
			wantFile := strings.TrimSuffix(file, ".bin") + ".json"
			if *update {
				writeJSON(t, wantFile, got)
			}
			var want []decoded
			if err := json.Unmarshal(readFile(t, wantFile), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("entries differ (-want +got):\n%s", diff)
			}
			for _, piece := range []int{1, 2, 3, 7, 64, 1000} {
				if diff := cmp.Diff(outcome(want), outcome(decode(text, piece, limit))); diff != "" {
					t.Errorf("in pieces of %d bytes entries differ (-want +got):\n%s", piece, diff)
				}
			}
		})
	}
}

// outcome leaves out the samples: what was at hand when an entry was given up depends on the pieces.
func outcome(entries []decoded) []decoded {
	var out []decoded
	for _, e := range entries {
		e.Sample = ""
		if e.Refused {
			e.Fields = nil
		}
		out = append(out, e)
	}
	return out
}

// Memory must not follow what a sender claims or sends: one entry is held at most.
func TestDecoderMemoryIsBounded(t *testing.T) {
	for name, text := range map[string]string{
		"text without end":     "A=" + strings.Repeat("x", 1<<20),
		"field name, no end":   strings.Repeat("A", 1<<20),
		"many fields":          strings.Repeat("A=b\n", 1<<18),
		"no fields":            strings.Repeat("lower case\n", 1<<16),
		"binary":               "A\n\x00\x00\x10\x00\x00\x00\x00\x00" + strings.Repeat("x", 1<<20),
		"large fields of text": strings.Repeat("A="+strings.Repeat("x", 3000)+"\n", 500),
	} {
		d := exportDecoder{limit: testLimit}
		for len(text) > 0 {
			n := min(len(text), 512)
			d.feed([]byte(text[:n]))
			text = text[n:]
			for _, ok := d.next(); ok; _, ok = d.next() {
			}
			if len(d.buf) > 4*testLimit {
				t.Fatalf("%s: %d bytes are held with a limit of %d", name, len(d.buf), testLimit)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	files, _ := filepath.Glob("testdata/export/*.bin")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, byte(7))
	}
	f.Fuzz(func(t *testing.T, text []byte, cutAt byte) {
		piece := 1 + int(cutAt)
		whole, cut := decode(text, len(text)+1, testLimit), decode(text, piece, testLimit)
		size := 0
		for _, e := range whole {
			size += e.Size
		}
		if size > len(text)+2 {
			t.Errorf("entries have %d bytes of %d", size, len(text))
		}
		// A line too long is given up as soon as that shows, so results may differ beyond the limit only.
		if len(text) <= testLimit {
			if diff := cmp.Diff(outcome(whole), outcome(cut)); diff != "" {
				t.Errorf("in pieces of %d bytes entries differ:\n%s", piece, diff)
			}
		}
		var doc document
		for _, e := range whole {
			fields := make([]model.Field, 0, len(e.Fields))
			for _, f := range e.Fields {
				name, value, _ := strings.Cut(f, "=")
				fields = append(fields, model.Field{Name: name, Value: value})
			}
			doc.fill(fields)
		}
	})
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeJSON(t *testing.T, name string, v any) {
	t.Helper()
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
