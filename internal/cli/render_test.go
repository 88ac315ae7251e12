package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func table(t *testing.T, color bool, lines ...string) string {
	t.Helper()
	var r rows
	for _, l := range lines {
		if err := r.add([]byte(l)); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	if err := r.write(&b, color); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Columns must line up although Hangul takes two cells, numbers stand right, and rows lack fields.
func TestTable(t *testing.T) {
	got := table(t, false, `{"app":"결제","n":"12"}`, `{"app":"cart","n":"3","max":"x"}`)
	want := "app    n  max\n결제  12  \ncart   3  x\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

// The newest line stands last, next to the prompt, and a log line cannot steer the terminal.
func TestLines(t *testing.T) {
	got := table(t, false,
		`{"_time":"2026-11-20T03:12:40Z","_msg":"new \u001b[2Jline","_severity":"error","host.name":"web-1"}`,
		`{"_time":"2026-11-20T03:12:39Z","_msg":"old\nsecond","host":"web-10","service.name":"pay"}`)
	lines := strings.Split(got, "\n")
	if len(lines) != 4 || !strings.HasSuffix(lines[0], "web-10 pay old") || lines[1] != "    second" || !strings.HasSuffix(lines[2], "ERROR web-1      new \ufffd[2Jline") {
		t.Errorf("lines:\n%s", got)
	}
}

func TestProblemMarksItsPlace(t *testing.T) {
	p := &Problem{Detail: "unknown pipe"}
	p.Position = &struct {
		Start int `json:"start"`
		End   int `json:"end"`
	}{len("오류 | "), len("오류 | 제한")}
	var b strings.Builder
	p.Show(&b, "오류 | 제한 5")
	want := "haetae: unknown pipe\n  오류 | 제한 5\n         ^^^^\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
