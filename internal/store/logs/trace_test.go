package logs

import (
	"math/rand/v2"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// What an explanation says must add up: each step's rows are those of the step before less what it took away, and the
// last step's are the answer.
func TestTraceAddsUp(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 11))
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	for i := range 3000 {
		r := plainRecord(i, slotted(rnd))
		r.Severity = model.Severity(rnd.IntN(5))
		if i%3 == 0 {
			r.Format, r.Msg = "pairs@1", "code=7 "+r.Msg
		}
		w.Append(w.Offset(), r)
		if i == 2000 {
			checkpoint(t, w)
		}
	}
	w.Publish()
	for _, query := range []string{"*", "error", `error {host.name="h1"}`, "code:7 error", "missing:x", "_severity:warn order", `"Failed password" port !root`} {
		for _, req := range []Search{{}, {All: true}, {Fields: []string{"host.name"}, Repeats: true}, {Min: 1, Max: 1 << 62}} {
			req.Filter, req.Scope, req.Trace = filter(t, query), model.Everything, &Trace{}
			stats, err := f.Search(t.Context(), req, func(int, *logsql.Batch) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			var x model.Explain
			req.Trace.Explain(&x)
			if x.Steps[0].Rows != 3000 {
				t.Errorf("%s: the dataset has %d rows, not 3000", query, x.Steps[0].Rows)
			}
			for i, step := range x.Steps {
				taken := int64(0)
				for _, p := range step.Pruned {
					taken += p.Rows
				}
				if i > 1 && x.Steps[i-1].Rows-taken != step.Rows {
					t.Errorf("%s: step %q leaves %d rows of %d, and says that it took %d", query, step.Filter, step.Rows, x.Steps[i-1].Rows, taken)
				}
			}
			answered := int64(0)
			for _, a := range x.Answers {
				if a.By != model.ByParser {
					answered += a.Rows
				}
			}
			if last := x.Steps[len(x.Steps)-1]; last.Rows != stats.RowsMatched || answered != stats.RowsMatched {
				t.Errorf("%s: %d rows are left and %d answered, %d matched", query, last.Rows, answered, stats.RowsMatched)
			}
		}
	}
}
