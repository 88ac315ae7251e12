package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/haetae/haetae/bench/rows"
)

// caseNames are the values of -case.
const caseNames = "ingest, streams, apps, month, scope, access, kafka or kafka-curves"

// runCase measures one of the cases that take a server of their own.
func runCase(o options) error {
	switch o.only {
	case "ingest":
		return onlyIngest(o)
	case "streams":
		return manyStreams(o)
	case "apps":
		return manyApps(o)
	case "month":
		return longMonth(o)
	case "scope":
		return scopedQueries(o)
	case "access":
		return ingestWithTokens(o)
	case "kafka":
		return onKafka(o)
	case "kafka-curves":
		return kafkaCurves(o)
	}
	return fmt.Errorf("there is no case %q: choose %s", o.only, caseNames)
}

// withHaetae runs f against a new server, and ends it.
func withHaetae(o options, name string, f func(*server) error, settings ...string) error {
	s, err := startHaetae(o.haetae, filepath.Join(o.dir, name), settings...)
	if err != nil {
		return err
	}
	s.name = name
	return errors.Join(f(s), s.stop(), os.RemoveAll(s.dir))
}

// onlyIngest stores the usual rows, by the binary of -before as well when there is one: first by that one.
func onlyIngest(o options) error {
	file, err := makeRows(o, rows.Options{})
	if err != nil {
		return err
	}
	binaries := []namedBinary{{"haetae", o.haetae}}
	if o.before != "" {
		binaries = []namedBinary{{"before", o.before}, {"haetae", o.haetae}}
	}
	var results []ingestResult
	var servers []*server
	for _, b := range binaries {
		o.haetae = b.path
		err := withHaetae(o, b.name, func(s *server) error {
			r, err := ingest(s, file, o.connections)
			results, servers = append([]ingestResult{r}, results...), append([]*server{s}, servers...)
			return err
		})
		if err != nil {
			return err
		}
	}
	printIngest(servers, results)
	return nil
}

type namedBinary struct{ name, path string }

// manyStreams stores the usual rows, then as many in a million streams, each within 1 GiB.
func manyStreams(o options) error {
	const streams, bound = 1_000_000, "limits.memory=1GiB"
	var results []ingestResult
	var servers []*server
	for _, c := range []struct {
		name  string
		hosts int
	}{{"million", streams}, {"usual", 0}} {
		file, err := makeRows(o, rows.Options{Hosts: c.hosts})
		if err != nil {
			return err
		}
		err = withHaetae(o, c.name, func(s *server) error {
			r, err := ingest(s, file, o.connections)
			results, servers = append(results, r), append(servers, s)
			return err
		}, bound)
		if err != nil {
			return err
		}
	}
	printIngest(servers, results)
	return nil
}

// manyApps sends the rows of 500 applications over five minutes, so that each checkpoint makes small blocks.
func manyApps(o options) error {
	const apps, minutes = 500, 5
	file, err := makeRows(o, rows.Options{Apps: apps})
	if err != nil {
		return err
	}
	return withHaetae(o, "500 apps", func(s *server) error {
		s.pause = minutes * time.Minute * bodyBytes / time.Duration(max(fileSize(file), 1)) * time.Duration(o.connections)
		r, err := ingest(s, file, o.connections)
		if err != nil {
			return err
		}
		printIngest([]*server{s}, []ingestResult{r})
		return nil
	})
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// longMonth looks for a word within one hour of a day that stands alone, and of the same day among thirty.
func longMonth(o options) error {
	const days = 30
	last := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	o.rows /= days
	var files []string
	for day := range days {
		o.seed = uint64(day + 1)
		file, err := makeRows(o, rows.Options{Start: last.AddDate(0, 0, -day), Span: 24 * time.Hour})
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	send := func(s *server, files []string) error {
		for _, file := range files {
			if _, _, err := sendFile(s, file, o.connections); err != nil {
				return err
			}
		}
		if err := awaitRows(s, "*", len(files)*o.rows, 2*time.Minute); err != nil {
			return err
		}
		return s.settle(5 * time.Minute)
	}
	return withHaetae(o, "30 days", func(month *server) error {
		if err := send(month, files); err != nil {
			return err
		}
		return withHaetae(o, "one day", func(day *server) error {
			if err := send(day, files[:1]); err != nil {
				return err
			}
			both := []*server{month, day}
			printQueryHead(both)
			q := namedQuery{"needle in one hour", fmt.Sprintf("_time:2026-11-20T12Z %q | stats count() as n", rows.Needle)}
			results, err := measureQuery(both, q, queryRuns)
			if err != nil {
				return err
			}
			printQuery(q, results)
			return nil
		})
	})
}
