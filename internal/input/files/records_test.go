package files

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

func mustRead(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func newAssembler(t testing.TB, mode string) *assembler {
	t.Helper()
	m := Multiline{Mode: mode, MaxLines: 500, Timeout: 1}
	if mode == modeStart {
		m.Start = `^\[\d+\]`
	}
	r, err := m.compile()
	if err != nil {
		t.Fatal(err)
	}
	return &assembler{rules: &r, maxLine: 1 << 20, maxGroup: 1 << 20}
}

// testdata/records: which lines make a record.
func TestRecords(t *testing.T) {
	dirs, err := filepath.Glob("testdata/records/*")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no cases", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			a := newAssembler(t, strings.TrimSpace(mustRead(t, dir, "mode")))
			data := []byte(mustRead(t, dir, "input.log"))
			a.run(data, 0, 0, wrapNone, true)
			var got []string
			for _, e := range a.entries {
				got = append(got, string(e.text))
			}
			want := strings.Split(strings.TrimSuffix(mustRead(t, dir, "want.txt"), "\n"), "\n----\n")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("records differ (-want +got):\n%s", diff)
			}
			sameFromEverywhere(t, a, data, wrapNone)
		})
	}
}

// testdata/container: lines that a container runtime wrapped.
func TestContainers(t *testing.T) {
	type row struct {
		Time   string `json:"time"`
		Stream string `json:"stream"`
		Text   string `json:"text"`
	}
	for _, wrap := range []wrapping{wrapDocker, wrapCRI} {
		t.Run(string(wrap), func(t *testing.T) {
			dir := filepath.Join("testdata/container", string(wrap))
			input := mustRead(t, dir, "input.log")
			if got := recognise("/any/file", []byte(input)); got != wrap {
				t.Errorf("recognised as %q", got)
			}
			a := newAssembler(t, modeAuto)
			a.run([]byte(input), 0, 0, wrap, true)
			var got, want []row
			for _, e := range a.entries {
				r := row{Stream: streamNames[e.stream], Text: string(e.text)}
				if e.time != 0 {
					r.Time = time.Unix(0, e.time).UTC().Format(time.RFC3339Nano)
				}
				got = append(got, r)
			}
			lines := bufio.NewScanner(strings.NewReader(mustRead(t, dir, "want.jsonl")))
			for lines.Scan() {
				var r row
				if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
					t.Fatal(err)
				}
				want = append(want, r)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("records differ (-want +got):\n%s", diff)
			}
			sameFromEverywhere(t, a, []byte(input), wrap)
		})
	}
}

// sameFromEverywhere reads data in runs of every size, each going on where the one before said, and beginning
// anew at any such place: all must give the same records, as exactly once needs it.
func sameFromEverywhere(t *testing.T, a *assembler, data []byte, wrap wrapping) {
	t.Helper()
	type found struct {
		Text string
		Seq  uint64
	}
	var out []found
	take := func() {
		for _, e := range a.entries {
			out = append(out, found{string(e.text), e.seq})
		}
		a.release()
	}
	read := func(from int, acked uint64, size int) {
		for at, end := from, from; end < len(data); {
			end = min(end+size, len(data))
			used := a.run(bytes.Clone(data[at:end]), int64(at), acked, wrap, end == len(data))
			take()
			at += used
			if n := len(out); n > 0 {
				acked = out[n-1].Seq
			}
		}
	}
	read(0, 0, len(data))
	want := slices.Clone(out)
	for size := 1; size < len(data); size += 1 + size/4 {
		out = nil
		read(0, 0, size)
		if diff := cmp.Diff(want, out); diff != "" {
			t.Fatalf("runs of %d bytes give other records (-want +got):\n%s", size, diff)
		}
		// A crash behind the first run: all is read from there at once, and the consumer skips by sequence.
		from := a.run(bytes.Clone(data[:size]), 0, 0, wrap, false)
		out = nil
		take()
		known := len(out)
		acked := uint64(0)
		if known > 0 {
			acked = out[known-1].Seq
		}
		a.run(bytes.Clone(data[from:]), int64(from), 0, wrap, true)
		take()
		out = slices.Delete(out, known, known+countUpTo(out[known:], func(f found) bool { return f.Seq <= acked }))
		if diff := cmp.Diff(want, out); diff != "" {
			t.Fatalf("a crash behind %d bytes gives other records (-want +got):\n%s", size, diff)
		}
	}
}

func countUpTo[T any](s []T, ok func(T) bool) int {
	for i, v := range s {
		if !ok(v) {
			return i
		}
	}
	return len(s)
}

func TestPodFields(t *testing.T) {
	r := newRig(t, "x")
	r.set.ExtraFields = map[string]string{"env": "prod", "_time": "x"}
	r.start()
	f := &file{position: position{Path: "/var/log/pods/shop_cart-0_1234-abcd/app/3.log", Wrap: wrapCRI}}
	r.tail.describe(f)
	field := func(name, value string) model.Field { return model.Field{Name: name, Value: value} }
	wantStream := []model.Field{
		field("host.name", "host-1"), field("k8s.container.name", "app"),
		field("k8s.namespace.name", "shop"), field("k8s.pod.name", "cart-0"),
	}
	wantFields := []model.Field{
		field("env", "prod"), field("k8s.pod.uid", "1234-abcd"), field("log.file.path", f.Path),
		field("sent._time", "x"), field("log.iostream", "stderr"),
	}
	if diff := cmp.Diff(wantStream, f.stream); diff != "" {
		t.Errorf("stream differs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantFields, f.fields[streamErr]); diff != "" {
		t.Errorf("fields differ (-want +got):\n%s", diff)
	}
	id := strings.Repeat("0123456789abcdef", 4)
	if got := containerID("/var/lib/docker/containers/" + id + "/" + id + "-json.log"); got != id {
		t.Errorf("container id %q", got)
	}
}

// Lines that wait for pieces of another must not be held for ever, nor lost when they are ended.
func TestPiecesThatNeverCome(t *testing.T) {
	r := newRig(t, "*.log")
	r.set.Container = containerCRI
	r.write("a.log", "2026-11-20T10:00:00Z stdout P begun\n2026-11-20T10:00:01Z stderr F whole\n")
	r.step(4)
	r.wantMessages()
	r.settle()
	r.wantMessages("whole", "begun")
	r.write("a.log", "2026-11-20T10:00:02Z stdout F  later\n")
	r.start()
	r.settle()
	r.wantMessages("whole", "begun", " later")
}

func FuzzAssemble(f *testing.F) {
	for _, pattern := range []string{"testdata/records/*/input.log", "testdata/container/*/input.log"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for i, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b, uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		if len(data) > 600 {
			return
		}
		modes := []string{modeAuto, modeJava, modePython, modeNone, modeStart}
		a := newAssembler(t, modes[int(kind)%len(modes)])
		a.rules.maxLines, a.maxGroup, a.maxLine = 4, 100, 80
		wrap := []wrapping{wrapNone, wrapDocker, wrapCRI}[int(kind)/len(modes)%3]
		a.run(bytes.Clone(data), 0, 0, wrap, true)
		last := uint64(0)
		for _, e := range a.entries {
			if e.seq <= last {
				t.Fatalf("sequence %d behind %d", e.seq, last)
			}
			last = e.seq
		}
		if !bytes.Contains(data, []byte{0}) { // holes are divided by the reader
			sameFromEverywhere(t, a, data, wrap)
		}
	})
}

func FuzzDecoders(f *testing.F) {
	f.Add([]byte(`{"log":"a\u00e9\n","stream":"stdout","attrs":{"a":[1,"]"]},"time":"2026-11-20T10:00:00Z"}`))
	f.Add([]byte(`2026-11-20T10:00:00Z stdout F text`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if p, ok := decodeCRI(line); ok && !bytes.HasSuffix(line, p.text) {
			t.Fatalf("text %q is not the end of %q", p.text, line)
		}
		kept := bytes.Clone(line)
		p, ok := decodeDocker(kept)
		if !ok {
			if !bytes.Equal(kept, line) {
				t.Fatalf("a line that is not Docker's was changed: %q to %q", line, kept)
			}
			return
		}
		var want struct {
			Log *string `json:"log"`
		}
		if json.Unmarshal(line, &want) != nil || want.Log == nil || strings.Count(string(line), `"log"`) != 1 ||
			strings.ContainsRune(*want.Log, '\ufffd') || strings.Contains(strings.ToLower(string(line)), `\u006`) {
			return // not JSON in the strict sense, or of more than one meaning
		}
		text := *want.Log
		if s, ok := strings.CutSuffix(text, "\n"); ok {
			text = strings.TrimSuffix(s, "\r")
		}
		if text != string(p.text) {
			t.Fatalf("text %q of %q, want %q", p.text, line, text)
		}
	})
}

// A record that lies behind the start of an unfinished one is sent before reading goes on there. Its text must
// not be overwritten by what is read next into the same batch, from this file or another.
func TestTextsOutliveTheirTurn(t *testing.T) {
	r := newRig(t, "*.log")
	r.write("b.log", strings.Join([]string{
		"2026-11-20T03:12:00Z stdout P begun ", "2026-11-20T03:12:00Z stderr F between", "2026-11-20T03:12:00Z stdout F ended", "",
	}, "\n"))
	r.write("a.log", numbered("one", 0, 20)) // whichever file has its turn first, another follows it
	r.write("c.log", numbered("two", 0, 20))
	r.settle()
	got := r.messages()
	slices.Sort(got)
	want := slices.Concat([]string{"begun ended", "between"}, linesOf(numbered("one", 0, 20)), linesOf(numbered("two", 0, 20)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("messages differ (-want +got):\n%s", diff)
	}
}
