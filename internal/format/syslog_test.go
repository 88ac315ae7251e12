package format

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// receipt is 20 November 2026, 12:00 in Seoul: what cases without a year or zone are read against.
var receipt = Zone{
	Location: time.FixedZone("KST", 9*3600),
	Now:      time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC).UnixNano(),
}

// block is one case of a file in testdata: a line (with Go escapes) behind "> ", and the lines expected of it.
type block struct {
	at   string
	line string
	want string
}

// readBlocks reads a file of cases parted by blank lines; lines that begin with # are comments. Several lines
// behind "> " make one record joined by line feeds.
func readBlocks(t testing.TB, path string) []block {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []block
	var b *block
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		text := sc.Text()
		switch {
		case strings.HasPrefix(text, "#"):
		case text == "":
			b = nil
		case strings.HasPrefix(text, "> "), text == ">":
			part := unescapeCase(t, strings.TrimPrefix(strings.TrimPrefix(text, ">"), " "))
			if b == nil || b.want != "" {
				out = append(out, block{at: fmt.Sprintf("%s:%d", filepath.Base(path), n), line: part})
				b = &out[len(out)-1]
			} else {
				b.line += "\n" + part
			}
		default:
			if b == nil {
				t.Fatalf("%s:%d: expectation without a line", path, n)
			}
			b.want += text + "\n"
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// unescapeCase turns {00} {0a} {ef} into bytes, so that cases can hold NUL, tabs and other charsets.
func unescapeCase(t testing.TB, s string) string {
	t.Helper()
	var out []byte
	for i := 0; i < len(s); i++ {
		var c byte
		if i+3 < len(s) && s[i] == '{' && s[i+3] == '}' {
			if n, err := fmt.Sscanf(s[i+1:i+3], "%02x", &c); n == 1 && err == nil {
				out = append(out, c)
				i += 3
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

func timeText(ns int64) string {
	return time.Unix(0, ns).UTC().Format(time.RFC3339Nano)
}

// Every wire form in testdata is taken apart as its case says.
func TestParseSyslog(t *testing.T) {
	for _, b := range readBlocks(t, "testdata/syslog/wire.txt") {
		m, ok := ParseSyslog(b.line, receipt)
		var got strings.Builder
		show := func(name, value string) {
			if value != "" {
				fmt.Fprintf(&got, "%s: %s\n", name, value)
			}
		}
		if !ok {
			show("refused", "yes")
		}
		show("form", m.Form)
		if m.Facility >= 0 {
			show("pri", fmt.Sprintf("%d.%d", m.Facility, m.Severity))
		} else if m.Severity >= 0 {
			show("severity", fmt.Sprint(m.Severity))
		}
		if m.Version > 0 {
			show("version", fmt.Sprint(m.Version))
		}
		if m.Time != 0 {
			show("time", timeText(m.Time))
		}
		show("host", m.Host)
		show("app", m.App)
		show("procid", m.ProcID)
		show("msgid", m.MsgID)
		if whole := m.StructuredData(func(id, param, value string) bool {
			show("sd", fmt.Sprintf("%s %s=%s", id, param, value))
			return true
		}); !whole {
			show("sd-fault", "yes")
		}
		show("msg", fmt.Sprintf("%q", m.Msg))
		if diff := cmp.Diff(b.want, got.String()); diff != "" {
			t.Errorf("%s: %q (-want +got):\n%s", b.at, b.line, diff)
		}
	}
}

func TestParseSyslogDoesNotAllocate(t *testing.T) {
	lines := []string{
		"<34>1 2026-11-20T03:12:34.003Z web-1 su - ID47 [a@1 b=\"c\"] \xef\xbb\xbf'su root' failed",
		"<34>Nov 20 03:12:34 web-1 sshd[123]: Failed password",
		"<189>123: *Mar  1 00:00:01.123: %SYS-5-CONFIG_I: Configured",
		"nothing of the kind",
	}
	if n := testing.AllocsPerRun(100, func() {
		for _, l := range lines {
			ParseSyslog(l, receipt)
		}
	}); n != 0 {
		t.Errorf("ParseSyslog allocates %v times", n)
	}
}

func FuzzParseSyslog(f *testing.F) {
	for _, b := range readBlocks(f, "testdata/syslog/wire.txt") {
		f.Add(b.line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		m, ok := ParseSyslog(line, receipt)
		if !ok && m.Msg != trimSyslogFrame(line) {
			t.Fatalf("a refused line lost text: %q became %q", line, m.Msg)
		}
		if !strings.Contains(line, m.Msg) || !strings.Contains(line, m.Host) || !strings.Contains(line, m.App) {
			t.Fatalf("parts are not of the line: %+v", m)
		}
		m.StructuredData(func(_, _, _ string) bool { return true })
	})
}
