package disk

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/haetae/haetae/test/server"
)

type finding struct {
	Kind, File, Detail, Repaired string
	Harmless                     bool
}

// fsck runs the command and returns its findings and exit code.
func fsck(t *testing.T, data string, args ...string) (findings []finding, code int) {
	t.Helper()
	cmd := exec.Command(server.Binary(t), append([]string{"fsck", "--json", "--data", data}, args...)...)
	out, _ := cmd.Output() // the exit code is looked at
	var result struct{ Findings []finding }
	if err := json.Unmarshal(out, &result); err != nil && cmd.ProcessState.ExitCode() < 2 {
		t.Fatalf("%v in %s", err, out)
	}
	return result.Findings, cmd.ProcessState.ExitCode()
}

// stored is a stopped server with 40 segments' rows in a few segments and nothing in the queue that is not stored.
func stored(t *testing.T) *server.Server {
	t.Helper()
	s := server.New(t, "queue.partitions=1")
	for i := range 3 {
		s.Run(t)
		if !send(t, s, 400*i, 400) {
			t.Fatal("not acknowledged")
		}
		waitCount(t, s, 400*(i+1)) // what the stop stores has left the queue
		s.Stop(t)
	}
	return s
}

// Each kind of harm is found, named with its file, and put right without deleting anything; then the rest is found,
// and a second check has nothing to say.
func TestFsck(t *testing.T) {
	for _, c := range []struct {
		name, kind string
		harm       func(t *testing.T, s *server.Server) error
		rows       int // that are left of 1200; -1 when it cannot be told
	}{
		{"nothing", "", func(*testing.T, *server.Server) error { return nil }, 1200},
		{"a segment is gone", "segment.missing", func(t *testing.T, s *server.Server) error {
			return os.Remove(files(t, s.Data, ".seg")[0])
		}, 800},
		{"a segment that nothing names", "segment.unknown", func(t *testing.T, s *server.Server) error {
			data, err := os.ReadFile(files(t, s.Data, ".seg")[0])
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(s.Data, "logs", "logs-20260101-x-0.seg"), data, 0o600)
		}, 1200},
		{"a byte of a block", "segment.damaged", func(t *testing.T, s *server.Server) error {
			return flipAt(files(t, s.Data, ".seg")[1], 100)
		}, 800},
		{"a byte of a footer", "segment.unreadable", func(t *testing.T, s *server.Server) error {
			return flipAt(files(t, s.Data, ".seg")[1], -30)
		}, 800},
		{"the queue is older than the metadata", "queue.behind", func(t *testing.T, s *server.Server) error {
			wals := files(t, s.Data, ".wal")
			for _, name := range wals {
				if err := os.Remove(name); err != nil {
					return err
				}
			}
			return nil
		}, 1200},
		{"a byte of the queue", "queue.damaged", func(t *testing.T, s *server.Server) error {
			s.Run(t)
			for i := range 3 {
				if !send(t, s, 5000+i, 1) {
					t.Fatal("not acknowledged")
				}
			}
			s.Kill()
			return flipAt(files(t, s.Data, ".wal")[0], 60)
		}, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := stored(t)
			if err := c.harm(t, s); err != nil {
				t.Fatal(err)
			}
			before := total(t, s.Data)
			found, code := fsck(t, s.Data)
			kinds := []string{}
			for _, f := range found {
				if !f.Harmless {
					kinds = append(kinds, f.Kind)
				}
				if f.File == "" || f.Detail == "" || f.Repaired != "" {
					t.Errorf("%+v", f)
				}
			}
			switch {
			case c.kind == "" && (code != 0 || len(kinds) > 0):
				t.Fatalf("code %d, %+v", code, found)
			case c.kind != "" && (code != 1 || !slices.Contains(kinds, c.kind)):
				t.Fatalf("code %d, %+v", code, found)
			}
			if after := total(t, s.Data); after != before {
				t.Errorf("the check alone changed the files: %d, %d", before, after)
			}
			fsck(t, s.Data, "--repair")
			if after := total(t, s.Data); after < before {
				t.Errorf("repair deleted something: %d bytes of %d are left", after, before)
			}
			if again, code := fsck(t, s.Data); c.kind != "queue.damaged" && code != 0 {
				t.Errorf("after the repair: %d, %+v", code, again)
			}
			s.Run(t)
			if c.rows >= 0 {
				waitCount(t, s, c.rows)
			}
			if !send(t, s, 9000, 10) {
				t.Error("not acknowledged after the repair")
			}
		})
	}
}

// A folder that a server has open, or that is none, is left alone.
func TestFsckOfTheWrongFolder(t *testing.T) {
	s := server.Start(t)
	if _, code := fsck(t, s.Data); code != 2 {
		t.Errorf("a folder in use: code %d", code)
	}
	empty := t.TempDir()
	if _, code := fsck(t, empty); code != 2 || total(t, empty) != 0 {
		t.Errorf("an empty folder: code %d", code)
	}
}

// total adds up the bytes of segments, queue and quarantine.
func total(t *testing.T, data string) (sum int64) {
	t.Helper()
	err := filepath.Walk(data, func(path string, info os.FileInfo, err error) error {
		if err == nil && (strings.HasSuffix(path, ".seg") || strings.HasSuffix(path, ".wal")) {
			sum += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// flipAt inverts a byte of a file; a position below 0 counts from its end.
func flipAt(name string, at int64) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if at < 0 {
		if at, err = f.Seek(at, io.SeekEnd); err != nil {
			return err
		}
	}
	var b [1]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		return fmt.Errorf("byte %d: %w", at, err)
	}
	b[0] ^= 0xff
	_, err = f.WriteAt(b[:], at)
	return err
}
