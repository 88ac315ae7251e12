package logs

import (
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// A scope is held to here, where rows come from: it is a part of what each search and each tail looks for. So whatever is
// made of rows (counts, patterns, facets, exports) is made of rows that are seen. What a search tells besides its rows
// (Stats, Progress, Trace) would tell of the others; of scopes that are not Whole it is left out.

// errBlocks is what block_stats and blocks_count answer to those who do not see every row of a block.
var errBlocks = &model.LimitError{
	Code: "query.scope", Bound: "the bounds of what you may see",
	Hint: "how blocks are stored tells of records that you do not see: block_stats and blocks_count want an account that sees all",
}

// partly is the reason why an answer is partial as those are told who do not see everything.
const partly = "some records could not be searched; somebody who sees everything is told which"

// narrow makes the scope a part of the search. It reports whether the scope sees anything that is searched.
func (r *Search) narrow() bool {
	if r.Scope.All() {
		return true
	}
	datasets, of := r.granted()
	if len(datasets) == 0 {
		return false
	}
	r.Datasets = datasets
	if r.Scope.Whole() {
		return true
	}
	r.limit = oneOf(datasets, of)
	r.Progress.Hide()
	r.Trace = nil
	if r.Filter == nil {
		r.Filter = logsql.All{}
	}
	if r.masks = r.Scope.Masked(); r.masks == nil {
		r.Filter = logsql.Join(r.limit, r.Filter)
	}
	return true
}

// granted returns which of the datasets are seen, and which of the rows of each.
func (r *Search) granted() (datasets []string, of []logsql.Filter) {
	grants, masked := r.Scope.Grants(), len(r.Scope.Masked()) > 0
	for _, dataset := range r.Datasets {
		var alternatives []logsql.Filter
		for _, g := range grants {
			if !g.Names(dataset) || dataset == model.DatasetDeadLetter && !readsLetters(&g, masked) {
				continue
			}
			// A text that cannot be read grants nothing; who grants is told.
			if f, err := logsql.ParseStreamFilter(g.Stream); err == nil {
				alternatives = append(alternatives, f)
			}
		}
		if len(alternatives) > 0 {
			datasets, of = append(datasets, dataset), append(of, logsql.AnyOf(alternatives...))
		}
	}
	return datasets, of
}

// readsLetters reports whether a grant is of dead letters: these may hold the bytes of a record that could not be decoded, whose
// stream and fields nobody knows. So a filter of streams is not enough, unless the dataset is named, and nothing is where
// fields are masked.
func readsLetters(g *model.Grant, masked bool) bool {
	return !masked && (g.Stream == "" || len(g.Datasets) > 0)
}

// oneOf returns the filter that finds of each dataset the rows that its own filter does.
func oneOf(datasets []string, of []logsql.Filter) logsql.Filter {
	same := true
	for _, f := range of[1:] {
		same = same && f.String() == of[0].String()
	}
	if same {
		return of[0]
	}
	alternatives := make([]logsql.Filter, len(of))
	for i, f := range of {
		alternatives[i] = logsql.Join(logsql.OfDataset(datasets[i]), f)
	}
	return logsql.AnyOf(alternatives...)
}

// hide leaves out what does not follow from the rows that are seen.
func (s *Stats) hide() {
	partial := s.Stale != "" || len(s.Missing) > 0 || len(s.Damaged) > 0
	*s = Stats{RowsMatched: s.RowsMatched, CompleteUpTo: s.CompleteUpTo, First: s.First, Last: s.Last}
	if partial {
		s.Stale = partly
	}
}

// maxStreamsSeen bounds the streams that a tail remembers whether it sees.
const maxStreamsSeen = 10_000

// seen returns what counts the rows of a delta that the scope sees.
func (r *Search) seen() func(d *delta) int {
	if r.limit == nil {
		return func(d *delta) int { return d.view.Info().Rows - d.from }
	}
	sees := map[streamOfDataset]bool{}
	return func(d *delta) int {
		streams, of, _ := d.view.Streams() // open rows cannot fail
		n := 0
		for _, i := range of[d.from:] {
			key := streamOfDataset{streams[i], d.dataset}
			seen, known := sees[key]
			if !known {
				if len(sees) >= maxStreamsSeen {
					clear(sees)
				}
				seen = r.limit.Match(key)
				sees[key] = seen
			}
			if seen {
				n++
			}
		}
		return n
	}
}

// streamOfDataset shows a stream to the filter of a scope, which looks at nothing else.
type streamOfDataset struct {
	stream  *block.Stream
	dataset string
}

// Value implements logsql.Row.
func (s streamOfDataset) Value(name string) string {
	if name == model.FieldDataset {
		return s.dataset
	}
	return ""
}

// Time implements logsql.Row.
func (s streamOfDataset) Time() int64 { return 0 }

// StreamField implements logsql.Row.
func (s streamOfDataset) StreamField(name string) string { return s.stream.Value(name) }

// Each implements logsql.Row.
func (s streamOfDataset) Each(string, func(string) bool) {}
