package query

import (
	"context"
	"log/slog"

	"github.com/haetae/haetae/internal/analysis/pattern"
	"github.com/haetae/haetae/internal/model"
)

// testBook is the book of patterns of all tests.
var testBook = func() *pattern.Book {
	b, err := pattern.Open(context.Background(), noState{}, slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}
	return b
}()

// noState keeps nothing.
type noState struct{}

func (noState) Keys(context.Context, string) ([]string, error) { return nil, nil }
func (noState) Get(context.Context, string) ([]byte, error)    { return nil, nil }
func (noState) Put(context.Context, map[string][]byte) error   { return nil }

// patternField returns a field of a row as a store has it, those of its pattern too.
func patternField(r row, name string) string {
	switch name {
	case model.FieldPattern:
		return testBook.Finder().Find(r[model.FieldMsg]).String()
	case model.FieldPatternLine:
		return r[model.FieldMsg]
	}
	return r[name]
}
