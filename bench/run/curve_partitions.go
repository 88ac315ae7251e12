package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/haetae/haetae/bench/plot"
)

// partitions sends and stores the rows through topics of one partition and of one to four for each core.
func (c *curves) partitions() (string, error) {
	t := table{head: []string{"Partitions", "Produce, rows/CPU-s", "Consume, rows/CPU-s", "Produce, rows/s", "Consume, rows/s", "Consumer's peak RSS, MB"}}
	f := plot.Figure{
		Title: "Rows through a topic, by its partitions", X: fmt.Sprintf("partitions, on %d cores", c.cores), Series: []string{"produce", "consume"},
		Panels: []plot.Panel{{Title: "rows per CPU-second", Values: make([][]float64, 2)}, {Title: "rows per second", Values: make([][]float64, 2)}},
	}
	counts := slices.Compact([]int{1, c.cores, 2 * c.cores, 3 * c.cores, 4 * c.cores})
	results := map[int]stages{}
	for _, n := range counts {
		name := strconv.Itoa(n)
		r, err := throughTopic(c.options, c.broker, "partitions."+name, c.file, "queue.partitions="+name)
		if err != nil {
			return "", err
		}
		results[n] = r
		t.add(name, count(r.produce.perCPUSecond()), count(r.consume.perCPUSecond()), count(r.produce.perSecond()), count(r.consume.perSecond()), count(float64(r.consume.peakRSS)/1e6))
		f.Steps = append(f.Steps, name)
		for i, half := range []cost{r.produce, r.consume} {
			f.Panels[0].Values[i] = append(f.Panels[0].Values[i], half.perCPUSecond())
			f.Panels[1].Values[i] = append(f.Panels[1].Values[i], half.perSecond())
		}
	}
	for _, change := range [][2]int{{1, c.cores}, {c.cores, 4 * c.cores}} {
		from, to := results[change[0]], results[change[1]]
		c.effect("partitions", change[0], change[1],
			figure{"consume, rows/s", from.consume.perSecond(), to.consume.perSecond()},
			figure{"consume, rows/CPU-s", from.consume.perCPUSecond(), to.consume.perCPUSecond()},
			figure{"peak RSS, MB", float64(from.consume.peakRSS) / 1e6, float64(to.consume.peakRSS) / 1e6})
	}
	return c.withFigure("kafka-partitions", t, f)
}
