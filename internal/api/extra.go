package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
)

// addExtraFilters narrows a query by extra_filters and extra_stream_filters, by which proxies and dashboards
// restrict what somebody asks. Each is LogsQL, or a JSON object of fields and the value, or list of values, that
// they must have.
func addExtraFilters(r *http.Request, req *Request) error {
	for _, p := range []struct {
		name   string
		stream bool
	}{{"extra_filters", false}, {"extra_stream_filters", true}} {
		for _, text := range r.Form[p.name] {
			if strings.TrimSpace(text) == "" {
				continue
			}
			if strings.HasPrefix(strings.TrimSpace(text), `{"`) {
				var err error
				if text, err = filterOfJSON(text, p.stream); err != nil {
					return invalid(p.name, err)
				}
			}
			q, err := logsql.Parse(text, logsql.Options{})
			if err == nil && len(q.Pipes) > 0 {
				err = errors.New("wants a filter without pipes")
			}
			if err != nil {
				return invalid(p.name, err)
			}
			req.Query = req.Query.AndFilter(q.Filter)
		}
	}
	return nil
}

// filterOfJSON writes {"field":"value","other":["a","b"]} as LogsQL.
func filterOfJSON(text string, stream bool) (string, error) {
	var fields map[string]any
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		return "", err
	}
	var parts []string
	for name, v := range fields {
		values, err := texts(v)
		if err != nil {
			return "", err
		}
		for i := range values {
			values[i] = quote(values[i])
		}
		list := "in(" + strings.Join(values, ",") + ")"
		if stream {
			parts = append(parts, "{"+quote(name)+" "+list+"}")
		} else {
			parts = append(parts, quote(name)+":"+list)
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, " "), nil
}

func texts(v any) ([]string, error) {
	switch v := v.(type) {
	case string:
		return []string{v}, nil
	case []any:
		var all []string
		for _, x := range v {
			s, ok := x.(string)
			if !ok {
				return nil, errors.New("wants texts in its lists")
			}
			all = append(all, s)
		}
		return all, nil
	}
	return nil, errors.New("wants a text or a list of texts for each field")
}
