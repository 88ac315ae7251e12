package syslog

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// However many connections of a source wait for its quota, others are served: they must hold nothing that all need.
func TestConnectionsOverTheirQuotaHoldNobodyUp(t *testing.T) {
	const loud = "127.0.0.2"
	sink := newFakeSink()
	var refused atomic.Int64
	var open atomic.Bool
	sink.gate = func(_ context.Context, records []model.Record) error {
		if records[0].Peer == loud && !open.Load() {
			refused.Add(1)
			return &model.QuotaError{
				BusyError: model.BusyError{Bound: "limits.sources of x", RetryAfter: 20 * time.Millisecond}, Input: "syslog", Peer: loud,
			}
		}
		return nil
	}
	s := loopback()
	s.Allow = []string{"127.0.0.0/8"}
	in := startInput(t, s, testEnv(sink))
	const connections, lines = 2 * batchesAtOnce, 3
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(loud)}}
	for c := range connections {
		conn, err := from.DialContext(t.Context(), "tcp", in.Addrs()["tcp"])
		if err != nil {
			t.Skipf("this machine has no second address of loopback: %v", err)
		}
		defer conn.Close()
		for i := range lines {
			send(t, conn, fmt.Sprintf("<13>loud: %d %d\n", c, i))
		}
	}
	late := time.After(30 * time.Second)
	for refused.Load() < connections { // each was refused, or one of them again
		select {
		case <-time.After(time.Millisecond): // it is another goroutine's work
		case <-late:
			t.Fatalf("%d of %d connections were refused", refused.Load(), connections)
		}
	}
	send(t, dial(t, "tcp", in.Addrs()["tcp"]), "<13>quiet: hello\n")
	if got := sink.wait(t, 1); got[0].Msg != "hello" {
		t.Fatalf("stored %v", got)
	}
	open.Store(true)
	seen := map[string]int{}
	for _, m := range messages(sink.wait(t, 1+connections*lines)) {
		seen[m]++
	}
	for c := range connections {
		for i := range lines {
			if n := seen[fmt.Sprintf("%d %d", c, i)]; n != 1 {
				t.Fatalf("line %d of connection %d is stored %d times", i, c, n)
			}
		}
	}
}

// What waits for a quota keeps its order, whatever the framing and wherever the sink stops; what is too long is counted once.
func TestWaitingKeepsOrder(t *testing.T) {
	sink := newFakeSink()
	var writes atomic.Int64
	sink.gate = func(_ context.Context, records []model.Record) error {
		if writes.Add(1)%3 != 0 {
			return &model.QuotaError{BusyError: model.BusyError{Bound: "x", RetryAfter: time.Microsecond}}
		}
		return nil
	}
	env := testEnv(sink)
	env.MaxLine = 1 << 10
	in := startInput(t, loopback(), env)
	conn := dial(t, "tcp", in.Addrs()["tcp"])
	const lines = 3*streamRecords + 7
	tooLong := 0
	for i := range lines {
		line := fmt.Sprintf("<13>a: line %d", i)
		switch {
		case i%1000 == 999:
			tooLong++
			send(t, conn, "<13>a: "+strings.Repeat("x", 4<<10)+"\n"+line+"\n")
		case i%2 == 0:
			send(t, conn, fmt.Sprintf("%d %s", len(line), line))
		default:
			send(t, conn, line+"\n")
		}
	}
	for i, m := range messages(sink.wait(t, lines)) {
		if want := fmt.Sprintf("line %d", i); m != want {
			t.Fatalf("record %d is %q, want %q", i, m, want)
		}
	}
	stopInput(t, in)
	if n := rejected(env.Sources)[model.ReasonTooLong]; n != int64(tooLong) || len(sink.all()) != lines {
		t.Errorf("%d are counted as too long, not %d; %d are stored", n, tooLong, len(sink.all()))
	}
}
