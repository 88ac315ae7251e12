package main

import (
	"fmt"
	"slices"

	"github.com/haetae/haetae/bench/plot"
)

// backlog stores one topic again and again, by max.partition.fetch.bytes.
func (c *curves) backlog() (string, error) {
	t := table{head: []string{"`max.partition.fetch.bytes`", "Consume, rows/CPU-s", "Consume, rows/s", "Peak RSS, MB"}}
	f := plot.Figure{
		Title: "A topic that is full already, by max.partition.fetch.bytes", X: "max.partition.fetch.bytes", Series: []string{"consume"},
		Panels: []plot.Panel{{Title: "rows per CPU-second"}, {Title: "rows per second"}, {Title: "peak RSS, MB"}},
	}
	for i := range f.Panels {
		f.Panels[i].Values = make([][]float64, 1)
	}
	topic := onTopic(c.broker, "backlog")
	sent, err := produce(c.options, c.file, topic)
	if err != nil {
		return "", err
	}
	sizes := []int{64 << 10, 256 << 10, 1 << 20, 4 << 20}
	results := map[int]cost{}
	for _, size := range sizes {
		var r cost
		for round := range rounds {
			again, err := consume(c.options, sent.rows, append(slices.Clone(topic), fmt.Sprint("queue.max.partition.fetch.bytes=", size)))
			if err != nil {
				return "", err
			}
			if round == 0 {
				r = again
			}
			r = r.best(again)
		}
		results[size] = r
		rss := float64(r.peakRSS) / 1e6
		t.add(bytesOf(size), count(r.perCPUSecond()), count(r.perSecond()), count(rss))
		f.Steps = append(f.Steps, bytesOf(size))
		for i, v := range []float64{r.perCPUSecond(), r.perSecond(), rss} {
			f.Panels[i].Values[0] = append(f.Panels[i].Values[0], v)
		}
	}
	const usual = 1 << 20
	for _, size := range []int{sizes[0], sizes[len(sizes)-1]} {
		from, to := results[usual], results[size]
		c.effect("max.partition.fetch.bytes", bytesOf(usual), bytesOf(size),
			figure{"consume, rows/CPU-s", from.perCPUSecond(), to.perCPUSecond()},
			figure{"consume, rows/s", from.perSecond(), to.perSecond()},
			figure{"peak RSS, MB", float64(from.peakRSS) / 1e6, float64(to.peakRSS) / 1e6})
	}
	return c.withFigure("kafka-backlog", t, f)
}
