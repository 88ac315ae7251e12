package query

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// Random queries have the same answers from the store, whatever state its rows are in, and from a scan of the rows
// one by one.
func TestAnswersAreThoseOfAScan(t *testing.T) { eachSeed(t, 3, scanAndCompare) }

// eachSeed runs a test with some seeds. HAETAE_SOAK_SECONDS goes on with further ones for so long.
func eachSeed(t *testing.T, seeds uint64, test func(t *testing.T, seed uint64)) {
	t.Helper()
	until := time.Now()
	if s, err := strconv.Atoi(os.Getenv("HAETAE_SOAK_SECONDS")); err == nil {
		until = until.Add(time.Duration(s) * time.Second)
	}
	for seed := uint64(1); seed <= seeds || time.Now().Before(until); seed++ {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { test(t, seed) })
	}
}

// scanned are random rows, and random queries with the answers of a scan.
type scanned struct {
	seed    uint64
	g       *queryMaker
	records []model.Record
	truth   *naive
	texts   []string
	want    [][]string
}

// scan makes rows, of which place says partition and offset, and the queries.
func scan(t *testing.T, seed uint64, queries int, place func(i int) (partition int, offset int64)) *scanned {
	t.Helper()
	const rows = 1500
	s := &scanned{seed: seed, g: &queryMaker{rand: rand.New(rand.NewPCG(seed, 7))}, truth: &naive{layout: layouts[0]}}
	s.records = s.g.records(seed, rows)
	for i := range s.records {
		partition, offset := place(i)
		s.truth.rows = append(s.truth.rows, wholeRow(&s.records[i], partition, offset))
	}
	s.g.rows = slices.Clone(s.truth.rows)
	s.texts, s.want = make([]string, queries), make([][]string, queries)
	for i := range s.texts {
		s.texts[i] = s.g.query()
		s.want[i] = answer(t, s.truth, s.texts[i])
	}
	if empty := countEmpty(s.want); empty > queries/2 {
		t.Fatalf("%d of %d queries find nothing", empty, queries)
	}
	return s
}

// check holds the answers of a store to those of the scan.
func (s *scanned) check(t *testing.T, state string, store Searcher) {
	t.Helper()
	for i, text := range s.texts {
		if diff := cmp.Diff(s.want[i], answer(t, store, text)); diff != "" {
			t.Errorf("%s, seed %d: %s\n(-scan +store)\n%s", state, s.seed, text, diff)
		}
	}
}

func scanAndCompare(t *testing.T, seed uint64) {
	rows := scan(t, seed, 120, func(i int) (int, int64) { return 0, int64(i) })
	records := rows.records
	check := func(state string, s Searcher) {
		t.Helper()
		rows.check(t, state, s)
	}
	meta := &memoryMeta{}
	opts := logs.Options{Dir: t.TempDir(), Meta: meta, Queue: "q", Memory: 64 << 20, Cache: 8 << 20}
	s, err := logs.Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	w, err := s.Writer(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range records {
		w.Append(int64(i), &records[i])
		if i == len(records)/3 || i == len(records)/2 {
			if _, err := w.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.Publish()
	check("partly sealed", s)
	if _, err := w.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("sealed", s)
	for {
		joined, err := s.Join(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !joined {
			break
		}
	}
	check("joined", s)
	w.Close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = logs.Open(opts); err != nil {
		t.Fatal(err)
	}
	check("opened again", s)
	for range 3 {
		text := rows.g.filter(1)
		deleteBoth(t, s, rows.truth, text, len(records))
		for i, query := range rows.texts {
			rows.want[i] = answer(t, rows.truth, query)
		}
		check("without "+text, s)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// deleteBoth removes what a filter finds from the store and from the rows that are scanned.
func deleteBoth(t *testing.T, s *logs.Store, truth *naive, text string, rows int) {
	t.Helper()
	gone := map[string]bool{}
	for _, row := range answer(t, truth, text+" | fields _record_id") {
		gone[row] = true
	}
	truth.rows = slices.DeleteFunc(truth.rows, func(r row) bool { return gone[`{"_record_id":"`+r["_record_id"]+`"}`] })
	q, err := logsql.Parse(text, logsql.Options{Now: scriptNow})
	if err != nil {
		t.Fatal(err)
	}
	d := logs.Deletion{ID: text, Search: Select(q, Options{Scope: model.Everything}), Queue: "q", Below: map[int]int64{0: int64(rows)}}
	if _, err := s.Delete(t.Context(), &d, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
}

func countEmpty(answers [][]string) (n int) {
	for _, a := range answers {
		if len(a) == 0 || strings.Contains(a[0], `"n":"0"`) {
			n++
		}
	}
	return n
}

// answer returns the rows of a query as JSON, in order when the query sorts.
func answer(t *testing.T, s Searcher, text string) []string {
	t.Helper()
	q, err := logsql.Parse(text, logsql.Options{Now: scriptNow})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	rows := []string{}
	stats, err := Run(context.Background(), s, q, Options{Scope: model.Everything, Workers: 2}, func(b *logsql.Batch) error {
		for i := range b.N {
			rows = append(rows, string(b.AppendJSON(nil, i)))
		}
		return nil
	})
	if err != nil || len(stats.Missing) > 0 {
		t.Fatalf("%s: error %v, missing %v", text, err, stats.Missing)
	}
	if !strings.Contains(text, "sort by") {
		slices.Sort(rows)
	}
	return rows
}

// wholeRow returns all that can be asked of a record: what is stored, views, and aliases.
func wholeRow(r *model.Record, partition int, offset int64) row {
	out := row{
		"_time": string(logsql.AppendTime(nil, r.Time)), "_msg": r.Msg, "_dataset": r.Dataset, "_format": r.Format, "_source": r.Source(),
		"_record_id": fmt.Sprintf("q-%s-%d-%d", r.Dataset, partition, offset),
	}
	if r.Severity != model.SeverityUnknown {
		out["_severity"] = r.Severity.String()
	}
	var parts []string
	for _, f := range r.Stream {
		parts = append(parts, fmt.Sprintf("%s=%q", f.Name, f.Value))
	}
	out["_stream"] = "{" + strings.Join(parts, ",") + "}"
	for _, f := range slices.Concat(r.Stream, r.Fields) {
		out[f.Name] = f.Value
	}
	if p := format.Lookup(r.Format); p != nil {
		for _, f := range p.Views(r.Msg, nil) {
			if out[f.Name] == "" && !model.ReservedName(f.Name) {
				out[f.Name] = f.Value
			}
		}
	}
	for name, other := range map[string]string{"host": "host.name", "service": "service.name"} {
		if out[name] == "" {
			out[name] = out[other]
		}
	}
	return out
}

// queryMaker makes rows, and queries that match some of them.
type queryMaker struct {
	rand *rand.Rand
	rows []row
}

func (g *queryMaker) records(seed uint64, n int) []model.Record {
	source := logmix.New(seed, 30e9)
	odd := []string{
		"", "a", "\x00\x01\xff not UTF-8 \xc3", "error", "error 17", "1", "-1", "192.0.2.7", "deadbeef", "DEADBEEF00", "00001234",
		"네트워크장비가 응답하지 않습니다", "nginx가 L3장비2호에서 CPU사용률 95%를 넘음", strings.Repeat("long ", 3000), "1 2 3 4 5 6 7 8 9", "=1,2;3", "\x1b[32mINFO\x1b[0m took 3 ms", "\x1b[1;31mERROR\x1b[0m 17", "\x1b[90m7 left", "2026-11-20T10:00:00Z", "x1y2z3",
	}
	records := make([]model.Record, n)
	for i := range records {
		r := &records[i]
		source.Next(r)
		r.Fields = slices.Clone(r.Fields)
		if g.rand.IntN(8) == 0 {
			r.Msg, r.Format = odd[g.rand.IntN(len(odd))], ""
		}
		if g.rand.IntN(3) > 0 {
			r.Fields = append(r.Fields, g.numbers()...)
		}
		if g.rand.IntN(6) == 0 { // a name twice, of which the last value counts
			again := pickOf(g, "retries", "twice")
			r.Fields = append(r.Fields, model.Field{Name: again, Value: fmt.Sprint(1000 + g.rand.IntN(20))}, model.Field{Name: again, Value: fmt.Sprint(g.rand.IntN(9))})
		}
		if g.rand.IntN(50) == 0 {
			r.Fields = append(r.Fields, model.Field{Name: "rare", Value: odd[g.rand.IntN(len(odd))]})
		}
	}
	return records
}

func pickOf[T any](g *queryMaker, of ...T) T { return of[g.rand.IntN(len(of))] }

// numbers returns fields of each form in which numbers are stored. Sums of them are exact in any order; but for big.
func (g *queryMaker) numbers() []model.Field {
	fields := []model.Field{
		{Name: "ratio", Value: fmt.Sprintf("%d.%02d", g.rand.IntN(50)-25, 25*g.rand.IntN(4))},
		{Name: "serial", Value: fmt.Sprintf("%06d", g.rand.IntN(1e6))},
		{Name: "big", Value: fmt.Sprint(pickOf(g, g.rand.Int64N(1e18), 1<<60+g.rand.Int64N(300)))}, // many of one float64
		{Name: "retries", Value: fmt.Sprint(g.rand.IntN(4))},
	}
	if g.rand.IntN(100) == 0 {
		fields[g.rand.IntN(2)].Value = pickOf(g, "1.5s", "12KiB", "n/a", "-0", "+5", "1e3")
	}
	return fields
}

// bucket returns a group field of times.
func (g *queryMaker) bucket() string {
	return "_time:" + pickOf(g, "1s", "5m", "7m", "1h", "1d", "week", "month") + pickOf(g, "", "", " offset 2m", " offset -9h")
}

// view returns a view that is a number in most lines that have it.
func (g *queryMaker) view() string {
	return pickOf(g, "http.response.body.size", "http.response.status_code", "client.port", "process.pid", "http.version")
}

// query returns a filter and what is done with its rows.
func (g *queryMaker) query() string {
	by := func() string {
		return pickOf(g, "host.name", "service.name", "_severity", "level", "_stream", "http.response.status_code", "host", "caller", "client.address", "url.path",
			"http.response.body.size", "user_agent.original", "log.logger")
	}
	return g.filter(3) + pickOf(
		g,
		" | fields _record_id",
		" | fields _record_id, _msg, trace_id",
		" | count() n",
		fmt.Sprintf(" | stats by (%s) count() n", by()),
		fmt.Sprintf(" | stats by (_time:5m, %s) count() n, max(_time) last", by()),
		fmt.Sprintf(" | stats by (%s) count() n", g.bucket()),
		fmt.Sprintf(" | stats by (%s, %s) count() n", by(), g.bucket()),
		fmt.Sprintf(" | stats by (%s) count() n, sum(ratio) s, avg(serial) a, sum(user.id, retries) u", g.bucket()),
		fmt.Sprintf(" | stats by (%s) count_uniq(%s) u, count_uniq_hash(%[2]s) h, uniq_values(%[2]s) v, min(%[2]s) lo, max(%[2]s) hi", by(), pickOf(g, "retries", "twice", "rare", "level")),
		fmt.Sprintf(" | stats by (%s) min(big) lo, max(big) hi, median(big) m, min(ratio) r, max(serial) x", by()),
		" | stats min(_time) first, max(_time) last, max(ratio) hi",
		fmt.Sprintf(" | stats min(%s) lo, max(%[1]s) hi, min(level) x", pickOf(g, "ratio", "serial", "big", "retries", "twice", "duration_ms", "host", "rare", "_msg")),
		fmt.Sprintf(" | stats quantile(%s, %s) q, sum(duration_ms) s, avg(ratio) a, count(ratio) n", pickOf(g, "0.1", "0.99"), pickOf(g, "ratio", "serial", "duration_ms")),
		fmt.Sprintf(" | stats by (%s:%s) count() n, max(duration_ms) d", pickOf(g, "ratio", "serial", "duration_ms"), pickOf(g, "10", "0.5", "1000")),
		fmt.Sprintf(" | stats by (%s) count() n, sum(duration_ms) s, max(duration_ms) hi, count_uniq(user.id) u", by()),
		fmt.Sprintf(" | stats by (%s) sum(%s) s, avg(%[2]s) a, min(%[2]s) lo, max(%[2]s) hi, quantile(%s, %[2]s) q", by(), g.view(), pickOf(g, "0.2", "0.9")),
		fmt.Sprintf(" | stats sum(%s, retries) s, median(%[1]s) m, max(%[1]s) hi", g.view()),
		fmt.Sprintf(" | uniq by (%s, %s) with hits", by(), by()),
		" | sort by (_time desc, _record_id) limit 7 | fields _time, _record_id",
		` | extract "user <who> from <ip> port <port>" | stats by (who) count() n, count_uniq(ip) a`,
		fmt.Sprintf(" | %s by (%s)", pickOf(g, "top 9", "uniq"), by()),
		fmt.Sprintf(" | sort by (%s, _record_id) limit 9 | fields _record_id, http.response.body.size", by()),
		fmt.Sprintf(" | extract %q | %s", pickOf(g, "from <x> port <y>", `] "<_> <x> HTTP/<y>" `, `HTTP/1.1" <x> <y> "`, "<x> - <_>[<y>]", "for <x> from <y>", "/<x>?<y>"),
			pickOf(g, "top 9 by (x)", "top 9 by (y, x)", "stats by (y) count() n", "stats by (x) max(y) hi", "uniq by (y) with hits", "stats by (x:100) count() n, count_uniq(y) u")),
		fmt.Sprintf(" | extract_regexp %q | %s", pickOf(g, `from (?P<x>[0-9.]+) port (?P<y>\d+)`, `HTTP/1.1" (?P<x>\d+) (?P<y>[^ ]*)`, `/(?P<x>[a-z]+)/(?P<y>\S*)`, `(?P<x>\w+) (?P<y>\d+)`, `for (?P<x>\S+)(?P<y>.*)`),
			pickOf(g, "top 9 by (x)", "top 9 by (y, x)", "stats by (y) count() n", "stats by (x) max(y) hi", "uniq by (y) with hits", "stats by (x:100) count() n, count_uniq(y) u")),
		` | extract "invoice <n> for" | stats min(n) lo, max(n) hi, count(n) c`,
		" | len(_msg) as l | stats sum(l) s, max(l) m",
	)
}

func (g *queryMaker) filter(depth int) string {
	if depth > 0 {
		switch g.rand.IntN(8) {
		case 0:
			return "(" + g.filter(depth-1) + " or " + g.filter(depth-1) + ")"
		case 1, 2:
			return g.filter(depth-1) + " " + g.filter(depth-1)
		case 3:
			return "not (" + g.filter(depth-1) + ")"
		}
	}
	r := g.rows[g.rand.IntN(len(g.rows))]
	switch g.rand.IntN(8) {
	case 0:
		return "*"
	case 1:
		from, _ := logsql.ParseTimeText(r["_time"])
		return fmt.Sprintf("_time:[%s, %s)", logsql.AppendTime(nil, from), logsql.AppendTime(nil, from+g.rand.Int64N(4*3600e9)))
	case 2:
		return fmt.Sprintf("{service.name=%q}", r["service.name"])
	}
	names := slices.Sorted(maps.Keys(r))
	name := pickOf(g, names[g.rand.IntN(len(names))], "_msg", "_msg")
	if name == "_time" || name == "_stream" || name == "_dataset" || name == "_record_id" {
		name = "_msg"
	}
	match := g.match(r[name])
	if g.rand.IntN(8) == 0 && !strings.Contains(match, "_field(") {
		return strconv.Quote(name[:g.rand.IntN(len(name)+1)]) + "*:" + match // of any field whose name begins so
	}
	return strconv.Quote(name) + ":" + match
}

var digits = regexp.MustCompile(`[0-9]+`)

// match returns what stands behind the colon and matches the value, or nearly.
func (g *queryMaker) match(value string) string {
	part := value
	if n := len(value); n > 0 {
		from := g.rand.IntN(n)
		part = value[from:min(n, from+1+g.rand.IntN(24))]
	}
	words := strings.FieldsFunc(value, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", r)
	})
	word := "error"
	if len(words) > 0 {
		word = words[g.rand.IntN(len(words))]
	}
	switch g.rand.IntN(18) {
	case 17:
		return pickOf(g, "range[", "range(") + pickOf(g, "0, 404", "200, 4000", "-3, 2.5", "1024, inf") + pickOf(g, "]", ")")
	case 12:
		return fmt.Sprintf("%s(%q, %q)", pickOf(g, "contains_any", "contains_all", "seq"), word, part)
	case 13:
		return fmt.Sprintf("%s(%q)", pickOf(g, "contains_common_case", "equals_common_case"), pickOf(g, word, strings.ToUpper(word[:1])+word[1:], value))
	case 14:
		return fmt.Sprintf("pattern_match(%q)", digits.ReplaceAllString(part, "<N>"))
	case 15:
		return fmt.Sprintf("%s(%s)", pickOf(g, "eq_field", "lt_field", "le_field"), pickOf(g, `"user.id"`, "duration_ms", `"http.response.status_code"`, "host", "_msg"))
	case 16:
		return pickOf(g, "value_type(uint64)", "value_type(string)", "chosung(ㅈㅂ)", "장비", "L3", "nginx", "사용률 95")
	case 0:
		return "=" + strconv.Quote(value)
	case 1:
		return "=" + strconv.Quote(part) + "*"
	case 2:
		return strconv.Quote(part) + "*"
	case 3:
		return strconv.Quote(part)
	case 4:
		return "~" + strconv.Quote(regexpQuote(part))
	case 5:
		return "i(" + strconv.Quote(strings.ToUpper(word)) + ")"
	case 6:
		return fmt.Sprintf("in(%q, %q, 200)", value, word)
	case 7:
		return pickOf(g, ">", ">=", "<", "<=") + pickOf(g, "100", "404", "1000", strconv.Quote(word))
	case 8:
		return fmt.Sprintf("len_range(%d, %d)", len(value)/2, len(value)+1)
	case 9:
		return pickOf(g, "*", `""`, "!*")
	}
	return strconv.Quote(word)
}

// regexpQuote escapes a text for a regular expression; bytes that are not UTF-8 match any character.
func regexpQuote(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\uFFFD':
			b.WriteByte('.')
		case strings.ContainsRune(`\.+*?()|[]{}^$`, r):
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
