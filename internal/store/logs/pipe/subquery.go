package pipe

import (
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// QueryFunc runs a query within the query and hands its rows to emit, one batch at a time; a batch is valid during the
// call. It shares the memory, the time and the cancelling of the outer query.
type QueryFunc func(q *logsql.Query, emit func(*logsql.Batch) error) error

// FieldValues runs the query of a filter such as in(...) and returns the different values of its field, "" among them
// when one of its rows lacks the field.
func FieldValues(f *logsql.Subquery, budget *Budget, run QueryFunc) ([]string, error) {
	acct := &account{
		budget: budget, pipe: f.Function + "(...)", holds: "values",
		narrow: "add a filter to the query within it, or shorten its time range",
	}
	var values []string
	q := f.Query.With(&logsql.PipeStats{
		By: []logsql.GroupField{{Name: f.From}}, Funcs: []logsql.StatsFunc{{Name: "count", As: f.From + " rows"}},
	})
	err := run(q, func(b *logsql.Batch) error {
		from := lookup(b, f.From)
		for i := range b.N {
			v := from.at(i)
			if err := acct.add(len(v) + setEntryBytes); err != nil {
				return err
			}
			values = append(values, strings.Clone(v))
		}
		return nil
	})
	return values, err
}
