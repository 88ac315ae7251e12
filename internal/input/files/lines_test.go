package files

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

func TestLines(t *testing.T) {
	r := newRig(t, "*.log")
	r.set.Multiline.Mode = modeNone
	r.write("a.log", "one\r\ntwo\n\n\xff\xfe bad\nthr")
	r.settle()
	r.wantMessages("one", "two", "\ufffd bad") // an unfinished line is never split
	r.write("a.log", "ee\n")
	r.settle()
	r.wantMessages("one", "two", "\ufffd bad", "three")
	rec := r.sink.records[2]
	want := model.Record{
		Observed: rec.Observed, Msg: "\ufffd bad", Input: "files", Peer: r.path("a.log"), Mark: rec.Mark,
		Stream: []model.Field{{Name: "host.name", Value: "host-1"}, {Name: "log.file.path", Value: r.path("a.log")}},
		Fields: []model.Field{{Name: "log.original_bytes", Value: "//4gYmFk"}},
	}
	if diff := cmp.Diff(want, rec); diff != "" {
		t.Errorf("record differs (-want +got):\n%s", diff)
	}
	if got := rec.Source(); got != "files"+r.path("a.log") {
		t.Errorf("source %q", got)
	}
}

// The end of a rotated file is the end of its last line.
func TestLastLineWithoutLineFeed(t *testing.T) {
	r := newRig(t, "a.log")
	r.write("a.log", "one\nlast")
	r.settle()
	r.wantMessages("one")
	r.rename("a.log", "a.log.1")
	r.step(3)
	r.wantMessages("one") // the program may still write
	r.settle()
	r.wantMessages("one", "last")
	r.start()
	r.settle()
	r.write("a.log.1", " words\n")
	r.settle()
	r.wantMessages("one", "last", " words")
}

func TestLongLines(t *testing.T) {
	long := strings.Repeat("x", 3000)
	fits := strings.Repeat("y", 1000)
	text := "head\n" + long + "\n tail\n" + fits + "\r\n" + long + long + "\nlast\n"
	want := []string{"head", " tail", fits, "last"}
	for _, chunk := range []int{1, 7, 900, 4000, len(text)} {
		for _, turn := range []int{16, 100, 5000} {
			r := newRig(t, "*.log")
			r.maxLine = 1000
			r.start()
			r.tail.turnBytes, r.tail.maxWindow = turn, 2000+turn
			if chunk < 100 { // a growing file: many steps, only the end matters
				r.write("a.log", text[:len(text)-chunk])
				r.step(1)
				r.write("a.log", text[len(text)-chunk:])
			} else {
				for at := 0; at < len(text); at += chunk {
					r.write("a.log", text[at:min(len(text), at+chunk)])
					r.step(1)
					r.now = r.now.Add(time.Second)
				}
			}
			r.settle()
			if diff := cmp.Diff(want, r.messages()); diff != "" {
				t.Fatalf("chunks of %d, turns of %d (-want +got):\n%s", chunk, turn, diff)
			}
			r.wantRejected(map[string]int64{"line too long": 2})
		}
	}
}

// A program that goes on writing at its old offset after truncation leaves a hole of NULs.
func TestHole(t *testing.T) {
	r := newRig(t, "*.log")
	r.write("a.log", numbered("before", 0, 100))
	r.settle()
	r.truncate("a.log")
	r.settle()
	f, err := os.OpenFile(r.path("a.log"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(3 << 20); err != nil {
		t.Fatal(err)
	}
	r.settle()
	if _, err := f.WriteAt([]byte("after\nthat\n"), 3<<20); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	r.settle()
	r.wantMessages(append(linesOf(numbered("before", 0, 100)), "after", "that")...)
	r.wantRejected(map[string]int64{})
}

// A record that waited in vain and went on later must not be stored twice after a crash, nor joined anew.
func TestLateContinuation(t *testing.T) {
	for _, lostAnswer := range []bool{false, true} {
		r := newRig(t, "*.log")
		r.write("a.log", "ERROR failed\n  at one\n")
		r.step(2)
		r.wantMessages()
		if lostAnswer {
			r.sink.after = func() error { return errCrash }
		}
		r.step(3) // the timeout passes
		r.sink.after = nil
		r.write("a.log", "  at two\nINFO next\nINFO last\n")
		values := r.state.values
		r.settle()
		want := []string{"ERROR failed\n  at one", "  at two", "INFO next", "INFO last"}
		r.wantMessages(want...)
		r.state.values = values
		r.start()
		r.settle()
		r.wantMessages(want...)
	}
}

// A busy queue makes the input wait as long as it says; nothing is lost, nothing doubled.
func TestBusySink(t *testing.T) {
	r := newRig(t, "*.log")
	text := numbered("line", 0, 1000)
	r.write("a.log", text)
	calls := 0
	r.sink.before = func([]model.Record) error {
		calls++
		return &model.BusyError{Bound: "queue.max_size", RetryAfter: time.Minute}
	}
	r.start()
	for range 3 {
		r.tail.step(t.Context())
	}
	if calls != 1 {
		t.Fatalf("%d writes while the queue is busy, want 1", calls)
	}
	r.now = r.now.Add(time.Minute)
	r.sink.before = nil
	r.settle()
	r.wantMessages(linesOf(text)...)
}

// A record that the queue refuses is left out and counted; the others pass.
func TestRecordTooLarge(t *testing.T) {
	r := newRig(t, "*.log")
	r.sink.before = func(records []model.Record) error {
		for _, rec := range records {
			if strings.Contains(rec.Msg, "00007") {
				return fmt.Errorf("intake: %w", model.ErrTooLarge)
			}
		}
		return nil
	}
	r.write("a.log", numbered("line", 0, 20))
	r.settle()
	var want []string
	for i, l := range linesOf(numbered("line", 0, 20)) {
		if i != 7 {
			want = append(want, l)
		}
	}
	r.wantMessages(want...)
	r.wantRejected(map[string]int64{"line too long": 1})
}

func TestWhereToBegin(t *testing.T) {
	r := newRig(t, "*.log", "*.gz")
	r.write("old.log", "old 1\nold 2\nold")
	r.write("packed.gz", string(zipped([]byte("old 3\n"))))
	old := r.now.Add(-8 * 24 * time.Hour)
	for _, name := range []string{"old.log", "packed.gz"} {
		if err := os.Chtimes(r.path(name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	r.write("young.log", "young\n")
	r.settle()
	r.wantMessages("young")
	r.write("old.log", " 3\n")
	r.settle()
	r.wantMessages("young", "old 3")

	r = newRig(t, "*.log")
	r.set.From = fromEnd
	r.write("a.log", "before\n")
	r.settle()
	r.write("a.log", "after\n")
	r.write("b.log", "appears later\n")
	r.settle()
	slices.SortFunc(r.sink.records, func(a, b model.Record) int { return strings.Compare(a.Msg, b.Msg) })
	r.wantMessages("after", "appears later")
}

func TestSelection(t *testing.T) {
	r := newRig(t, "**/*.log", "plain")
	r.set.Exclude = append(r.set.Exclude, "skip*", r.path("deep/no/**"))
	for _, dir := range []string{"deep/no", "deep/yes", "data"} {
		if err := os.MkdirAll(r.path(dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a.log", "skip.log", "plain", "other", "deep/no/b.log", "deep/yes/c.log", "data/own.log"} {
		r.write(name, name+"\n")
	}
	if err := os.Symlink(r.path("a.log"), r.path("link.log")); err != nil {
		t.Fatal(err)
	}
	r.start()
	r.tail.sel.dataDir = r.path("data")
	r.settle()
	got := map[string]bool{}
	for _, m := range r.messages() {
		got[m] = true
	}
	want := map[string]bool{"a.log": true, "plain": true, "deep/yes/c.log": true}
	if diff := cmp.Diff(want, got); diff != "" || len(r.sink.records) != 3 {
		t.Fatalf("%d lines, files differ (-want +got):\n%s", len(r.sink.records), diff)
	}
}

func TestWrongSettings(t *testing.T) {
	for key, change := range map[string]func(*Settings){
		"paths":                func(s *Settings) { s.Paths = []string{"/var/[log"} },
		"exclude":              func(s *Settings) { s.Exclude = []string{""} },
		"container":            func(s *Settings) { s.Container = "podman" },
		"from":                 func(s *Settings) { s.From = "middle" },
		"charset":              func(s *Settings) { s.Charset = "klingon" },
		"poll_interval":        func(s *Settings) { s.PollInterval = 0 },
		"max_open_files":       func(s *Settings) { s.MaxOpenFiles = 0 },
		"multiline.mode":       func(s *Settings) { s.Multiline.Mode = "perl" },
		"multiline.start":      func(s *Settings) { s.Multiline.Mode, s.Multiline.Start = modeStart, "(" },
		"multiline.max_lines":  func(s *Settings) { s.Multiline.MaxLines = 0 },
		"multiline.timeout":    func(s *Settings) { s.Multiline.Timeout = config.Duration(-1) },
		"multiline.start ":     func(s *Settings) { s.Multiline.Start = "^a" },
		"multiline.start none": func(s *Settings) { s.Multiline.Mode = modeStart },
	} {
		s := defaults()
		change(s)
		_, err := newInput(s, input.Env{Name: "files"})
		var setting *input.SettingError
		if !errors.As(err, &setting) || setting.Key != strings.Fields(key)[0] {
			t.Errorf("%s: got error %v", key, err)
		}
	}
}

// The input as the application runs it, with the system's own notices.
func TestStartStop(t *testing.T) {
	r := newRig(t, "*.log")
	r.write("a.log", "one\n")
	arrived := make(chan struct{}, 16)
	r.sink.after = func() error { arrived <- struct{}{}; return nil }
	env := input.Env{Name: "files", Sink: r.sink, State: r.state, Sources: r.sources, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	for run := range 2 {
		in, err := newInput(r.set, env)
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if run == 0 {
			<-arrived
		}
		r.write("a.log", []string{"two\n", "three\n"}[run])
		<-arrived
		if err := in.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	r.wantMessages("one", "two", "three")
}
