package syslog

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/input/deliver"
)

// frames cuts a stream into messages; a message that is too long shows as "!".
func frames(t *testing.T, r io.Reader, maxLine int) (out []string, size int) {
	t.Helper()
	f := &framer{r: r, maxLine: maxLine, large: newLargeLines(1)}
	defer f.release()
	keep := func(fr frame) {
		size += fr.size
		if fr.tooLong {
			out = append(out, "!")
			return
		}
		if len(fr.data) > maxLine {
			t.Errorf("a message has %d bytes, more than %d", len(fr.data), maxLine)
		}
		out = append(out, string(fr.data))
	}
	for {
		err := f.fill(t.Context())
		for fr, ok := f.next(); ok; fr, ok = f.next() {
			keep(fr)
		}
		if errors.Is(err, io.EOF) {
			if fr, ok := f.rest(); ok {
				keep(fr)
			}
			return out, size
		}
		if err != nil {
			t.Fatal(err)
		}
		if limit := max(2*readBuffer, 2*maxLine); len(f.buf) > limit {
			t.Fatalf("the buffer has %d bytes, more than %d", len(f.buf), limit)
		}
	}
}

// The reader's memory must follow limits.line, and give a large buffer back.
func TestLargeBufferIsGivenBack(t *testing.T) {
	long := bytes.Repeat([]byte("x"), 3*readBuffer)
	f := &framer{r: bytes.NewReader(append(long, "\nshort\n"...)), maxLine: 1 << 20, large: newLargeLines(1)}
	var got []int
	for {
		if err := f.fill(t.Context()); err != nil {
			break
		}
		for fr, ok := f.next(); ok; fr, ok = f.next() {
			got = append(got, len(fr.data))
		}
	}
	if diff := cmp.Diff([]int{len(long), 5}, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if f.holds || len(f.buf) > readBuffer {
		t.Errorf("holds a large buffer: %v, of %d bytes", f.holds, len(f.buf))
	}
}

func FuzzFramer(f *testing.F) {
	f.Add([]byte("<13>a: b\n12 <13>c: d\nef\n"), uint8(3))
	f.Add([]byte("5 <1>ab9 <13>a: b\nplain\x00<13>x\x00"), uint8(1))
	f.Add([]byte("99999999 <13>too long"), uint8(1))
	f.Add([]byte("3 <1><13>bcd efg hij klm nop qrs tuv wxyz"), uint8(8))
	f.Fuzz(func(t *testing.T, stream []byte, limit uint8) {
		maxLine := 8 + int(limit)
		whole, _ := frames(t, bytes.NewReader(stream), maxLine)
		if bytes.IndexByte(stream, 0) < 0 { // else it depends on what came behind a NUL
			cut, _ := frames(t, iotest.OneByteReader(bytes.NewReader(stream)), maxLine)
			if diff := cmp.Diff(whole, cut); diff != "" {
				t.Errorf("byte by byte the messages differ:\n%s", diff)
			}
		}
		in := &mapper{input: "syslog"}
		b := deliver.NewBatch(newLayout(Defaults()))
		for _, m := range whole {
			in.add(b, m, "192.0.2.7", testNow.UnixNano(), len(m))
		}
		for _, r := range b.Records() {
			if len(r.Stream) == 0 {
				t.Errorf("a record has no stream: %+v", r)
			}
		}
	})
}
