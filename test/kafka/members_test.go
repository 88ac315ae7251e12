package kafka

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/haetae/haetae/test/postgres"
	"github.com/haetae/haetae/test/server"
)

// sharing returns the settings of processes on one database and one folder of segments.
func sharing(t *testing.T, db *postgres.Server) []string {
	t.Helper()
	return []string{
		"store.meta.type=postgres", "store.meta.dsn=" + db.Database(t), "store.shared=" + t.TempDir(),
	}
}

// owned is how many partitions a process has.
func owned(t *testing.T, s *server.Server) string {
	t.Helper()
	resp, err := http.Get(s.URL("/metrics"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\nhaetae_queue_kafka_owned_partitions ")
	if !found {
		t.Fatal("a process does not say how many partitions it has")
	}
	value, _, _ := strings.Cut(rest, "\n")
	return value
}

// Processes come, are killed, freeze, and leave while lines come in at all of them: everything that one of them has
// acknowledged is there once, whichever is asked at the end.
func TestProcesses(t *testing.T) {
	db := postgres.Start(t)
	c := New(t, 1)
	settings := sharing(t, db)
	var procs []*server.Server
	var urls []string
	for range 2 {
		address, err := freePort()
		if err != nil {
			t.Fatal(err)
		}
		s := onKafka(t, c, append(slices.Clone(settings), "http.listen="+address)...)
		urls = append(urls, "http://"+address+insert)
		procs = append(procs, s)
	}
	a, b := procs[0], procs[1]
	a.Run(t)
	load := &sender{acked: map[int]bool{}}
	stop := make(chan struct{})
	var senders sync.WaitGroup
	for _, url := range urls {
		senders.Go(func() { load.run(func() string { return url }, stop) })
	}
	more := func(what string) {
		t.Helper()
		before := load.acknowledged()
		eventually(t, "lines are acknowledged "+what, func() bool { return load.acknowledged() >= before+20 })
	}
	more("by one process")
	b.Run(t)
	eventually(t, "partitions move to the second", func() bool { return owned(t, a) != "3" && owned(t, b) != "0" })
	more("by two processes")
	b.Kill()
	more("with one killed")
	eventually(t, "the first has all partitions", func() bool { return owned(t, a) == "3" })
	b.Run(t)
	eventually(t, "partitions move back", func() bool { return owned(t, a) != "3" && owned(t, b) != "0" })
	more("by two again")
	a.Stop(t)
	eventually(t, "the second has all partitions", func() bool { return owned(t, b) == "3" })
	more("with one that left")
	close(stop)
	senders.Wait()
	check(t, b, load)
	a.Run(t)
	eventually(t, "partitions move to the first", func() bool { return owned(t, a) != "0" })
	b.Stop(t)
	eventually(t, "the first has them", func() bool { return owned(t, a) == "3" })
	check(t, a, load)
}

// check compares what a process finds with what was acknowledged.
func check(t *testing.T, s *server.Server, load *sender) {
	t.Helper()
	acked := load.acknowledged() * batchLines
	var found map[string]int
	eventually(t, "all acknowledged lines are found", func() bool {
		found = numbers(t, s)
		return len(found) >= acked
	})
	lost, doubled := 0, 0
	for first := range load.acked {
		for n := first; n < first+batchLines; n++ {
			switch found[fmt.Sprint(n)] {
			case 0:
				lost++
			case 1:
			default:
				doubled++
			}
		}
	}
	t.Logf("acknowledged %d lines, refused %d requests, lost %d, doubled %d", acked, load.refused, lost, doubled)
	if lost > 0 || doubled > 0 {
		t.Errorf("lost %d, doubled %d of %d", lost, doubled, acked)
	}
}
