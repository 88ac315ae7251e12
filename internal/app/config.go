package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/haetae/haetae/internal/access"
	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/all"
	"github.com/haetae/haetae/internal/pipeline"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/queue/wal"
	"github.com/haetae/haetae/internal/store/meta"
)

// Config is the whole configuration. The types of sections live with their owners.
type Config struct {
	Data     string          `yaml:"data" doc:"folder of everything that Haetae keeps; one process opens it"`
	HTTP     httpConfig      `yaml:"http" doc:"console and API"`
	Queue    queueConfig     `yaml:"queue" doc:"what senders are answered from: a record is acknowledged when the queue has it on disk"`
	Store    storeConfig     `yaml:"store"`
	Pipeline pipeline.Config `yaml:"pipeline" doc:"what happens to records on their way"`
	Limits   limitsConfig    `yaml:"limits"`
	Access   access.Settings `yaml:"access" doc:"who may do and see what"`
	Log      logConfig       `yaml:"log" doc:"Haetae's own log, on standard error and as records of the input self"`

	inputs []inputConfig
	tree   *config.Tree
}

type httpConfig struct {
	Listen string    `yaml:"listen" doc:"address of the console, the API and HTTP inputs; port 0 picks one; beyond this machine it wants an administrator and TLS"`
	TLS    tlsConfig `yaml:"tls" doc:"TLS of http.listen, and of every other port for HTTP or gRPC that is reached from other machines"`
	// TrustedProxies are those that end TLS, or part the load, before this server.
	TrustedProxies []string `yaml:"trusted_proxies" doc:"addresses and networks of reverse proxies before http.listen, such as 127.0.0.1 or 10.0.0.0/24: whom they pass on is believed by the header http.proxy_header; nobody else is"`
	ProxyHeader    string   `yaml:"proxy_header" doc:"the header in which the trusted proxies write whom they pass on: X-Forwarded-For, with X-Forwarded-Proto, or Forwarded (RFC 7239); the other one is a sender's own and is not looked at"`
	Advertise      string   `yaml:"advertise" doc:"HOST:PORT at which the other processes on store.shared reach this one, such as the end of a tunnel; empty means http.listen"`
}

type queueConfig struct {
	Type       string      `yaml:"type" doc:"wal keeps it on local disk, kafka on a cluster of Apache Kafka"`
	Partitions int         `yaml:"partitions" doc:"fixed when the queue is created; 0 means one for each core"`
	Abandon    string      `yaml:"abandon" doc:"id of a queue on Kafka that may be left with records that are not in the store; a start that refuses to says it"`
	MaxSize    config.Size `yaml:"max_size" doc:"wal: bytes held for the store; when they are reached senders wait or get 429"`

	kafka.Settings `yaml:",inline"`
}

type storeConfig struct {
	Shared string `yaml:"shared" doc:"folder for the segments of several processes on one Kafka queue and one PostgreSQL; empty keeps them in the data folder, for one process"`

	Meta metaConfig `yaml:"meta" doc:"what changes: segments, positions, rules, saved queries"`
	Logs logsConfig `yaml:"logs" doc:"the log engine"`
}

type metaConfig struct {
	Type string   `yaml:"type" doc:"sqlite keeps it in the data folder; postgres in a database of a PostgreSQL server"`
	DSN  meta.DSN `yaml:"dsn" doc:"where PostgreSQL is: postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full"`
}

// Kinds of metadata stores.
const (
	metaSQLite   = "sqlite"
	metaPostgres = "postgres"
)

type logsConfig struct {
	Retention      config.Duration `yaml:"retention" doc:"age since receipt after which records go"`
	MaxSize        config.Share    `yaml:"max_size" doc:"size, or part of the file system; beyond it the oldest go first"`
	AuditRetention config.Duration `yaml:"audit_retention" doc:"age after which entries of the audit trail go, 30d at least; no rule and no bound of size concerns them"`
	Rules          []retentionRule `yaml:"rules" doc:"other ages by dataset and stream, such as {stream: '{host.name=\"web\"}', retention: 1y}"`
}

type retentionRule struct {
	Dataset   string          `yaml:"dataset" doc:"logs, deadletter ...; empty for any"`
	Stream    string          `yaml:"stream" doc:"stream filter; empty for any"`
	Retention config.Duration `yaml:"retention"`
}

type limitsConfig struct {
	Memory      config.Size     `yaml:"memory" doc:"bound of the process"`
	Line        config.Size     `yaml:"line" doc:"longest record; longer ones are refused and counted"`
	QueryMemory config.Size     `yaml:"query_memory" doc:"bound of one query's results in memory; the default is at most half of limits.memory"`
	QueryTime   config.Duration `yaml:"query_time" doc:"bound of one query's time"`
	Cache       config.Size     `yaml:"cache" doc:"hot parts of blocks that searches keep decompressed; the default is a sixteenth of limits.memory, 0 keeps none"`

	Sources []pipeline.Quota `yaml:"sources" doc:"quotas of sources, the first that matches holds, such as {match: {host: ['build-*']}, rate: 2000, over: sample, keep: 100}; over is wait, drop or sample"`
}

type logConfig struct {
	Level  logLevel `yaml:"level" doc:"DEBUG, INFO, WARN or ERROR"`
	Format string   `yaml:"format" doc:"text or json"`
}

// logLevel is slog's, with an error that says what can be written.
type logLevel slog.Level

// MarshalText writes it as slog does.
func (l logLevel) MarshalText() ([]byte, error) { return slog.Level(l).MarshalText() }

// UnmarshalText reads it as slog does, in upper or lower case.
func (l *logLevel) UnmarshalText(text []byte) error {
	if (*slog.Level)(l).UnmarshalText(text) != nil {
		return fmt.Errorf("wants DEBUG, INFO, WARN or ERROR, not %q", text)
	}
	return nil
}

// inputConfig is one input of the configuration with its settings filled.
type inputConfig struct {
	name     string
	settings any // pointer of the descriptor's type
	desc     input.Descriptor
}

const defaultListen = "127.0.0.1:7700"

func defaults() *Config {
	memory := defaultMemory()
	return &Config{
		Data:  "./data",
		HTTP:  httpConfig{Listen: defaultListen, ProxyHeader: api.HeaderForwardedFor},
		Queue: queueDefaults(),
		Store: storeConfig{Meta: metaConfig{Type: metaSQLite}, Logs: logsConfig{
			Retention: config.Duration(30 * 24 * time.Hour), MaxSize: config.Share{Percent: 80}, AuditRetention: config.Duration(365 * 24 * time.Hour),
		}},
		Limits: limitsConfig{
			Memory: memory, Line: 16 << 20, QueryMemory: min(maxQueryMemory, memory/2), QueryTime: config.Duration(time.Minute),
			Cache: memory / cacheShare,
		},
		Access: access.Defaults(),
		Log:    logConfig{Format: "text"},
	}
}

const (
	minMemory      = 128 << 20
	maxQueryMemory = 256 << 20 // unless it is set
	cacheShare     = 16        // part of limits.memory, unless it is set
)

// defaultMemory is the smaller of a quarter of the machine and 1 GiB, and what a server needs at least.
func defaultMemory() config.Size {
	const most = 1 << 30
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) != nil {
		return most
	}
	return config.Size(max(min(uint64(info.Totalram)*uint64(info.Unit)/4, most), minMemory))
}

// Load reads the file ("" for none) and the settings key=value, and checks each value by itself.
func Load(path string, settings []string) (*Config, error) {
	tree, err := config.Load(path, settings)
	if err != nil {
		return nil, err
	}
	if err := resolveSecrets(tree); err != nil {
		return nil, err
	}
	c := defaults()
	c.tree = tree
	if err := tree.Decode("", c, "inputs"); err != nil {
		return nil, err
	}
	if err := c.loadInputs(); err != nil {
		return nil, err
	}
	if !tree.Has("limits.query_memory") {
		c.Limits.QueryMemory = min(maxQueryMemory, c.Limits.Memory/2)
	}
	if !tree.Has("limits.cache") {
		c.Limits.Cache = c.Limits.Memory / cacheShare
	}
	return c, c.validate()
}

// loadInputs fills the settings of the inputs that run by default and of those that are named. An input named
// with enabled: false does not run.
func (c *Config) loadInputs() error {
	names := c.tree.Keys("inputs")
	for _, d := range all.Descriptors() {
		if d.OnByDefault && !slices.Contains(names, d.Type) {
			c.inputs = append(c.inputs, inputConfig{name: d.Type, settings: d.Defaults(), desc: d})
		}
	}
	for _, name := range names {
		key := "inputs." + name
		head := struct {
			Type    string `yaml:"type"`
			Enabled bool   `yaml:"enabled"`
		}{Type: name, Enabled: true}
		for _, part := range []struct {
			key string
			dst any
		}{{"type", &head.Type}, {"enabled", &head.Enabled}} {
			if err := c.tree.DecodeValue(key+"."+part.key, part.dst); err != nil {
				return err
			}
		}
		i := slices.IndexFunc(all.Descriptors(), func(d input.Descriptor) bool { return d.Type == head.Type })
		if i < 0 {
			return c.tree.Wrong(key, fmt.Errorf("unknown input type %q; there are %s", head.Type, strings.Join(inputTypes(), ", ")))
		}
		d := all.Descriptors()[i]
		settings := d.Defaults()
		if err := c.tree.Decode(key, settings, "type", "enabled"); err != nil {
			return err
		}
		if head.Enabled {
			c.inputs = append(c.inputs, inputConfig{name: name, settings: settings, desc: d})
		}
	}
	return nil
}

func inputTypes() []string {
	var types []string
	for _, d := range all.Descriptors() {
		types = append(types, d.Type)
	}
	return types
}

func (c *Config) validate() error {
	wrong := func(key, format string, args ...any) error {
		return c.tree.Wrong(key, fmt.Errorf(format, args...))
	}
	switch {
	case c.Data == "":
		return wrong("data", "is empty")
	case c.Queue.Type != queueWAL && c.Queue.Type != queueKafka:
		return wrong("queue.type", "%q is unknown; there are wal and kafka", c.Queue.Type)
	case c.Queue.Type == queueWAL && len(c.Queue.Brokers) > 0:
		return wrong("queue.brokers", "are those of queue.type kafka; set that too")
	case c.Queue.Partitions < 0 || c.Queue.Partitions > wal.MaxPartitions:
		return wrong("queue.partitions", "wants 1 to %d, or 0 for one a core", wal.MaxPartitions)
	case c.Queue.Consumers < kafka.Unbound:
		return wrong("queue.consumers", "wants 0 or more, or %d for all partitions", kafka.Unbound)
	case c.Queue.MaxSize < 64<<20:
		return wrong("queue.max_size", "wants 64MiB at least")
	case c.Limits.Memory < minMemory:
		return wrong("limits.memory", "wants 128MiB at least")
	case c.Limits.Line < 1<<10 || c.Limits.Line > c.Limits.Memory/8:
		return wrong("limits.line", "wants 1KiB to an eighth of limits.memory (%s)", c.Limits.Memory/8)
	case c.Limits.QueryMemory < 1<<20 || c.Limits.QueryMemory > c.Limits.Memory:
		return wrong("limits.query_memory", "wants 1MiB to limits.memory (%s)", c.Limits.Memory)
	case c.Limits.Cache > c.Limits.Memory/4:
		return wrong("limits.cache", "wants at most a quarter of limits.memory (%s)", c.Limits.Memory/4)
	case c.Limits.QueryTime <= 0:
		return wrong("limits.query_time", "wants a time span above 0")
	case c.proxyHeader() == "":
		return wrong("http.proxy_header", "wants %s or %s, not %q", api.HeaderForwardedFor, api.HeaderForwarded, c.HTTP.ProxyHeader)
	case c.Log.Format != "text" && c.Log.Format != "json":
		return wrong("log.format", "wants text or json, not %q", c.Log.Format)
	}
	if err := c.sharing(); err != nil {
		return c.tree.Wrong("store.shared", err)
	}
	if err := c.advertising(); err != nil {
		return c.tree.Wrong("http.advertise", err)
	}
	if _, err := c.proxies(); err != nil {
		return c.tree.Wrong("http.trusted_proxies", err)
	}
	if key, err := c.Store.Meta.validate(); err != nil {
		return c.tree.Wrong("store.meta."+key, err)
	}
	if err := c.checkQueueKeys(); err != nil {
		return err
	}
	if err := c.settleQueue(); err != nil {
		return err
	}
	if key, err := c.Access.Validate(); err != nil {
		return c.tree.Wrong("access."+key, err)
	}
	if key, err := pipeline.CheckQuotas(c.Limits.Sources); err != nil {
		return c.tree.Wrong("limits."+key, err)
	}
	if key, err := c.Pipeline.Validate(); err != nil {
		return c.tree.Wrong("pipeline."+key, err)
	}
	if _, err := c.retention(); err != nil {
		return err
	}
	return c.exposure()
}

func (c *Config) partitions() int {
	if c.Queue.Partitions > 0 {
		return c.Queue.Partitions
	}
	return runtime.NumCPU()
}

// InitText is a configuration file with every key, its default and its meaning.
func InitText() string {
	var b strings.Builder
	b.WriteString("# Configuration of Haetae. Every key is optional; the values below are the defaults.\n" +
		"# Each can also be set on the command line: --set http.listen=127.0.0.1:0\n\n")
	b.WriteString(config.Write(defaults(), 0))
	b.WriteString("# what is collected, by name; type defaults to the name, enabled: false turns one off\ninputs:\n")
	for _, d := range all.Descriptors() {
		if !d.OnByDefault {
			continue
		}
		fmt.Fprintf(&b, "  # %s\n  %s:\n    enabled: true\n", d.Summary, d.Type)
		b.WriteString(config.Write(d.Defaults(), 2))
	}
	return b.String()
}

// portError words a failed listen so that it says what to do.
func portError(err error) error {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "listen" || op.Addr == nil {
		return err
	}
	addr := op.Net + " " + op.Addr.String()
	if errors.Is(err, unix.EADDRINUSE) {
		return fmt.Errorf("%s is in use by another program; stop it or choose another port (port 0 picks a free one)", addr)
	}
	if errors.Is(err, os.ErrPermission) {
		return fmt.Errorf("no permission to listen on %s; ports below 1024 need the capability CAP_NET_BIND_SERVICE", addr)
	}
	return err
}
