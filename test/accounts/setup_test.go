package accounts

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// What a service prints is in a journal that others read: the link that makes the administrator is in a file of its user alone, and only
// as long as it is good.
func TestSetupLinkIsInAFileAlone(t *testing.T) {
	s := server.Start(t)
	file := filepath.Join(s.Data, "setup-link")
	if s.Addr["setup_file"] != file {
		t.Fatalf("the first line names %q", s.Addr["setup_file"])
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	tokenOf := func() string {
		link, err := url.Parse(s.Setup)
		if err != nil || link.Host != s.Addr["http"] || link.Path != "/setup" || len(link.Query().Get("token")) < 20 {
			t.Fatalf("the link is %q, %v", s.Setup, err)
		}
		return link.Query().Get("token")
	}
	quiet := func(token string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !strings.Contains(s.Log(), file); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the log does not say where the link is")
			}
		}
		if strings.Contains(s.Log(), token) {
			t.Error("the log tells the link")
		}
		for key, value := range s.Addr {
			if strings.Contains(value, token) {
				t.Errorf("%s of the first line is %q", key, value)
			}
		}
	}
	first := tokenOf()
	quiet(first)

	s.Kill()
	s.Run(t)
	second := tokenOf()
	if second == first {
		t.Error("the link is that of a server that is gone")
	}
	quiet(second)
	s.Stop(t)
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file outlives its server: %v", err)
	}

	s.Run(t)
	run(t, s.Data, password+"\n", "user", "add", "root", "--role", "admin", "--password-stdin")
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) { // a server of its own process removes it
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the file is there though there is an administrator")
		}
	}
	s.Kill()
	if err := os.WriteFile(file, []byte("of a server that was killed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Run(t)
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) || s.Addr["setup_file"] != "" {
		t.Errorf("the file is there though there is an administrator: %v, %q", err, s.Addr["setup_file"])
	}
}
