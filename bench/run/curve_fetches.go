package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/haetae/haetae/bench/plot"
)

// slowPace is a slow stream: a request of ten rows every 20 ms.
var slowPace = pace{rate: 500, body: 10, time: 5 * time.Second}

// fetch is what one pair of fetch.min.bytes and fetch.max.wait.ms did to a slow stream.
type fetch struct {
	requests, cpu float64 // each second; CPU in milliseconds
	tail          tailResult
}

// fetches watches a slow stream by fetch.min.bytes and fetch.max.wait.ms.
func (c *curves) fetches() (string, error) {
	sizes := []int{1, 4 << 10, 64 << 10}
	waits := []int{100, 500, 2000}
	t := table{head: []string{"`fetch.min.bytes`", "`fetch.max.wait.ms`", "Fetches/s", "CPU, ms/s", "Searchable within, p50, ms", "p99, ms"}}
	f := plot.Figure{
		Title: fmt.Sprintf("A stream of %d rows/s, by fetch.max.wait.ms", slowPace.rate), X: "fetch.max.wait.ms",
		Panels: []plot.Panel{{Title: "fetches per second"}, {Title: "searchable within, p99, ms"}, {Title: "CPU, ms per second"}},
	}
	results := map[[2]int]fetch{}
	for _, size := range sizes {
		f.Series = append(f.Series, "fetch.min.bytes "+bytesOf(size))
		for i := range f.Panels {
			f.Panels[i].Values = append(f.Panels[i].Values, nil)
		}
		for _, wait := range waits {
			r, err := c.fetch(size, wait)
			if err != nil {
				return "", err
			}
			results[[2]int{size, wait}] = r
			t.add(bytesOf(size), strconv.Itoa(wait), count(r.requests), count(r.cpu), count(millis(r.tail.p50)), count(millis(r.tail.p99)))
			for i, v := range []float64{r.requests, millis(r.tail.p99), r.cpu} {
				values := &f.Panels[i].Values[len(f.Series)-1]
				*values = append(*values, v)
			}
		}
	}
	for _, wait := range waits {
		f.Steps = append(f.Steps, strconv.Itoa(wait))
	}
	const usual = 500
	for _, size := range sizes[1:] {
		from, to := results[[2]int{1, usual}], results[[2]int{size, usual}]
		c.effect("fetch.min.bytes", 1, bytesOf(size),
			figure{"fetches/s", from.requests, to.requests},
			figure{"CPU, ms/s", from.cpu, to.cpu},
			figure{"searchable within, p99, ms", millis(from.tail.p99), millis(to.tail.p99)})
	}
	return c.withFigure("kafka-fetches", t, f)
}

// fetch measures one pair of settings. The tail's own rows are what is stored; one that is missing fails.
func (c *curves) fetch(size, wait int) (fetch, error) {
	var r fetch
	settings := append(onTopic(c.broker, fmt.Sprintf("fetches.%d.%d", size, wait)),
		fmt.Sprint("queue.fetch.min.bytes=", size), fmt.Sprint("queue.fetch.max.wait.ms=", wait))
	err := withHaetae(c.options, "fetch", func(s *server) error {
		requests, err := s.metric(fetchRequests)
		if err != nil {
			return err
		}
		before, err := s.cpu()
		if err != nil {
			return err
		}
		start := time.Now()
		if r.tail, err = measureTail(s, slowPace); err != nil {
			return err
		}
		if r.tail.seen != r.tail.sent {
			return fmt.Errorf("%d of %d rows came through the tail", r.tail.seen, r.tail.sent)
		}
		seconds := time.Since(start).Seconds()
		after, err := s.cpu()
		if err != nil {
			return err
		}
		now, err := s.metric(fetchRequests)
		r.requests, r.cpu = (now-requests)/seconds, millis(after-before)/seconds
		return err
	}, settings...)
	return r, err
}

// fetchRequests counts what the consumers of the queue asked the brokers for.
const fetchRequests = "haetae_queue_kafka_fetch_total"
