package kafka

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
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

// owned is how many partitions of the logs a process has.
func owned(t *testing.T, s *server.Server) string {
	t.Helper()
	_, rest, found := strings.Cut(get(t, s, "/metrics"), `haetae_queue_kafka_owned_partitions{topic="haetae.logs"} `)
	if !found {
		t.Fatal("a process does not say how many partitions it has")
	}
	value, _, _ := strings.Cut(rest, "\n")
	return value
}

// onShared starts processes that share, each with some settings of its own.
func onShared(t *testing.T, own ...[]string) (procs []*server.Server, settings []string) {
	t.Helper()
	db := postgres.Start(t)
	c := New(t, 1)
	settings = sharing(t, db)
	for _, more := range own {
		s := onKafka(t, c, append(slices.Clone(settings), more...)...)
		s.Run(t)
		procs = append(procs, s)
	}
	return procs, settings
}

// tunnel leads what comes to the address that it returns to another one, and counts the connections.
func tunnel(t *testing.T, to string) (address string, connections *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	connections = &atomic.Int64{}
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return // closed
			}
			connections.Add(1)
			far, err := net.Dial("tcp", to)
			if err != nil {
				near.Close()
				continue
			}
			for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
				go func() {
					_, _ = io.Copy(way[0], way[1]) // ends with either connection
					way[0].Close()
				}()
			}
		}
	}()
	return l.Addr().String(), connections
}

// What people change at one process holds at the others, and they find each other's rows, one of them through a tunnel.
func TestProcessesAgree(t *testing.T) {
	t.Parallel()
	listen, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	end, asked := tunnel(t, listen)
	procs, _ := onShared(t, nil, []string{"http.listen=" + listen, "http.advertise=" + end})
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

	if asked.Load() == 0 {
		t.Error("nobody has asked through the tunnel")
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

// A folder that is not the one whose segments the database names must not be written to, nor one that another database names.
func TestOtherSharedFolder(t *testing.T) {
	t.Parallel()
	procs, settings := onShared(t, nil)
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
