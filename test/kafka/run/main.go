// Command run starts one broker of Apache Kafka and Haetae with its queue on it, to try; Ctrl-C ends both. make run-kafka
// calls it. What both keep lies in build/run-kafka, and the next run goes on with it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/haetae/haetae/test/kafka"
	"github.com/haetae/haetae/test/server"
)

const usage = `usage: run [FLAGS OF haetae server]

Starts a broker of Apache Kafka and haetae server with its queue on it; Ctrl-C ends both. What they keep lies in
build/run-kafka: the next run goes on with it, at the same address. make clean removes it.
`

// stopTimeout is how long Haetae may take to store what it has acknowledged.
const stopTimeout = time.Minute

func main() {
	if slices.Contains(os.Args[1:], "--help") || slices.Contains(os.Args[1:], "-h") {
		fmt.Print(usage)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "run-kafka:", err)
		os.Exit(1)
	}
}

// run passes args on to haetae server.
func run(ctx context.Context, args []string) (err error) {
	dir := filepath.Join(server.Root(), "build", "run-kafka")
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	fmt.Printf("run-kafka: starting a broker; what it and Haetae keep lies in %s until make clean\n", dir)
	cluster, err := kafka.Keep(ctx, filepath.Join(dir, "kafka"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	broker := cluster.Brokers()[0]
	fmt.Printf("run-kafka: the broker is %s; look at the queue with: kcat -b %s -C -t haetae.logs -f '%%p %%o %%h\\n'\n", broker, broker)

	data := filepath.Join(dir, "data")
	fmt.Printf("run-kafka: ask Haetae with: build/haetae query '*' --data %s; likewise kafka advise and dead-letters list\n", data)

	haetae := exec.CommandContext(ctx, filepath.Join(server.Root(), "build", "haetae"), append([]string{
		"server", "--set", "data=" + data, "--set", "queue.type=kafka", "--set", "queue.brokers=[" + broker + "]",
	}, args...)...)
	haetae.Stdout, haetae.Stderr = os.Stdout, os.Stderr
	haetae.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches this process, which ends it first
	haetae.Cancel = func() error { return haetae.Process.Signal(syscall.SIGTERM) }
	haetae.WaitDelay = stopTimeout
	if err := haetae.Run(); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// lock makes this process the only one that runs what lies in dir, until it ends in whatever way.
func lock(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s is in use by another run (%w); end that one first", dir, err)
	}
	return func() { f.Close() }, nil
}
