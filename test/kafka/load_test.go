package kafka

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/haetae/haetae/test/server"
)

// How much comes in: each stream sends a batch as often as this, when the one before was acknowledged.
const (
	loadStreams = 9
	batchLines  = 20
	batchEvery  = 50 * time.Millisecond
	patience    = 3 * time.Second // of a sender with one process
)

// process is one of those that share, with what its senders and watchers found.
type process struct {
	*server.Server
	base   string       // http://address, the same after each start
	up     atomic.Bool  // it runs, perhaps frozen
	faults atomic.Int64 // grows with all that is done to it: what spans such a moment says nothing of the process

	mu    sync.Mutex
	last  time.Time // of the last acknowledgement
	spell int64     // faults by then
	pause time.Duration
}

// disturb does something to a process that it cannot help.
func (p *process) disturb(up bool, what func()) {
	p.faults.Add(1)
	if !up {
		p.up.Store(false)
	}
	what()
	p.faults.Add(1)
	p.up.Store(up)
}

func (p *process) run(t *testing.T)  { p.disturb(true, func() { p.Run(t) }) }
func (p *process) kill()             { p.disturb(false, p.Kill) }
func (p *process) stop(t *testing.T) { p.disturb(false, func() { p.Stop(t) }) }

// acknowledged measures how long the process acknowledged nothing.
func (p *process) acknowledged() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now, spell := time.Now(), p.faults.Load()
	if spell == p.spell && !p.last.IsZero() {
		p.pause = max(p.pause, now.Sub(p.last))
	}
	p.last, p.spell = now, spell
}

// attempt is one line as it was sent: a sender that gets no answer sends it again, as another record.
type attempt struct{ stream, line, try int }

// load is what senders sent, and which of it was acknowledged.
type load struct {
	procs []*process

	mu      sync.Mutex
	sent    int // lines, each attempt counted
	acked   []attempt
	refused int // requests
	last    time.Time
	pause   time.Duration // in which nobody acknowledged anything
}

// lines returns how many lines were sent, and how many were acknowledged.
func (l *load) lines() (sent, acked int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sent, len(l.acked)
}

// send sends the lines of one stream in order until stop is closed, each batch until it is acknowledged. It begins with the
// same process each time, and goes on to the next when that does not answer.
func (l *load) send(stream int, stop <-chan struct{}) {
	client := &http.Client{Timeout: patience, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	tick := time.NewTicker(batchEvery)
	defer tick.Stop()
	for line, try, at := 0, 0, stream; ; {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		for n := 0; !l.procs[at%len(l.procs)].up.Load() && n < len(l.procs); n++ {
			at++
		}
		if l.post(client, l.procs[at%len(l.procs)], attempt{stream, line, try}) {
			line, try, at = line+batchLines, 0, stream
		} else {
			try, at = try+1, at+1
		}
	}
}

// post sends one batch that begins with a line, and reports whether it was acknowledged.
func (l *load) post(client *http.Client, p *process, first attempt) bool {
	var body strings.Builder
	batch := make([]attempt, batchLines)
	for i := range batch {
		batch[i] = attempt{first.stream, first.line + i, first.try}
		fmt.Fprintf(&body, `{"host":"%d","_msg":"soak line %06d","n":"%d","try":"%d"}`+"\n", first.stream, batch[i].line, batch[i].line, first.try)
	}
	l.mu.Lock()
	l.sent += len(batch)
	l.mu.Unlock()
	resp, err := client.Post(p.base+insert, "application/json", strings.NewReader(body.String()))
	ok := err == nil && resp.StatusCode == http.StatusOK
	if err == nil {
		resp.Body.Close()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !ok {
		l.refused++
		return false
	}
	l.acked = append(l.acked, batch...)
	now := time.Now()
	if !l.last.IsZero() {
		l.pause = max(l.pause, now.Sub(l.last))
	}
	l.last = now
	p.acknowledged()
	return true
}
