package block

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// mixed returns the reader of a block of the mix, and its messages in the order of rows.
func mixed(t *testing.T, rows int) (*Reader, []string) {
	t.Helper()
	src, records := logmix.New(1, 1e6), make([]model.Record, rows)
	for i := range records {
		src.Next(&records[i])
		records[i].Fields = slices.Clone(records[i].Fields)
		records[i].Stream = []model.Field{{Name: "s", Value: fmt.Sprint(i % 3)}}
	}
	b, _ := build(records)
	r := open(t, NewEncoder().Encode(b.View("q", 0, "g")))
	offsets, err := r.Offsets()
	if err != nil {
		t.Fatal(err)
	}
	texts := make([]string, rows)
	for row, offset := range offsets {
		texts[row] = records[offset].Msg
	}
	return r, texts
}

func templatesOf(t *testing.T, r *Reader, name string) *Templates {
	t.Helper()
	c, err := r.Templates(name)
	if err != nil {
		t.Fatal(err)
	}
	if c == nil {
		t.Fatalf("column %s is %s, want templates", name, r.Kind(name))
	}
	return c
}

// Row by row, by template, and all at once a column gives the same texts.
func TestTemplatesGiveTheTexts(t *testing.T) {
	r, want := mixed(t, 20_000)
	c := templatesOf(t, r, "_msg")
	column, err := r.Column("_msg")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for tpl := range c.Len() {
		rows, err := c.RowsOf(tpl)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != c.Rows(tpl) || tpl > 0 && c.Rows(tpl) > c.Rows(tpl-1) {
			t.Fatalf("template %d has %d rows listed, %d counted", tpl, len(rows), c.Rows(tpl))
		}
		for k, row := range rows {
			text := c.Piece(tpl, 0)
			for slot, number := range c.Slots(tpl) {
				v, err := c.Variable(int(number))
				if err != nil {
					t.Fatal(err)
				}
				text += string(v.Append(nil, c.Position(tpl, slot, k))) + c.Piece(tpl, slot+1)
			}
			one, err := c.AppendValue(nil, int(row))
			if err != nil {
				t.Fatal(err)
			}
			if text != want[row] || string(one) != want[row] || column.At(int(row)) != want[row] {
				t.Fatalf("row %d\n is %q\n by template %q\n alone %q\n of all %q", row, want[row], text, one, column.At(int(row)))
			}
			seen++
		}
	}
	if seen != len(want) {
		t.Errorf("%d rows of templates, want %d", seen, len(want))
	}
}

// Counts by stream are those of the rows.
func TestCountsByStream(t *testing.T) {
	r, want := mixed(t, 20_000)
	c := templatesOf(t, r, "_msg")
	_, streamOf, err := r.Streams()
	if err != nil {
		t.Fatal(err)
	}
	of, err := c.TemplateOf()
	if err != nil {
		t.Fatal(err)
	}
	counted := make([]map[int]int, c.Len())
	for row := range want {
		if counted[of[row]] == nil {
			counted[of[row]] = map[int]int{}
		}
		counted[of[row]][int(streamOf[row])]++
	}
	for tpl := range counted {
		pairs, ok, err := c.StreamRows(tpl)
		if err != nil || !ok {
			t.Fatalf("no counts: %v", err)
		}
		got := map[int]int{}
		for _, p := range pairs {
			got[p.Stream] += p.Rows
		}
		if diff := cmp.Diff(counted[tpl], got); diff != "" {
			t.Fatalf("template %d (-want +got):\n%s", tpl, diff)
		}
	}
}

// The token filter holds the words of variables and of static text apart.
func TestMayVary(t *testing.T) {
	r, _ := mixed(t, 20_000)
	c := templatesOf(t, r, "_msg")
	static, wrong := map[string]bool{}, 0
	for tpl := range c.Len() {
		for i := range len(c.Slots(tpl)) + 1 {
			logsql.Tokenize(c.Piece(tpl, i), func(w string) {
				if !strings.ContainsAny(w, "0123456789") { // else it may vary in another template
					static[strings.Clone(w)] = true
				}
			})
		}
	}
	check := func(w string) {
		for _, may := range []func() (bool, error){
			func() (bool, error) { return r.MayVary("_msg", w) },
			func() (bool, error) { return r.MayHave("_msg", []string{w}) },
		} {
			if ok, err := may(); !ok || err != nil {
				t.Fatalf("the word %q of a variable is not found: %v", w, err)
			}
		}
	}
	for number := range c.Variables() {
		v, err := c.Variable(number)
		if err != nil {
			t.Fatal(err)
		}
		for at := range v.Len() {
			logsql.Tokenize(string(v.Append(nil, at)), check)
		}
	}
	for w := range static {
		if ok, err := r.MayHave("_msg", []string{w}); !ok || err != nil {
			t.Fatalf("the static word %q is not found: %v", w, err)
		}
		if ok, _ := r.MayVary("_msg", w); ok {
			wrong++
		}
	}
	if 10*wrong > len(static) {
		t.Errorf("%d of %d static words may vary", wrong, len(static))
	}
}

// Values of each form come back, and the forms are taken.
func TestForms(t *testing.T) {
	var records []model.Record
	for i := range 3000 {
		records = append(records, model.Record{Time: int64(i) * 1e9, Msg: fmt.Sprintf(
			"%d|%04d|%.2f|10.0.%d.%d|%08x|%08x-0000-4000-8000-%012x|x%dy|1970-01-01 %02d:%02d:%02d.5|%s|n%d",
			i-9, i, float64(i-9)/4, i/256, i%256, i*7, i*9, i, i, i/3600, i/60%60, i%60, strings.Repeat("f", i%3*2)+"0a", i%5)})
	}
	b, want := build(records)
	r := open(t, NewEncoder().Encode(b.View("q", 0, "g")))
	got, err := readRows(r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("rows differ (-want +got):\n%.2000s", diff)
	}
	c := templatesOf(t, r, "_msg")
	var kinds []string
	for _, number := range c.Slots(0) {
		kinds = append(kinds, c.VariableInfo(int(number)).Kind.String())
	}
	if diff := cmp.Diff(strings.Fields("int int int ipv4 hex uuid text time hex dict"), kinds); diff != "" {
		t.Errorf("kinds of the variables of %q differ (-want +got):\n%s", records[0].Msg, diff)
	}
	if info := c.VariableInfo(int(c.Slots(0)[2])); info.Scale != 2 || info.Lo != -225 || info.Hi != (3000-10)*25 {
		t.Errorf("the decimals are described as %+v", info)
	}
}

// Each byte of a block that changes is found by its checksum.
func TestVerifyNamesTheRegion(t *testing.T) {
	src, records := logmix.New(1, 1e6), make([]model.Record, 600)
	for i := range records {
		src.Next(&records[i])
		records[i].Fields = slices.Clone(records[i].Fields)
	}
	b, _ := build(records)
	enc := NewEncoder().Encode(b.View("q", 0, "g"))
	h, err := Open(enc.Header)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Verify(enc.Body); err != nil {
		t.Fatal(err)
	}
	for at := range enc.Body {
		if at%13 != 0 {
			continue
		}
		damaged := bytes.Clone(enc.Body)
		damaged[at] ^= 4
		if err := h.Verify(damaged); err == nil || !strings.Contains(err.Error(), "cannot read ") {
			t.Fatalf("byte %d of %d: %v", at, len(damaged), err)
		}
	}
}

// Any bytes as the directory of templates must give an error or texts, never a panic or memory without end.
func FuzzDirectory(f *testing.F) {
	var records []model.Record
	for i := range 64 {
		records = append(records, model.Record{Time: int64(i) * 1e9, Msg: fmt.Sprintf("%d of %d.%d at 1970-01-01 00:00:%02d x%dy", i, i*i, i%10, i%60, i%3)})
	}
	b, _ := build(records)
	enc := NewEncoder().Encode(b.View("q", 0, "g"))
	h, err := Open(enc.Header)
	if err != nil {
		f.Fatal(err)
	}
	column := h.column("_msg")
	directory, err := NewReader(h, bytes.NewReader(enc.Body), 0, &Scratch{}).read(column.data)
	if err != nil || column.kind != Templated {
		f.Fatal(column.kind, err)
	}
	f.Add(directory)
	f.Fuzz(func(t *testing.T, directory []byte) {
		r := NewReader(h, bytes.NewReader(enc.Body), 0, &Scratch{})
		c := &Templates{r: r, h: column}
		if err := c.parse(directory); err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Fatalf("got error %v, want ErrCorrupt", err)
			}
			return
		}
		for v := range c.Variables() {
			_, _ = c.Variable(v)
		}
		for tpl := range c.Len() {
			_ = c.Pattern(tpl)
			_, _, _ = c.StreamRows(tpl)
		}
		_, _ = c.column()
	})
}
