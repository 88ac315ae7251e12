// Command run measures the haetae binary from outside, and a VictoriaLogs binary on the same rows in the same
// minutes: bench/README.md says what and how.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/haetae/haetae/bench/rows"
)

type options struct {
	haetae, before, peer, queries, dir, only, out string
	rows, connections                             int
	seed                                          uint64
}

func main() {
	var o options
	flag.StringVar(&o.haetae, "haetae", "build/haetae", "binary to measure")
	flag.StringVar(&o.before, "before", "", "haetae binary of another commit, to compare with in -case ingest")
	flag.StringVar(&o.peer, "peer", "", "victoria-logs binary to compare with")
	flag.StringVar(&o.queries, "queries", "bench/queries.txt", "queries to time")
	flag.StringVar(&o.dir, "dir", "", "folder for rows and data; empty makes one and removes it")
	flag.IntVar(&o.rows, "rows", 3_000_000, "number of rows")
	flag.IntVar(&o.connections, "connections", 4, "HTTP connections that send")
	flag.StringVar(&o.only, "case", "", "measure only this: "+caseNames+" (see bench/README.md)")
	flag.StringVar(&o.out, "out", "", "folder of the documentation whose figures the Kafka cases replace; empty only prints them")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the rows")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(o options) (err error) {
	queries, err := readQueries(o.queries)
	if err != nil {
		return err
	}
	if o.dir == "" {
		if o.dir, err = os.MkdirTemp("", "haetae-bench-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(o.dir)) }()
	} else if err = os.MkdirAll(o.dir, 0o755); err != nil {
		return err
	}
	printMachine()
	if o.only != "" {
		return runCase(o)
	}
	file, err := makeRows(o, rows.Options{})
	if err != nil {
		return err
	}
	servers, err := startAll(o)
	defer func() {
		for _, s := range servers {
			err = errors.Join(err, s.stop(), os.RemoveAll(s.dir))
		}
	}()
	if err != nil {
		return err
	}
	return measure(servers, file, queries, o)
}

func startAll(o options) ([]*server, error) {
	s, err := startHaetae(o.haetae, filepath.Join(o.dir, "haetae"))
	if err != nil {
		return nil, err
	}
	servers := []*server{s}
	if o.peer == "" {
		return servers, nil
	}
	if s, err = startPeer(o.peer, filepath.Join(o.dir, "peer")); err != nil {
		return servers, err
	}
	return append(servers, s), nil
}

// measure takes turns between the servers, so that both see the same machine.
func measure(servers []*server, file string, queries []namedQuery, o options) error {
	var stored []ingestResult
	for _, s := range servers {
		r, err := ingest(s, file, o.connections)
		if err != nil {
			return err
		}
		stored = append(stored, r)
	}
	printIngest(servers, stored)
	same, err := roundTrip(servers[0], file)
	if err != nil {
		return err
	}
	fmt.Printf("round trip: %d rows came back as they were sent, checksum %016x\n", same.rows, same.sum)
	printQueryHead(servers)
	for _, q := range queries {
		results, err := measureQuery(servers, q, queryRuns)
		if err != nil {
			return err
		}
		printQuery(q, results)
	}
	for _, s := range servers {
		r, err := measureTail(s, usualPace)
		if err != nil {
			return err
		}
		printTail(s, r)
	}
	for _, s := range servers {
		r, err := measureUDP(s)
		if err != nil {
			return err
		}
		printUDP(s, r)
	}
	return nil
}

// makeRows writes the rows before anything is measured, and returns their file. Rows and seed are o's.
func makeRows(o options, of rows.Options) (string, error) {
	of.Seed, of.Rows = o.seed, o.rows
	path := filepath.Join(o.dir, fmt.Sprintf("rows-%d-%d-%d-%d-%s-%s.jsonl", of.Rows, of.Seed, of.Hosts, of.Apps, of.Span, of.Start.Format(time.DateOnly)))
	if _, err := os.Stat(path); err == nil {
		return path, nil // of an earlier run with -dir: the name says what is in it
	}
	f, err := os.Create(path + ".tmp")
	if err != nil {
		return "", fmt.Errorf("cannot make rows: %w", err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	g := rows.New(of)
	var row []byte
	for range of.Rows {
		row = g.Append(row[:0])
		if _, err := w.Write(row); err != nil {
			return "", fmt.Errorf("cannot make rows: %w", errors.Join(err, f.Close()))
		}
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		return "", fmt.Errorf("cannot make rows: %w", err)
	}
	return path, os.Rename(path+".tmp", path)
}
