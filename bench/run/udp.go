package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// udpResult is what became of a stream of syslog datagrams.
type udpResult struct {
	sent, stored int
	kernel       int // dropped by the kernel because the socket's buffer was full
	perSecond    float64
}

const (
	udpRate = 50_000 // lines a second
	udpTime = 10 * time.Second
)

// measureUDP sends RFC 5424 lines at udpRate and counts what is stored and what the kernel dropped.
func measureUDP(s *server) (udpResult, error) {
	var r udpResult
	mark := "udp" + strconv.FormatInt(time.Now().UnixNano(), 36)
	conn, err := net.Dial("udp", s.syslog)
	if err != nil {
		return r, fmt.Errorf("cannot reach the syslog port of %s: %w", s.name, err)
	}
	defer func() { _ = conn.Close() }() // nothing is read
	before, err := kernelDrops(s.syslog)
	if err != nil {
		return r, err
	}
	want := int(udpTime.Seconds() * udpRate)
	start := time.Now()
	var line []byte
	for r.sent < want {
		for due := int(time.Since(start).Seconds() * udpRate); r.sent < min(due, want); r.sent++ {
			line = append(line[:0], "<134>1 "...)
			line = time.Now().UTC().AppendFormat(line, "2006-01-02T15:04:05.000000Z07:00")
			line = append(line, " fw-01 filter 77 - - "...)
			line = append(line, mark...)
			line = append(line, " accept tcp 10.1.2.3:"...)
			line = strconv.AppendInt(line, int64(1024+r.sent%60_000), 10)
			line = append(line, " 192.0.2.10:443 bytes="...)
			line = strconv.AppendInt(line, int64(r.sent), 10)
			if _, err := conn.Write(line); err != nil {
				return r, fmt.Errorf("cannot send a datagram: %w", err)
			}
		}
		time.Sleep(500 * time.Microsecond)
	}
	r.perSecond = float64(r.sent) / time.Since(start).Seconds()
	after, err := kernelDrops(s.syslog)
	if err != nil {
		return r, err
	}
	r.kernel = after - before
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if r.stored, err = countRows(s, mark); err != nil {
			return r, err
		}
		if r.stored+r.kernel >= r.sent {
			break
		}
	}
	return r, nil
}

// kernelDrops reads how many datagrams the kernel dropped for all sockets at an address's port: the last column
// of /proc/net/udp (proc(5)).
func kernelDrops(addr string) (int, error) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return 0, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return 0, err
	}
	drops := 0
	for _, name := range []string{"/proc/net/udp", "/proc/net/udp6"} {
		table, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		n, err := dropsOf(string(table), number)
		if err != nil {
			return 0, fmt.Errorf("cannot read %s: %w", name, err)
		}
		drops += n
	}
	return drops, nil
}

func dropsOf(table string, port int) (int, error) {
	drops := 0
	suffix := fmt.Sprintf(":%04X", port)
	for line := range strings.Lines(table) {
		columns := strings.Fields(line)
		if len(columns) < 13 || !strings.HasSuffix(columns[1], suffix) {
			continue
		}
		n, err := strconv.Atoi(columns[len(columns)-1])
		if err != nil {
			return 0, err
		}
		drops += n
	}
	return drops, nil
}
