package query

import (
	"fmt"
	"testing"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// storeOf returns a store whose writer has rows that are not sealed, and what seals them.
func storeOf(t *testing.T, records []*model.Record) (*logs.Store, func()) {
	t.Helper()
	s, err := logs.Open(logs.Options{Dir: t.TempDir(), Meta: &memoryMeta{}, Queue: "q", Memory: 64 << 20, Cache: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	w, err := s.Writer(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range records {
		w.Append(int64(i), r)
	}
	w.Publish()
	return s, func() {
		if _, err := w.Checkpoint(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// plainRow is a row at a second of its own.
func plainRow(i int, msg string, fields ...model.Field) *model.Record {
	return &model.Record{
		Dataset: model.DatasetLogs, Time: logmix.Start + int64(i)*1e9, Observed: logmix.Start + int64(i)*1e9, Msg: msg,
		Stream: []model.Field{{Name: "source", Value: "a"}}, Input: "kafka", Fields: fields,
	}
}

// checkStates asks queries of rows in memory, and again when these are sealed.
func checkStates(t *testing.T, records []*model.Record, answers map[string]string) {
	t.Helper()
	s, seal := storeOf(t, records)
	for _, state := range []string{"unsealed", "sealed"} {
		if state == "sealed" {
			seal()
		}
		for query, want := range answers {
			if got := fmt.Sprint(answer(t, s, query)); got != want {
				t.Errorf("%s: %s: %s, want %s", state, query, got, want)
			}
		}
	}
}

// A field that a row has twice (a header of Kafka, a field of journald) has its last value; the first is nobody's.
func TestExtremesAreOfValuesThatRowsHave(t *testing.T) {
	var records []*model.Record
	for i := range 10 {
		records = append(records, plainRow(i, "a", model.Field{Name: "n", Value: "999"}, model.Field{Name: "n", Value: fmt.Sprint(5 + i%2)}))
	}
	checkStates(t, records, map[string]string{
		"* | stats max(n) as m":                          `[{"m":"6"}]`,
		"* | fields n | stats max(n) as m, count() as c": `[{"m":"6","c":"10"}]`,
		"* | uniq by (n) | sort by (n)":                  `[{"n":"5"} {"n":"6"}]`,
		"n:>100 | stats count() as c":                    `[{"c":"0"}]`,
	})
}

// What another group had last is nothing that this group has.
func TestCountUniqBehindAMissingValue(t *testing.T) {
	rows := []*model.Record{
		plainRow(0, "a", model.Field{Name: "g", Value: "a"}, model.Field{Name: "d", Value: "x"}),
		plainRow(1, "a", model.Field{Name: "g", Value: "b"}),
		plainRow(2, "a", model.Field{Name: "g", Value: "b"}, model.Field{Name: "d", Value: "x"}),
	}
	checkStates(t, rows, map[string]string{
		"* | stats by (g) count_uniq(d) as u":      `[{"g":"a","u":"1"} {"g":"b","u":"1"}]`,
		"* | stats by (g) count_uniq_hash(d) as u": `[{"g":"a","u":"1"} {"g":"b","u":"1"}]`,
		"* | stats by (g) uniq_values(d) as u":     `[{"g":"a","u":"[\"x\"]"} {"g":"b","u":"[\"x\"]"}]`,
	})
}

// Beyond 2^53 several whole numbers are one float64.
func TestLargeNumbersAreToldApart(t *testing.T) {
	var rows []*model.Record
	for i, v := range []string{"9007199254740992", "9007199254740993", "-9007199254740993", "-9007199254740992", "18446744073709551614", "18446744073709551615"} {
		for k := range 40 { // a column of numbers has many values
			g := []string{"odd", "negative", "huge"}[i/2]
			rows = append(rows, plainRow(6*k+i, "a", model.Field{Name: "g", Value: g}, model.Field{Name: "n", Value: v},
				model.Field{Name: "small", Value: fmt.Sprint(k)}, model.Field{Name: "id", Value: fmt.Sprint(i)},
				model.Field{Name: "limit", Value: "9007199254740992"}))
		}
	}
	checkStates(t, rows, map[string]string{
		"* | stats by (g) min(n) a, max(n) b, row_max(n, id) r":                  `[{"g":"huge","a":"18446744073709551614","b":"18446744073709551615","r":"{\"id\":\"5\"}"} {"g":"negative","a":"-9007199254740993","b":"-9007199254740992","r":"{\"id\":\"3\"}"} {"g":"odd","a":"9007199254740992","b":"9007199254740993","r":"{\"id\":\"1\"}"}]`,
		"* | stats min(n) a, max(n) b":                                           `[{"a":"-9007199254740993","b":"18446744073709551615"}]`,
		"small:0 | sort by (n) | fields id":                                      `[{"id":"2"} {"id":"3"} {"id":"0"} {"id":"1"} {"id":"4"} {"id":"5"}]`,
		"small:0 | sort by (n desc) limit 1 | fields id":                         `[{"id":"5"}]`,
		"small:0 g:odd n:le_field(limit) | fields id":                            `[{"id":"0"}]`,
		"small:0 g:odd limit:lt_field(n) | fields id":                            `[{"id":"1"}]`,
		"g:odd | format if (small:0) \"9007199254740994\" as n | stats max(n) m": `[{"m":"9007199254740994"}]`,
	})
}

// Whole numbers of one variable are handed on as floats.
func TestExtremesOfColumnsOfLargeNumbers(t *testing.T) {
	var rows []*model.Record
	for i := range 600 {
		rows = append(rows, plainRow(i, "a", model.Field{Name: "n", Value: fmt.Sprint(1<<60 + i*7%600)}, model.Field{Name: "g", Value: fmt.Sprint(i % 2)}))
	}
	checkStates(t, rows, map[string]string{
		"* | stats min(n) a, max(n) b":              `[{"a":"1152921504606846976","b":"1152921504606847575"}]`,
		"g:0 | stats min(n) a, max(n) b":            `[{"a":"1152921504606846976","b":"1152921504606847574"}]`,
		"g:1 | sort by (n desc) limit 1 | fields n": `[{"n":"1152921504606847575"}]`,
	})
}
