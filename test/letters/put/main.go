// Command put writes dead letters into the data folder of a server that does not run, so that a console has some to show.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/test/letters"
)

func main() {
	data := flag.String("data", "./data", "data folder")
	partitions := flag.Int("partitions", 1, "partitions of the queue, if it is not there yet")
	n := flag.Int("n", 5, "how many letters")
	flag.Parse()
	var records []model.Record
	for i := range *n {
		records = append(records, letters.Letter("syslog", "192.0.2.7", fmt.Sprintf("Failed password for root from 192.0.2.%d port 50022 ssh2", i),
			"a step failed: index out of range", time.Now().Add(-time.Duration(i)*time.Minute),
			model.Field{Name: "host.name", Value: "web-1"}, model.Field{Name: "service.name", Value: "sshd"}))
	}
	if err := letters.Put(context.Background(), *data, *partitions, records); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
