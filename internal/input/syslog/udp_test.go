//go:build linux

package syslog

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/input/deliver"
	"github.com/haetae/haetae/internal/model"
)

// What the kernel drops must be counted exactly: sent = stored + dropped.
func TestKernelDropsAreCounted(t *testing.T) {
	sink := newFakeSink()
	open := make(chan struct{})
	sink.gate = func(ctx context.Context, _ []model.Record) error {
		select {
		case <-open:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	env := testEnv(sink)
	s := loopback()
	s.SocketBuffer = 4096
	in := startInput(t, s, env)
	conn := dial(t, "udp", in.Addrs()["udp"])
	payload := make([]byte, 1400)
	copy(payload, "<13>app: ")
	for i := range payload[9:] {
		payload[9+i] = 'x'
	}
	// More than the reader takes while nothing is written, and far more than the socket holds.
	const sent = 3 * pendingBytes / 1400
	for range sent {
		if _, err := conn.Write(payload); err != nil {
			t.Fatal(err)
		}
	}
	close(open)
	stopInput(t, in)
	stored, dropped := int64(len(sink.all())), rejected(env.Sources)[reasonKernelDrop]
	if dropped == 0 {
		t.Fatal("the kernel dropped nothing, the test shows nothing")
	}
	if stored+dropped != sent {
		t.Errorf("sent %d, stored %d, counted as dropped %d: %d are missing", sent, stored, dropped, sent-stored-dropped)
	}
	hints := in.Hints()
	if len(hints) != 1 || hints[0].Params["setting"] != rmemMax || hints[0].Params["dropped"] != fmt.Sprint(dropped) {
		t.Errorf("hints are %v", hints)
	}
}

// A socket that is off has no buffer to speak of.
func TestNoHintWithoutUDP(t *testing.T) {
	s := loopback()
	s.UDP = ""
	in := startInput(t, s, testEnv(newFakeSink()))
	if hints := in.Hints(); hints != nil {
		t.Errorf("hints are %v", hints)
	}
}

// A burst that the buffers can hold must not be lost while the disk is slow.
func TestBurstIsHeld(t *testing.T) {
	sink := newFakeSink()
	open := make(chan struct{})
	sink.gate = func(context.Context, []model.Record) error { <-open; return nil }
	env := testEnv(sink)
	in := startInput(t, loopback(), env)
	conn := dial(t, "udp", in.Addrs()["udp"])
	const sent = 10_000
	for i := range sent {
		send(t, conn, fmt.Sprintf("<13>app: line %d", i))
	}
	close(open)
	stopInput(t, in)
	stored, dropped := int64(len(sink.all())), rejected(env.Sources)[reasonKernelDrop]
	if stored+dropped != sent {
		t.Errorf("sent %d, stored %d, dropped %d", sent, stored, dropped)
	}
	if in.udp.granted >= 1<<20 && dropped > 0 {
		t.Errorf("%d datagrams were dropped with a buffer of %d bytes", dropped, in.udp.granted)
	}
}

func TestUDPOverIPv6(t *testing.T) {
	sink := newFakeSink()
	s := loopback()
	s.UDP = "[::1]:0"
	in, err := New(s, testEnv(sink))
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Start(t.Context()); err != nil {
		t.Skipf("no IPv6 on this machine: %v", err)
	}
	t.Cleanup(func() { stopInput(t, in) })
	send(t, dial(t, "udp", in.Addrs()["udp"]), "<13>app: six")
	if got := sink.wait(t, 1)[0].Source; got != "syslog/::1" {
		t.Errorf("source is %q", got)
	}
}

// blackhole takes everything at once.
type blackhole struct{ n int }

func (b *blackhole) Write(_ context.Context, records []model.Record) error {
	b.n += len(records)
	return nil
}

// The way of a datagram from the reader's buffer to the sink.
func BenchmarkDatagrams(b *testing.B) {
	in, err := New(loopback(), testEnv(&blackhole{}))
	if err != nil {
		b.Fatal(err)
	}
	line := []byte(`<158>1 2026-11-21T07:59:58.123456+00:00 web-1 sshd 4711 - [origin ip="192.0.2.9"] Failed password for invalid user admin from 192.0.2.77 port 51234 ssh2`)
	var d datagrams
	batch := deliver.NewBatch(in.udp.layout)
	b.ReportAllocs()
	b.SetBytes(int64(len(line)))
	now := time.Now().UnixNano()
	for i := 0; i < b.N; i += 1000 {
		d.Reset()
		batch.Reset()
		for range 1000 {
			d.add(line, "192.0.2.7", now)
		}
		d.batch(batch, 0, batchRecords, 4<<20, in.udp.mapper)
		if err := in.udp.writer.Write(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
	}
}
