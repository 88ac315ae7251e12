package kafka

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/haetae/haetae/test/postgres"
)

// soakPartitions is more than processes, so that each has some.
const soakPartitions = 4

// soakFor is a minute, or HAETAE_SOAK.
func soakFor(t *testing.T) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(cmp.Or(os.Getenv("HAETAE_SOAK"), "1m"))
	if err != nil {
		t.Fatalf("HAETAE_SOAK: %v", err)
	}
	return d
}

// fleet is three brokers, a database, and the processes on them.
type fleet struct {
	*testing.T
	brokers *Cluster
	db      *postgres.Server
	procs   []*process
	load    *load
}

func newFleet(t *testing.T, processes int) *fleet {
	f := &fleet{T: t, brokers: New(t, 3), db: postgres.Start(t), load: &load{}}
	settings := append(sharing(t, f.db), fmt.Sprint("queue.partitions=", soakPartitions), "queue.session.timeout.ms=3000")
	for range processes {
		address, err := freePort()
		if err != nil {
			t.Fatal(err)
		}
		f.procs = append(f.procs, &process{
			base: "http://" + address, Server: onKafka(t, f.brokers, append(slices.Clone(settings), "http.listen="+address)...),
		})
	}
	f.load.procs = f.procs
	return f
}

// settled waits until the partitions are shared out among these processes.
func (f *fleet) settled(procs ...*process) {
	f.Helper()
	eventually(f.T, fmt.Sprintf("%d processes have the partitions", len(procs)), func() bool {
		sum := 0
		for _, p := range procs {
			n := number(owned(f.T, p.Server))
			if n == 0 {
				return false
			}
			sum += n
		}
		return sum == soakPartitions
	})
}

// more waits until lines were acknowledged in spite of what was just done.
func (f *fleet) more(what string) {
	f.Helper()
	_, before := f.load.lines()
	eventually(f.T, "lines are acknowledged "+what, func() bool {
		_, acked := f.load.lines()
		return acked >= before+20*batchLines
	})
}

// withoutMetadata stops the database: records wait in the queue, and processes answer with what they know.
func (f *fleet) withoutMetadata(procs ...*process) {
	f.db.Stop()
	f.more("with the metadata away")
	for _, p := range procs {
		if n, partial, problem := countLines(http.DefaultClient, p.base); n == 0 || !strings.Contains(partial, "the metadata have been away since") || problem != "" {
			f.Errorf("without the metadata %s shows %d lines and says %q%s", p.base, n, partial, problem)
		}
	}
	f.db.Run(f.T)
}

// round does everything once: to a broker, to the database, to x as its process is killed, to y as it is frozen, and to z as
// it comes and goes.
func (f *fleet) round(broker int, x, y, z *process) {
	z.run(f.T)
	f.settled(x, y, z)
	f.brokers.Kill(broker)
	f.more("with two of three brokers")
	x.kill()
	f.more("with a process killed besides")
	f.settled(y, z)
	x.run(f.T)
	f.settled(x, y, z)
	if err := f.brokers.Run(broker); err != nil {
		f.Fatal(err)
	}
	if err := f.brokers.Wait(f.Context()); err != nil {
		f.Fatal(err)
	}
	z.stop(f.T)
	f.settled(x, y)
	z.run(f.T)
	y.disturb(true, func() {
		if err := y.Signal(syscall.SIGSTOP); err != nil {
			f.Fatal(err)
		}
		f.settled(x, z)
		f.more("with a process frozen")
		if err := y.Signal(syscall.SIGCONT); err != nil {
			f.Fatal(err)
		}
		f.settled(x, y, z)
	})
	f.withoutMetadata(x, y, z)
	f.more("by all")
	z.stop(f.T)
	f.settled(x, y)
}

// Brokers and processes are killed, processes freeze, come and go, while lines come in at all of them: everything that was
// acknowledged is stored once and in the order of its stream, a tail shows it, and whoever is asked meanwhile never answers
// less without saying so.
func TestSoak(t *testing.T) {
	lasts := soakFor(t)
	f := newFleet(t, 3)
	a, b, c := f.procs[0], f.procs[1], f.procs[2]
	a.run(t)
	b.run(t)
	f.settled(a, b)
	end := time.Now().Add(lasts)

	following, unfollow := context.WithCancel(t.Context())
	defer unfollow()
	var tail follower
	var others sync.WaitGroup
	defer others.Wait()
	ready := make(chan struct{})
	others.Go(func() { tail.run(following, t, a, ready) })
	<-ready
	stop := make(chan struct{})
	var senders sync.WaitGroup
	halt := sync.OnceFunc(func() { close(stop); senders.Wait() })
	defer halt()
	for stream := range loadStreams {
		senders.Go(func() { f.load.send(stream, stop) })
	}
	watchers := make([]watcher, len(f.procs))
	for i, p := range f.procs {
		senders.Go(func() { watchers[i].run(t, p, f.load, stop) })
	}
	defer unfollow() // before what waits for it
	rounds := 0
	for ; rounds == 0 || time.Now().Before(end); rounds++ {
		x, y := a, b
		if rounds%2 == 0 {
			x, y = b, a
		}
		f.round(rounds%3, x, y, c)
	}
	halt()
	tail.check(t, f.load.acked)
	unfollow()
	others.Wait()

	stored := 0
	for _, p := range []*process{a, b} {
		stored = f.check(p)
	}
	a.stop(t)
	f.settled(b)
	b.stop(t)
	c.run(t)
	f.settled(c)
	f.check(c)
	slowest, partial, asked := time.Duration(0), 0, 0
	for i, w := range watchers {
		t.Logf("process %d: longest pause %s, asked %d times, slowest answer %s, partial %d %s", i, f.procs[i].pause.Round(time.Millisecond),
			w.asked, w.slowest.Round(time.Millisecond), w.asked-w.whole, w.reason)
		slowest, partial, asked = max(slowest, w.slowest), partial+w.asked-w.whole, asked+w.asked
		if w.whole < 5 {
			t.Errorf("process %d answered %d times whole", i, w.whole)
		}
	}
	t.Logf("%d rounds: produced %d, acknowledged %d, refused requests %d, stored %d, longest pause %s, slowest answer %s, partial answers %d of %d",
		rounds, f.load.sent, len(f.load.acked), f.load.refused, stored, f.load.pause.Round(time.Millisecond), slowest.Round(time.Millisecond), partial, asked)
}

// place is where the queue had a line.
type place struct {
	partition string
	offset    int
}

// check reads all lines of a process back and returns how many there are: each acknowledged attempt once, those of one
// stream in one partition and in order, and of the others none twice.
func (f *fleet) check(p *process) (rows int) {
	f.Helper()
	var found map[attempt][]place
	read := func() bool {
		found, rows = map[attempt][]place{}, 0
		partial, problem := ask(http.DefaultClient, p.base, "soak | fields host, n, try, _record_id", func(row map[string]string) {
			a := attempt{number(row["host"]), number(row["n"]), number(row["try"])}
			id := row["_record_id"]
			cut := strings.LastIndexByte(id, '-')
			found[a] = append(found[a], place{id[:max(cut, 0)], number(id[cut+1:])})
			rows++
		})
		return partial == "" && problem == "" && rows >= len(f.load.acked)
	}
	eventually(f.T, "all acknowledged lines are found", read)
	lost, doubled, disordered := 0, 0, 0
	for _, places := range found {
		doubled += len(places) - 1
	}
	acked := slices.Clone(f.load.acked)
	slices.SortFunc(acked, func(a, b attempt) int { return cmp.Or(a.stream-b.stream, a.line-b.line) })
	var last place
	for i, a := range acked {
		at := found[a]
		if len(at) == 0 {
			lost++
			continue
		}
		if i > 0 && acked[i-1].stream == a.stream && (at[0].partition != last.partition || at[0].offset <= last.offset) {
			disordered++
		}
		last = at[0]
	}
	f.Logf("%s: stored %d, lost %d, doubled %d, out of order %d, sent again by senders %d", p.base, rows, lost, doubled, disordered, rows-len(acked))
	if lost > 0 || doubled > 0 || disordered > 0 {
		f.Errorf("lost %d, doubled %d, out of order %d of %d", lost, doubled, disordered, len(acked))
	}
	return rows
}

// number of a field; -1 for what is none.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}
