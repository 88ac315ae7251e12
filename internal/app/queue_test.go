package app

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/query"
)

// One late claim of a process that woke up must not shut the partition's owner out for ever.
func TestOwnerClaimsAgain(t *testing.T) {
	c, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cfg, err := Load("", []string{"data=" + t.TempDir(), "queue.type=kafka", "queue.brokers=[" + c.ListenAddrs()[0] + "]", "queue.partitions=1"})
	if err != nil {
		t.Fatal(err)
	}
	a := newApp(cfg, io.Discard)
	defer func() {
		if err := a.life.stop(); err != nil {
			t.Error(err)
		}
	}()
	if err := a.openStores(t.Context()); err != nil {
		t.Fatal(err)
	}
	mine, err := a.meta.Claim(t.Context(), a.queue.ID(), 0, a.folder.Member)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.meta.Claim(t.Context(), a.queue.ID(), 0, "frozen"); err != nil {
		t.Fatal(err)
	}
	w, err := a.openWriter(t.Context(), 0, mine)
	if err != nil {
		t.Fatalf("the owner: %v", err)
	}
	defer w.Close()
	w.Advance(5)
	if stored, err := w.Checkpoint(t.Context()); err != nil || stored != 5 {
		t.Errorf("a checkpoint of the owner stored up to %d: %v", stored, err)
	}
}

// A process alone says that it lacks what it has acknowledged and not read yet, for as long as that lasts.
func TestAloneAndBehindItsOwnAcknowledgements(t *testing.T) {
	c, err := kfake.NewCluster(kfake.NumBrokers(1))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var stuck atomic.Bool
	c.ControlKey(int16(kmsg.Fetch), func(kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		return nil, errors.New("stuck"), stuck.Load()
	})
	cfg, err := Load("", []string{"data=" + t.TempDir(), "queue.type=kafka", "queue.brokers=[" + c.ListenAddrs()[0] + "]", "queue.partitions=1"})
	if err != nil {
		t.Fatal(err)
	}
	a := newApp(cfg, io.Discard)
	defer func() {
		if err := a.life.stop(); err != nil {
			t.Error(err)
		}
	}()
	for _, step := range []func(context.Context) error{a.openStores, a.openSources, a.openPipeline, a.openView, a.startConsumers} {
		if err := step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sent := 0
	send := func() {
		t.Helper()
		if err := a.intake.Write(t.Context(), []model.Record{{Input: "syslog", Msg: "hi", Observed: time.Now().UnixNano()}}); err != nil {
			t.Fatal(err)
		}
		sent++
	}
	search := func() (n int, partial string) {
		t.Helper()
		s, err := a.store.Search(t.Context(), logs.Search{Scope: model.Everything}, func(_ int, b *logsql.Batch) error {
			n += b.N
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return n, partialReason(&query.Stats{Stats: s})
	}
	// until waits for an answer, and holds each to what was acknowledged a second before.
	until := func(what string, done func(n int, partial string) bool) {
		t.Helper()
		asked := time.Now()
		for {
			began := time.Now()
			n, partial := search()
			if n < sent && partial == "" && began.Sub(asked) > time.Second+500*time.Millisecond {
				t.Fatalf("%s: %d of %d rows, and it seems to be all", what, n, sent)
			}
			if done(n, partial) {
				return
			}
			if time.Since(asked) > 20*time.Second {
				t.Fatalf("%s: %d of %d rows, partial: %s", what, n, sent, partial)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	whole := func(n int, partial string) bool { return n == sent && partial == "" }
	send()
	until("a row is read", whole)
	stuck.Store(true)
	send()
	until("the fetch under way may have it", func(n int, partial string) bool { return n == sent || partial != "" })
	send()
	until("the reader hangs", func(n int, partial string) bool { return n < sent && strings.Contains(partial, "partition 0") })
	stuck.Store(false)
	until("it goes on", whole)
}

// On disk nobody else can read what a process leaves over.
func TestBoundOnDisk(t *testing.T) {
	for bound, refused := range map[string]bool{"0": true, "1": true, "2": false, "-1": false} {
		cfg, err := Load("", []string{"data=" + t.TempDir(), "queue.partitions=2", "queue.consumers=" + bound})
		if err != nil {
			t.Fatal(err)
		}
		a := newApp(cfg, io.Discard)
		err = a.openStores(t.Context())
		if refused != (err != nil) || refused && !strings.Contains(err.Error(), "queue.consumers") {
			t.Errorf("with %s of 2 partitions: %v", bound, err)
		}
		if err := a.life.stop(); err != nil {
			t.Error(err)
		}
	}
}

// A wrong setting of the queue stops the start with its key.
func TestWrongKafkaSettings(t *testing.T) {
	for set, key := range map[string]string{
		"queue.brokers=[nowhere]":           "queue.brokers",
		"queue.consumers=-2":                "queue.consumers",
		"queue.acks=1":                      "queue.acks",
		"queue.compression.type=rar":        "queue.compression.type",
		"queue.fetch.min.bytes=2000000":     "queue.fetch.min.bytes",
		"queue.max.partition.fetch.bytes=1": "queue.max.partition.fetch.bytes",
		"queue.linger.ms=-2":                "queue.linger.ms",
		"queue.retention.ms=-2":             "queue.retention.ms",
		"queue.retention.bytes=-2":          "queue.retention.bytes",
		"queue.topic=bad topic":             "queue.topic",
		"queue.topic=..":                    "queue.topic",
		"queue.batch.size=1":                "queue.batch.size",
		"queue.session.timeout.ms=1":        "queue.session.timeout.ms",
		"queue.sasl.mechanism=PLAIN":        "queue.sasl.username",
		"queue.sasl.mechanism=FOO":          "queue.sasl.mechanism",
		"queue.tls.cert=/nonexistent":       "queue.tls.cert",
		"queue.sasl.mechanism=OAUTHBEARER":  "queue.sasl.oauthbearer.token_url",
		"queue.type=wal":                    "queue.brokers", // brokers without their type
	} {
		_, err := Load("", []string{"queue.type=kafka", "queue.brokers=[127.0.0.1:9092]", set})
		if err == nil || !strings.Contains(err.Error(), key+": ") {
			t.Errorf("%s: %v, want a word on %s", set, err, key)
		}
	}
}

// A server that waits for Kafka and is told to stop has not failed.
func TestStopWhileWaiting(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	stop, end := context.WithCancel(t.Context())
	defer end()
	context.AfterFunc(ctx, end)
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	load := func() (*Config, error) {
		return Load("", []string{"data=" + filepath.Join(t.TempDir(), "data"), "queue.type=kafka", "queue.brokers=[127.0.0.1:1]", "http.listen=127.0.0.1:0"})
	}
	if err := Run(stop, load, nil, out, io.Discard); err != nil {
		t.Errorf("stopped while it waited: %v", err)
	}
}
