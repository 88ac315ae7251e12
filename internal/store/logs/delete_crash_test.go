package logs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/vfs/vfstest"
)

// mixedFixture is a store of segments that want to be joined, each with rows to keep and rows to delete, and one that
// goes whole.
func mixedFixture(t *testing.T) (f *fixture, keep []string, secrets int) {
	t.Helper()
	f = newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range joinAtLeast {
		keep = append(keep, fmt.Sprintf("keep %d", i))
		appendMessages(w, keep[i], fmt.Sprintf("secret %d", i))
		checkpoint(t, w)
	}
	appendMessages(w, "secret alone")
	checkpoint(t, w)
	slices.Sort(keep)
	return f, keep, joinAtLeast + 1
}

// split parts messages in those that were to be deleted and the others.
func split(all []string) (keep []string, secrets int) {
	for _, m := range all {
		if strings.HasPrefix(m, "secret") {
			secrets++
		} else {
			keep = append(keep, m)
		}
	}
	return keep, secrets
}

// Each step of joining and of deleting fails once, or the machine loses power there: what is to stay is there once, no
// file is left over after the restart, and the deletion goes on and counts each row once.
func TestCrashAtEachStepOfJoinAndDelete(t *testing.T) {
	work := map[string]func(t *testing.T, f *fixture, d *Deletion) error{
		"join": func(t *testing.T, f *fixture, _ *Deletion) error {
			_, err := f.Join(t.Context())
			return err
		},
		"delete": func(t *testing.T, f *fixture, d *Deletion) error {
			_, err := f.Delete(t.Context(), d, func(int, int) {})
			return err
		},
		"join and delete": func(t *testing.T, f *fixture, d *Deletion) error {
			if _, err := f.Join(t.Context()); err != nil {
				return err
			}
			_, err := f.Delete(t.Context(), d, func(int, int) {})
			return err
		},
	}
	for name, run := range work {
		for _, crash := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, crash %t", name, crash), func(t *testing.T) {
				t.Parallel()
				steps, failed := 0, true
				for ; failed; steps++ {
					failed = false
					f, keep, secrets := mixedFixture(t)
					d := deletion(t, "d", "secret", map[int]int64{0: 100})
					n := 0
					f.fs.SetHook(func(vfstest.Op, string) error {
						if n++; n == steps+1 || crash && n > steps {
							failed = true
							return errInjected
						}
						return nil
					})
					_ = run(t, f, d) // may pass over what it cannot read
					f.fs.SetHook(nil)
					if crash {
						f.fs = f.fs.Crash()
					}
					f.open(t, f.fs, nil) // forgets what could not be read, and removes what is left over
					checkFiles(t, f, len(f.meta.segments))
					got, left := split(messages(t, f.Store))
					if diff := cmp.Diff(keep, got); diff != "" {
						t.Fatalf("step %d (-want +got):\n%s", steps, diff)
					}
					if removed := f.meta.deleted["d"].Rows; removed+int64(left) != int64(secrets) {
						t.Fatalf("step %d: %d rows counted as deleted, %d left of %d", steps, removed, left, secrets)
					}
					if err := run(t, f, d); err != nil {
						t.Fatalf("step %d: again: %v", steps, err)
					}
					deleteNow(t, f.Store, d)
					got, left = split(messages(t, f.Store))
					if diff := cmp.Diff(keep, got); diff != "" || left != 0 || f.meta.deleted["d"].Rows != int64(secrets) {
						t.Fatalf("step %d: in the end %d are left, %d counted (-want +got):\n%s", steps, left, f.meta.deleted["d"].Rows, diff)
					}
					checkFiles(t, f, len(f.meta.segments))
				}
				if steps < 5 {
					t.Errorf("only %d steps failed", steps)
				}
			})
		}
	}
}

// A full disk stops joining and deleting, leaves no files, and both go on when there is room.
func TestFullDiskStopsJoinAndDelete(t *testing.T) {
	f, keep, secrets := mixedFixture(t)
	d := deletion(t, "d", "secret", map[int]int64{0: 100})
	f.fs.SetCapacity(f.fs.Used() + 50)
	before := len(f.meta.segments)
	if _, err := f.Join(t.Context()); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("join on a full disk: %v", err)
	}
	if _, err := f.Delete(t.Context(), d, func(int, int) {}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("delete on a full disk: %v", err)
	}
	checkFiles(t, f, before)
	got, left := split(messages(t, f.Store))
	if diff := cmp.Diff(keep, got); diff != "" || left != secrets {
		t.Fatalf("rows while the disk is full, %d to delete (-want +got):\n%s", left, diff)
	}
	f.fs.SetCapacity(0)
	joinAll(t, f.Store)
	deleteNow(t, f.Store, d)
	if got, left = split(messages(t, f.Store)); left != 0 || !slices.Equal(got, keep) {
		t.Errorf("%q and %d to delete are left", got, left)
	}
	checkFiles(t, f, 1)
}
