package main

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/haetae/haetae/bench/rows"
)

// Rounds and sizes of the case access. Requests of 100 rows are those of which a token is the largest part.
const (
	accessRounds  = 5
	tokenRows     = 100
	tokenRequests = 2000
	tokenFor      = 4 * time.Second
)

// accessResult is one round: rows in a CPU-second of the server, until they were found and until the last small request.
type accessResult struct{ usual, small float64 }

// ingestWithTokens stores the usual rows and then small requests, without and with a token, in turn on new servers.
func ingestWithTokens(o options) error {
	file, err := makeRows(o, rows.Options{})
	if err != nil {
		return err
	}
	bodies, err := smallBodies(file, tokenRequests, tokenRows)
	if err != nil {
		return err
	}
	results := map[string][]accessResult{}
	for range accessRounds {
		for _, name := range []string{"without", "with"} {
			err := withHaetae(o, name, func(s *server) error {
				if name == "with" {
					secret, err := makeToken(s, "admin", "") // which may also ask whether all rows are there
					if err != nil {
						return err
					}
					s.client = &http.Client{Transport: bearer{secret, s.client.Transport}}
				}
				r, err := accessRound(s, file, o.connections, bodies)
				results[name] = append(results[name], r)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	fmt.Printf("%-44s%14s%14s%10s\n", "ingest, best of rounds, rows/CPU-s", "no token", "token", "ratio")
	for _, row := range []struct {
		name  string
		value func(accessResult) float64
	}{
		{"bodies of 2 MiB", func(r accessResult) float64 { return r.usual }},
		{"requests of 100 rows", func(r accessResult) float64 { return r.small }},
	} {
		by := func(a, b accessResult) int { return cmp.Compare(row.value(a), row.value(b)) }
		without, with := row.value(slices.MaxFunc(results["without"], by)), row.value(slices.MaxFunc(results["with"], by))
		fmt.Printf("  %-42s%14.0f%14.0f%10.3f\n", row.name, without, with, with/without)
	}
	return nil
}

func accessRound(s *server, file string, connections int, bodies [][]byte) (r accessResult, err error) {
	usual, err := store(s, file, connections)
	if err != nil {
		return r, err
	}
	r.usual = float64(usual.rows) / usual.sendCPU.Seconds()
	before, err := s.cpu()
	if err != nil {
		return r, err
	}
	small, err := sendSmall(s, bodies, connections, tokenFor)
	if err != nil {
		return r, err
	}
	after, err := s.cpu()
	r.small = float64(small.rows) / (after - before).Seconds()
	return r, err
}
