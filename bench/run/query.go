package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// namedQuery is a line of queries.txt.
type namedQuery struct{ name, text string }

// readQueries reads lines "name: query"; those that begin with # are notes.
func readQueries(path string) ([]namedQuery, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	var out []namedQuery
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, text, ok := strings.Cut(line, ": ")
		if !ok {
			return nil, fmt.Errorf("%s: %q is not \"name: query\"", path, line)
		}
		out = append(out, namedQuery{name, strings.TrimSpace(text)})
	}
	return out, lines.Err()
}

// queryResult is the best of several runs.
type queryResult struct {
	wall, cpu time.Duration
	answer    string // lines of the answer, or its one value
}

const queryRuns = 5

// measureQuery runs a query runs times on each server in turn, and keeps each one's best.
func measureQuery(servers []*server, q namedQuery, runs int) ([]queryResult, error) {
	best := make([]queryResult, len(servers))
	for run := range runs {
		for i, s := range servers {
			before, err := s.cpu()
			if err != nil {
				return nil, err
			}
			start := time.Now()
			answer, err := ask(s, q.text)
			if err != nil {
				return nil, fmt.Errorf("query %q: %w", q.name, err)
			}
			wall := time.Since(start)
			after, err := s.cpu()
			if err != nil {
				return nil, err
			}
			if run == 0 || wall < best[i].wall {
				best[i].wall = wall
			}
			if cpu := after - before; run == 0 || cpu < best[i].cpu {
				best[i].cpu = cpu
			}
			best[i].answer = brief(answer)
		}
	}
	return best, nil
}

// ask returns the answer to a query over all times.
func ask(s *server, query string) ([]byte, error) {
	resp, err := s.client.PostForm(s.url+"/select/logsql/query", url.Values{"query": {s.filter + query}})
	if err != nil {
		return nil, fmt.Errorf("cannot ask %s: %w", s.name, err)
	}
	defer func() { _ = resp.Body.Close() }() // all was read
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("cannot read the answer of %s: %w", s.name, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s: %s", s.name, resp.Status, answer)
	}
	return answer, nil
}

// brief is the value of an answer with one row and one column, else its number of rows.
func brief(answer []byte) string {
	lines := bytes.Count(answer, []byte{'\n'})
	text := strings.TrimSpace(string(answer))
	if parts := strings.Split(text, `"`); lines == 1 && len(parts) == 5 {
		return parts[3]
	}
	return fmt.Sprintf("%d rows", lines)
}
