package api

import (
	"context"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// with returns the request with more pipes behind its query, written as LogsQL.
func with(req Request, pipes string) (Request, error) {
	if pipes == "" {
		return req, nil
	}
	q, err := logsql.Parse("* | "+pipes, logsql.Options{})
	if err != nil {
		return req, err
	}
	req.Query = req.Query.With(q.Pipes...)
	return req, nil
}

// collect runs a query whose result is small and returns the rows as values of the given fields.
func (s *server) collect(ctx context.Context, req Request, pipes string, fields ...string) ([][]string, error) {
	rows, _, err := collectRows(ctx, s.Engine, req, pipes, fields...)
	return rows, err
}

// collectRows is collect with another engine, and says what the query cost.
func collectRows(ctx context.Context, engine Engine, req Request, pipes string, fields ...string) ([][]string, Stats, error) {
	req, err := with(req, pipes)
	if err != nil {
		return nil, Stats{}, err
	}
	var rows [][]string
	stats, err := engine.Run(ctx, req, func(b *logsql.Batch) error {
		for i := range b.N {
			row := make([]string, len(fields))
			for k, f := range fields {
				row[k] = strings.Clone(b.Value(i, f))
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, stats, err
}

// sortRows orders rows by the columns from left to right, as text.
func sortRows(rows [][]string) {
	slices.SortFunc(rows, slices.Compare)
}
