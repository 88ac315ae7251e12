package api

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/logsql"
)

// promSeries is one series of Prometheus' query API.
type promSeries struct {
	Metric map[string]string `json:"metric"`
	Value  []any             `json:"value,omitempty"`  // of a vector: time, text
	Values [][]any           `json:"values,omitempty"` // of a matrix
}

// vlStats answers a query that ends in stats as Prometheus' instant query.
func (s *server) vlStats(w http.ResponseWriter, r *http.Request) error {
	req, stats, err := s.statsRequest(r)
	if err != nil {
		return err
	}
	at := time.Now()
	if t := r.FormValue("time"); t != "" {
		ns, err := parseTime(t, at)
		if err != nil {
			return invalid("time", err)
		}
		at = time.Unix(0, ns)
		req.Max = min(req.Max, ns)
	}
	rows, err := s.gather(w, r, req, "", columnsOf(stats)...)
	if err != nil {
		return err
	}
	result := []promSeries{}
	for _, row := range rows {
		for i, f := range stats.Funcs {
			result = append(result, promSeries{Metric: labels(stats, row, f), Value: []any{unixSeconds(at), row[len(stats.By)+i]}})
		}
	}
	return answer(w, promAnswer("vector", result))
}

// vlStatsRange answers a query that ends in stats as Prometheus' range query, in buckets of step.
func (s *server) vlStatsRange(w http.ResponseWriter, r *http.Request) error {
	req, stats, err := s.statsRequest(r)
	if err != nil {
		return err
	}
	bucket, err := bucketOf(r, "1d")
	if err != nil {
		return err
	}
	if stats, err = withBucket(stats, bucket); err != nil {
		return err
	}
	req.Query.Pipes = slices.Clone(req.Query.Pipes)
	i := slices.IndexFunc(req.Query.Pipes, isStats)
	req.Query.Pipes[i] = stats
	rows, err := s.gather(w, r, req, "", columnsOf(stats)...)
	if err != nil {
		return err
	}
	sortRows(rows) // by time, which is the first column
	var keys []string
	series := map[string]*promSeries{}
	for _, row := range rows {
		at, err := time.Parse(time.RFC3339Nano, row[0])
		if err != nil {
			return NewProblem("query.unsupported", "a row of the answer has no _time of a step: pipes behind stats must keep it, and union or join cannot stand there")
		}
		for i, f := range stats.Funcs {
			key := f.As + "\x00" + strings.Join(row[1:len(stats.By)], "\x00")
			one := series[key]
			if one == nil {
				one = &promSeries{Metric: labels(stats, row, f)}
				delete(one.Metric, "_time")
				series[key] = one
				keys = append(keys, key)
			}
			one.Values = append(one.Values, []any{unixSeconds(at), row[len(stats.By)+i]})
		}
	}
	slices.Sort(keys)
	result := []promSeries{}
	for _, key := range keys {
		result = append(result, *series[key])
	}
	return answer(w, promAnswer("matrix", result))
}

func (s *server) statsRequest(r *http.Request) (Request, *logsql.PipeStats, error) {
	req, err := s.request(r)
	if err != nil {
		return req, nil, err
	}
	i := slices.IndexFunc(req.Query.Pipes, isStats)
	if i < 0 {
		p := NewProblem("query.unsupported", "the query must end in a stats pipe, such as | stats by (host) count()")
		return req, nil, p
	}
	return req, req.Query.Pipes[i].(*logsql.PipeStats), nil
}

func isStats(p logsql.Pipe) bool {
	_, ok := p.(*logsql.PipeStats)
	return ok
}

// withBucket groups by time first.
func withBucket(stats *logsql.PipeStats, bucket string) (*logsql.PipeStats, error) {
	q, err := logsql.Parse("* | stats by ("+bucket+") count()", logsql.Options{Now: math.MaxInt64})
	if err != nil {
		return nil, err
	}
	by := []logsql.GroupField{q.Pipes[0].(*logsql.PipeStats).By[0]}
	for _, g := range stats.By {
		if g.Name != "_time" {
			by = append(by, g)
		}
	}
	return &logsql.PipeStats{By: by, Funcs: stats.Funcs}, nil
}

// columnsOf lists the columns of a stats pipe's result: its groups, then its functions.
func columnsOf(stats *logsql.PipeStats) []string {
	var names []string
	for _, g := range stats.By {
		names = append(names, g.Name)
	}
	for _, f := range stats.Funcs {
		names = append(names, f.As)
	}
	return names
}

func labels(stats *logsql.PipeStats, row []string, f logsql.StatsFunc) map[string]string {
	m := map[string]string{"__name__": f.As}
	for i, g := range stats.By {
		m[g.Name] = row[i]
	}
	return m
}

func promAnswer(kind string, result []promSeries) map[string]any {
	return map[string]any{"status": "success", "data": map[string]any{"resultType": kind, "result": result}}
}
