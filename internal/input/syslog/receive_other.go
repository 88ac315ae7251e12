//go:build !linux

package syslog

import (
	"net"
	"net/netip"
	"time"
)

// receiver reads one datagram a call where the kernel has no recvmmsg(2).
type receiver struct {
	conn *net.UDPConn
	buf  []byte
	n    int
	from netip.Addr
}

func newReceiver(conn *net.UDPConn) (*receiver, error) {
	return &receiver{conn: conn, buf: make([]byte, maxDatagram)}, nil
}

// receive waits for datagrams and returns how many came; it returns when the connection's read deadline passes.
func (r *receiver) receive() (int, error) {
	n, from, err := r.conn.ReadFromUDPAddrPort(r.buf)
	if err != nil {
		return 0, err
	}
	r.n, r.from = n, from.Addr()
	return 1, nil
}

// poll is receive without waiting: 0 when nothing is there.
func (r *receiver) poll() (int, error) {
	if err := r.conn.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		return 0, err
	}
	n, err := r.receive()
	if e, ok := err.(net.Error); ok && e.Timeout() {
		return 0, nil
	}
	return n, err
}

// datagram returns the payload of the last receive, valid until the next one, and its sender.
func (r *receiver) datagram(int) ([]byte, netip.Addr) { return r.buf[:r.n], r.from }
