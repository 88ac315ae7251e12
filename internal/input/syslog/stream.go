package syslog

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/deliver"
	"github.com/haetae/haetae/internal/model"
)

const (
	reasonHandshake  = "TLS handshake failed"
	reasonTLSOnPlain = "TLS sent to the port without TLS"
)

const (
	// batchesAtOnce bounds how many connections map and write at a time; the others wait with what they read.
	batchesAtOnce = 32
	// streamRecords bounds a batch of one connection.
	streamRecords = 1024
	// largeAtOnce is how many connections may read a message longer than their buffer at a time.
	largeAtOnce = 4
	// handshakeTimeout bounds a TLS handshake.
	handshakeTimeout = 10 * time.Second
	// drainTime is how long a connection is read on after the stop, for what its sender had on the way.
	drainTime = 250 * time.Millisecond
	// longestPause is how long a source over its quota waits before it is looked at again.
	longestPause = time.Second
)

// streamServer serves the connections of TCP and TLS. Nothing is dropped: when the sink is busy, a connection is
// not read, and its sender waits.
type streamServer struct {
	env       *input.Env
	log       *slog.Logger
	metrics   *metrics
	writer    *deliver.Writer
	allow     allowList
	idle      time.Duration // 0: for ever
	slots     chan struct{} // one for each connection
	batches   chan *streamBatch
	large     *largeLines
	listeners []net.Listener

	stopping  atomic.Bool
	accepting sync.WaitGroup
	serving   sync.WaitGroup
	mu        sync.Mutex
	conns     map[net.Conn]struct{}
}

// streamBatch is what a connection needs while it maps and writes.
type streamBatch struct {
	batch  *deliver.Batch
	mapper *mapper
}

func newStreamServer(env *input.Env, s *Settings, log *slog.Logger, m *metrics, w *deliver.Writer, allow allowList, newMapper func() *mapper) *streamServer {
	layout := newLayout(s)
	t := &streamServer{
		env: env, log: log, metrics: m, writer: w, allow: allow,
		idle:    time.Duration(s.IdleTimeout),
		slots:   make(chan struct{}, s.MaxConnections),
		batches: make(chan *streamBatch, batchesAtOnce),
		large:   newLargeLines(largeAtOnce),
		conns:   map[net.Conn]struct{}{},
	}
	for range batchesAtOnce {
		t.batches <- &streamBatch{batch: deliver.NewBatch(layout), mapper: newMapper()}
	}
	return t
}

// accept serves the connections of ln, with TLS when config is not nil, from the addresses of allow, or any when it is nil. ctx ends
// writes, not reads.
func (s *streamServer) accept(ctx context.Context, ln net.Listener, config *tls.Config, allow allowList) {
	s.listeners = append(s.listeners, ln)
	s.accepting.Go(func() {
		for full := false; ; {
			select {
			case s.slots <- struct{}{}:
				full = false
			default:
				if !full {
					full = true
					s.log.Warn("no more connections are served at a time, further senders wait", "setting", "max_connections", "limit", cap(s.slots))
				}
				select {
				case s.slots <- struct{}{}:
				case <-ctx.Done():
					return
				}
			}
			conn, err := ln.Accept()
			if err != nil {
				<-s.slots
				if s.stopping.Load() || errors.Is(err, net.ErrClosed) {
					return
				}
				s.log.Warn("cannot accept a connection", "error", err)
				// Out of file descriptors, as a rule: others close in time.
				select {
				case <-time.After(100 * time.Millisecond):
				case <-ctx.Done():
				}
				continue
			}
			s.add(conn)
			s.serving.Go(func() {
				defer func() {
					s.remove(conn)
					<-s.slots
				}()
				s.serve(ctx, conn, config, allow)
			})
		}
	})
}

func (s *streamServer) add(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[conn] = struct{}{}
	s.metrics.connections.Inc()
}

func (s *streamServer) remove(conn net.Conn) {
	_ = conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
	s.metrics.connections.Dec()
}

func (s *streamServer) serve(ctx context.Context, conn net.Conn, config *tls.Config, allow allowList) {
	peer := ""
	if a, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil {
		addr := a.Addr().Unmap().WithZone("")
		peer = addr.String()
		if allow != nil && !allow.allows(addr) {
			s.env.Sources.Rejected(s.env.Name, peer, reasonNotAllowed, 1, "", s.env.Now())
			return
		}
	}
	var r io.Reader = conn
	if config != nil {
		server := tls.Server(conn, config)
		hctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
		err := server.HandshakeContext(hctx)
		cancel()
		if err != nil {
			s.metrics.handshakes.Inc()
			s.env.Sources.Rejected(s.env.Name, peer, reasonHandshake, 1, err.Error(), s.env.Now())
			s.log.Debug("TLS handshake failed", "peer", peer, "error", err)
			return
		}
		r = server
	}
	s.receive(ctx, r, peer, func() { s.setDeadline(conn) })
}

// receive writes the messages of a stream until it ends; before is called before each read.
func (s *streamServer) receive(ctx context.Context, r io.Reader, peer string, before func()) {
	f := &framer{r: r, maxLine: s.env.MaxLine, large: s.large}
	defer f.release()
	for first := true; ; first = false {
		before()
		if err := f.fill(ctx); err != nil {
			s.logEnd(peer, err)
			s.drain(ctx, f, peer, true)
			return
		}
		if first && isTLSHello(f.buf[f.lo:f.hi]) {
			s.env.Sources.Rejected(s.env.Name, peer, reasonTLSOnPlain, 1, "", s.env.Now())
			s.log.Debug("a sender speaks TLS to the port without TLS", "peer", peer)
			return
		}
		if !s.drain(ctx, f, peer, false) {
			return
		}
	}
}

// setDeadline bounds the next read. It looks at stopping last, and stop sets that before it sets deadlines, so
// whichever comes first, a stopped connection ends with the deadline of the stop.
func (s *streamServer) setDeadline(conn net.Conn) {
	if s.idle > 0 {
		_ = conn.SetReadDeadline(time.Now().Add(s.idle))
	}
	if s.stopping.Load() {
		_ = conn.SetReadDeadline(time.Now().Add(drainTime))
	}
}

// drain writes every message that is at hand, in order; with last also one that has no end. A source over its quota waits here
// with nothing but what its connection has read. False means that the records could not be stored before the end.
func (s *streamServer) drain(ctx context.Context, f *framer, peer string, last bool) bool {
	for {
		wait, ok := s.drainOnce(ctx, f, peer, last)
		if wait == 0 {
			return ok
		}
		_ = deliver.Pause(ctx, min(wait, longestPause)) // when ctx ends the next turn counts what is lost
	}
}

// drainOnce is drain up to where the source is over its quota: then it returns for how long, and the framer is before what was
// not written.
func (s *streamServer) drainOnce(ctx context.Context, f *framer, peer string, last bool) (wait time.Duration, ok bool) {
	next := func() (frame, bool) {
		fr, ok := f.next()
		if !ok && last {
			return f.rest()
		}
		return fr, ok
	}
	begin := f.at() // of the batch
	fr, some := next()
	if !some {
		return 0, true
	}
	b := <-s.batches
	defer func() {
		b.batch.Reset() // what it points to is the connection's
		s.batches <- b
	}()
	now := s.env.Now()
	for before := begin; some; fr, some = next() {
		if fr.tooLong || b.batch.Len() >= streamRecords {
			if wait, ok := s.write(ctx, b.batch, peer); wait > 0 || !ok {
				f.back(begin)
				return wait, ok
			}
			begin = before
		}
		if fr.tooLong {
			s.env.Sources.Rejected(s.env.Name, peer, deliver.ReasonTooLong, 1, textOf(fr.data), now)
			begin = f.at()
		} else {
			b.mapper.add(b.batch, textOf(fr.data), peer, now.UnixNano(), fr.size)
		}
		before = f.at()
	}
	if wait, ok = s.write(ctx, b.batch, peer); wait > 0 {
		f.back(begin)
	}
	return wait, ok
}

// write stores a batch and empties it. A wait means that nothing was stored, since the source is over its quota.
func (s *streamServer) write(ctx context.Context, b *deliver.Batch, peer string) (wait time.Duration, ok bool) {
	if s.stopping.Load() {
		ctx = model.WithPatience(ctx, model.PatienceBegun) // what was read is not sent again
	}
	err := s.writer.Offer(ctx, b)
	var over *model.QuotaError
	if errors.As(err, &over) && ctx.Err() == nil {
		return max(over.RetryAfter, time.Millisecond), true
	}
	if err != nil {
		s.env.Sources.Rejected(s.env.Name, peer, reasonStopped, b.Len(), "", s.env.Now())
	}
	b.Reset()
	return 0, err == nil
}

func (s *streamServer) logEnd(peer string, err error) {
	if errors.Is(err, io.EOF) {
		return
	}
	s.log.Debug("a connection ended", "peer", peer, "error", err)
}

// stop closes the listeners, reads what is on the way, and returns when it is written, or when ctx ends: then
// giveUp ends the writes.
func (s *streamServer) stop(ctx context.Context, giveUp context.CancelFunc) error {
	s.stopping.Store(true)
	var errs []error
	for _, ln := range s.listeners {
		errs = append(errs, ln.Close())
	}
	s.mu.Lock()
	for conn := range s.conns {
		_ = conn.SetReadDeadline(time.Now().Add(drainTime))
	}
	s.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		s.accepting.Wait()
		s.serving.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		errs = append(errs, ctx.Err())
		giveUp()
		s.mu.Lock()
		for conn := range s.conns {
			_ = conn.Close()
		}
		s.mu.Unlock()
		<-ended
	}
	return errors.Join(errs...)
}

// isTLSHello reports whether a stream begins with a TLS record of the handshake (RFC 8446 section 5.1).
func isTLSHello(p []byte) bool { return len(p) >= 3 && p[0] == 0x16 && p[1] == 0x03 && p[2] <= 0x04 }
