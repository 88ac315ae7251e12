package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/haetae/haetae/bench/rows"
)

// Two kinds of scopes of the usual rows: a team's, of every second host, so that most blocks hold rows of others too, and one
// whose filter all rows pass.
var scopes = []struct{ name, stream, filter string }{
	{"a part", `{host=~".*[02468]"}`, `{host=~".*[02468]"} `},
	{"all rows", `{host=~".+"}`, ""},
}

// scopeRuns is how often each query runs: what a scope costs is less than how much a query of a millisecond varies.
const scopeRuns = 40

// scopedQueries compares the queries of a token with a scope with those of somebody who sees everything and asks for the same
// rows, in turn on the same server.
func scopedQueries(o options) error {
	queries, err := readQueries(o.queries)
	if err != nil {
		return err
	}
	file, err := makeRows(o, rows.Options{})
	if err != nil {
		return err
	}
	return withHaetae(o, "scope", func(s *server) error {
		if _, err := ingest(s, file, o.connections); err != nil {
			return err
		}
		for _, scope := range scopes {
			secret, err := makeToken(s, "viewer", scope.stream)
			if err != nil {
				return err
			}
			scoped, whole := *s, *s
			scoped.name, whole.name, whole.filter = scope.name, "everything", scope.filter
			scoped.client = &http.Client{Transport: bearer{secret, s.client.Transport}}
			servers := []*server{&scoped, &whole}
			printQueryHead(servers)
			sum := make([]queryResult, len(servers))
			for _, q := range queries {
				results, err := measureQuery(servers, q, scopeRuns)
				if err != nil {
					return err
				}
				printQuery(q, results)
				for i, r := range results {
					sum[i].wall += r.wall
					sum[i].cpu += r.cpu
				}
			}
			printQuery(namedQuery{name: "all of them"}, sum)
			fmt.Println()
		}
		return nil
	})
}

// makeToken makes a token of a role, which sees the rows of a stream filter. Nobody is administrator of the server yet, so this machine may.
func makeToken(s *server, role, stream string) (secret string, err error) {
	body, err := json.Marshal(map[string]any{"name": "bench", "role": role, "stream": stream, "datasets": []string{}})
	if err != nil {
		return "", err
	}
	resp, err := s.client.Post(s.url+"/api/v1/tokens", "application/json", bytes.NewReader(body))
	if err != nil {
		return "", fmt.Errorf("cannot make a token: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // all was read
	var made struct{ Secret string }
	if err := json.NewDecoder(resp.Body).Decode(&made); err != nil || made.Secret == "" {
		return "", fmt.Errorf("cannot make a token: %s, %w", resp.Status, err)
	}
	return strings.TrimSpace(made.Secret), nil
}

// bearer sends a token with each request.
type bearer struct {
	secret string
	http.RoundTripper
}

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.secret)
	return b.RoundTripper.RoundTrip(r)
}
