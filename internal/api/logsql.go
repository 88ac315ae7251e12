package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/logsql"
)

// registerLogsQL adds VictoriaLogs' query paths, in its own shapes, so that clients which know it work unchanged.
func (s *server) registerLogsQL(mux *http.ServeMux) {
	routes := map[string]func(http.ResponseWriter, *http.Request) error{
		"query":               s.vlQuery,
		"tail":                s.vlTail,
		"hits":                s.vlHits,
		"facets":              s.vlFacets,
		"stats_query":         s.vlStats,
		"stats_query_range":   s.vlStatsRange,
		"field_names":         s.vlFieldNames,
		"field_values":        s.vlFieldValues,
		"streams":             s.vlValuesOf("_stream"),
		"stream_ids":          s.vlValuesOf("_stream_id"),
		"stream_field_names":  s.vlStreamFieldNames,
		"stream_field_values": s.vlStreamFieldValues,
	}
	for name, h := range routes {
		mux.HandleFunc("/select/logsql/"+name, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet && r.Method != http.MethodPost {
				w.Header().Set("Allow", "GET, POST")
				p := NewProblem("request.invalid", "use GET or POST")
				p.Status = http.StatusMethodNotAllowed
				writeProblem(w, r, p)
				return
			}
			if err := h(w, r); err != nil {
				writeProblem(w, r, err)
			}
		})
	}
}

// partialHeader says why an answer is partial, whose shape has no place for that: a header, or of rows that are streamed a
// trailer.
const partialHeader = "X-Haetae-Partial"

// vlQuery streams rows as JSON lines; limit=N keeps the newest N.
func (s *server) vlQuery(w http.ResponseWriter, r *http.Request) error {
	req, err := s.request(r)
	if err != nil {
		return err
	}
	limit, err := intParam(r, "limit", 0)
	if err != nil {
		return err
	}
	if limit > 0 {
		pipes := "limit " + strconv.Itoa(limit)
		if len(req.Query.Pipes) == 0 {
			pipes = "sort by (_time desc) | " + pipes
		}
		if req, err = with(req, pipes); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/stream+json")
	out := newLineWriter(w)
	stats, err := s.Engine.Run(r.Context(), req, func(b *logsql.Batch) error {
		for i := range b.N {
			out.buf = append(b.AppendJSON(out.buf, i), '\n')
		}
		return out.flushIfLarge()
	})
	if err != nil {
		if !out.written && len(out.buf) == 0 {
			return err
		}
		logInside(r.Context(), err)
		panic(http.ErrAbortHandler) // half an answer must not look whole
	}
	if stats.Partial {
		name := partialHeader
		if out.written {
			name = http.TrailerPrefix + name
		}
		w.Header().Set(name, stats.PartialReason)
	}
	_ = out.flush() // the client may be gone
	return nil
}

// gather is collect for an answer of this protocol, which says in its header when it is partial.
func (s *server) gather(w http.ResponseWriter, r *http.Request, req Request, pipes string, fields ...string) ([][]string, error) {
	rows, stats, err := collectRows(r.Context(), s.Engine, req, pipes, fields...)
	if stats.Partial {
		w.Header().Set(partialHeader, stats.PartialReason)
	}
	return rows, err
}

// vlTail streams new rows as JSON lines until the client goes.
func (s *server) vlTail(w http.ResponseWriter, r *http.Request) error {
	req, err := s.request(r)
	if err != nil {
		return err
	}
	if err := s.Engine.CheckTail(req.Query); err != nil {
		return err
	}
	var out *lineWriter // nil until the tail has begun: a tail that is refused is a problem
	err = s.Engine.Tail(r.Context(), TailRequest{Scope: req.Scope, Query: req.Query, Text: req.Text}, func(c TailChunk) error {
		if out == nil {
			w.Header().Set("Content-Type", "application/stream+json")
			w.WriteHeader(http.StatusOK)
			out = newLineWriter(w)
			if err := out.push(); err != nil {
				return err
			}
		}
		if c.Rows == nil {
			return nil
		}
		for i := range c.Rows.N {
			out.buf = append(c.Rows.AppendJSON(out.buf, i), '\n')
		}
		return out.flush()
	})
	if out == nil {
		return err
	}
	if err != nil && (r.Context().Err() == nil || isRefusal(err)) {
		logInside(r.Context(), err)
		panic(http.ErrAbortHandler) // a tail that broke off must not look ended
	}
	return nil
}

type hitsGroup struct {
	Fields     map[string]string `json:"fields"`
	Timestamps []string          `json:"timestamps"`
	Values     []int64           `json:"values"`
	Total      int64             `json:"total"`
}

// vlHits counts rows by time bucket and, with field=..., by the values of fields.
func (s *server) vlHits(w http.ResponseWriter, r *http.Request) error {
	req, err := s.request(r)
	if err != nil {
		return err
	}
	fieldsLimit, err := intParam(r, "fields_limit", 0)
	if err != nil {
		return err
	}
	bucket, err := bucketOf(r, "1d")
	if err != nil {
		return err
	}
	fields := r.Form["field"]
	by := []string{bucket}
	for _, f := range fields {
		by = append(by, quote(f))
	}
	columns := append([]string{"_time"}, fields...)
	rows, err := s.gather(w, r, req, "stats by ("+strings.Join(by, ", ")+") count() as hits", append(columns, "hits")...)
	if err != nil {
		return err
	}
	groups := groupHits(rows, fields)
	if fieldsLimit > 0 && len(groups) > fieldsLimit {
		groups = foldHits(groups, fieldsLimit)
	}
	return answer(w, map[string]any{"hits": groups})
}

// groupHits makes a group of each combination of field values, most hits first. Rows are time, values, hits.
func groupHits(rows [][]string, fields []string) []*hitsGroup {
	sortRows(rows)
	byValues := map[string]*hitsGroup{}
	groups := []*hitsGroup{}
	for _, row := range rows {
		values := row[1 : len(row)-1]
		key := strings.Join(values, "\x00")
		g := byValues[key]
		if g == nil {
			g = &hitsGroup{Fields: map[string]string{}}
			for i, f := range fields {
				g.Fields[f] = values[i]
			}
			byValues[key] = g
			groups = append(groups, g)
		}
		n, _ := strconv.ParseInt(row[len(row)-1], 10, 64) // count() writes whole numbers
		g.add(row[0], n)
	}
	slices.SortStableFunc(groups, func(a, b *hitsGroup) int { return int(b.Total - a.Total) })
	return groups
}

func (g *hitsGroup) add(timestamp string, n int64) {
	g.Timestamps = append(g.Timestamps, timestamp)
	g.Values = append(g.Values, n)
	g.Total += n
}

// foldHits keeps the groups with most hits and joins the others into one without fields.
func foldHits(groups []*hitsGroup, limit int) []*hitsGroup {
	sums := map[string]int64{}
	for _, g := range groups[limit:] {
		for i, t := range g.Timestamps {
			sums[t] += g.Values[i]
		}
	}
	rest := &hitsGroup{Fields: map[string]string{}}
	times := make([]string, 0, len(sums))
	for t := range sums {
		times = append(times, t)
	}
	slices.Sort(times)
	for _, t := range times {
		rest.add(t, sums[t])
	}
	return append(groups[:limit:limit], rest)
}

// bucketOf writes step and offset of a request as a bucket of "stats by".
func bucketOf(r *http.Request, fallback string) (string, error) {
	step, offset := r.FormValue("step"), r.FormValue("offset")
	if step == "" {
		step = fallback
	}
	if _, err := strconv.ParseFloat(step, 64); err == nil {
		step += "s" // a bare number is seconds
	}
	bucket := "_time:" + step
	if offset != "" {
		bucket += " offset " + offset
	}
	if _, err := logsql.Parse("* | stats by ("+bucket+") count()", logsql.Options{}); err != nil {
		return "", invalid("step", fmt.Errorf("%q (offset %q) is not a time span such as 30s or 1h", step, offset))
	}
	return bucket, nil
}

type valueHits struct {
	Value string `json:"value"`
	Hits  int64  `json:"hits"`
}

func (s *server) vlFieldNames(w http.ResponseWriter, r *http.Request) error {
	return s.values(w, r, "field_names", "name")
}

func (s *server) vlFieldValues(w http.ResponseWriter, r *http.Request) error {
	field := r.FormValue("field")
	if field == "" {
		return invalid("field", errors.New("is missing"))
	}
	return s.vlValuesOf(field)(w, r)
}

// vlValuesOf lists the values of one field with their hits.
func (s *server) vlValuesOf(field string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		limit, err := intParam(r, "limit", 0)
		if err != nil {
			return err
		}
		pipes := "field_values " + quote(field)
		if limit > 0 {
			pipes += " limit " + strconv.Itoa(limit)
		}
		return s.values(w, r, pipes, field)
	}
}

// values answers with the rows of a query as values with hits, most first.
func (s *server) values(w http.ResponseWriter, r *http.Request, pipes, column string) error {
	req, err := s.request(r)
	if err != nil {
		return err
	}
	rows, err := s.gather(w, r, req, pipes, column, "hits")
	if err != nil {
		return err
	}
	values := make([]valueHits, 0, len(rows))
	for _, row := range rows {
		n, _ := strconv.ParseInt(row[1], 10, 64) // hits are whole numbers
		values = append(values, valueHits{Value: row[0], Hits: n})
	}
	return answerValues(w, values, 0)
}

// answerValues answers with the values that have most hits; limit 0 means all.
func answerValues(w http.ResponseWriter, values []valueHits, limit int) error {
	slices.SortFunc(values, func(a, b valueHits) int {
		if a.Hits != b.Hits {
			return int(b.Hits - a.Hits)
		}
		return strings.Compare(a.Value, b.Value)
	})
	if limit > 0 && len(values) > limit {
		values = values[:limit]
	}
	return answer(w, map[string]any{"values": values})
}

type facetValue struct {
	Value string `json:"field_value"`
	Hits  int64  `json:"hits"`
}

type facet struct {
	Field  string       `json:"field_name"`
	Values []facetValue `json:"values"`
}

// vlFacets lists the most frequent values of each field.
func (s *server) vlFacets(w http.ResponseWriter, r *http.Request) error {
	req, err := s.request(r)
	if err != nil {
		return err
	}
	pipes := "facets"
	for _, p := range []struct{ param, word string }{{"limit", ""}, {"max_values_per_field", "max_values_per_field "}, {"max_value_len", "max_value_len "}} {
		n, err := intParam(r, p.param, 0)
		if err != nil {
			return err
		}
		if n > 0 {
			pipes += " " + p.word + strconv.Itoa(n)
		}
	}
	if keep, _ := strconv.ParseBool(r.FormValue("keep_const_fields")); keep {
		pipes += " keep_const_fields"
	}
	rows, err := s.gather(w, r, req, pipes, "field_name", "field_value", "hits")
	if err != nil {
		return err
	}
	facets := []facet{}
	for _, row := range rows {
		i := slices.IndexFunc(facets, func(f facet) bool { return f.Field == row[0] })
		if i < 0 {
			i = len(facets)
			facets = append(facets, facet{Field: row[0]})
		}
		n, _ := strconv.ParseInt(row[2], 10, 64) // hits are whole numbers
		facets[i].Values = append(facets[i].Values, facetValue{Value: row[1], Hits: n})
	}
	return answer(w, map[string]any{"facets": facets})
}

func answer(w http.ResponseWriter, body any) error {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
	return nil
}

// unixSeconds writes a time as Prometheus does: seconds with milliseconds.
func unixSeconds(t time.Time) json.Number {
	return json.Number(strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', -1, 64))
}
