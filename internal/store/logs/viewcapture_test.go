package logs

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// accessLines makes lines of access logs. Each part is mostly of one form, which is seldom the usual one; what is in a
// slot decides whether a line has the format at all, and where its fields are.
func accessLines(rnd *rand.Rand) func() string {
	n := func(below int) string { return fmt.Sprint(rnd.IntN(below)) }
	hex := func(digits int) string { return fmt.Sprintf("%0*x", digits, rnd.Int64N(1<<(4*digits))) }
	at := func(layout string) string {
		return time.Unix(0, logmix.Start+rnd.Int64N(86_400e9)).UTC().Format(layout)
	}
	parts := [][]func() string{
		{ // host
			func() string { return "192.0.2." + n(256) }, func() string { return "192.0.2.7:" + n(70_000) }, func() string { return "h" + n(9) },
			func() string { return hex(4) }, func() string { return "shop:" + hex(2) + " h" + n(9) }, func() string { return "a:" + n(99) + " b" },
		},
		{ // ident
			func() string { return " - " }, func() string { return " " + n(9) + " " }, func() string { return " -" + n(3) + " " },
		},
		{ // user
			func() string { return "-" }, func() string { return "u" + n(40) }, func() string { return n(20) }, func() string { return "-" + n(9) + "." + n(9) },
		},
		{ // time
			func() string { return at(" [02/Jan/2006:15:04:05 -0700]") }, func() string { return at(" [2006-01-02 15:04:05]") }, func() string { return at(" [15:04:05]") },
			func() string { return " [" + n(2_000_000_000) + "000]" }, func() string { return " [20/Nov/2026:05:" + n(90) + ":22]" },
			func() string { return " [" + n(90) + "/Nov/2026:05:31:22 +0900]" }, func() string { return " [17957632" + n(100_000) + "]" },
		},
		{ // request
			func() string { return ` "GET /cart/` + n(90) + ` HTTP/1.1"` }, func() string { return ` "GET /x HTTP/` + n(3) + "." + n(9) + `"` },
			func() string { return ` "` + hex(2) + ` /y HTTP/1.0"` }, func() string { return ` "\x16\x03` + n(9) + `"` }, func() string { return at(` "2006/01/02 15:04:05"`) },
			func() string { return ` "PUT ` + n(3) + `?q=` + n(9) + `"` }, func() string { return ` "GET /` + hex(8) + "-0000-4000-8000-" + hex(12) + `?` + n(9) + `"` },
		},
		{ // status
			func() string { return fmt.Sprint(" ", 100+rnd.IntN(500)) }, func() string { return " " + n(1000) }, func() string { return " " + n(9000) },
			func() string { return " " + n(9) + "." + n(9) }, func() string { return " " + hex(4) }, func() string { return fmt.Sprintf(" %03d", rnd.IntN(1000)) },
		},
		{ // size
			func() string { return " " + n(90_000) }, func() string { return " -" }, func() string { return " " + hex(2) }, func() string { return " " + fmt.Sprint(rnd.IntN(50)-25) },
		},
		{ // referrer and agent
			func() string { return ` "-" "curl/8.4.0"` }, func() string { return ` "https://shop.example/` + n(9) + `" "bot-` + n(3000) + `"` },
			func() string { return ` "-" "a \"` + n(40) + `\" b"` }, func() string { return "" },
		},
		{ // what else there is
			func() string { return "" }, func() string { return " rt=0." + n(1000) }, func() string { return " rt=" + n(50) + ` uct="-"` },
			func() string { return " k" + n(3) + "=x" }, func() string { return ` rt="` + n(9) + `\\` + n(9) + `"` }, func() string { return " " + n(9) + "=" + n(9) },
		},
	}
	mostly := make([]int, len(parts))
	for i := range parts {
		if rnd.IntN(7) == 0 {
			mostly[i] = rnd.IntN(len(parts[i]))
		}
	}
	odd := []int{1 << 30, 2000, 50}[rnd.IntN(3)]
	return func() string {
		var line strings.Builder
		for i, forms := range parts {
			form := mostly[i]
			if rnd.IntN(odd) == 0 {
				form = rnd.IntN(len(forms))
			}
			line.WriteString(forms[form]())
		}
		return line.String()
	}
}

// Views that come from variables of templates must be those that parsing each line gives.
func TestViewsFromTemplatesAreThoseOfLines(t *testing.T) {
	t.Parallel()
	const stores, lines = 150, 400
	names := []string{
		"client.address", "user.name", "http.request.method", "url.original", "url.path", "url.query", "network.protocol.version",
		"http.response.status_code", "http.response.body.size", "http.request.referrer", "user_agent.original", "server.address", "rt", "uct", "k1", "1",
	}
	fromTemplates := 0
	for seed := range uint64(stores) {
		line := accessLines(rand.New(rand.NewPCG(seed, 5)))
		f := newFixture(t, nil)
		w := f.writer(t, 0, 1)
		for i := range lines {
			r := plainRecord(i, line())
			r.Format = []string{"nginx-access@1", "apache-access@1"}[seed%2]
			w.Append(w.Offset(), r)
		}
		checkpoint(t, w)
		f.eachBlock(t, func(e *eval) {
			if e.rows.Kind(model.FieldMsg) == block.Templated {
				e.needed = names
				for _, name := range names {
					fromTemplates += compareViews(t, e, name)
				}
			}
		})
	}
	if all := stores * lines * len(names); fromTemplates < all/4 {
		t.Errorf("only %d of %d views came from templates", fromTemplates, all)
	}
}

// Each of two long names fits into a line, and both together do not: what is in front of the time has 400 bytes.
func TestViewsDependOnTheLengthOfSeveralSlots(t *testing.T) {
	hosts, users := []string{"h1" + strings.Repeat("a", 250), "h2"}, []string{"u1", "u2" + strings.Repeat("b", 250)}
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 400 {
		host, user := i%2, i%2
		if i >= 200 {
			user = i / 2 % 2
		}
		line := fmt.Sprintf(`%s - %s [20/Nov/2026:05:31:22 +0900] "GET /cart/%d HTTP/1.1" 200 17`, hosts[host], users[user], i)
		r := plainRecord(i, line)
		r.Format = "nginx-access@1"
		w.Append(w.Offset(), r)
	}
	checkpoint(t, w)
	f.eachBlock(t, func(e *eval) {
		if kind := e.rows.Kind(model.FieldMsg); kind != block.Templated {
			t.Errorf("lines are %s, want %s", kind, block.Templated)
		}
		e.needed = []string{"user.name"}
		compareViews(t, e, "user.name")
	})
}

// compareViews returns how many rows of a block have a view from their template.
func compareViews(t *testing.T, e *eval, name string) (fromTemplates int) {
	t.Helper()
	lines, err := e.rows.Column(model.FieldMsg)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := e.views.has(name); err != nil {
		t.Fatal(err)
	} else if !ok {
		return 0
	}
	n := e.rows.Info().Rows
	got := &captured{index: make([]uint32, n)}
	all, rest := newBitmap(nil, n), newBitmap(nil, n)
	all.addRange(0, n)
	rest.addRange(0, n)
	if err := e.views.fromTemplates(name, got, all, rest); err != nil {
		t.Fatal(err)
	}
	parser := e.views.parser(e.views.formats.Value(0))
	for row := range n {
		if rest.has(row) {
			continue
		}
		fromTemplates++
		want := ""
		for _, view := range parser.Views(lines.At(row), nil) {
			if view.Name == name {
				want = view.Value
				break
			}
		}
		if have := got.texts[got.index[row]]; have != want {
			t.Fatalf("%s of %q is %q, want %q", name, lines.At(row), have, want)
		}
	}
	return fromTemplates
}
