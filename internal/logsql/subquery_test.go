package logsql

import "testing"

func TestSubqueriesAreReplacedByTheirValues(t *testing.T) {
	ask := func(function string) *Subquery {
		inner, err := Parse("admin | fields id", Options{})
		if err != nil {
			t.Fatal(err)
		}
		return &Subquery{Field: "user", Function: function, Query: inner, From: "id"}
	}
	base, err := Parse("error | limit 5", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		q      *Query
		values []string
		want   string
	}{
		{base.AndFilter(ask("in")), []string{"a", "b c"}, `error user:in(a,"b c") | limit 5`},
		{base.AndFilter(ask("in")), nil, `!* | limit 5`},
		{base.AndFilter(&Not{ask("in")}), nil, `error | limit 5`},
		{base.AndFilter(&Or{[]Filter{ask("contains_any"), All{}}}), []string{"a"}, `error | limit 5`},
		{base.AndFilter(ask("contains_all")), nil, `error user:contains_all() | limit 5`},
		{base.With(&PipeFilter{ask("in")}), []string{"a"}, `error | limit 5 | filter user:in(a)`},
		{base.With(&PipeStats{Funcs: []StatsFunc{{Name: "count", As: "n", Filter: ask("in")}}}), []string{"a"}, `error | limit 5 | stats count() if (user:in(a)) as n`},
	} {
		before := c.q.String()
		got, err := c.q.Resolve(func(s *Subquery) ([]string, error) {
			if s.Query.String() != "admin | fields id" || s.From != "id" {
				t.Errorf("asked %s for %s", s.Query, s.From)
			}
			return c.values, nil
		})
		if err != nil || got.String() != c.want {
			t.Errorf("%s: %v, error %v; want %s", before, got, err, c.want)
		}
		if after := c.q.String(); after != before {
			t.Errorf("%s became %s: a query that is kept would answer with old values", before, after)
		}
	}
}

func TestSubqueryNeedsOneField(t *testing.T) {
	for text, want := range map[string]string{
		"admin | fields id":          "id",
		"admin | uniq by (id)":       "id",
		"admin | fields id, name":    "",
		"admin | fields id*":         "",
		"admin":                      "",
		"admin | stats count() as n": "",
	} {
		p := newParser(text, Options{})
		_, field, err := p.subquery(true)
		if field != want || (err == nil) != (want != "") {
			t.Errorf("%s: field %q, error %v; want %q", text, field, err, want)
		}
	}
}
