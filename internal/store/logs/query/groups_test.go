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
