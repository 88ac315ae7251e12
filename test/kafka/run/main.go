// Command run starts one broker of Apache Kafka and Haetae with its queue on it, to try; Ctrl-C ends both. make run-kafka
// calls it. What both keep lies in build/run-kafka.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/haetae/haetae/test/kafka"
	"github.com/haetae/haetae/test/server"
)

// stopTimeout is how long Haetae may take to store what it has acknowledged.
const stopTimeout = time.Minute

func main() {
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
	if err := os.RemoveAll(dir); err != nil { // ports and identities are new
		return err
	}
	fmt.Println("run-kafka: starting a broker below", dir)
	cluster, err := kafka.Start(ctx, filepath.Join(dir, "kafka"), 1, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	broker := cluster.Brokers()[0]
	fmt.Printf("run-kafka: the broker is %s; look at the queue with: kcat -b %s -C -t haetae.logs -f '%%p %%o %%h\\n'\n", broker, broker)

	haetae := exec.CommandContext(ctx, filepath.Join(server.Root(), "build", "haetae"), append([]string{
		"server", "--set", "data=" + filepath.Join(dir, "data"), "--set", "queue.type=kafka", "--set", "queue.brokers=[" + broker + "]",
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
