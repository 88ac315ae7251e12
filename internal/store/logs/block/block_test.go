package block

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// row is what a block must give back.
type row struct {
	Time, Observed, Offset int64
	Stream                 string
	Values                 map[string]string
}

// readRows reads all rows, in the order of offsets.
func readRows(rows Rows) ([]row, error) {
	times, err := rows.Times()
	if err != nil {
		return nil, err
	}
	observed, err := rows.Observed()
	if err != nil {
		return nil, err
	}
	offsets, err := rows.Offsets()
	if err != nil {
		return nil, err
	}
	streams, streamOf, err := rows.Streams()
	if err != nil {
		return nil, err
	}
	out := make([]row, len(times))
	for i := range out {
		out[i] = row{times[i], observed[i], offsets[i], streams[streamOf[i]].Text(), map[string]string{}}
	}
	for _, name := range rows.Names() {
		c, err := rows.Column(name)
		if err != nil {
			return nil, err
		}
		for i := range out {
			if v := c.At(i); v != "" {
				out[i].Values[name] = strings.Clone(v)
			}
		}
	}
	slices.SortFunc(out, func(a, b row) int { return int(a.Offset - b.Offset) })
	return out, nil
}

// build fills a builder with records and returns what must come back.
func build(records []model.Record) (*Builder, []row) {
	b := NewBuilder()
	var want []row
	streams := map[string]*Stream{}
	for i := range records {
		r := &records[i]
		s := NewStream(r.Stream)
		if known := streams[s.Key()]; known != nil && i%7 != 0 { // now and then a double pointer
			s = known
		}
		streams[s.Key()] = s
		b.Append(int64(i), s, r)
		w := row{r.Time, r.Observed, int64(i), s.Text(), map[string]string{}}
		for _, f := range append([]model.Field{
			{Name: "_msg", Value: r.Msg},
			{Name: "_severity", Value: r.Severity.String()},
			{Name: "_source", Value: r.Source()},
			{Name: "_format", Value: r.Format},
		}, r.Fields...) {
			if f.Value != "" {
				w.Values[f.Name] = f.Value
			}
		}
		want = append(want, w)
	}
	return b, want
}

func open(t testing.TB, enc Encoded) *Reader {
	t.Helper()
	h, err := Open(enc.Header)
	if err != nil {
		t.Fatal(err)
	}
	return NewReader(h, bytes.NewReader(enc.Body), 0, &Scratch{})
}

// Open rows, encoded ones and those that were built anew from an encoded block are the same, for random rows.
func TestRoundTrip(t *testing.T) {
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		var records []model.Record
		text := func() string {
			b := make([]byte, rnd.IntN(12))
			for i := range b {
				b[i] = "ab 0\x00\xff"[rnd.IntN(6)]
			}
			return string(b)
		}
		for range 1 + rnd.IntN(600) {
			r := model.Record{
				Time: rnd.Int64() - rnd.Int64(), Observed: rnd.Int64N(1000) * 1e6, Msg: text(), Input: "i", Peer: text(),
				Severity: model.Severity(rnd.IntN(7)), Stream: []model.Field{{Name: "s", Value: fmt.Sprint(rnd.IntN(5))}},
			}
			for i := range rnd.IntN(5) {
				r.Fields = append(r.Fields, model.Field{Name: fmt.Sprint("f", i+rnd.IntN(2)*10), Value: text()})
			}
			records = append(records, r)
		}
		b, want := build(records)
		view := b.View("q", 3, "g")
		enc := NewEncoder().Encode(view)
		again := NewBuilder()
		streams := map[string]*Stream{}
		err := again.Rebuild(open(t, enc), nil, func(s *Stream) *Stream {
			if streams[s.Key()] == nil {
				streams[s.Key()] = s
			}
			return streams[s.Key()]
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, rows := range map[string]Rows{
			"open": view, "encoded": open(t, enc), "rebuilt": again.View("q", 3, "g"),
		} {
			got, err := readRows(rows)
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, name, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d: %s rows differ (-want +got):\n%.2000s", seed, name, diff)
			}
			if diff := cmp.Diff(view.Info(), rows.Info()); diff != "" {
				t.Errorf("seed %d: info of %s rows (-want +got):\n%s", seed, name, diff)
			}
		}
	}
}

// A view must not change while its builder grows.
func TestViewIsStable(t *testing.T) {
	b, want := build([]model.Record{{Msg: "one", Fields: []model.Field{{Name: "a", Value: "1"}}}})
	view := b.View("q", 0, "g")
	for i := range 100 {
		b.Append(int64(i+1), NewStream([]model.Field{{Name: fmt.Sprint("s", i), Value: "x"}}), &model.Record{
			Msg: "two", Fields: []model.Field{{Name: "a", Value: "2"}, {Name: "b", Value: "3"}},
		})
	}
	got, err := readRows(view)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the view changed (-want +got):\n%s", diff)
	}
}

// The last of double fields counts; a sender's reserved name must not overwrite a column of ours.
func TestFieldNames(t *testing.T) {
	b := NewBuilder()
	b.Append(0, NewStream(nil), &model.Record{Msg: "m", Fields: []model.Field{
		{Name: "a", Value: "1"}, {Name: "a", Value: "22"}, {Name: "_msg", Value: "x"}, {Name: "_stream", Value: "y"}, {Name: "", Value: "z"},
	}})
	got, err := readRows(b.View("q", 0, "g"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"_msg": "m", "a": "22", "sent._msg": "x", "sent._stream": "y", "": "z"}
	if diff := cmp.Diff(want, got[0].Values); diff != "" {
		t.Errorf("values differ (-want +got):\n%s", diff)
	}
}

// letters writes a number without digits, so that each value has a template of its own.
func letters(n int) string {
	return strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprint("1", n))
}

// Columns take the shape that fits, with bounds of numbers, and the token filter knows each word of a column and
// hardly any other.
func TestShapes(t *testing.T) {
	var records []model.Record
	for i := range 5000 {
		records = append(records, model.Record{Msg: fmt.Sprintf("word%d common", i), Fields: []model.Field{
			{Name: "same", Value: "v"},
			{Name: "few", Value: fmt.Sprint(i%7 - 3)},
			{Name: "many", Value: fmt.Sprint(float64(i) / 4)},
			{Name: "loose", Value: letters(i)},
		}})
	}
	b, _ := build(records)
	r := open(t, NewEncoder().Encode(b.View("q", 0, "g")))
	for name, want := range map[string]Kind{"same": Const, "few": Dict, "many": Templated, "_msg": Templated, "loose": Plain, "none": Absent, "_format": Absent} {
		if got := r.Kind(name); got != want {
			t.Errorf("column %s is %s, want %s", name, got, want)
		}
	}
	if lo, hi, ok := r.Bounds("few"); lo != -3 || hi != 3 || !ok {
		t.Errorf("bounds of few: %g, %g, %t", lo, hi, ok)
	}
	if lo, hi, ok := r.Bounds("many"); lo != 0 || hi != 1249.75 || !ok {
		t.Errorf("bounds of many: %g, %g, %t", lo, hi, ok)
	}
	if _, _, ok := r.Bounds("_msg"); ok {
		t.Error("text has bounds")
	}
	wrong := 0
	for i := range 5000 {
		if ok, err := r.MayHave("_msg", []string{fmt.Sprint("word", i), "common"}); !ok || err != nil {
			t.Fatalf("word%d is not found: %v", i, err)
		}
		if ok, _ := r.MayHave("_msg", []string{fmt.Sprint("other", i)}); ok {
			wrong++
		}
	}
	if wrong > 250 {
		t.Errorf("%d of 5000 absent words may be there", wrong)
	}
	if ok, _ := r.MayHave("many", []string{"common", "word1", "word2", "word3"}); ok {
		t.Error("words of one column were found in another")
	}
}

func TestParseNumber(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "-12": -12, "1.5": 1.5, "0.1": 0.1, "123456789012345": 123456789012345} {
		if got, ok := parseNumber([]byte(text)); got != want || !ok {
			t.Errorf("%s was read as %g, %t", text, got, ok)
		}
	}
	for _, text := range []string{"", "-", ".5", "1.2.3", "1e3", "0x1", "1234567890123456", "NaN", "+1"} {
		if got, ok := parseNumber([]byte(text)); ok {
			t.Errorf("%q was read as %g", text, got)
		}
	}
}

// Any bytes as header or body must give an error or rows, never a panic or a hang.
// A region of no bytes cannot make any: an index that did was read as empty, and ended the process.
func TestEmptyRegionMakesNothing(t *testing.T) {
	var records []model.Record
	for i := range 100 {
		records = append(records, model.Record{Time: int64(i), Msg: fmt.Sprint("took ", i), Fields: []model.Field{{Name: "d", Value: fmt.Sprint(i % 3)}}})
	}
	b, _ := build(records)
	h, err := Open(NewEncoder().Encode(b.View("q", 0, "g")).Header)
	if err != nil {
		t.Fatal(err)
	}
	h.column("d").index = region{packed: true, raw: 100}
	if _, err := Open(h.Append(nil)); !errors.Is(err, ErrCorrupt) {
		t.Errorf("got error %v, want ErrCorrupt", err)
	}
}

func FuzzReader(f *testing.F) {
	src, records := logmix.New(1, 1e6), make([]model.Record, 0, 50)
	for range 50 {
		var r model.Record
		src.Next(&r)
		r.Fields = slices.Clone(r.Fields)
		records = append(records, r)
	}
	b, _ := build(records)
	enc := NewEncoder().Encode(b.View("q", 0, "g"))
	f.Add(enc.Header, enc.Body)
	f.Fuzz(func(t *testing.T, header, body []byte) {
		h, err := Open(header)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Fatalf("got error %v, want ErrCorrupt", err)
			}
			return
		}
		if h.Info().Rows > 1<<12 { // what the test itself does with each row takes long
			return
		}
		r := NewReader(h, bytes.NewReader(body), 0, &Scratch{})
		_, _ = r.MayHave("_msg", []string{"word"})
		_, _ = readRows(r)
	})
}

// Whatever bytes a record holds come back.
func FuzzRoundTrip(f *testing.F) {
	f.Add("message", "name", "value", "stream", int64(5), uint8(3))
	f.Fuzz(func(t *testing.T, msg, name, value, stream string, time int64, copies uint8) {
		var records []model.Record
		for i := range int(copies)%40 + 1 {
			half := len(msg) / 2
			r := model.Record{Time: time + int64(i), Msg: fmt.Sprint(msg[:half], i%5, msg[half:]), Fields: []model.Field{{Name: "x" + name, Value: value[:len(value)*i/40]}}}
			r.Stream = model.SortStream([]model.Field{{Name: "s", Value: stream[:len(stream)*(i%3)/3]}})
			records = append(records, r)
		}
		b, want := build(records)
		got, err := readRows(open(t, NewEncoder().Encode(b.View("q", 0, "g"))))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("rows differ (-want +got):\n%s", diff)
		}
	})
}
