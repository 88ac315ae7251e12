package format

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

func TestFlatten(t *testing.T) {
	for _, b := range readBlocks(t, "testdata/flatten/cases.txt") {
		var f Flattener
		fields, err := f.Object(nil, b.line, "")
		var got strings.Builder
		for _, fd := range fields {
			fmt.Fprintf(&got, "%s=%q\n", fd.Name, fd.Value)
		}
		var broken *JSONError
		if errors.As(err, &broken) {
			fmt.Fprintf(&got, "error %d: %s\n", broken.Pos, broken.What)
		}
		if got.Len() == 0 {
			got.WriteString("nothing\n")
		}
		if diff := cmp.Diff(b.want, got.String()); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", b.at, b.line, diff)
		}
	}
}

// Fields of one object must survive the flattening of the next ones, also when the buffer moves.
func TestFlattenKeepsEarlierFields(t *testing.T) {
	var f Flattener
	var fields []model.Field
	var want []model.Field
	for i := range 200 {
		var err error
		fields, err = f.Object(fields, fmt.Sprintf(`{"k%d":{"a\n":"v\t%d"}}`, i, i), "p.")
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, model.Field{Name: fmt.Sprintf("p.k%d.a\n", i), Value: fmt.Sprintf("v\t%d", i)})
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Error(diff)
	}
}

// A text that is too deep is refused, not a stack overflow.
func TestFlattenDepth(t *testing.T) {
	var f Flattener
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	fields, err := f.Object(nil, deep, "")
	if err != nil || len(fields) != 1 || strings.Count(fields[0].Name, "a") != maxObjectDepth || fields[0].Value[0] != '{' {
		t.Errorf("100 levels: %v, %v", fields, err)
	}
	if _, err := f.Object(nil, `{"a":`+strings.Repeat("[", 1_000_000), ""); err == nil {
		t.Error("a million open brackets were accepted")
	}
}

// A long name around many short ones must not take the square of its size in memory.
func TestFlattenBoundsNames(t *testing.T) {
	var f Flattener
	data := `{"` + strings.Repeat("x", 100_000) + `":{"a":1` + strings.Repeat(`,"b":1`, 20_000) + `}}`
	if _, err := f.Object(nil, data, ""); err == nil || cap(f.text) > 64*len(data) {
		t.Errorf("error %v with %d bytes of names for %d of JSON", err, cap(f.text), len(data))
	}
}

// An object of very many names must neither take the square of their number in time nor lose a double name.
func TestFlattenManyNames(t *testing.T) {
	var b strings.Builder
	const names = 200_000
	b.WriteString(`{"k0":"first"`)
	for i := range names {
		fmt.Fprintf(&b, `,"k%d":%d`, i, i)
	}
	b.WriteString(`,"k7":null}`)
	var f Flattener
	fields, err := f.Object([]model.Field{{Name: "k7", Value: "before"}}, b.String(), "")
	if err != nil || len(fields) != names || fields[0].Value != "before" || fields[1].Value != "0" || fields[names-1].Value != "199999" {
		t.Errorf("%d fields, %v", len(fields), err)
	}
}

const typicalLine = `{"time":"2026-11-20T03:12:34.118123Z","level":"info","logger":"com.example.pay.CheckoutService",` +
	`"msg":"order accepted for customer 48121, total 129.90 EUR","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736",` +
	`"span_id":"00f067aa0ba902b7","http":{"method":"POST","path":"/api/v1/orders","status":201,"duration_ms":38.2},` +
	`"user":{"id":48121,"roles":["buyer","staff"]},"ok":true,"error":null,"note":"said \"hi\"\n"}`

func TestFlattenDoesNotAllocate(t *testing.T) {
	var f Flattener
	var dst []model.Field
	if n := testing.AllocsPerRun(100, func() {
		f.Reset()
		dst, _ = f.Object(dst[:0], typicalLine, "")
	}); n != 0 {
		t.Errorf("a row allocates %v times", n)
	}
}

func BenchmarkFlatten(b *testing.B) {
	var f Flattener
	var dst []model.Field
	b.SetBytes(int64(len(typicalLine)))
	b.ReportAllocs()
	for b.Loop() {
		f.Reset()
		var err error
		if dst, err = f.Object(dst[:0], typicalLine, ""); err != nil {
			b.Fatal(err)
		}
	}
}

// What encoding/json reads as an object is flattened to the same values, and what it refuses is refused, but for
// raw control characters.
// The end of a string must be where reading byte by byte finds it.
func FuzzStringEnd(f *testing.F) {
	for _, s := range []string{`"`, `\"`, `abcdefg"`, `abcdefgh\\"`, `0123456789abcdef\\\" \\"`, `a\`, `0123456789abcde\"f"`, "no end"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, escaped := -1, false
		for i := 0; i < len(s) && want < 0; i++ {
			switch s[i] {
			case '"':
				want = i
			case '\\':
				escaped = true
				i++
			}
		}
		if end, got := stringEnd(s, 0); end != want || end >= 0 && got != escaped {
			t.Fatalf("%q ends at %d (escapes: %v), want %d (%v)", s, end, got, want, escaped)
		}
	})
}

func FuzzFlatten(f *testing.F) {
	for _, b := range readBlocks(f, "testdata/flatten/cases.txt") {
		f.Add(b.line)
	}
	f.Add(typicalLine)
	f.Fuzz(func(t *testing.T, s string) {
		var fl Flattener
		fields, err := fl.Object(nil, s, "")
		hasControl := strings.ContainsFunc(s, func(r rune) bool { return r < ' ' })
		valid := json.Valid([]byte(s)) && strings.HasPrefix(strings.TrimLeft(s, " \t\r\n"), "{")
		if err == nil && !valid && !hasControl {
			t.Fatalf("accepted %q", s)
		}
		if err != nil {
			if valid && !strings.Contains(err.Error(), "deep") {
				t.Fatalf("refused %q: %v", s, err)
			}
			return
		}
		if !valid {
			return
		}
		var top map[string]json.RawMessage
		if json.Unmarshal([]byte(s), &top) != nil {
			return
		}
		for name, raw := range top {
			if strings.ContainsRune(name, '\ufffd') || strings.Contains(name, ".") || len(raw) == 0 || raw[0] == '{' {
				continue // encoding/json replaces invalid UTF-8, we keep it
			}
			want := string(raw)
			switch raw[0] {
			case '"':
				if err := json.Unmarshal(raw, &want); err != nil {
					t.Fatal(err)
				}
			case 'n':
				want = ""
			}
			if strings.ContainsRune(want, '\ufffd') || bytes.ContainsRune([]byte(s), '.') {
				continue
			}
			got := ""
			for _, fd := range fields {
				if fd.Name == name {
					got = fd.Value
				}
			}
			if got != want {
				t.Fatalf("%q: field %q is %q, want %q", s, name, got, want)
			}
		}
	})
}
