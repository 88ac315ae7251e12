package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/haetae/haetae/bench/plot"
)

// Small requests, as agents send them.
const (
	smallRows    = 100
	smallSenders = 64
	smallBodyNum = 200
	smallTime    = 2 * time.Second
	aloneTime    = time.Second
)

// produceRequests counts the requests that carried batches to brokers.
const produceRequests = "haetae_queue_kafka_produce_requests_total"

// batch is what one pair of batch.size and linger.ms did to small requests.
type batch struct {
	many, alone acknowledged // from smallSenders, and from one
	cpu         time.Duration
	sent        float64 // produce requests of the many
}

func (b batch) requestsPerCPU() float64 { return float64(b.many.requests) / b.cpu.Seconds() }
func (b batch) rows() float64           { return float64(b.many.rows) / b.sent }

// batches answers small requests by batch.size and linger.ms.
func (c *curves) batches() (string, error) {
	bodies, err := smallBodies(c.file, smallBodyNum, smallRows)
	if err != nil {
		return "", err
	}
	sizes := []int{16 << 10, 128 << 10, 1 << 20}
	lingers := []int{0, 2, 5, 20, 100}
	t := table{head: []string{"`batch.size`", "`linger.ms`", "Requests/s", "p50, ms", "p99, ms", "One sender: p50, ms", "Requests/CPU-s", "Rows in a produce request"}}
	f := plot.Figure{
		Title: fmt.Sprintf("Requests of %d rows from %d senders, by linger.ms", smallRows, smallSenders), X: "linger.ms",
		Panels: []plot.Panel{{Title: "requests per second"}, {Title: "acknowledged within, p99, ms"}, {Title: "rows in a produce request"}},
	}
	results := map[[2]int]batch{}
	for _, size := range sizes {
		f.Series = append(f.Series, "batch.size "+bytesOf(size))
		for i := range f.Panels {
			f.Panels[i].Values = append(f.Panels[i].Values, nil)
		}
		for _, linger := range lingers {
			b, err := c.batch(bodies, size, linger)
			if err != nil {
				return "", err
			}
			results[[2]int{size, linger}] = b
			t.add(bytesOf(size), strconv.Itoa(linger), count(b.many.perSecond()), count(millis(b.many.p50)), count(millis(b.many.p99)),
				count(millis(b.alone.p50)), count(b.requestsPerCPU()), count(b.rows()))
			for i, v := range []float64{b.many.perSecond(), millis(b.many.p99), b.rows()} {
				values := &f.Panels[i].Values[len(f.Series)-1]
				*values = append(*values, v)
			}
		}
	}
	for _, linger := range lingers {
		f.Steps = append(f.Steps, strconv.Itoa(linger))
	}
	compare := func(knob string, from, to any, a, b batch) {
		c.effect(knob, from, to,
			figure{"requests/s", a.many.perSecond(), b.many.perSecond()},
			figure{"requests/CPU-s", a.requestsPerCPU(), b.requestsPerCPU()},
			figure{"rows in a produce request", a.rows(), b.rows()},
			figure{"p99, ms", millis(a.many.p99), millis(b.many.p99)},
			figure{"one sender, ms", millis(a.alone.p50), millis(b.alone.p50)})
	}
	const usual = 1 << 20
	for _, change := range [][2]int{{5, 0}, {5, 2}, {5, 20}, {5, 100}} {
		compare("linger.ms", change[0], change[1], results[[2]int{usual, change[0]}], results[[2]int{usual, change[1]}])
	}
	compare("batch.size", bytesOf(sizes[0]), bytesOf(usual), results[[2]int{sizes[0], 5}], results[[2]int{usual, 5}])
	return c.withFigure("kafka-batches", t, f)
}

// batch measures one pair of settings, and counts in the topic what was acknowledged.
func (c *curves) batch(bodies [][]byte, size, linger int) (batch, error) {
	topic := fmt.Sprintf("batches.%d.%d", size, linger)
	var b batch
	settings := append(onTopic(c.broker, topic), fmt.Sprint("queue.batch.size=", size), fmt.Sprint("queue.linger.ms=", linger), produceOnly)
	err := withHaetae(c.options, "produce", func(s *server) error {
		var err error
		if b.alone, err = sendSmall(s, bodies, 1, aloneTime); err != nil {
			return err
		}
		sent, err := s.metric(produceRequests)
		if err != nil {
			return err
		}
		before, err := s.cpu()
		if err != nil {
			return err
		}
		if b.many, err = sendSmall(s, bodies, smallSenders, smallTime); err != nil {
			return err
		}
		after, err := s.cpu()
		if err != nil {
			return err
		}
		now, err := s.metric(produceRequests)
		b.cpu, b.sent = after-before, now-sent
		return err
	}, settings...)
	if err != nil {
		return b, err
	}
	_, err = readTopic(c.broker, topic, b.alone.rows+b.many.rows)
	return b, err
}

// bytesOf writes a power of two as KiB or MiB.
func bytesOf(n int) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	if n >= 1<<10 {
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}
