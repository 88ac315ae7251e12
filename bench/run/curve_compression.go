package main

import "github.com/haetae/haetae/bench/plot"

// compression sends and stores the rows by compression.type.
func (c *curves) compression() (string, error) {
	t := table{head: []string{"`compression.type`", "Bytes a row on the topic", "% of the JSON lines", "Produce, rows/CPU-s", "Consume, rows/CPU-s", "Raw read, rows/CPU-s"}}
	f := plot.Figure{
		Title: "Rows through a topic, by compression.type", X: "compression.type", Series: []string{"produce", "consume"}, Steps: codecs, Bars: true,
		Panels: []plot.Panel{{Title: "rows per CPU-second", Values: make([][]float64, 2)}},
	}
	sizes := plot.Figure{
		Title: "Size on the topic, by compression.type", X: "compression.type", Series: []string{"size"}, Steps: codecs, Bars: true,
		Panels: []plot.Panel{{Title: "bytes a row, as compressed", Values: make([][]float64, 1)}},
	}
	results := map[string]stages{}
	size := func(r stages) float64 { return float64(r.topic.bytes) / float64(r.rows) }
	for _, codec := range codecs {
		r, err := throughTopic(c.options, c.broker, "compression."+codec, c.file, "queue.compression.type="+codec)
		if err != nil {
			return "", err
		}
		results[codec] = r
		t.add("`"+codec+"`", count(size(r)), count(100*float64(r.topic.bytes)/float64(r.raw)),
			count(r.produce.perCPUSecond()), count(r.consume.perCPUSecond()), count(float64(r.rows)/r.topic.cpu.Seconds()))
		for i, half := range []cost{r.produce, r.consume} {
			f.Panels[0].Values[i] = append(f.Panels[0].Values[i], half.perCPUSecond())
		}
		sizes.Panels[0].Values[0] = append(sizes.Panels[0].Values[0], size(r))
	}
	from := results[codecs[0]]
	for _, codec := range codecs[1:] {
		to := results[codec]
		c.effect("compression.type", codecs[0], codec,
			figure{"bytes a row", size(from), size(to)},
			figure{"produce, rows/CPU-s", from.produce.perCPUSecond(), to.produce.perCPUSecond()},
			figure{"consume, rows/CPU-s", from.consume.perCPUSecond(), to.consume.perCPUSecond()})
	}
	link, err := c.draw("kafka-compression-size", sizes)
	if err != nil {
		return "", err
	}
	text, err := c.withFigure("kafka-compression", t, f)
	return text + link, err
}
