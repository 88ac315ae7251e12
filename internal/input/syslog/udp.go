package syslog

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/deliver"
	"github.com/haetae/haetae/internal/model"
)

// Reasons under which datagrams are counted that did not become records.
const (
	reasonKernelDrop = "dropped by the kernel: socket buffer full"
	reasonNotAllowed = "sender is not allowed"
	reasonStopped    = "stopped before it could be stored"
)

const (
	// pendingBytes is how much the reader takes while the writer waits for the disk; beyond it the socket's
	// buffer fills, and beyond that the kernel drops and counts.
	pendingBytes = 8 << 20
	// batchRecords bounds the memory of records under way.
	batchRecords = 8192
	// dropInterval is how often the kernel's counter is read.
	dropInterval = time.Second
)

// udpServer receives datagrams. One goroutine reads the socket, so that nothing but a full buffer stops it;
// another maps and writes.
type udpServer struct {
	env     *input.Env
	log     *slog.Logger
	metrics *metrics
	writer  *deliver.Writer
	layout  *deliver.Layout
	mapper  *mapper
	peers   peerNames
	asked   int // bytes of socket buffer

	conn    *net.UDPConn
	granted int
	address string // where it listens, for the counts
	pending *deliver.Handoff[*datagrams]
	read    chan struct{} // closed when the reader has ended
	written chan struct{} // closed when the writer has ended
	stop    chan struct{} // ends the watch over the kernel's drops
	watched chan struct{} // closed when the watch has ended

	lastDrops uint32 // used by the watch, and by close after it
	dropped   atomic.Int64
}

func (u *udpServer) listen(address string) error {
	addr, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return err
	}
	if u.conn, err = net.ListenUDP("udp", addr); err != nil {
		return err
	}
	u.address = "udp:" + u.conn.LocalAddr().String()
	if u.granted, err = setReceiveBuffer(u.conn, u.asked); err != nil {
		_ = u.conn.Close()
		return err
	}
	u.metrics.socketBuffer.Set(float64(u.granted))
	if u.granted < u.asked {
		u.log.Warn("the kernel granted a smaller socket buffer than asked, bursts may be dropped",
			"asked", u.asked, "granted", u.granted, "setting", rmemMax,
			"remedy", "sysctl -w "+rmemMax+"="+strconv.Itoa(u.asked))
	}
	return nil
}

// start runs the goroutines. Records that ctx's end leaves unwritten are counted as dropped.
func (u *udpServer) start(ctx context.Context) error {
	recv, err := newReceiver(u.conn)
	if err != nil {
		return err
	}
	u.pending = deliver.NewHandoff(pendingBytes, new(datagrams), new(datagrams))
	u.read, u.written, u.stop, u.watched = make(chan struct{}), make(chan struct{}), make(chan struct{}), make(chan struct{})
	go u.readAll(recv)
	go u.writeAll(ctx)
	go u.watchDrops()
	return nil
}

func (u *udpServer) readAll(recv *receiver) {
	defer close(u.read)
	for {
		n, err := recv.receive()
		if err != nil {
			break // the deadline that close set, or the socket is gone
		}
		u.take(recv, n)
	}
	// What the socket holds came before the stop. A sender that goes on is cut off at one full buffer.
	for left := u.granted; left > 0; {
		n, err := recv.poll()
		if n == 0 || err != nil {
			return
		}
		left -= u.take(recv, n)
	}
}

// take passes on the datagrams of one receive and returns their bytes.
func (u *udpServer) take(recv *receiver, n int) (bytes int) {
	now := u.env.Now()
	ok := u.pending.Fill(func(d *datagrams) {
		for i := range n {
			payload, from := recv.datagram(i)
			bytes += len(payload) + datagramOverhead
			if peer := u.peers.of(from); peer.allowed {
				d.add(payload, peer.text, now.UnixNano())
			} else {
				u.env.Sources.Rejected(u.env.Name, peer.text, reasonNotAllowed, 1, textOf(payload), now)
			}
		}
	})
	if !ok {
		u.env.Sources.Rejected(u.env.Name, u.address, reasonStopped, n, "", now)
	}
	return bytes
}

func (u *udpServer) writeAll(ctx context.Context) {
	defer close(u.written)
	ctx = model.WithPatience(ctx, model.PatienceNone)
	b := deliver.NewBatch(u.layout)
	for {
		d, ok := u.pending.Take()
		if !ok {
			return
		}
		for i := 0; i < len(d.items); {
			b.Reset()
			next := d.batch(b, i, batchRecords, u.env.MaxBatch, u.mapper)
			if err := u.writer.Write(ctx, b); err != nil {
				u.env.Sources.Rejected(u.env.Name, u.address, reasonStopped, len(d.items)-i, "", u.env.Now())
				break
			}
			i = next
		}
	}
}

func (u *udpServer) watchDrops() {
	defer close(u.watched)
	t := time.NewTicker(dropInterval)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			u.countDrops()
		case <-u.stop:
			return
		}
	}
}

// countDrops adds what the kernel dropped since the last call.
func (u *udpServer) countDrops() {
	total, err := kernelDrops(u.conn)
	if err != nil || total == u.lastDrops {
		return
	}
	n := int(total - u.lastDrops) // wraps with the counter
	u.lastDrops = total
	u.metrics.kernelDrops.Add(float64(n))
	u.env.Sources.Rejected(u.env.Name, u.address, reasonKernelDrop, n, "", u.env.Now())
	if u.dropped.Add(int64(n)) == int64(n) { // said once; the counters go on
		u.log.Warn("the kernel dropped datagrams because the socket buffer was full",
			"dropped", n, "buffer", u.granted, "setting", rmemMax)
	}
}

// close stops reading, waits until what was read is written or ctx ends, and takes the last count of drops.
// Giving up is the caller's: it ends the context of start.
func (u *udpServer) close(ctx context.Context, giveUp context.CancelFunc) error {
	if u.read == nil {
		return u.conn.Close()
	}
	if err := u.conn.SetReadDeadline(time.Unix(1, 0)); err != nil {
		return fmt.Errorf("cannot stop reading datagrams: %w", err)
	}
	var err error
	select {
	case <-u.read:
	case <-ctx.Done(): // the reader waits for a writer that waits for the sink
		err = ctx.Err()
		giveUp()
	}
	u.pending.Close()
	<-u.read
	select {
	case <-u.written:
	case <-ctx.Done():
		err = ctx.Err()
		giveUp()
		<-u.written
	}
	close(u.stop)
	<-u.watched
	u.countDrops()
	_ = u.conn.Close()
	return err
}

// rmemMax is the kernel setting that bounds a socket's buffer.
const rmemMax = "net.core.rmem_max"

// hints names the setting that would keep the kernel from dropping.
func (u *udpServer) hints() []input.Hint {
	if u.conn == nil || u.granted >= u.asked && u.dropped.Load() == 0 { // off, or all is well
		return nil
	}
	return []input.Hint{{Code: "socket_buffer", Params: map[string]string{
		"setting": rmemMax,
		"value":   strconv.Itoa(u.asked),
		"asked":   config.Size(u.asked).String(),
		"granted": config.Size(u.granted).String(),
		"dropped": strconv.FormatInt(u.dropped.Load(), 10),
	}}}
}
