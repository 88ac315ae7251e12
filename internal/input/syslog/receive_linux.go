package syslog

import (
	"net"
	"net/netip"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// receiveMany is how many datagrams one system call takes at most.
const receiveMany = 64

// receiver reads datagrams by recvmmsg(2) into memory that is reused.
type receiver struct {
	raw     syscall.RawConn
	headers [receiveMany]mmsghdr
	vectors [receiveMany]unix.Iovec
	names   [receiveMany]unix.RawSockaddrInet6 // large enough for IPv4 too
	buf     []byte
}

// mmsghdr is struct mmsghdr of recvmmsg(2).
type mmsghdr struct {
	hdr unix.Msghdr
	n   uint32
}

func newReceiver(conn *net.UDPConn) (*receiver, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	// Only the pages that datagrams really fill become resident.
	r := &receiver{raw: raw, buf: make([]byte, receiveMany*maxDatagram)}
	for i := range r.headers {
		v := &r.vectors[i]
		v.Base = &r.buf[i*maxDatagram]
		v.SetLen(maxDatagram)
		h := &r.headers[i].hdr
		h.Name = (*byte)(unsafe.Pointer(&r.names[i]))
		h.Iov = v
		h.SetIovlen(1)
	}
	return r, nil
}

// receive waits for datagrams and returns how many came; it returns when the connection's read deadline passes.
func (r *receiver) receive() (n int, err error) {
	var errno error
	err = r.raw.Read(func(fd uintptr) bool {
		n, errno = r.recvmmsg(fd)
		return errno != unix.EAGAIN
	})
	if err == nil && errno != nil {
		err = os.NewSyscallError("recvmmsg", errno)
	}
	return n, err
}

// poll is receive without waiting: 0 when nothing is there.
func (r *receiver) poll() (n int, err error) {
	var errno error
	err = r.raw.Control(func(fd uintptr) { n, errno = r.recvmmsg(fd) })
	if err == nil && errno != nil && errno != unix.EAGAIN {
		err = os.NewSyscallError("recvmmsg", errno)
	}
	return n, err
}

func (r *receiver) recvmmsg(fd uintptr) (int, error) {
	for {
		for i := range r.headers {
			r.headers[i].hdr.Namelen = unix.SizeofSockaddrInet6
		}
		n, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&r.headers[0])), receiveMany,
			unix.MSG_DONTWAIT, 0, 0)
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return 0, errno
		}
	}
}

// datagram returns payload i of the last receive, valid until the next one, and its sender.
func (r *receiver) datagram(i int) ([]byte, netip.Addr) {
	start := i * maxDatagram
	payload := r.buf[start : start+int(r.headers[i].n)]
	name := &r.names[i]
	if name.Family == unix.AF_INET {
		return payload, netip.AddrFrom4((*unix.RawSockaddrInet4)(unsafe.Pointer(name)).Addr)
	}
	return payload, netip.AddrFrom16(name.Addr)
}
