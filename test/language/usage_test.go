package language

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/haetae/haetae/test/server"
)

// A command line that cannot be read must not look like an answer to whoever reads standard output.
func TestUsageErrorsGoToStandardError(t *testing.T) {
	for _, c := range []struct {
		args string
		says []string
	}{
		{"query", []string{"haetae: expected", "usage: haetae query <query> [flags]"}},
		{"query * --limt=3", []string{"unknown flag --limt", "usage: haetae query"}},
		{"qury *", []string{"unexpected argument qury", "usage: haetae <command>"}},
		{"", []string{"usage: haetae <command>"}},
		{"token create --role viewer --name x --expires -1d", []string{"--expires wants a value", "--expires=-1d", "usage: haetae token create"}},
		{"token create --role viewer --name x --expires=-1d", []string{`"-1d" is not a time span`, "90s, 15m", "usage: haetae token create"}},
		{"segment inspect", []string{"usage: haetae segment inspect"}},
	} {
		cmd := exec.Command(server.Binary(t), strings.Fields(c.args)...)
		var failed strings.Builder
		cmd.Stderr = &failed
		out, err := cmd.Output()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || len(out) > 0 || strings.Count(failed.String(), "\n") != 2 {
			t.Errorf("haetae %s: %v\nstdout %q\nstderr %q", c.args, err, out, failed.String())
		}
		for _, text := range c.says {
			if !strings.Contains(failed.String(), text) {
				t.Errorf("haetae %s: %q does not say %q", c.args, failed.String(), text)
			}
		}
	}
}

// A span of nothing would make a token that never expires, or one that nobody can use.
func TestTokensWantASpanToExpire(t *testing.T) {
	s := server.Start(t)
	for _, span := range []string{"0", "0s", "0d"} {
		cmd := exec.Command(server.Binary(t), "token", "create", "--url", s.URL(""), "--role", "viewer", "--name", "x", "--expires", span)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "--expires wants a time span above 0") {
			t.Errorf("--expires %s: %v, %s", span, err, out)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, arg := range []string{"version", "--version"} {
		out, err := exec.Command(server.Binary(t), arg).Output()
		if err != nil || !strings.HasPrefix(string(out), "haetae ") || strings.Count(string(out), "\n") != 1 {
			t.Errorf("haetae %s: %v, %q", arg, err, out)
		}
	}
}

// Times the wrong way round are a mistake and not a range without rows.
func TestStartAfterEnd(t *testing.T) {
	s := server.Start(t)
	cmd := exec.Command(server.Binary(t), "query", "--url", s.URL(""), "*", "--start", "now", "--end", "now-1h")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "start") || !strings.Contains(string(out), "is after end") {
		t.Errorf("%v: %s", err, out)
	}
}
