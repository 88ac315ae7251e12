package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/haetae/haetae/bench/rows"
)

// The case access sends for a short time without and with a token, in turn, so that a machine that slows down slows both.
const (
	accessRounds = 20
	accessTurn   = time.Second
	accessBodies = 200
)

// accessSizes are those of requests; the smaller they are, the larger a part of them a token is.
var accessSizes = []struct {
	name string
	rows int
}{
	{"requests of 10,000 rows", 10_000},
	{"requests of 100 rows", 100},
}

// ingestWithTokens compares what requests with a token cost with what the same cost without, on the same server.
func ingestWithTokens(o options) error {
	file, err := makeRows(o, rows.Options{})
	if err != nil {
		return err
	}
	return withHaetae(o, "access", func(s *server) error {
		secret, err := makeToken(s, "ingest", "")
		if err != nil {
			return err
		}
		known := *s
		known.client = &http.Client{Transport: bearer{secret, s.client.Transport}}
		fmt.Printf("%-44s%14s%14s%10s\n", "ingest, rows/CPU-s", "no token", "token", "ratio")
		for _, size := range accessSizes {
			bodies, err := smallBodies(file, accessBodies, size.rows)
			if err != nil {
				return err
			}
			var without, with accessCost
			for range accessRounds {
				if err := without.send(s, bodies, o.connections); err != nil {
					return err
				}
				if err := with.send(&known, bodies, o.connections); err != nil {
					return err
				}
			}
			fmt.Printf("  %-42s%14.0f%14.0f%10.3f\n", size.name, without.rate(), with.rate(), with.rate()/without.rate())
		}
		return nil
	})
}

// accessCost is what the turns of one kind have stored and cost.
type accessCost struct {
	rows int
	cpu  time.Duration
}

func (c *accessCost) send(s *server, bodies [][]byte, connections int) error {
	before, err := s.cpu()
	if err != nil {
		return err
	}
	sent, err := sendSmall(s, bodies, connections, accessTurn)
	if err != nil {
		return err
	}
	after, err := s.cpu()
	c.rows += sent.rows
	c.cpu += after - before
	return err
}

// rate is in rows for each second of CPU.
func (c *accessCost) rate() float64 { return float64(c.rows) / c.cpu.Seconds() }
