// Package kafka starts real brokers of Apache Kafka (KRaft, no ZooKeeper) on free loopback ports, for tests and to try.
// scripts/kafka-jars fetches them.
package kafka

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/test/server"
)

// heap bounds the memory of one broker; startTimeout how long a cluster may take to answer.
const (
	heap         = "-Xmx512m"
	startTimeout = time.Minute
)

// clusterID is that of every cluster here: 22 characters are 128 bits.
const clusterID = "haetae-test-cluster-00"

// ErrMissing means that this machine lacks Java or the jars.
var ErrMissing = errors.New("no Java, or no Apache Kafka in build/peers/kafka; scripts/setup-debian and scripts/kafka-jars install them")

// Cluster is one or more brokers, each of them a controller too.
type Cluster struct {
	id      string
	apart   bool // out of this process's group: Ctrl-C on a terminal does not reach them
	brokers []*broker

	listeners, properties []string // beside those of every cluster
}

type broker struct {
	dir, directory      string // folder; Kafka's id of it
	address, controller string
	cmd                 *exec.Cmd
	ended               chan struct{}
}

// Start formats and starts n brokers below dir and waits until they answer. Brokers apart are not ended by Ctrl-C on a
// terminal; whoever starts them ends them.
func Start(ctx context.Context, dir string, n int, apart bool) (*Cluster, error) {
	return start(ctx, dir, n, apart, nil)
}

// start is Start with further listeners, as NAME://host:port, and properties.
func start(ctx context.Context, dir string, n int, apart bool, listeners []string, properties ...string) (*Cluster, error) {
	if _, err := exec.LookPath("java"); err != nil {
		return nil, ErrMissing
	}
	if _, err := os.Stat(filepath.Join(jars(), "done")); err != nil {
		return nil, ErrMissing
	}
	c := &Cluster{id: clusterID, apart: apart, listeners: listeners, properties: properties}
	for i := range n {
		b := &broker{dir: filepath.Join(dir, fmt.Sprint("broker", i+1)), directory: fmt.Sprintf("haetae-%d-directory-00A", i+1)} // 22 characters are 128 bits
		for _, address := range []*string{&b.address, &b.controller} {
			var err error
			if *address, err = freePort(); err != nil {
				return nil, err
			}
		}
		c.brokers = append(c.brokers, b)
	}
	for i := range c.brokers {
		if err := c.format(i); err != nil {
			return nil, err
		}
	}
	if err := c.runAll(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// runAll starts all brokers and waits until they answer; else none of them runs.
func (c *Cluster) runAll(ctx context.Context) error {
	for i := range c.brokers {
		if err := c.Run(i); err != nil {
			return errors.Join(err, c.Stop())
		}
	}
	if err := c.Wait(ctx); err != nil {
		return errors.Join(err, c.Stop())
	}
	return nil
}

// Brokers lists the addresses of all brokers.
func (c *Cluster) Brokers() []string {
	var list []string
	for _, b := range c.brokers {
		list = append(list, b.address)
	}
	return list
}

func jars() string { return filepath.Join(server.Root(), "build", "peers", "kafka") }

// freePort returns an address that nobody listens on. It lies below the ports that systems give to connections (from 32768
// on), so that none has it before the broker starts, or while it is down.
func freePort() (string, error) {
	var err error
	for range 100 {
		var l net.Listener
		if l, err = net.Listen("tcp", fmt.Sprint("127.0.0.1:", 20_000+rand.IntN(12_000))); err == nil {
			return l.Addr().String(), l.Close()
		}
	}
	return "", err
}

func java(args ...string) *exec.Cmd {
	return exec.Command("java", append([]string{heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", filepath.Join(jars(), "*")}, args...)...)
}

func (c *Cluster) format(i int) error {
	b := c.brokers[i]
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	var controllers, initial []string
	for j, other := range c.brokers {
		controllers = append(controllers, other.controller)
		initial = append(initial, fmt.Sprintf("%d@%s:%s", j+1, other.controller, other.directory))
	}
	copies := min(len(c.brokers), 3)
	properties := []string{
		"process.roles=broker,controller",
		fmt.Sprint("node.id=", i+1),
		"controller.quorum.bootstrap.servers=" + strings.Join(controllers, ","),
		"listeners=" + strings.Join(append(c.listeners, "PLAINTEXT://"+b.address, "CONTROLLER://"+b.controller), ","),
		"advertised.listeners=" + strings.Join(append(c.listeners, "PLAINTEXT://"+b.address), ","),
		"controller.listener.names=CONTROLLER",
		"log.dirs=" + filepath.Join(b.dir, "log"),
		fmt.Sprint("default.replication.factor=", copies),
		fmt.Sprint("offsets.topic.replication.factor=", copies),
		"offsets.topic.num.partitions=5",
		fmt.Sprint("transaction.state.log.replication.factor=", copies),
		"transaction.state.log.min.isr=1",
		fmt.Sprint("min.insync.replicas=", (copies+1)/2),
		"group.initial.rebalance.delay.ms=0",
		"group.min.session.timeout.ms=1000",
		"broker.session.timeout.ms=6000",
		"auto.create.topics.enable=true",
		"num.network.threads=2", "num.io.threads=2", "background.threads=2",
		"log.cleaner.dedupe.buffer.size=4194304",
	}
	properties = append(properties, c.properties...)
	if err := os.WriteFile(b.config(), []byte(strings.Join(properties, "\n")+"\n"), 0o600); err != nil {
		return err
	}
	args := []string{"kafka.tools.StorageTool", "format", "-t", c.id, "-c", b.config(), "--initial-controllers", strings.Join(initial, ",")}
	if out, err := java(args...).CombinedOutput(); err != nil {
		return fmt.Errorf("cannot format the storage of a broker: %w\n%s", err, out)
	}
	return nil
}

func (b *broker) config() string { return filepath.Join(b.dir, "server.properties") }

// Run starts broker i, again after Kill.
func (c *Cluster) Run(i int) error {
	b := c.brokers[i]
	log, err := os.OpenFile(filepath.Join(b.dir, "broker.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	b.cmd = java("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "kafka.Kafka", b.config())
	b.cmd.Stdout, b.cmd.Stderr = log, log
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: c.apart}
	if err := b.cmd.Start(); err != nil {
		return fmt.Errorf("cannot start a broker: %w", err)
	}
	b.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) {
		_ = cmd.Wait() // killed, as a rule
		close(ended)
	}(b.cmd, b.ended)
	return nil
}

// Kill ends broker i as kill -9 does.
func (c *Cluster) Kill(i int) { c.brokers[i].end(syscall.SIGKILL, 0) }

// end sends a signal, and kills when the process is still there after a while.
func (b *broker) end(sig os.Signal, patience time.Duration) {
	if b.cmd == nil {
		return
	}
	_ = b.cmd.Process.Signal(sig) // it may have ended by itself
	select {
	case <-b.ended:
	case <-time.After(patience):
		_ = b.cmd.Process.Kill()
		<-b.ended
	}
	b.cmd = nil
}

// Stop ends all brokers.
func (c *Cluster) Stop() error {
	for _, b := range c.brokers {
		b.end(syscall.SIGKILL, 0)
	}
	return nil
}

// Wait waits until every broker has joined the cluster.
func (c *Cluster) Wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	client, err := kgo.NewClient(kgo.SeedBrokers(c.Brokers()...))
	if err != nil {
		return err
	}
	defer client.Close()
	for {
		list, err := kadm.NewClient(client).ListBrokers(ctx)
		if err == nil && len(list) == len(c.brokers) {
			return nil
		}
		for i, b := range c.brokers {
			select {
			case <-b.ended:
				log, _ := os.ReadFile(filepath.Join(b.dir, "broker.log")) // what is there helps
				return fmt.Errorf("broker %d has ended:\n%s", i+1, log)
			default:
			}
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%d of %d brokers answer: %w", len(list), len(c.brokers), errors.Join(err, ctx.Err()))
		}
	}
}
