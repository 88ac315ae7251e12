package query

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
)

// answerAs is answer for somebody who sees a part.
func answerAs(t *testing.T, s Searcher, scope model.Scope, text string) []string {
	t.Helper()
	q, err := logsql.Parse(text, logsql.Options{Now: scriptNow})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	rows := []string{}
	stats, err := Run(context.Background(), s, q, Options{Scope: scope, Workers: 2}, func(b *logsql.Batch) error {
		for i := range b.N {
			rows = append(rows, string(b.AppendJSON(nil, i)))
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if got := stats; got.SegmentsTotal+got.SegmentsRead+got.BlocksTotal+got.BlocksRead+int(got.RowsScanned+got.BytesRead) != 0 ||
		len(got.Missing)+len(got.Damaged) != 0 || !got.Cursor.IsZero() {
		t.Errorf("%s: the cost tells of what is not seen: %+v", text, got.Stats)
	}
	if !strings.Contains(text, "sort by") {
		slices.Sort(rows)
	}
	return rows
}

func scopeOf(masked []string, grants ...model.Grant) model.Scope {
	return model.NewScope(grants, masked)
}

// partlySealed returns a store with the records of which keep is true, at their places, and what goes on to seal them.
func partlySealed(t *testing.T, records []model.Record) (s *logs.Store, seal func()) {
	t.Helper()
	s, err := logs.Open(logs.Options{Dir: t.TempDir(), Meta: &memoryMeta{}, Queue: "q", Memory: 64 << 20, Cache: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	w, err := s.Writer(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	seal = func() {
		t.Helper()
		if _, err := w.Checkpoint(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for i := range records {
		w.Append(int64(i), &records[i])
		if i == brokenRows-1 || i == len(records)/2 {
			seal()
		}
	}
	w.Publish()
	return s, seal
}

// brokenRows is how many of the first rows are in a block of their own, for those that writeBroken writes.
const brokenRows = 30

// Whoever sees a part gets the answers of a scan of that part: the other rows may as well not be there.
func TestAnswersAreThoseOfThePartThatIsSeen(t *testing.T) { eachSeed(t, 2, scanThePart) }

func scanThePart(t *testing.T, seed uint64) {
	all := scan(t, seed, 80, func(i int) (int, int64) { return 0, int64(i) })
	s, seal := partlySealed(t, all.records)
	for name, part := range map[string]struct {
		scope model.Scope
		sees  func(r row) bool
	}{
		"one service": {
			scopeOf(nil, model.Grant{Stream: `{service.name="nginx"}`}),
			func(r row) bool { return logsql.StreamValue(r["_stream"], "service.name") == "nginx" },
		},
		"grants of two teams": {
			scopeOf(nil, model.Grant{Datasets: []string{"logs", "audit"}, Stream: `{service.name=~"c.*"}`}, model.Grant{Stream: `{host.name=~"was-0.*"} or {k8s.pod.name=~".*[02468]"}`}, model.Grant{Datasets: []string{"traps"}}),
			func(r row) bool {
				value := func(name string) string { return logsql.StreamValue(r["_stream"], name) }
				pod := value("k8s.pod.name")
				return strings.HasPrefix(value("service.name"), "c") || strings.HasPrefix(value("host.name"), "was-0") ||
					pod != "" && strings.Contains("02468", pod[len(pod)-1:])
			},
		},
		"nothing":                     {scopeOf(nil), func(row) bool { return false }},
		"another dataset":             {scopeOf(nil, model.Grant{Datasets: []string{"traps"}}), func(row) bool { return false }},
		"a filter that is none":       {scopeOf(nil, model.Grant{Stream: `{service.name=~"("}`}), func(row) bool { return false }},
		"a filter of more than those": {scopeOf(nil, model.Grant{Stream: `{a="b"} or error`}), func(row) bool { return false }},
	} {
		t.Run(name, func(t *testing.T) {
			truth := &naive{layout: layouts[0]}
			for _, r := range all.truth.rows {
				if part.sees(r) {
					truth.rows = append(truth.rows, r)
				}
			}
			for _, text := range all.texts {
				if diff := cmp.Diff(answer(t, truth, text), answerAs(t, s, part.scope, text)); diff != "" {
					t.Errorf("%s\n(-scan of the part +store)\n%s", text, diff)
				}
			}
		})
	}
	seal()
	scope := scopeOf(nil, model.Grant{Stream: `{service.name="sshd"}`})
	want := answer(t, s, `{service.name="sshd"} | fields _record_id`)
	if got := answerAs(t, s, scope, "* | fields _record_id"); len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("sealed: %d rows, want %d", len(got), len(want))
	}
}

// What is masked is found by nothing, and rows whose fields are masked answer as those do that were sent so.
func TestMaskedRowsAnswerAsIfTheyWereSentSo(t *testing.T) { eachSeed(t, 2, maskAndCompare) }

func maskAndCompare(t *testing.T, seed uint64) {
	all := scan(t, seed, 80, func(i int) (int, int64) { return 0, int64(i) })
	writeObjects(t, all)
	writeBroken(all)
	s, seal := partlySealed(t, all.records)
	for _, masked := range [][]string{
		{"client.address", "user.id", "card", "pin"}, {"host", "trace_id", "card*", "p*"}, {"user.name", "http.response.status_code", "k8s.pod.name", "list.card"}, {"_msg"},
	} {
		t.Run(strings.Join(masked, " "), func(t *testing.T) {
			scope := scopeOf(masked, model.Grant{})
			seen := recordsAs(t, s, scope, len(all.records))
			hidden := checkHidden(t, all, seen, masked)
			checkObjects(t, seen)
			checkBroken(t, all, seen, masked)
			truth := &naive{layout: layouts[0]}
			for i := range seen {
				truth.rows = append(truth.rows, wholeRow(&seen[i], 0, int64(i)))
			}
			queries := append(slices.Clone(all.texts), `_msg:~"4111" | count() n`, `_msg:4111* | count() n`)
			for _, value := range hidden {
				queries = append(queries, fmt.Sprintf("%q | count() n", value), fmt.Sprintf("_msg:~%q | count() n", regexpQuote(value)))
			}
			for _, text := range queries {
				if diff := cmp.Diff(answer(t, truth, text), answerAs(t, s, scope, text)); diff != "" {
					t.Errorf("%s\n(-scan of masked rows +store)\n%s", text, diff)
				}
			}
		})
	}
	seal()
	scope := scopeOf([]string{"client.address"}, model.Grant{})
	if got := answerAs(t, s, scope, `client.address:* client.address:!="***" | count() n`); got[0] != `{"n":"0"}` {
		t.Errorf("sealed: addresses that are not masked: %s", got)
	}
	if got := answerAs(t, s, scope, `client.address:="***" | count() n`); got[0] == `{"n":"0"}` {
		t.Error("sealed: no address is masked")
	}
}

// writeObjects makes some of the records JSON objects whose members are escaped, doubled, nested, short and of all kinds.
func writeObjects(t *testing.T, all *scanned) {
	t.Helper()
	values := []string{
		`"plain %d"`, `"\ud55c\uae00 %d"`, `"a\/b\"%d\n\u003c"`, `"7"`, `"\u00342"`, `%d`, `4`, `true`, `null`, `["x%d",{"card":"y"}]`,
		`{"no":"\u0034%d","cvc":7}`, `{"no":{"x":[1]},"no":null}`, `"say \\\"%d\\\""`,
	}
	var flat format.Flattener
	for i := 0; i < len(all.records); i += 9 {
		value := func() string {
			return strings.ReplaceAll(values[all.g.rand.IntN(len(values))], "%d", strconv.Itoa(1000+i))
		}
		r := &all.records[i]
		r.Msg = fmt.Sprintf(`{"note":"row %d\n","card":%s,"pin":%s,"n":{"card":%s}, "c\u0061rd" : %s,"list":[{"card":%s}]}`, i, value(), value(), value(), value(), value())
		fields, err := flat.Object(nil, r.Msg, "")
		if err != nil {
			t.Fatal(err)
		}
		r.Format, r.Fields = "json@1", fields
		all.truth.rows[i] = wholeRow(r, 0, int64(i))
	}
}

// writeBroken makes the first records texts without a format that seem to be objects, of which some name a masked field.
func writeBroken(all *scanned) {
	texts := []string{
		`{"card":"4111%d`, `{"card":"4111%d"} {"card":"4111%d"}`, "\t{\"card\":\"4111%d\"", `{card 4111%d`, `{"c\u0061rd":"4111%d`, `{"c\u0061rd":"4111%d"}`,
		`{"cards":"4111%d`, `cards, {"a":"4111%d"}`,
	}
	for i := range brokenRows {
		r := &all.records[i]
		r.Msg = strings.ReplaceAll(texts[i%len(texts)], "%d", strconv.Itoa(1000+i))
		r.Format, r.Fields, r.Stream = "", nil, []model.Field{{Name: "service.name", Value: "nginx"}}
		all.truth.rows[i] = wholeRow(r, 0, int64(i))
	}
}

// checkBroken wants texts that seem to be objects to be masked if they name a masked field, and the others to be as they were.
func checkBroken(t *testing.T, all *scanned, seen []model.Record, masked []string) {
	t.Helper()
	for i := range brokenRows {
		msg := all.records[i].Msg
		hidden := slices.ContainsFunc(masked, func(name string) bool {
			return name == "_msg" || name == "card" && !strings.Contains(msg, "cards") || name == "card*" && !strings.HasPrefix(msg, "cards")
		})
		if got := seen[i].Msg; hidden == strings.Contains(got, "4111") {
			t.Errorf("%s is %s with %s masked", msg, got, masked)
		}
	}
}

// checkObjects wants messages that are objects to say what their rows do.
func checkObjects(t *testing.T, seen []model.Record) {
	t.Helper()
	for i := range seen {
		r := &seen[i]
		if r.Format != "json@1" || r.Msg == logs.MaskText {
			continue
		}
		var flat format.Flattener
		fields, err := flat.Object(nil, r.Msg, "")
		if err != nil {
			t.Fatalf("%s: %v", r.Msg, err)
		}
		slices.SortFunc(fields, func(a, b model.Field) int { return strings.Compare(a.Name, b.Name) })
		if diff := cmp.Diff(r.Fields, fields); diff != "" {
			t.Fatalf("%s (-row +message)\n%s", r.Msg, diff)
		}
	}
}

// checkHidden looks for the values of masked fields in rows as they are seen, and returns some of these values.
func checkHidden(t *testing.T, all *scanned, seen []model.Record, masked []string) (some []string) {
	t.Helper()
	for i := range seen {
		was, is := all.truth.rows[i], wholeRow(&seen[i], 0, int64(i))
		for _, name := range masked {
			value := was[name]
			if value == "" {
				continue
			}
			if is[name] != logs.MaskText && name != "_msg" {
				t.Fatalf("%s is %q, was %q", name, is[name], value)
			}
			if len(value) < 3 {
				continue
			}
			some = append(some, value)
			for other, text := range is {
				if strings.Contains(text, value) && !slices.Contains([]string{"_time", "_record_id", "_dataset", "_format"}, other) {
					t.Fatalf("%s still has the value %q of %s: %q", other, value, name, text)
				}
			}
		}
	}
	if len(some) == 0 {
		t.Fatalf("no row has any of %s", masked)
	}
	return some[:min(len(some), 5)]
}

// recordsAs returns the records of a store as somebody sees them, by offset.
func recordsAs(t *testing.T, s Searcher, scope model.Scope, n int) []model.Record {
	t.Helper()
	out, seen := make([]model.Record, n), 0
	_, err := Run(t.Context(), s, parse(t, "*"), Options{Scope: scope, Workers: 1}, func(b *logsql.Batch) error {
		for i := range b.N {
			fields := row{}
			for k := range b.Columns {
				if v := b.Columns[k].At(i); v != "" {
					fields[strings.Clone(b.Columns[k].Name)] = strings.Clone(v)
				}
			}
			id := fields["_record_id"]
			offset, err := strconv.Atoi(id[strings.LastIndexByte(id, '-')+1:])
			if err != nil {
				return err
			}
			out[offset] = recordOf(fields, b.Times[i])
			seen++
		}
		return nil
	})
	if err != nil || seen != n {
		t.Fatalf("%d rows are seen, want %d; error %v", seen, n, err)
	}
	return out
}

func recordOf(fields row, time int64) model.Record {
	r := model.Record{Dataset: fields["_dataset"], Msg: fields["_msg"], Format: fields["_format"], Input: fields["_source"], Time: time}
	r.Severity = model.ParseSeverity(fields["_severity"])
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch {
		case model.ReservedName(name):
		case logsql.StreamValue(fields["_stream"], name) != "":
			r.Stream = append(r.Stream, model.Field{Name: name, Value: fields[name]})
		default:
			r.Fields = append(r.Fields, model.Field{Name: name, Value: fields[name]})
		}
	}
	return r
}

// How a block keeps a field depends on rows that are not seen: whoever sees a part, or fields masked, cannot ask for it, in
// whatever place of a query. What a batch of the pipes says of it is what its block does.
func TestColumnTypesAreOfThoseWhoSeeEverything(t *testing.T) {
	var stores []*logs.Store
	for _, theirs := range []string{"info", "warn"} { // what team B has sent makes level of all rows a constant, or a dictionary
		var records []*model.Record
		for i := range 50 {
			r := plainRow(i, "one", model.Field{Name: "level", Value: "info"}, model.Field{Name: "list", Value: `["x","y"]`})
			r.Stream = []model.Field{{Name: "team", Value: string("ab"[i%2])}}
			if i%2 == 1 {
				r.Fields[0].Value = theirs
			}
			records = append(records, r)
		}
		s, seal := storeOf(t, records)
		seal()
		stores = append(stores, s)
	}
	scopes := map[string]model.Scope{
		"of a team": scopeOf(nil, model.Grant{Stream: `{team="a"}`}), "masked": scopeOf([]string{"user"}, model.Grant{}),
		"masked to nothing there": scopeOf([]string{"user"}, model.Grant{Stream: `{team="a"}`}),
	}
	for _, kind := range []string{"const", "dict"} {
		is := ":value_type(" + kind + ")"
		for text, none := range map[string]string{
			"level" + is + " | count() n":                                           `{"n":"0"}`,
			"lev*" + is + " | count() n":                                            `{"n":"0"}`,
			"*" + is + " | count() n":                                               `{"n":"0"}`,
			"level:(value_type(" + kind + ") or nothing) | count() n":               `{"n":"0"}`,
			"(nothing or lev*" + is + ") | count() n":                               `{"n":"0"}`,
			"* | fields level | filter level" + is + " | count() n":                 `{"n":"0"}`,
			"* | fields level | filter lev*" + is + " | count() n":                  `{"n":"0"}`,
			"* | delete foo | filter level" + is + " | count() n":                   `{"n":"0"}`,
			"* | delete foo | filter !level" + is + " | count() all | filter all:0": "",
			"* | stats count() if (level" + is + ") n":                              `{"n":"0"}`,
			"* | stats count() if (*" + is + ") n":                                  `{"n":"0"}`,
			"* | running_stats count() if (level" + is + ") n | filter n:>0":        "",
			"* | total_stats count() if (level" + is + ") n | filter n:>0":          "",
			"* | extract if (level" + is + ") \"<x>n\" from level | filter x:*":     "",
			"* | format if (level" + is + ") \"yes\" as x | filter x:*":             "",
			"* | unroll if (level" + is + ") by (list) | filter list:=x":            "",
			"* | union (lev*" + is + ") | stats count() if (level" + is + ") n":     `{"n":"0"}`,
			"_msg:in(level" + is + " | fields _msg) | count() n":                    `{"n":"0"}`,
		} {
			for who, scope := range scopes {
				for i, s := range stores {
					if got := strings.Join(answerAs(t, s, scope, text), " "); got != none {
						t.Errorf("%s, store %d: %s: %s, want %s", who, i, text, got, none)
					}
				}
			}
		}
	}
	for i, want := range []string{`{"c":"50","d":"0"}`, `{"c":"0","d":"50"}`} {
		got := answer(t, stores[i], "* | stats count() if (level:value_type(const)) c, count() if (level:value_type(dict)) d")
		if got[0] != want {
			t.Errorf("who sees everything: store %d: %s, want %s", i, got, want)
		}
	}
}

// How blocks keep their rows depends on those that are not seen.
func TestBlocksAreOfThoseWhoSeeEverything(t *testing.T) {
	var records []*model.Record
	for i := range 50 {
		r := plainRow(i, "one", model.Field{Name: "level", Value: "info"})
		r.Stream = []model.Field{{Name: "team", Value: string("ab"[i%2])}}
		if i%2 == 1 {
			r.Fields[0].Value = fmt.Sprint(i)
		}
		records = append(records, r)
	}
	s, seal := storeOf(t, records)
	seal()
	scope := scopeOf(nil, model.Grant{Stream: `{team="a"}`})
	for _, pipe := range []string{"block_stats", "blocks_count", "fields level | block_stats"} {
		_, err := Run(t.Context(), s, parse(t, "* | "+pipe), Options{Scope: scope}, discard)
		var limit *model.LimitError
		if !errors.As(err, &limit) || limit.Code != "query.scope" {
			t.Errorf("%s: %v", pipe, err)
		}
		if _, err := Run(t.Context(), s, parse(t, "* | "+pipe), Options{Scope: scopeOf(nil, model.Grant{})}, discard); err != nil {
			t.Errorf("%s for who sees everything: %v", pipe, err)
		}
	}
	var explained model.Explain
	progress := &model.Progress{}
	if _, err := Run(t.Context(), s, parse(t, "info | query_stats"), Options{Scope: scope, Explain: &explained, Progress: progress}, func(b *logsql.Batch) error {
		for _, name := range []string{"BytesReadTotal", "BlocksProcessed", "RowsProcessed"} {
			if v := b.Value(0, name); v != "0" {
				t.Errorf("query_stats tells %s %s", name, v)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, step := range explained.Steps {
		if step.Rows+step.Blocks+step.Segments+step.Bytes != 0 {
			t.Errorf("explained: %+v", step)
		}
	}
	if done, total := progress.Segments(); done+total+progress.Bytes() != 0 {
		t.Errorf("progress: %d of %d segments, %d bytes", done, total, progress.Bytes())
	}
}
