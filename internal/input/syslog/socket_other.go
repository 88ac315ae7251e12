//go:build !linux

package syslog

import (
	"errors"
	"net"
)

// setReceiveBuffer asks the kernel for a receive buffer of size bytes; what it granted cannot be asked here.
func setReceiveBuffer(conn *net.UDPConn, size int) (granted int, err error) {
	if size == 0 {
		return 0, nil
	}
	return size, conn.SetReadBuffer(size)
}

func kernelDrops(*net.UDPConn) (uint32, error) {
	return 0, errors.New("this operating system does not tell a socket's drops")
}
