package api

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/logsql"
)

// request reads the parameters that all query paths share from a URL or a posted form.
func (s *server) request(r *http.Request) (Request, error) {
	if err := refuseTenants(r); err != nil {
		return Request{}, err
	}
	now := time.Now()
	req, err := s.parse(r.FormValue("query"), r.FormValue("start"), r.FormValue("end"), now)
	if err != nil {
		return req, err
	}
	if err := addExtraFilters(r, &req); err != nil {
		return req, err
	}
	req.Scope = scopeOf(r.Context())
	if t := r.FormValue("timeout"); t != "" {
		d, err := config.ParseDuration(t)
		if err != nil {
			return req, invalid("timeout", err)
		}
		req.Timeout = int64(d)
	}
	return req, nil
}

// parse makes a request of its three texts. Times are read by parseTime; end is exclusive.
func (s *server) parse(query, start, end string, now time.Time) (Request, error) {
	req := Request{Text: query, Min: math.MinInt64, Max: math.MaxInt64}
	if query == "" { // white space alone is a query that the parser refuses, with the place
		return req, invalid("query", errors.New("is missing; * asks for everything"))
	}
	q, err := logsql.Parse(query, logsql.Options{Now: now.UnixNano()})
	if err != nil {
		return req, err
	}
	req.Query = q
	if start != "" {
		if req.Min, err = parseTime(start, now); err != nil {
			return req, invalid("start", err)
		}
	}
	if end != "" {
		t, err := parseTime(end, now)
		if err != nil {
			return req, invalid("end", err)
		}
		if t < req.Min {
			return req, invalid("start", fmt.Errorf("%s is after end %s; swap them", logsql.TimeText(req.Min), logsql.TimeText(t)))
		}
		req.Max = t - 1
	}
	return req, nil
}

func invalid(param string, err error) error {
	p := NewProblem("request.invalid", param+" "+err.Error())
	p.Params = map[string]string{"param": param}
	p.place(err)
	return p
}

// withoutPipes refuses a query where a filter alone can stand.
func withoutPipes(param string) error {
	p := NewProblem("request.invalid", param+" wants a filter without pipes")
	p.Params = map[string]string{"param": param, "said": "no_pipes"}
	return p
}

// refuseTenants keeps data of another tenant from being mixed into this server's, which has none.
func refuseTenants(r *http.Request) error {
	for _, name := range []string{"AccountID", "ProjectID"} {
		if v := r.Header.Get(name); v != "" && v != "0" {
			return NewProblem("request.invalid", fmt.Sprintf("%s %s: there are no tenants here, leave the header out or send 0", name, v))
		}
	}
	return nil
}

func intParam(r *http.Request, name string, fallback int) (int, error) {
	v := r.FormValue(name)
	if v == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return 0, invalid(name, fmt.Errorf("wants a whole number, not %q", v))
	}
	return n, nil
}

// parseTime reads a time as LogsQL does: RFC 3339 or a part of it, Unix time in s, ms, us or ns by its size, now,
// now-1h. It returns ns since the epoch.
func parseTime(text string, now time.Time) (int64, error) {
	ns, ok := logsql.ParseTime(text, logsql.Options{Now: now.UnixNano()})
	if !ok {
		return 0, fmt.Errorf("%q is not a time; write RFC 3339, Unix time, or now-1h", text)
	}
	return ns, nil
}

// quote writes a field name or value so that LogsQL reads it as it is.
func quote(s string) string { return strconv.Quote(s) }
