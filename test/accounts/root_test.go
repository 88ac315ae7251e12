package accounts

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What root's commands leave in the data folder of a service's user is that user's, and nothing beyond the folder is given away.
func TestRootLeavesNothingOfItsOwn(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root has files that it could give away")
	}
	const service = 65532
	data, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "shadow")
	if err := os.Chown(data, service, service); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(elsewhere, []byte("root's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(data, "lock")); err != nil {
		t.Fatal(err)
	}
	run(t, data, "s3cret", "secrets", "set", "kafka-password")
	run(t, data, password, "user", "add", "--role", "admin", "--password-stdin", "kim")
	seen := map[string]bool{}
	err := filepath.WalkDir(data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type() == fs.ModeSymlink {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		seen[entry.Name()] = true
		if st := info.Sys().(*syscall.Stat_t); st.Uid != service || st.Gid != service {
			t.Errorf("%s belongs to %d:%d", path, st.Uid, st.Gid)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"secret.key", "secrets.json", "meta.db", "folder.json"} {
		if !seen[name] {
			t.Errorf("there is no %s", name)
		}
	}
	info, err := os.Stat(elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	if st := info.Sys().(*syscall.Stat_t); st.Uid != 0 {
		t.Errorf("a file beyond the folder was given to %d", st.Uid)
	}
}
