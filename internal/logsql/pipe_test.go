package logsql

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pipeQueries are pipes as String writes them.
var pipeQueries = []string{
	`fields a, b*, "c d"`,
	`delete a`,
	`rename a as b, c as d`,
	`copy a as b`,
	`sort by (a, b desc) offset 5 limit 10`,
	`limit 10`,
	`offset 10`,
	`uniq by (a, b) with hits limit 7`,
	`uniq`,
	`top 3 by (a) hits as n rank as place`,
	`stats count() as "count(*)"`,
	`stats by (_time:5m offset 9h, a, b:10KiB, c:/24, _time:month) count(a, b) if (x or y) as n, quantile(0.95, took) as p95`,
	`stats uniq_values(a) limit 10 as v, min(b) as lo, row_any() as r`,
	`filter a:>5 b`,
	`extract if (a) "user=<u> ip=<plain:i>" from b keep_original_fields skip_empty_results`,
	"extract_regexp `(?P<u>\\w+)@` from _msg",
	`unpack_json from a fields (x, y*) result_prefix p. skip_empty_results`,
	`unpack_logfmt if (a) from _msg keep_original_fields`,
	`field_names as name`,
	`field_values a limit 5`,
	`facets 10 max_values_per_field 1000 max_value_len 128 keep_const_fields`,
	`format "<a>: <q:b>" as _msg`,
	`math ((a + 1) * 2) as b, round(c, 0.01) as d, (0 - e) as f`,
	`math ((a & 3) or (b xor "10.0.0.1")) as c, rand() as r`,
	`rename a* as *, * as p.*`,
	`copy a* as b*`,
	`format "<time:a> <duration:b> <hexnumdecode:c>" as _msg`,
	`replace ("a", "b") at c limit 1`,
	"replace_regexp (`\\d+`, \"N\") at _msg",
	`len(a) as b`,
	`sort`,
	`sort desc limit 3`,
	`sort by (a) partition by (b, c) offset 1 limit 2 rank as r`,
	`top 3 hits as n`,
	`join by (a, b) (x | stats by (a, b) count() as n) inner prefix p.`,
	`union (x | fields a | union (y))`,
	`collapse_nums if (a) at b prettify`,
	`decolorize a`,
	`time_add "-1h" at _time`,
	`hash(a) as b`,
	`json_array_len(a) as b`,
	`unpack_words from a as b drop_duplicates`,
	`split "," from a as b`,
	`pack_json fields (a, b*) as c`,
	`pack_logfmt as _msg`,
	`set_stream_fields if (a) b, c`,
	`unpack_syslog if (a) from b offset 9h result_prefix p keep_original_fields`,
	`drop_empty_fields`,
	`unroll if (a) by (b, c)`,
	`sample 10`,
	`generate_sequence 5`,
	`stream_context before 2 after 5 time_window 1d`,
	`stream_context after 0`,
	`running_stats by (a, _time:1d) count() as n, sum(b) if (c) as s`,
	`total_stats max(b) as m`,
	`stats row_max(a, b) as c, json_values(a, b) sort by (c desc) limit 3 as d, histogram(e) as f`,
}

func TestPipesAreWrittenAsRead(t *testing.T) {
	for _, text := range pipeQueries {
		q, err := Parse("* | "+text, Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := q.Pipes[0].String(); got != text {
			t.Errorf("wrote %s\nread  %s", got, text)
		}
	}
}

func TestShorthands(t *testing.T) {
	for text, want := range map[string]string{
		"keep a":                              "fields a",
		"rm a,b":                              "delete a, b",
		"mv a b":                              "rename a as b",
		"cp a b, c as d":                      "copy a as b, c as d",
		"order by (a, b) desc":                "sort by (a desc, b desc)",
		"sort by (a desc, b) desc":            "sort by (a, b desc)",
		"sort _time desc":                     "sort by (_time desc)",
		"first 3 by (a)":                      "sort by (a) limit 3",
		"last by (a, b desc)":                 "sort by (a desc, b) limit 1",
		"head":                                "limit 10",
		"head 1K":                             "limit 1000",
		"skip 5":                              "offset 5",
		"uniq a, b hits":                      "uniq by (a, b) with hits",
		"top by (a)":                          "top 10 by (a) hits as \"hits\"",
		"first 3":                             "sort limit 3",
		"last 3":                              "sort desc limit 3",
		"last 2 by (a) partition by (b)":      "sort by (a desc) partition by (b) limit 2",
		"sort by (a) rank limit 3":            "sort by (a) limit 3 rank as \"rank\"",
		"collapse_nums":                       "collapse_nums at _msg",
		"decolorize":                          "decolorize _msg",
		"time_add 1h30m":                      "time_add 1h30m at _time",
		"hash(a)":                             `hash(a) as _msg`,
		"unpack_words":                        "unpack_words from _msg as _msg",
		"unpack_words a w":                    "unpack_words from a as w",
		"unroll a, b":                         "unroll by (a, b)",
		"pack_json":                           "pack_json as _msg",
		"top 5 (a, hits) rank":                `top 5 by (a, "hits") hits as hitss rank as "rank"`,
		"count()":                             `stats count() as "count(*)"`,
		"count":                               `stats count() as "count(*)"`,
		"count() n":                           "stats count() as n",
		"count() by (a)":                      `stats by (a) count() as "count(*)"`,
		"stats by (a) count() n":              "stats by (a) count() as n",
		"stats count() as n by (a, b)":        "stats by (a, b) count() as n",
		"by (_time:1d) sum(x) s":              "stats by (_time:1d) sum(x) as s",
		"sum(x)":                              `stats sum(x) as "sum(x)"`,
		"len(a)":                              `len(a) as _msg`,
		"where a":                             "filter a",
		"extract '<a> '":                      `extract "<a> " from _msg`,
		"math a + b * 2 ^ 2 ^ 3":              "math (a + (b * ((2 ^ 2) ^ 3))) as \"a + b * 2 ^ 2 ^ 3\"",
		"eval -a as b":                        "math (0 - a) as b",
		"stats count() if (a:b) x, count() y": "stats count() if (a:b) as x, count() as y",
	} {
		q, err := Parse("* | "+text, Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := q.Pipes[0].String(); got != want {
			t.Errorf("%s is written %s, want %s", text, got, want)
		}
	}
}

func TestPipeErrors(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{"* | lmit 5", `4-8 unknown pipe "lmit" fix limit`},
		{"* | stts count()", `4-8 unknown pipe "stts" fix stats`},
		{"* | stats coutn()", `10-15 unknown statistics function "coutn" fix count`},
		{"* | stats by count()", `13-13 by needs the fields to group by fix `},
		{"* | stats by (host count()", `19-24 expected ")", got "count" fix `},
		{"* | stats by (host", `13-14 "(" is never closed with ")" fix `},
		{"* | stats sum", `10-13 the function sum needs parentheses fix sum()`},
		{"* | stats quantile(2, x)", `19-20 quantile needs a number from 0 to 1 first, got "2" fix `},
		{"* | stats by (_time:5) count()", `20-21 "5" is no bucket size of _time; write 30s, 5m, 1h, 1d, week or month fix `},
		{"* | stats count() a, sum(x) a", `29-29 stats has two results named "a"; name one with as fix `},
		{"* | limit x", `10-11 expected a count of rows, got "x" fix `},
		{"* | limit -1", `10-12 expected a count of rows, got "-1" fix `},
		{"* | limit 5 6", `12-13 expected | or the end behind limit, got "6" fix `},
		{"* | sort by", `8-11 by needs the fields to sort by fix by (_time)`},
		{"* | sort (a) partition by ()", `13-28 partition needs the fields to part rows by fix `},
		{"* | limit 5 | blocks_count", `14-26 blocks_count must be the first pipe: it needs the rows as they are stored fix `},
		{"* | limit 5 | stream_context before 1", `14-37 stream_context must be the first pipe: it needs the rows as they are stored fix `},
		{"* | stream_context", `18-18 expected before or after with a count of rows, but the query ends here fix `},
		{"* | stats row_min()", `10-19 row_min() needs a field fix `},
		{"* | stats row_min(a*)", `10-21 row_min() needs one field first, without * fix `},
		{"* | stats histogram(a, b)", `10-25 histogram() takes one field fix histogram(a)`},
		{"* | running_stats median(a)", "18-27 running_stats cannot compute median() with each row; it knows avg count count_empty count_uniq count_uniq_hash max min sum sum_len fix "},
		{"* | unroll", `10-10 unroll needs the fields that hold the arrays fix `},
		{"* | sample 0", `11-12 sample needs a number above 0 fix 1`},
		{"* | time_add soon", `13-17 "soon" is no duration such as 1h or -30m fix `},
		{"* | join (a)", `12-12 expected "(", but the query ends here fix `},
		{"* | join by () (x)", `12-14 join needs the fields to join by fix `},
		{"* | union (a | lmit 5)", `15-19 unknown pipe "lmit" fix limit`},
		{`* | extract "x <a> <b"`, `12-22 "<b" is never closed with >; write &lt; for the character fix `},
		{`* | format "x <a> <b"`, `11-21 "<b" is never closed with >; write &lt; for the character fix `},
		{`* | format "1 < 2"`, `11-18 "< 2" is never closed with >; write &lt; for the character fix `},
		{"* | top 0 by (a)", `8-9 top needs a count above 0 fix 10`},
		{"* | union (a", `10-11 "(" is never closed with ")" fix `},
		{"* | extract 'abc'", `12-17 the pattern names no field, such as <user> fix `},
		{"* | extract '<a><b>'", `12-20 two fields of a pattern need text between them fix `},
		{"* | extract_regexp '(a'", `19-23 bad regular expression: missing closing ) in "(a" fix `},
		{"* | rename a* as b", `17-18 a* and its new name must both end in * or neither fix b*`},
		{"* | format '<tme:a>'", "11-20 format cannot write <tme:a>; it knows q uc lc time duration duration_seconds ipv4 urlencode urldecode hexencode hexdecode base64encode base64decode hexnumencode hexnumdecode before a colon fix \"<time:a>\""},
		{"* | math abz(a)", `9-12 unknown math function "abz" fix abs`},
		{"* | math round(a, 1, 2)", `9-23 round() takes 1 to 2 values, got 3 fix `},
		{"* | fields", `10-10 expected a field name, but the query ends here fix `},
		{"* | stats rate(x)", `10-17 rate() counts rows and takes no field; rate_sum() adds up a field fix rate()`},
	} {
		_, err := Parse(c.query, Options{})
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s: error %v, want a SyntaxError", c.query, err)
			continue
		}
		if got := fmt.Sprintf("%d-%d %s fix %s", syntax.Pos, syntax.End, syntax.Message, syntax.Fix); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.query, got, c.want)
		}
	}
}

func TestNeededFields(t *testing.T) {
	for query, want := range map[string]string{
		"error":                                            "*",
		"error | count()":                                  "",
		"a:b | stats by (_time:5m) count()":                "_time",
		"* | stats by (h) count(), sum(x)":                 "h x",
		"* | stats count() if (a:b {c=d})":                 "_stream a",
		"* | stats count(), min(x) m | fields m":           "x",
		"* | fields a, b | sort by (c)":                    "a b",
		"* | fields a, b | rename a as c | fields c":       "a",
		"* | copy a as b | fields b":                       "a",
		"* | copy a* as b* | fields b":                     "* b",
		"* | join by (a) (x) | fields b":                   "a b",
		"* | hash(a) as b | fields b":                      "a",
		"* | sort | fields b":                              "* b",
		"* | sort by (a) rank as r | fields r":             "a",
		"* | unroll (a) | fields b":                        "a b",
		"* | top 3":                                        "*",
		"* | pack_json fields (a) as b | fields b":         "a",
		"* | generate_sequence 5":                          "",
		"* | running_stats by (a) sum(b) s | fields s":     "_time a b",
		"* | stream_context after 1 | fields a":            "_stream_id _time",
		"* | filter a:b | sort by (c)":                     "* a c",
		"* | fields a*":                                    "*",
		"* | delete a | fields a, b":                       "b",
		"* | filter x:y | fields a":                        "a x",
		"* | extract '<u> ' from m | stats by (u) count()": "m",
		"* | extract '<u> ' from m | fields a":             "a",
		"* | unpack_json from j | fields a":                "a j",
		"* | math a + b as c | fields c":                   "a b",
		"* | sort by (a) | limit 5 | fields b":             "a b",
		"* | uniq by (a) with hits":                        "a",
		"* | top 5 by (a)":                                 "a",
		"* | field_names":                                  "*",
		"* | field_values a":                               "a",
		"* | stats sum() s":                                "*",
		"* | len(a) as b | count()":                        "",
	} {
		q, err := Parse(query, Options{})
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		fields, all := q.NeededFields()
		got := strings.Join(fields, " ")
		if all {
			got = strings.TrimSpace("* " + got)
		}
		if got != want {
			t.Errorf("%s needs %q, want %q", query, got, want)
		}
	}
}

func TestQueryParts(t *testing.T) {
	parse := func(text string) *Query {
		t.Helper()
		q, err := Parse(text, Options{Now: scriptNow})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return q
	}
	for query, want := range map[string][]string{
		"error":                     {"logs"},
		"_dataset:deadletter error": {"deadletter"},
		"_dataset:(logs or traps)":  {"logs", "traps"},
		"_dataset:in(a, b) x":       {"a", "b"},
		"_dataset:* x":              nil,
		"x or _dataset:traps":       {"logs"},
		"_dataset:(logs or ~tr.*)":  {"logs"},
	} {
		if diff := cmp.Diff(want, parse(query).Datasets()); diff != "" {
			t.Errorf("%s: datasets (-want +got):\n%s", query, diff)
		}
	}
	lo, hi := parse("_time:1h (a or _time:>=2026-11-21T11:30)").TimeRange()
	if want := scriptNow - 3600e9 + 1; lo != want || hi != scriptNow {
		t.Errorf("time range is %d..%d, want %d..%d", lo, hi, want, scriptNow)
	}
	lo, hi = parse("_time:2026-11-20 or _time:2026-11-18Z").TimeRange()
	if got, want := TimeText(lo)+" "+TimeText(hi), "2026-11-18T00:00:00Z 2026-11-20T23:59:59.999999999Z"; got != want {
		t.Errorf("time range is %s, want %s", got, want)
	}
	q := parse(`error {app="x"} | limit 5`)
	if n := len(q.StreamFilters()); n != 1 {
		t.Errorf("%d stream filters, want 1", n)
	}
	narrow := q.AndFilter(&TimeFilter{Min: 0, Max: 1}).With(&PipeFields{Fields: []string{"a"}})
	const want = `error {app="x"} _time:[1970-01-01T00:00:00Z,1970-01-01T00:00:00.000000001Z] | limit 5 | fields a`
	if got := narrow.String(); got != want {
		t.Errorf("narrowed query is %s, want %s", got, want)
	}
	if got := q.String(); got != `error {app="x"} | limit 5` {
		t.Errorf("narrowing changed the query to %s", got)
	}
}

func TestCatalogNamesWhatTheParserKnows(t *testing.T) {
	for _, e := range Pipes {
		if _, ok := pipeParsers[e.Name]; !ok && !isStatsFunction(e.Name) {
			t.Errorf("the catalog has a pipe %q that the parser does not know", e.Name)
		}
		if _, err := Parse("* | "+e.Syntax, Options{}); err != nil {
			t.Errorf("example %s fails: %v", e.Syntax, err)
		}
	}
	for _, e := range StatsFunctions {
		if _, err := Parse("* | stats "+e.Syntax, Options{}); err != nil {
			t.Errorf("example %s fails: %v", e.Syntax, err)
		}
	}
	for _, e := range slices.Concat(Filters, Functions) {
		if _, err := Parse(e.Syntax, Options{}); err != nil {
			t.Errorf("example %s fails: %v", e.Syntax, err)
		}
	}
	for name := range pipeParsers {
		if !slices.Contains(append(pipeNames(), "del", "unpack_json"), name) {
			t.Errorf("the catalog lacks the pipe %q", name)
		}
	}
}
