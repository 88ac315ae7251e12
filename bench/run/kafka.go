package main

import (
	"fmt"

	"github.com/haetae/haetae/bench/rows"
)

// blockStages is the place of onKafka's tables in docs/kafka.md.
const blockStages = "stages"

// codecs are all values of compression.type, the default first.
var codecs = []string{"snappy", "none", "lz4", "zstd", "gzip"}

// onKafka stores the usual rows through a queue on a broker of Apache Kafka that it starts: producing and consuming apart,
// beside what the client needs to read the same topic and do nothing with it, as the limit; then both in one process by
// compression type, and through the queue on disk. CPU is that of Haetae's process alone.
func onKafka(o options) error {
	load := loadAverage()
	file, err := makeRows(o, rows.Options{})
	if err != nil {
		return err
	}
	return withBroker(o, func(broker string) error {
		r, err := throughTopic(o, broker, "bench.apart", file)
		if err != nil {
			return err
		}
		apart := stagesTable(r)
		both, err := inOneProcess(o, broker, file)
		if err != nil {
			return err
		}
		return page{o.out}.put(blockStages, measuredBy("make bench-kafka", r.rows, load)+"\n"+apart.markdown()+"\nBoth in one process, by `compression.type`:\n\n"+both.markdown())
	})
}

func stagesTable(r stages) table {
	t := table{head: []string{"`snappy`, each in a process of its own", "Rows per CPU-second", "Rows per second"}}
	t.add("produce: HTTP JSON lines to acknowledged", count(r.produce.perCPUSecond()), count(r.produce.perSecond()))
	t.add("consume: read, parse, store, searchable", count(r.consume.perCPUSecond()), count(r.consume.perSecond()))
	t.add("limit: franz-go reads the topic", count(float64(r.rows)/r.topic.cpu.Seconds()), "")
	return t
}

func inOneProcess(o options, broker, file string) (table, error) {
	t := table{head: []string{"Queue", "Sent in, s", "Rows per CPU-second", "Peak RSS, MB"}}
	for _, kind := range append([]string{"on disk"}, codecs...) {
		var best cost
		for round := range rounds {
			var settings []string
			if kind != "on disk" {
				settings = append(onTopic(broker, fmt.Sprint("bench.", kind, ".", round)), "queue.compression.type="+kind)
			}
			err := withHaetae(o, kind, func(s *server) error {
				r, err := store(s, file, o.connections)
				c := cost{r.rows, r.send, r.sendCPU, r.peakRSS}
				if round > 0 {
					c = c.best(best)
				}
				best = c
				return err
			}, settings...)
			if err != nil {
				return t, fmt.Errorf("queue %s: %w", kind, err)
			}
		}
		t.add(kind, count(best.wall.Seconds()), count(best.perCPUSecond()), count(float64(best.peakRSS)/1e6))
	}
	return t, nil
}
