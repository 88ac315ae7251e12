package main

import (
	"fmt"
	"runtime"

	"github.com/haetae/haetae/bench/plot"
	"github.com/haetae/haetae/bench/rows"
)

// curves measures what the queue's settings bring and cost on one broker of Apache Kafka.
type curves struct {
	options
	page
	broker, file string
	cores        int
	effects      []effect
}

// curve is one measurement with its place in docs/kafka.md.
type curve struct {
	name    string
	measure func(*curves) (string, error)
}

// allCurves run in this order; what they brought and cost is gathered behind them.
var allCurves = []curve{
	{"partitions", (*curves).partitions},
	{"batches", (*curves).batches},
	{"compression", (*curves).compression},
	{"fetches", (*curves).fetches},
	{"backlog", (*curves).backlog},
}

// blockEffects is the place of the table that sums up the curves.
const blockEffects = "effects"

// curveNames lists the places of the page that kafkaCurves fills.
func curveNames() []string {
	names := []string{"measured"}
	for _, c := range allCurves {
		names = append(names, c.name)
	}
	return append(names, blockEffects)
}

// kafkaCurves changes one or two settings of the queue at a time and measures what follows; nothing runs for long, so
// that all of it is over in five minutes.
func kafkaCurves(o options) error {
	load := loadAverage()
	file, err := makeRows(o, rows.Options{})
	if err != nil {
		return err
	}
	return withBroker(o, func(broker string) error {
		c := &curves{options: o, page: page{o.out}, broker: broker, file: file, cores: runtime.NumCPU()}
		if err := c.put("measured", measuredBy("make bench-kafka-curves", o.rows, load)); err != nil {
			return err
		}
		for _, of := range allCurves {
			text, err := of.measure(c)
			if err != nil {
				return fmt.Errorf("%s: %w", of.name, err)
			}
			if err := c.put(of.name, text); err != nil {
				return err
			}
		}
		return c.put(blockEffects, effectsTable(c.effects))
	})
}

// withFigure is a table with its figure below it.
func (c *curves) withFigure(name string, t table, f plot.Figure) (string, error) {
	link, err := c.draw(name, f)
	return t.markdown() + link, err
}
