package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// vlStreamFieldNames lists the names of stream fields with the rows of the streams that have them.
func (s *server) vlStreamFieldNames(w http.ResponseWriter, r *http.Request) error {
	return s.streamFields(w, r, func(name, _ string) string { return name })
}

// vlStreamFieldValues lists the values of one stream field.
func (s *server) vlStreamFieldValues(w http.ResponseWriter, r *http.Request) error {
	field := r.FormValue("field")
	if field == "" {
		return invalid("field", errors.New("is missing"))
	}
	return s.streamFields(w, r, func(name, value string) string {
		if name != field {
			return ""
		}
		return value
	})
}

// streamFields counts rows by what pick takes of each stream's fields.
func (s *server) streamFields(w http.ResponseWriter, r *http.Request, pick func(name, value string) string) error {
	req, err := s.request(r)
	if err != nil {
		return err
	}
	limit, err := intParam(r, "limit", 0)
	if err != nil {
		return err
	}
	rows, err := s.gather(w, r, req, "field_values _stream", "_stream", "hits")
	if err != nil {
		return err
	}
	hits := map[string]int64{}
	for _, row := range rows {
		n, _ := strconv.ParseInt(row[1], 10, 64) // hits are whole numbers
		eachLabel(row[0], func(name, value string) {
			if v := pick(name, value); v != "" {
				hits[v] += n
			}
		})
	}
	values := make([]valueHits, 0, len(hits))
	for v, n := range hits {
		values = append(values, valueHits{Value: v, Hits: n})
	}
	return answerValues(w, values, limit)
}

// eachLabel calls f for each pair of {a="b",c="d"}.
func eachLabel(stream string, f func(name, value string)) {
	rest := strings.TrimPrefix(stream, "{")
	for {
		name, after, ok := strings.Cut(rest, "=")
		if !ok {
			return
		}
		quoted, err := strconv.QuotedPrefix(after)
		if err != nil {
			return
		}
		value, err := strconv.Unquote(quoted)
		if err != nil {
			return
		}
		if plain, err := strconv.Unquote(name); err == nil {
			name = plain
		}
		f(name, value)
		rest = strings.TrimPrefix(after[len(quoted):], ",")
	}
}
