package format

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/model"
)

// describe writes what a line is recognised as, in the form of the cases.
func describe(line string) string {
	var b strings.Builder
	f, h, ok := Recognise(line, nil, receipt)
	if ok {
		fmt.Fprintf(&b, "format: %s\n", f.Name())
	}
	if h.Time != 0 {
		fmt.Fprintf(&b, "time: %s\n", timeText(h.Time))
	}
	if h.Severity != model.SeverityUnknown {
		fmt.Fprintf(&b, "severity: %s\n", h.Severity)
	}
	if ok {
		for _, v := range f.Views(line, nil) {
			value := strings.NewReplacer("\n", "{0a}", "\t", "{09}").Replace(v.Value)
			fmt.Fprintf(&b, "%s=%s\n", v.Name, value)
		}
	}
	if b.Len() == 0 {
		return "nothing\n"
	}
	return b.String()
}

func lineFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/lines/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	return files
}

func TestRecognise(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range lineFiles(t) {
		for _, b := range readBlocks(t, file) {
			got := describe(b.line)
			if diff := cmp.Diff(b.want, got); diff != "" {
				t.Errorf("%s: %q (-want +got):\n%s", b.at, b.line, diff)
			}
			if f, _, ok := Recognise(b.line, nil, receipt); ok {
				seen[f.Name()] = true
			}
		}
	}
	for _, f := range All() {
		if !seen[f.Name()] {
			t.Errorf("no case for %s", f.Name())
		}
	}
}

// Searches look for the words of a verbatim view in the line before they parse it.
func TestVerbatimViewsArePartsOfTheLine(t *testing.T) {
	checked := 0
	for _, file := range lineFiles(t) {
		for _, b := range readBlocks(t, file) {
			f, _, ok := Recognise(b.line, nil, receipt)
			if !ok {
				continue
			}
			line := " " + b.line + " "
			for _, v := range f.Views(b.line, nil) {
				if f.(*parser).Keyed(v.Name) && !strings.Contains(b.line, v.Name+"=") {
					t.Errorf("%s: the name of %s is not in %q", b.at, v.Name, b.line)
				}
				if !f.(*parser).Verbatim(v.Name) {
					continue
				}
				checked++
				found := false
				for i := 1; i+len(v.Value) < len(line); i++ {
					end := i + len(v.Value)
					found = found || line[i:end] == v.Value && !(wordByte(line[i-1]) && wordByte(line[i])) && !(wordByte(line[end-1]) && wordByte(line[end]))
				}
				if !found {
					t.Errorf("%s: %s=%q is no part between words of %q", b.at, v.Name, v.Value, b.line)
				}
			}
		}
	}
	if checked < 20 {
		t.Errorf("%d views were checked", checked)
	}
}

func wordByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' || c >= 0x80 }

// A view that is not listed cannot be completed or chosen as a column, unless the format has names of its own.
func TestViewNamesAreComplete(t *testing.T) {
	for _, file := range lineFiles(t) {
		for _, b := range readBlocks(t, file) {
			f, _, ok := Recognise(b.line, nil, receipt)
			if !ok || f.Open() {
				continue
			}
			for _, v := range f.Views(b.line, nil) {
				if !strings.Contains("\n"+strings.Join(f.ViewNames(), "\n")+"\n", "\n"+v.Name+"\n") {
					t.Errorf("%s: view %s of %s is not listed", b.at, v.Name, f.Name())
				}
			}
		}
	}
}

// The hint must not change what a line of the same format holds, and a wrong one must not hide the right format.
func TestRecogniseWithHint(t *testing.T) {
	for _, file := range lineFiles(t) {
		for _, b := range readBlocks(t, file) {
			f, head, ok := Recognise(b.line, nil, receipt)
			again, headAgain, okAgain := Recognise(b.line, f, receipt)
			if f != again || head != headAgain || ok != okAgain {
				t.Errorf("%s: with its own format as the hint: %v %v, want %v %v", b.at, again, headAgain, f, head)
			}
			if _, head2, _ := Recognise(b.line, cef, receipt); f != cef && head2 != head {
				t.Errorf("%s: with a wrong hint: %v, want %v", b.at, head2, head)
			}
		}
	}
}

// A stream of Java's must not take a Python program's records for its own because of the hint.
func TestHintLeavesTracebacks(t *testing.T) {
	for _, line := range []string{
		"2026-11-21 09:00:00,123 ERROR root: failed\n" + traceback + "\n  File \"a.py\", line 1\nValueError: x",
		"2026-11-21 09:00:00,123 ERROR [main] Shop - failed\n" + traceback + "\n  File \"a.py\", line 1\nValueError: x",
	} {
		f, _, ok := Recognise(line, java, receipt)
		if !ok || f != python {
			t.Errorf("%q is %v", line, f)
			continue
		}
		found := false
		for _, v := range f.Views(line, nil) {
			found = found || v.Name == "exception.type" && v.Value == "ValueError"
		}
		if !found {
			t.Errorf("%q has no exception.type", line)
		}
	}
}

func TestScanDoesNotAllocate(t *testing.T) {
	for _, file := range lineFiles(t) {
		for _, b := range readBlocks(t, file) {
			for _, f := range All() {
				if n := testing.AllocsPerRun(10, func() { f.Scan(b.line, receipt) }); n != 0 {
					t.Errorf("%s: %s allocates %v times", b.at, f.Name(), n)
				}
			}
			if n := testing.AllocsPerRun(10, func() { Recognise(b.line, nil, receipt) }); n != 0 {
				t.Errorf("%s: Recognise allocates %v times", b.at, n)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	for _, f := range All() {
		bare, _, _ := strings.Cut(f.Name(), "@")
		if Lookup(f.Name()) != f || Lookup(bare) != f {
			t.Errorf("%s is not found by its names", f.Name())
		}
	}
	for _, name := range []string{"", "nginx", "json@2", "syslog"} {
		if f := Lookup(name); f != nil {
			t.Errorf("Lookup(%q) = %s", name, f.Name())
		}
	}
}

// Real logs: nearly every line must say when it was, within the years of the data set.
func TestRealLogs(t *testing.T) {
	const root = "../../../shared/data/loghub"
	if _, err := os.Stat(root); err != nil {
		t.Skipf("the loghub data sets are not at %s", root)
	}
	for name, want := range map[string]struct{ format, from, to string }{
		"Apache":    {"apache-error@1", "2005", "2006"},
		"Linux":     {"syslog-3164@1", "2026", "2027"},
		"OpenSSH":   {"syslog-3164@1", "2026", "2027"},
		"Hadoop":    {"java@1", "2015", "2016"},
		"HDFS":      {"java@1", "2008", "2009"},
		"Spark":     {"java@1", "2017", "2018"},
		"Zookeeper": {"java@1", "2015", "2016"},
		"HealthApp": {"", "2017", "2018"},
	} {
		data, err := os.ReadFile(filepath.Join(root, name, name+"_2k.log"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(data)), "\n")
		timed, formatted, example := 0, 0, ""
		for _, line := range lines {
			line = strings.TrimSuffix(line, "\r")
			f, h, ok := Recognise(line, nil, receipt)
			if year := timeText(h.Time)[:4]; h.Time != 0 && year >= want.from && year <= want.to {
				timed++
			}
			if want.format == "" && !ok || ok && f.Name() == want.format {
				formatted++
			} else {
				example = line
			}
		}
		if timed*100 < len(lines)*95 || formatted*100 < len(lines)*95 {
			t.Errorf("%s: of %d lines %d have a sane time and %d the format %q; not %q", name, len(lines), timed, formatted, want.format, example)
		}
	}
}

func FuzzFormats(f *testing.F) {
	for _, file := range lineFiles(f) {
		for _, b := range readBlocks(f, file) {
			f.Add(b.line)
		}
	}
	f.Fuzz(func(t *testing.T, line string) {
		for _, format := range All() {
			_, ok := format.Scan(line, receipt)
			views := format.Views(line, nil)
			if _, again := format.Scan(line, Zone{Location: receipt.Location, Now: receipt.Now + 1}); again != ok {
				t.Fatalf("%s: whether %q has the format depends on the clock", format.Name(), line)
			}
			if !ok && len(views) > 0 {
				t.Fatalf("%s: views of a refused line %q: %v", format.Name(), line, views)
			}
		}
		Recognise(line, nil, receipt)
	})
}

func BenchmarkRecognise(b *testing.B) {
	for _, bc := range []struct {
		name, line string
		hint       Format
	}{
		{"hint-nginx", `10.0.1.2 - - [20/Nov/2026:12:00:00 +0900] "GET /api/v1/items/12?page=2 HTTP/1.1" 200 1312 "https://shop.example.com/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`, nginxAccess},
		{"hint-java", "2026-11-20 12:00:00,118 ERROR [exec-1] c.e.pay.CheckoutService - cannot charge order 7\njava.io.IOException: x\n\tat a.b.C.d(C.java:1)", java},
		{"hint-syslog", "Nov 20 12:00:00 web-1 sshd[4711]: Failed password for root from 10.0.0.7 port 51060 ssh2", syslog3164},
		{"miss-letter", "Connection from 10.0.0.7 closed after 7 seconds [preauth]", nil},
		{"miss-digit", "2026-11-20 12:00:00 INFO Starting the server now", nil},
		{"miss-bracket", "[2026-11-20 12:00:00] something of no format is written here", nil},
	} {
		b.Run(bc.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Recognise(bc.line, bc.hint, receipt)
			}
		})
	}
}
