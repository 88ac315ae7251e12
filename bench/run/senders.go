package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"
)

// acknowledged is how a server answers small requests of many senders.
type acknowledged struct {
	requests, rows int
	wall           time.Duration
	p50, p99       time.Duration // from a request to its answer
}

func (a acknowledged) perSecond() float64 { return float64(a.requests) / a.wall.Seconds() }

// sendSmall posts bodies in turn from many senders for a time; each sends its next one behind the answer to the last.
func sendSmall(s *server, bodies [][]byte, senders int, d time.Duration) (acknowledged, error) {
	var mu sync.Mutex
	var r acknowledged
	var took []time.Duration
	var failed error
	start := time.Now()
	var group sync.WaitGroup
	for i := range senders {
		group.Go(func() {
			var mine []time.Duration
			rows := 0
			var err error
			for next := i; err == nil && time.Since(start) < d; next += senders {
				body := bodies[next%len(bodies)]
				began := time.Now()
				if err = post(s, "/insert/jsonline?_stream_fields=host,app", body); err == nil {
					mine = append(mine, time.Since(began))
					rows += bytes.Count(body, []byte{'\n'})
				}
			}
			mu.Lock()
			defer mu.Unlock()
			took, r.rows, failed = append(took, mine...), r.rows+rows, errors.Join(failed, err)
		})
	}
	group.Wait()
	r.wall, r.requests = time.Since(start), len(took)
	if failed != nil || r.requests == 0 {
		return r, errors.Join(failed, fmt.Errorf("%d requests were answered", r.requests))
	}
	slices.Sort(took)
	r.p50, r.p99 = took[len(took)/2], took[len(took)*99/100]
	return r, nil
}

// smallBodies cuts the first n bodies of so many rows from a file of JSON lines; a shorter file gives fewer.
func smallBodies(path string, n, rows int) ([][]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, bodyBytes)
	var bodies [][]byte
	var body []byte
	for inBody := 0; len(bodies) < n && lines.Scan(); {
		body = append(append(body, lines.Bytes()...), '\n')
		if inBody++; inBody == rows {
			bodies, body, inBody = append(bodies, body), nil, 0
		}
	}
	if len(bodies) == 0 {
		return nil, errors.Join(fmt.Errorf("%s has fewer than %d rows", path, rows), lines.Err())
	}
	return bodies, lines.Err()
}
