package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/haetae/haetae/bench/rows"
)

// team is a part of the usual rows: two of five.
const team = `{app="nginx"}`

// scopedQueries compares the queries of a token that sees a team's rows with those of somebody who sees everything and asks
// for these rows, in turn on the same server.
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
		secret, err := makeToken(s, team)
		if err != nil {
			return err
		}
		scoped, whole := *s, *s
		scoped.name, whole.name, whole.filter = "team", "everything", team+" "
		scoped.client = &http.Client{Transport: bearer{secret, s.client.Transport}}
		servers := []*server{&scoped, &whole}
		printQueryHead(servers)
		for _, q := range queries {
			results, err := measureQuery(servers, q)
			if err != nil {
				return err
			}
			printQuery(q, results)
		}
		return nil
	})
}

// makeToken makes a token that sees the rows of a stream filter. Nobody is administrator of the server yet, so this machine may.
func makeToken(s *server, stream string) (secret string, err error) {
	body, err := json.Marshal(map[string]any{"name": "bench", "role": "viewer", "stream": stream, "datasets": []string{}})
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
