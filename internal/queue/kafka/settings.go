package kafka

import (
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/kafka"
)

// Settings of the queue on Kafka. Kafka's own names stand for Kafka's own meanings.
type Settings struct {
	kafka.Connection `yaml:",inline"`

	Consumers   int         `yaml:"consumers" doc:"Kafka: how many partitions of each topic this process may own; -1 means all, and 0 that it takes records and answers but consumes nothing"`
	Topic       string      `yaml:"topic" doc:"Kafka: topic of the logs, made when it is missing; that of another dataset has its name, with the dataset in the place of logs at its end"`
	Replication Replication `yaml:"replication" doc:"Kafka: copies of a new topic"`
	Retention   Retention   `yaml:"retention" doc:"Kafka: what a new topic keeps, stored or not; disk: what is kept of what is stored, until max_size needs the room"`
	Group       Group       `yaml:"group" doc:"Kafka: this process in the consumer group"`
	Session     Session     `yaml:"session" doc:"Kafka: when a silent process counts as gone"`

	Acks        string      `yaml:"acks" doc:"Kafka: all; a record is acknowledged when every in-sync replica has it"`
	Batch       Batch       `yaml:"batch" doc:"Kafka: records of one partition that travel together"`
	Linger      Linger      `yaml:"linger" doc:"waiting for a batch to fill, on disk for more appends to share an fsync"`
	Compression Compression `yaml:"compression" doc:"Kafka: how batches travel and lie"`
	Fetch       Fetch       `yaml:"fetch" doc:"Kafka: how much a consumer asks for"`
	Max         Max         `yaml:"max" doc:"Kafka: bounds of one fetch"`
}

// Parts of Settings; each is one dotted name of Kafka.
type (
	// Replication is replication.factor.
	Replication struct {
		Factor int `yaml:"factor" doc:"0 means three, or as many as there are brokers"`
	}
	// Retention is retention.ms and retention.bytes.
	Retention struct {
		MS    int64 `yaml:"ms" doc:"milliseconds; -1 for ever; 0 means 7 days on Kafka, where it must outlast the longest outage of the store, and nothing on disk"`
		Bytes int64 `yaml:"bytes" doc:"bytes of each partition; -1 for no bound"`
	}
	// Group is group.instance.id.
	Group struct {
		Instance struct {
			ID string `yaml:"id" doc:"a name that only this process has: then even a planned restart within session.timeout.ms moves no partition"`
		} `yaml:"instance"`
	}
	// Session is session.timeout.ms.
	Session struct {
		Timeout struct {
			MS int64 `yaml:"ms" doc:"milliseconds; the brokers bound it"`
		} `yaml:"timeout"`
	}
	// Batch is batch.size.
	Batch struct {
		Size int32 `yaml:"size" doc:"bytes before compression at most; a larger record goes alone"`
	}
	// Linger is linger.ms.
	Linger struct {
		MS int64 `yaml:"ms" doc:"milliseconds; senders wait for it, and it makes batches of small requests; -1 means 5 on Kafka and 0 on disk"`
	}
	// Compression is compression.type.
	Compression struct {
		Type string `yaml:"type" doc:"none, gzip, snappy, lz4 or zstd"`
	}
	// Fetch is fetch.min.bytes and fetch.max.wait.ms.
	Fetch struct {
		Min struct {
			Bytes int32 `yaml:"bytes" doc:"a broker answers when it has that many, or when fetch.max.wait.ms is over"`
		} `yaml:"min"`
		Max struct {
			Wait struct {
				MS int64 `yaml:"ms" doc:"milliseconds"`
			} `yaml:"wait"`
		} `yaml:"max"`
	}
	// Max is max.partition.fetch.bytes.
	Max struct {
		Partition struct {
			Fetch struct {
				Bytes int32 `yaml:"bytes" doc:"compressed bytes of one partition in one answer"`
			} `yaml:"fetch"`
		} `yaml:"partition"`
	}
)

// Defaults are Kafka's own where they fit.
func Defaults() Settings {
	s := Settings{
		Consumers: Unbound, Topic: "haetae.logs", Acks: "all",
		Retention:   Retention{MS: int64(7 * 24 * time.Hour / time.Millisecond), Bytes: -1},
		Batch:       Batch{Size: 1 << 20},
		Linger:      Linger{MS: 5},
		Compression: Compression{Type: "snappy"},
	}
	s.Session.Timeout.MS = 45_000
	s.Fetch.Min.Bytes = 1
	s.Fetch.Max.Wait.MS = 500
	s.Max.Partition.Fetch.Bytes = 1 << 20
	return s
}

var codecs = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

// maxBatch is what brokers take at most unless they are told otherwise.
const maxBatch = 64 << 20

// maxRetention is what fits into the times of this language, in ms: 285 years.
const maxRetention = 9_000_000_000_000

// leastFetchWait is what the client takes, in ms.
const leastFetchWait = 10

// ValidateShared checks the settings that count on disk too; a wrong value is a *kafka.SettingError.
func (s *Settings) ValidateShared() error {
	wrong := func(key, text string) error { return &kafka.SettingError{Key: key, Err: errors.New(text)} }
	switch {
	case s.Linger.MS < 0 || s.Linger.MS > 60_000:
		return wrong("linger.ms", "wants 0 to 60000")
	case s.Retention.MS < -1 || s.Retention.MS > maxRetention:
		return wrong("retention.ms", "wants 0 to 9000000000000, or -1 for ever")
	case s.Retention.Bytes < -1:
		return wrong("retention.bytes", "wants 0 or more, or -1 for no bound")
	}
	return nil
}

// Validate checks what can be checked without a broker; a wrong value is a *kafka.SettingError.
func (s *Settings) Validate() error {
	wrong := func(key, format string, args ...any) error {
		return &kafka.SettingError{Key: key, Err: fmt.Errorf(format, args...)}
	}
	switch {
	case s.Topic == "":
		return wrong("topic", "is empty")
	case s.Replication.Factor < 0:
		return wrong("replication.factor", "wants 1 at least, or 0")
	case s.Acks != "all" && s.Acks != "-1":
		return wrong("acks", "wants all: with %q a broker's end could lose what was acknowledged", s.Acks)
	case s.Batch.Size < 1<<10 || s.Batch.Size > maxBatch:
		return wrong("batch.size", "wants %d to %d bytes", 1<<10, maxBatch)
	case s.Session.Timeout.MS < 1_000:
		return wrong("session.timeout.ms", "wants 1000 at least")
	case s.Fetch.Min.Bytes < 1:
		return wrong("fetch.min.bytes", "wants 1 at least")
	case s.Fetch.Max.Wait.MS < leastFetchWait:
		return wrong("fetch.max.wait.ms", "wants %d at least", leastFetchWait)
	case s.Max.Partition.Fetch.Bytes < 1<<10:
		return wrong("max.partition.fetch.bytes", "wants 1024 at least")
	case s.Fetch.Min.Bytes > s.Max.Partition.Fetch.Bytes:
		return wrong("fetch.min.bytes", "is more than max.partition.fetch.bytes")
	}
	if err := kafka.CheckTopic(s.Topic); err != nil {
		return &kafka.SettingError{Key: "topic", Err: err}
	}
	if err := errors.Join(s.Check(), s.ValidateShared()); err != nil {
		return err
	}
	if _, ok := codecs[s.Compression.Type]; !ok {
		return wrong("compression.type", "%q is unknown; there are none, gzip, snappy, lz4, zstd", s.Compression.Type)
	}
	return nil
}
