package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// server is a log server under measurement, in a process of its own with an empty data folder.
type server struct {
	name   string
	dir    string
	url    string // http://127.0.0.1:port
	syslog string // UDP address
	// stored are the folders below dir that count as disk use; the queue is not among Haetae's.
	stored []string
	// unsealed is the metric of bytes that are not in stored files yet; empty when there is none.
	unsealed string
	// pause is how long each connection waits behind a body; none when the server takes what it can.
	pause  time.Duration
	cmd    *exec.Cmd
	client *http.Client
	filter string // put before each query
}

// haetaeConfig leaves out the inputs that would store lines of the machine beside the rows.
const haetaeConfig = `
http: {listen: 127.0.0.1:0}
log: {level: error}
inputs:
  files: {enabled: false}
  journald: {enabled: false}
  self: {enabled: false}
  otlp: {enabled: false}
  syslog: {udp: 127.0.0.1:0, tcp: ""}
`

// startHaetae starts the binary at path on free ports, with further settings KEY=VALUE.
func startHaetae(path, dir string, settings ...string) (*server, error) {
	s := newServer("haetae", filepath.Join(dir, "data"), "logs")
	s.unsealed = "haetae_store_logs_memory_bytes"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	config := filepath.Join(dir, "haetae.yaml")
	if err := os.WriteFile(config, []byte(haetaeConfig), 0o644); err != nil {
		return nil, err
	}
	s.cmd = exec.Command(path, "server", "--config", config, "--set", "data="+s.dir)
	for _, set := range settings {
		s.cmd.Args = append(s.cmd.Args, "--set", set)
	}
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", path, err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s did not say where it listens: %w", path, err), s.stop())
	}
	var at map[string]string
	if err := json.Unmarshal(line, &at); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot read the first line of %s: %w", path, err), s.stop())
	}
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process
	s.url = "http://" + at["http"]
	for name, addr := range at {
		if strings.HasSuffix(name, "udp") {
			s.syslog = addr
		}
	}
	return s, s.awaitHTTP("/readyz")
}

// startPeer starts VictoriaLogs on free ports.
func startPeer(path, dir string) (*server, error) {
	s := newServer("peer", dir, ".")
	httpAddr, err := freePort("tcp")
	if err != nil {
		return nil, err
	}
	udpAddr, err := freePort("udp")
	if err != nil {
		return nil, err
	}
	s.url, s.syslog = "http://"+httpAddr, udpAddr
	s.cmd = exec.Command(
		path, "-storageDataPath="+dir, "-httpListenAddr="+httpAddr, "-syslog.listenAddr.udp="+udpAddr,
		"-retentionPeriod=100y", "-loggerLevel=ERROR",
	)
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start %s: %w", path, err)
	}
	return s, s.awaitHTTP("/health")
}

func newServer(name, dir string, stored ...string) *server {
	return &server{name: name, dir: dir, stored: stored, client: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 64},
	}}
}

func freePort(network string) (string, error) {
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		return c.LocalAddr().String(), c.Close()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (s *server) awaitHTTP(path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		resp, err := s.client.Get(s.url + path)
		if err == nil {
			_ = resp.Body.Close() // only the status counts
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("%s is not ready after 30s: %w", s.name, err), s.stop())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	timer := time.AfterFunc(30*time.Second, func() { _ = s.cmd.Process.Kill() })
	defer timer.Stop()
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("%s ended: %w", s.name, err)
	}
	return nil
}

// cpu is what the process has used in all its threads, user and system time.
func (s *server) cpu() (time.Duration, error) {
	const cpuClockSched = 2 // of the whole process: linux/include/linux/posix-timers_types.h, CPUCLOCK_SCHED
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^s.cmd.Process.Pid<<3|cpuClockSched), &ts); err != nil {
		return 0, fmt.Errorf("cannot read the CPU time of %s: %w", s.name, err)
	}
	return time.Duration(ts.Nano()), nil
}

// peakRSS is the highest resident size of the process so far, in bytes.
func (s *server) peakRSS() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("no VmHWM in /proc/PID/status")
}

// disk is the size of all stored files.
func (s *server) disk() (int64, error) {
	var size int64
	for _, folder := range s.stored {
		err := filepath.WalkDir(filepath.Join(s.dir, folder), func(_ string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			size += info.Size()
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // joining removes files
			return 0, err
		}
	}
	return size, nil
}

// quietTime covers the pauses between looks for something to join.
const quietTime = 12 * time.Second

// settle waits until the rows are out of memory and the process has used less than a fiftieth of a core for
// quietTime: what it had to write or join is done. It gives up after limit.
func (s *server) settle(limit time.Duration) error {
	end := time.Now().Add(limit)
	last, err := s.cpu()
	for quiet := time.Duration(0); err == nil && quiet < quietTime && time.Now().Before(end); {
		time.Sleep(time.Second)
		var now time.Duration
		if now, err = s.cpu(); err != nil {
			break
		}
		var held float64
		if s.unsealed != "" {
			held, err = s.metric(s.unsealed)
		}
		quiet += time.Second
		if now-last > 20*time.Millisecond || held > 0 {
			quiet = 0
		}
		last = now
	}
	return err
}

// metric reads one value without labels from /metrics.
func (s *server) metric(name string) (float64, error) {
	resp, err := s.client.Get(s.url + "/metrics")
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }() // read as far as needed
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, errors.Join(fmt.Errorf("%s has no metric %s", s.name, name), lines.Err())
}
