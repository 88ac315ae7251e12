package accounts

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/haetae/haetae/test/server"
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
	wantOwner(t, data, service, "secret.key", "secrets.json", "meta.db", "folder.json")
	info, err := os.Stat(elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	if st := info.Sys().(*syscall.Stat_t); st.Uid != 0 {
		t.Errorf("a file beyond the folder was given to %d", st.Uid)
	}
}

// A server that root starts by mistake leaves a folder in which the service can go on.
func TestServerOfRootLeavesNothingOfItsOwn(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root has files that it could give away")
	}
	const service = 65532
	s := server.New(t)
	if err := os.Chown(s.Data, service, service); err != nil {
		t.Fatal(err)
	}
	s.Run(t)
	s.Post(t, "/insert/jsonline?_stream_fields=app", "application/json", `{"_msg":"one","app":"a"}`+"\n", http.StatusOK)
	s.WaitFor(t, "*", 1)
	s.Stop(t)
	wantOwner(t, s.Data, service, "meta.db", "logs", "queue")
}

// wantOwner looks at who has what is in a folder, and that the names are there.
func wantOwner(t *testing.T, data string, owner uint32, names ...string) {
	t.Helper()
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
		if st := info.Sys().(*syscall.Stat_t); st.Uid != owner || st.Gid != owner {
			t.Errorf("%s belongs to %d:%d", path, st.Uid, st.Gid)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !seen[name] {
			t.Errorf("there is no %s", name)
		}
	}
}
