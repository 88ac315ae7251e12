package kafka

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

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
	_, rest, found := strings.Cut(get(t, s, "/metrics"), "\nhaetae_queue_kafka_owned_partitions ")
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
	watchers := make([]watcher, len(procs))
	for i, url := range urls {
		senders.Go(func() { watchers[i].run(t, strings.TrimSuffix(url, insert), load, stop) })
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
	for i, w := range watchers {
		t.Logf("process %d answered %d times, %d of them partial (%s), the slowest after %s", i, w.asked, w.asked-w.whole, w.reason, w.longest)
		if w.whole < 5 {
			t.Errorf("process %d answered %d times whole", i, w.whole)
		}
	}
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

// onShared starts processes that share.
func onShared(t *testing.T, n int) (procs []*server.Server, settings []string) {
	t.Helper()
	db := postgres.Start(t)
	c := New(t, 1)
	settings = sharing(t, db)
	for range n {
		s := onKafka(t, c, settings...)
		s.Run(t)
		procs = append(procs, s)
	}
	return procs, settings
}

// What people change at one process holds at the others.
func TestProcessesAgree(t *testing.T) {
	procs, _ := onShared(t, 2)
	a, b := procs[0], procs[1]
	eventually(t, "both have partitions", func() bool { return owned(t, a) != "0" && owned(t, b) != "0" })
	a.Post(t, insert, "application/json", lines(0, 1000), http.StatusOK)
	b.Post(t, insert, "application/json", lines(1000, 1000), http.StatusOK)
	b.Post(t, "/api/v1/logs/deletions", "application/json", `{"query":"host:=h3","reason":"test","all_time":true}`, http.StatusAccepted)
	for _, s := range procs {
		eventually(t, "a deletion of rows that any of them holds is done", func() bool {
			return strings.Contains(get(t, s, "/api/v1/logs/deletions"), `"state":"done"`)
		})
		if removed := get(t, s, "/api/v1/logs/deletions"); !strings.Contains(removed, `"rows":200,`) {
			t.Errorf("other rows than 200 were removed: %s", removed)
		}
	}
	for _, s := range procs {
		eventually(t, "the others are found everywhere, once they are stored", func() bool { rows, different := counts(t, s); return rows == "1800" && different == "1800" })
	}

	put(t, a, "/api/v1/system/retention", `{"default":{"retention":"400d","max_size":"70%"},"rules":[]}`)
	eventually(t, "the other process keeps records as long", func() bool { return strings.Contains(get(t, b, "/api/v1/system/retention"), `"retention":"400d"`) })
	a.Post(t, "/api/v1/rules", "application/json", `{"name":"n","rule":{"extract":{"regexp":"line (?P<number>[0-9]+)"}}}`, http.StatusCreated)
	hits := regexp.MustCompile(`"hits":[1-9]`)
	eventually(t, "a rule is in effect in the other process", func() bool {
		a.Post(t, insert, "application/json", lines(2000, 100), http.StatusOK)
		return hits.MatchString(get(t, b, "/api/v1/rules"))
	})
}

func put(t *testing.T, s *server.Server, path, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.URL(path), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("PUT %s: %s", path, resp.Status)
	}
}

// A process that stood still for longer than its session wakes as one that owns nothing: it neither stores nor shows what
// others have stored meanwhile.
func TestProcessFreezes(t *testing.T) {
	procs, _ := onShared(t, 2)
	a, b := procs[0], procs[1]
	eventually(t, "both have partitions", func() bool { return owned(t, a) != "0" && owned(t, b) != "0" })
	a.Post(t, insert, "application/json", lines(0, 3000), http.StatusOK)
	if err := a.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the other has all partitions", func() bool { return owned(t, b) == "3" })
	b.Post(t, insert, "application/json", lines(3000, 3000), http.StatusOK)
	if err := a.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it has partitions again", func() bool { return owned(t, a) != "0" && owned(t, b) != "3" })
	a.Stop(t)
	waitForAll(t, b, 6000)
	b.Stop(t)
	b.Run(t)
	waitForAll(t, b, 6000)
}

// A folder that is not the one whose segments the database names must not be written to, nor one that another database names.
func TestOtherSharedFolder(t *testing.T) {
	procs, settings := onShared(t, 1)
	procs[0].Post(t, insert, "application/json", lines(0, 100), http.StatusOK)
	procs[0].Stop(t)
	refused := func(want string, args ...string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		list := []string{"server", "--set", "http.listen=127.0.0.1:0", "--set", "data=" + t.TempDir()}
		for _, a := range args {
			list = append(list, "--set", a)
		}
		out, err := exec.CommandContext(ctx, server.Binary(t), list...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%v: %v %s; want %q", args, err, out, want)
		}
	}
	broker := []string{"queue.type=kafka", "queue.brokers=[127.0.0.1:1]"}
	dsn, shared := settings[1], settings[2]
	empty := t.TempDir()
	for range 2 {
		refused("is not the folder whose segments", append(broker, settings[0], dsn, "store.shared="+empty)...)
		if names, err := os.ReadDir(empty); err != nil || len(names) > 0 {
			t.Errorf("it leaves %v in the folder, %v", names, err)
		}
	}
	db := postgres.Start(t)
	refused("belong to other metadata", append(broker, settings[0], "store.meta.dsn="+db.Database(t), shared)...)
	refused("another data folder", append(broker, settings[0], dsn)...)
	refused("set queue.type to kafka", settings...)
	refused("set store.meta.type to postgres", append(broker, shared)...)
}

func get(t *testing.T, s *server.Server, path string) string {
	t.Helper()
	resp, err := http.Get(s.URL(path))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
