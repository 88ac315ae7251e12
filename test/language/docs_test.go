// Package language asks the real binary what docs/logsql.md shows.
package language

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql/logsqltest"
	"github.com/haetae/haetae/test/server"
)

// Commands of the page, and the answer where it shows one.
var commands = regexp.MustCompile("(?s)```sh\n(.*?)```(?:\n+```text\n(.*?)```)?")

// Every command of the page runs as a reader would run it, and answers what the page says; every other example is a
// query that the server answers.
func TestDocumentationRuns(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(server.Root(), "docs", "logsql.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	s := server.Start(t)
	home := t.TempDir()
	if err := os.Symlink(s.Data, filepath.Join(home, "data")); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(home, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(server.Binary(t), filepath.Join(bin, "haetae")); err != nil {
		t.Fatal(err)
	}
	found := commands.FindAllStringSubmatch(page, -1)
	if len(found) < 5 {
		t.Errorf("only %d commands found", len(found))
	}
	for _, c := range found {
		script := strings.ReplaceAll(c[1], "http://127.0.0.1:7700", s.URL(""))
		cmd := exec.Command("bash", "-euo", "pipefail", "-c", script)
		cmd.Dir = home
		cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
		var failed strings.Builder
		cmd.Stderr = &failed
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s\n%v\n%s", script, err, failed.String())
		}
		if diff := cmp.Diff(c[2], string(out)); c[2] != "" && diff != "" {
			t.Errorf("%s\n(-page +answer)\n%s", script, diff)
		}
	}
	for _, query := range logsqltest.Examples(page) {
		resp, err := http.Get(s.URL("/select/logsql/query") + "?limit=1&query=" + url.QueryEscape(query))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %v\n%s", query, resp.Status, err, answer)
		}
	}
}
