package kafka

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// What kcat writes to people's own topics is found with its place, once, also after kill -9 between store and commit.
func TestInputReadsForeignTopics(t *testing.T) {
	t.Parallel()
	c := New(t, 1)
	s := server.New(t, "inputs.orders.type=kafka", "inputs.orders.brokers=["+c.Brokers()[0]+"]",
		"inputs.orders.topics=[orders, notes]")
	const n = 500
	var documents, notes strings.Builder
	for i := range n {
		fmt.Fprintf(&documents, `{"message":"order %d","host":"web-%d","n":"%d"}`+"\n", i, i%3, i)
		fmt.Fprintf(&notes, "note %d\n", i)
	}
	kcat(t, c, "orders", documents.String())
	kcat(t, c, "notes", notes.String())
	s.Run(t)
	rows := s.WaitFor(t, `order | fields _msg, n, host, kafka.topic, kafka.partition, kafka.offset, _source`, n)
	s.Kill() // before the group hears of most of it
	seen := map[string]bool{}
	for _, r := range rows {
		seen[r["kafka.partition"]+" "+r["kafka.offset"]] = true
		if r["kafka.topic"] != "orders" || r["_source"] != "orders/orders/"+r["kafka.partition"] || "order "+r["n"] != r["_msg"] {
			t.Fatalf("row %v", r)
		}
	}
	if len(seen) != n {
		t.Errorf("%d different places of %d rows", len(seen), n)
	}
	kcat(t, c, "orders", strings.ReplaceAll(documents.String(), "order ", "late "))
	s.Run(t)
	s.WaitFor(t, "late", n)
	s.Kill()

	// Killed again and again while it reads: between queue, store and the group's commit.
	const rounds, batch = 6, 10_000
	found := func() (rows, different, places string) {
		r := s.Query(t, `load | format "<kafka.partition>/<kafka.offset>" as place | stats count() as rows, count_uniq(n) as different, count_uniq(place) as places`)
		return r[0]["rows"], r[0]["different"], r[0]["places"]
	}
	reached := func(n int) func() bool {
		return func() bool {
			rows, _, _ := found()
			have, err := strconv.Atoi(rows)
			return err == nil && have >= n
		}
	}
	halfway := 0
	for round := range rounds {
		s.Run(t)
		eventually(t, "what came before is read", reached(round*batch))
		var load strings.Builder
		for i := round * batch; i < (round+1)*batch; i++ {
			fmt.Fprintf(&load, `{"message":"load %d","host":"web-%d","n":"%d"}`+"\n", i, i%3, i)
		}
		kcat(t, c, "orders", load.String())
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond) // the moment of the kill is the test
		if !reached((round + 1) * batch)() {
			halfway++
		}
		s.Kill()
	}
	s.Run(t)
	eventually(t, "all is read", reached(rounds*batch))
	time.Sleep(2 * time.Second) // what is read again may come late
	want := fmt.Sprint(rounds * batch)
	if rows, different, places := found(); rows != want || different != want || places != want {
		t.Errorf("%s rows, %s different, %s places; want each of %s once", rows, different, places, want)
	}
	t.Logf("%d of %d kills before all was read", halfway, rounds)
	s.WaitFor(t, "note kafka.topic:=notes", n)
	s.WaitFor(t, "order", n)
}

// kcat writes lines to a topic, one record each.
func kcat(t *testing.T, c *Cluster, topic, lines string) {
	t.Helper()
	path, err := exec.LookPath("kcat")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no kcat on this machine; scripts/setup-debian installs it")
		}
		t.Skip("SKIP: no kcat on this machine; scripts/setup-debian installs it")
	}
	cmd := exec.Command(path, "-b", c.Brokers()[0], "-P", "-t", topic, "-X", "acks=all")
	cmd.Stdin = strings.NewReader(lines)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("kcat: %v\n%s", err, out)
	}
}
