package syslog

import (
	"fmt"
	"net"
	"unsafe"

	"golang.org/x/sys/unix"
)

// setReceiveBuffer asks the kernel for a receive buffer of size bytes, beyond net.core.rmem_max when the process
// may, and returns what it granted.
func setReceiveBuffer(conn *net.UDPConn, size int) (granted int, err error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var optErr error
	err = raw.Control(func(fd uintptr) {
		if size > 0 && unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, size) != nil {
			if optErr = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, size); optErr != nil {
				return
			}
		}
		granted, optErr = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF)
	})
	if err == nil {
		err = optErr
	}
	if err != nil {
		return 0, fmt.Errorf("cannot set the receive buffer of the socket: %w", err)
	}
	return granted / 2, nil // the kernel doubles what it is asked for (socket(7))
}

// kernelDrops returns how many datagrams the kernel dropped since the socket was made: the counter that
// SO_RXQ_OVFL and /proc/net/udp show, read by SO_MEMINFO so that no later datagram is needed to see it.
// It wraps at 2^32.
func kernelDrops(conn *net.UDPConn) (uint32, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	const memInfoDrops = 8 // SK_MEMINFO_DROPS of linux/sock_diag.h
	var info [memInfoDrops + 1]uint32
	size := uint32(unsafe.Sizeof(info))
	var errno unix.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, errno = unix.Syscall6(unix.SYS_GETSOCKOPT, fd, unix.SOL_SOCKET, unix.SO_MEMINFO,
			uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
	})
	if err == nil && errno != 0 {
		err = errno
	}
	if err != nil {
		return 0, fmt.Errorf("cannot read the socket's drop counter: %w", err)
	}
	return info[memInfoDrops], nil
}
