// Package packaging tests the scripts of the packages.
package packaging

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// An upgrade starts nothing that the operator has stopped, disabled or masked; and no refusal of systemd fails the package.
func TestWhatIsDisabledStaysSo(t *testing.T) {
	script, err := os.ReadFile("postinstall.sh")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	for name, does := range map[string]string{
		"systemctl": `echo "systemctl $*"; [ "$1" = daemon-reload ] || exit "$REFUSED"`, "getent": "exit 0", "usermod": "exit 0", "install": "exit 0",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+does+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ name, args, refused, want string }{
		{"deb, first", "configure", "0", "enable --now"},
		{"deb, first, with an empty version", "configure ", "0", "enable --now"},
		{"deb, upgrade", "configure 1.0.0", "0", "try-restart"},
		{"rpm, first", "1", "0", "enable --now"},
		{"rpm, upgrade", "2", "0", "try-restart"},
		{"masked before the first", "configure", "1", "enable --now"},
		{"masked before an upgrade", "2", "1", "try-restart"},
	} {
		cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-s"}, strings.Split(tt.args, " ")...)...)
		cmd.Stdin = strings.NewReader(strings.ReplaceAll(string(script), "/run/systemd/system", bin))
		cmd.Env = []string{"PATH=" + bin + ":/usr/bin:/bin", "REFUSED=" + tt.refused}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", tt.name, err, out)
		}
		want := "systemctl daemon-reload\nsystemctl " + tt.want + " haetae.service\n"
		if got := string(out); !strings.HasPrefix(got, want) || strings.Count(got, "systemctl ") != 2+strings.Count(got, "systemctl status") {
			t.Errorf("%s: it says\n%swant\n%s", tt.name, got, want)
		}
	}
}
