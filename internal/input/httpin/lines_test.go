package httpin

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/haetae/haetae/internal/model"
)

const testMaxLine = 100

// collect reads all lines as "number:text" and "number!start" for those that are too long.
func collect(t testing.TB, lr *LineReader) []string {
	var out []string
	for lr.Fill(t.Context()) {
		for line, ok := lr.Next(); ok; line, ok = lr.Next() {
			mark := ":"
			if line.TooLong {
				mark = "!"
				line.Data = line.Data[:min(len(line.Data), 3)]
			}
			out = append(out, fmt.Sprintf("%d%s%s", line.Number, mark, line.Data))
		}
	}
	return out
}

func newTestReader(t testing.TB, gate *Gate, body io.Reader, length int64, encoding string, stop <-chan struct{}) (*LineReader, error) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", body)
	r.ContentLength = length
	if encoding != "" {
		r.Header.Set("Content-Encoding", encoding)
	}
	return NewLineReader(httptest.NewRecorder(), r, gate, testMaxLine, stop)
}

// chunks yields its parts one read at a time.
type chunks struct{ parts []string }

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.parts) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.parts[0])
	if c.parts[0] = c.parts[0][n:]; c.parts[0] == "" {
		c.parts = c.parts[1:]
	}
	return n, nil
}

// pieces is a source that ends its pieces where it is told to.
type pieces [][]byte

func (p *pieces) next(context.Context) ([]byte, error) {
	if len(*p) == 0 {
		return nil, io.EOF
	}
	piece := (*p)[0]
	*p = (*p)[1:]
	return piece, nil
}

func (p *pieces) close() {}

// inPieces reads a body whose pieces are parts.
func inPieces(t testing.TB, parts []string) []string {
	var src pieces
	for _, part := range parts {
		src = append(src, []byte(part))
	}
	lr := &LineReader{src: &src, content: &content{}, share: NewGate(1 << 20).Share(""), maxLine: testMaxLine}
	return collect(t, lr)
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", testMaxLine)
	tests := map[string]struct {
		parts []string
		want  []string
	}{
		"empty":               {nil, nil},
		"no last line feed":   {[]string{"a\nb"}, []string{"1:a", "2:b"}},
		"carriage returns":    {[]string{"a\r\nb\r\n\r\n"}, []string{"1:a", "2:b", "3:"}},
		"split everywhere":    {[]string{"a", "b\n", "c\r", "\n", "d", "", "e"}, []string{"1:ab", "2:c", "3:de"}},
		"longest":             {[]string{long + "\r\n" + long}, []string{"1:" + long, "2:" + long}},
		"too long":            {[]string{"a\n", long, "y\nb\n"}, []string{"1:a", "2!xxx", "3:b"}},
		"too long at the end": {[]string{"a\n" + long + long}, []string{"1:a", "2!xxx"}},
		"far too long":        {[]string{"a\n", long, long, long, "\nb\n", long + "y"}, []string{"1:a", "2!xxx", "3:b", "4!xxx"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, inPieces(t, test.parts)); diff != "" {
				t.Errorf("in pieces: (-want +got)\n%s", diff)
			}
			body := strings.Join(test.parts, "")
			for _, length := range []int64{int64(len(body)), -1} { // read in the handler, and by a pump
				gate := NewGate(1 << 20)
				lr, err := newTestReader(t, gate, &chunks{slices.Clone(test.parts)}, length, "", nil)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, collect(t, lr)); diff != "" || lr.Err() != nil {
					t.Errorf("length %d: error %v, (-want +got)\n%s", length, lr.Err(), diff)
				}
				lr.Close()
				if !gate.memory.TryAcquire(gate.size) {
					t.Error("memory was not given back to the gate")
				}
			}
		})
	}
}

// A body of many pieces must come out whole, also when the gate leaves no memory for large pieces.
func TestLinesOfManyPieces(t *testing.T) {
	var body strings.Builder
	var want []string
	for i := 1; body.Len() < 5*pieceSize; i++ {
		line := fmt.Sprintf("line %d %s", i, strings.Repeat("y", i%80))
		fmt.Fprintln(&body, line)
		want = append(want, fmt.Sprintf("%d:%s", i, line))
	}
	for _, size := range []int{64 << 20, 4 * firstPiece} {
		for _, length := range []int64{int64(body.Len()), -1} {
			lr, err := newTestReader(t, NewGate(size), strings.NewReader(body.String()), length, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := collect(t, lr); !slices.Equal(got, want) || lr.Err() != nil {
				t.Errorf("gate %d, length %d: %d lines, error %v; want %d lines", size, length, len(got), lr.Err(), len(want))
			}
			lr.Close()
		}
	}
}

// Lines of a sender that pauses must not wait for the ones it has not sent yet.
func TestPauseEndsPiece(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		lr, err := newTestReader(t, NewGate(1<<20), r, -1, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = io.WriteString(w, "first\nsec") }()
		if !lr.Fill(t.Context()) {
			t.Fatal(lr.Err())
		}
		if line, ok := lr.Next(); !ok || string(line.Data) != "first" {
			t.Errorf("got %q, want first", line.Data)
		}
		if line, ok := lr.Next(); ok {
			t.Errorf("got %q before its end was sent", line.Data)
		}
		go func() {
			_, _ = io.WriteString(w, "ond\n")
			_ = w.Close()
		}()
		if got := collect(t, lr); !slices.Equal(got, []string{"2:second"}) {
			t.Errorf("got %q", got)
		}
		lr.Close()
	})
}

// A body that is still being sent must not keep the server from stopping.
func TestStopEndsBody(t *testing.T) {
	r, w := io.Pipe()
	stop := make(chan struct{})
	lr, err := newTestReader(t, NewGate(1<<20), r, -1, "", stop)
	if err != nil {
		t.Fatal(err)
	}
	close(stop)
	if lr.Fill(t.Context()) || !errors.Is(lr.Err(), model.ErrStopping) {
		t.Errorf("error %v, want ErrStopping", lr.Err())
	}
	_ = w.Close()
	lr.Close()
}

// What an error cuts short must not be taken for a line: half a line would be stored as a whole one.
func TestBrokenBodies(t *testing.T) {
	whole := gzipped(t, []byte("a\nb\n"))
	damaged := bytes.Clone(whole)
	damaged[len(damaged)-5] ^= 1 // the checksum
	tests := map[string]struct {
		body             io.Reader
		encoding, reason string
	}{
		"connection ends":       {io.MultiReader(strings.NewReader("a\nb"), failing{io.ErrUnexpectedEOF}), "", "broken body"},
		"connection ends, gzip": {io.MultiReader(bytes.NewReader(whole[:15]), failing{io.ErrUnexpectedEOF}), "gzip", "broken body"},
		"gzip is cut":           {bytes.NewReader(whole[:len(whole)-3]), "gzip", "wrong gzip"},
		"gzip is damaged":       {bytes.NewReader(damaged), "gzip", "wrong gzip"},
		"no gzip":               {strings.NewReader("a\nb\n"), "gzip", "wrong gzip"},
		"no zstd":               {strings.NewReader("a\nb\n"), "zstd", "wrong zstd"},
		"no snappy":             {strings.NewReader("\xff\xff\xff\xff\xff\xff"), "snappy", "wrong snappy"},
		"huge snappy block":     {strings.NewReader("\xff\xff\xff\xff\x0f"), "snappy", "request too large"},
		"limit of the server":   {http.MaxBytesReader(httptest.NewRecorder(), io.NopCloser(strings.NewReader("abc\nd")), 2), "", "request too large"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			lr, err := newTestReader(t, NewGate(1<<20), test.body, 1000, test.encoding, nil)
			if err == nil {
				if got := collect(t, lr); len(got) > 0 {
					t.Errorf("lines %q were returned", got)
				}
				err = lr.Err()
				lr.Close()
			}
			var request *RequestError
			if !errors.As(err, &request) || request.Reason != test.reason {
				t.Errorf("error %v, want a RequestError with reason %q", err, test.reason)
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A small body must not keep a server busy with gigabytes.
func TestCompressionBomb(t *testing.T) {
	zeros := make([]byte, 1<<20)
	var bomb bytes.Buffer
	z, err := zstd.NewWriter(&bomb)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 * expansionFloor >> 20 {
		if _, err := z.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	lr, err := newTestReader(t, NewGate(8<<20), &bomb, int64(bomb.Len()), "zstd", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lr.Close()
	if got := collect(t, lr); len(got) > 0 {
		t.Errorf("%d lines", len(got))
	}
	var request *RequestError
	if !errors.As(lr.Err(), &request) || request.Reason != "compression bomb" {
		t.Errorf("error %v, want a compression bomb", lr.Err())
	}
}

// One line that needs all the memory there is must not wait for what its own request holds.
func TestLongLineHasTheGateToItself(t *testing.T) {
	gate := NewGate(8 << 20)
	body := strings.Repeat("x", 6<<20) + "\nb\n"
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	lr, err := NewLineReader(w, r, gate, 16<<20, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lr.Close()
	if got := collect(t, lr); len(got) != 2 || lr.Err() != nil {
		t.Errorf("%d lines and error %v, want both lines", len(got), lr.Err())
	}
}

// When memory is gone, a request must be told to come back instead of taking more.
func TestGateFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := NewGate(1 << 20)
		other := gate.Share("")
		if err := other.Ensure(t.Context(), 1<<30); err != nil { // more than there is: the whole gate
			t.Fatal(err)
		}
		_, err := newTestReader(t, gate, strings.NewReader("a"), 1, "", nil)
		var busy *model.BusyError
		if !errors.As(err, &busy) || busy.Bound != "limits.memory" {
			t.Errorf("error %v, want BusyError of limits.memory", err)
		}
		other.Release()
		lr, err := newTestReader(t, gate, strings.NewReader("a"), 1, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		lr.Close()
	})
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// FuzzLines checks that lines come out the same however the body is cut.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a\nb\r\n\n"+strings.Repeat("x", testMaxLine+1)+"\nend"), uint8(3))
	f.Fuzz(func(t *testing.T, body []byte, cut uint8) {
		whole, err := newTestReader(t, NewGate(1<<20), bytes.NewReader(body), int64(len(body)), "", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer whole.Close()
		var parts []string
		for part := range slices.Chunk(body, int(cut)+1) {
			parts = append(parts, string(part))
		}
		if diff := cmp.Diff(collect(t, whole), inPieces(t, parts)); diff != "" {
			t.Fatalf("(-whole +in pieces)\n%s", diff)
		}
	})
}
