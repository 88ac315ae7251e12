package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/haetae/haetae/test/kafka"
)

// stages is what the two halves of the way through a topic took, each in a process of its own.
type stages struct {
	rows             int
	raw              int64 // bytes of the JSON lines
	produce, consume cost
	topic            topicRead
}

// cost is what rows took: time, and CPU of Haetae's process alone.
type cost struct {
	rows      int
	wall, cpu time.Duration
	peakRSS   int64
}

func (c cost) perSecond() float64    { return float64(c.rows) / c.wall.Seconds() }
func (c cost) perCPUSecond() float64 { return float64(c.rows) / c.cpu.Seconds() }

// best is the better time and the better CPU time of two rounds, and the higher peak.
func (c cost) best(other cost) cost {
	return cost{rows: c.rows, wall: min(c.wall, other.wall), cpu: min(c.cpu, other.cpu), peakRSS: max(c.peakRSS, other.peakRSS)}
}

// produceOnly makes a server that takes no partition: what it acknowledges waits in the topic.
const produceOnly = "queue.consumers=0"

// rounds is how often a way is measured; what else the machine does makes one slower, never faster.
const rounds = 2

// throughTopic measures several times, each through a new topic, and keeps the best of each half: a file is sent to a server
// that only produces, the topic is read without Haetae, and another server stores what is in it. All rows must be
// found there.
func throughTopic(o options, broker, topic, file string, settings ...string) (stages, error) {
	var best stages
	for round := range rounds {
		name := fmt.Sprint(topic, ".", round)
		settings := append(onTopic(broker, name), settings...)
		r, err := produce(o, file, settings)
		if err != nil {
			return r, err
		}
		if r.topic, err = readTopic(broker, name, r.rows); err != nil {
			return r, err
		}
		if r.consume, err = consume(o, r.rows, settings); err != nil {
			return r, err
		}
		if round == 0 {
			best = r
			continue
		}
		best.produce, best.consume = best.produce.best(r.produce), best.consume.best(r.consume)
		best.topic.cpu = min(best.topic.cpu, r.topic.cpu)
	}
	return best, nil
}

// produce sends a file to a server that consumes nothing, until the last row is acknowledged.
func produce(o options, file string, settings []string) (r stages, err error) {
	err = withHaetae(o, "produce", func(s *server) error {
		before, err := s.cpu()
		if err != nil {
			return err
		}
		start := time.Now()
		if r.rows, r.raw, err = sendFile(s, file, o.connections); err != nil {
			return err
		}
		r.produce.rows, r.produce.wall = r.rows, time.Since(start)
		after, err := s.cpu()
		r.produce.cpu = after - before
		return err
	}, append(slices.Clone(settings), produceOnly)...)
	return r, err
}

// consume starts a server with an empty store on a topic of so many rows and sends it nothing, until a query finds all.
// The start of its process is in the cost: it reads from its first moment on.
func consume(o options, rows int, settings []string) (cost, error) {
	c := cost{rows: rows}
	start := time.Now()
	err := withHaetae(o, "consume", func(s *server) error {
		err := awaitRows(s, "*", rows, 2*time.Minute)
		if err != nil {
			return err
		}
		c.wall = time.Since(start)
		if c.cpu, err = s.cpu(); err != nil {
			return err
		}
		c.peakRSS, err = s.peakRSS()
		return err
	}, settings...)
	return c, err
}

// onTopic are the settings of a queue on a topic.
func onTopic(broker, topic string) []string {
	return []string{"queue.type=kafka", "queue.brokers=[" + broker + "]", "queue.topic=" + topic}
}

// withBroker runs f beside a new broker of Apache Kafka, and removes what it held.
func withBroker(o options, f func(broker string) error) error {
	dir := filepath.Join(o.dir, "kafka")
	cluster, err := kafka.Start(context.Background(), dir, 1, false)
	if err != nil {
		return err
	}
	return errors.Join(f(cluster.Brokers()[0]), cluster.Stop(), os.RemoveAll(dir))
}

// count writes a number of 1,000 and more with commas, smaller ones with as many digits as tell them apart.
func count(v float64) string {
	switch {
	case v < 10:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 100:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	digits := fmt.Sprintf("%.0f", v)
	var groups []string
	for ; len(digits) > 3; digits = digits[:len(digits)-3] {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
	}
	return strings.Join(append([]string{digits}, groups...), ",")
}
