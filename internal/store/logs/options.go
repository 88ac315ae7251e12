// Package logs is the log engine's store: every record of every dataset.
//
// A Writer takes the records of one partition. It keeps them in open blocks that are searched in memory, encodes
// a block when it is large enough or memory is short, and at a checkpoint writes what it holds into segments, one
// for each segment.Key, that join the metadata in the same transaction as the partition's position. Searches read
// open rows, encoded blocks and segments through one interface, block.Rows.
package logs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/vfs"
)

// Options are what Open needs.
type Options struct {
	Dir   string // folder of the segments; made when it is missing
	FS    vfs.FS // nil means the operating system's
	Meta  store.Meta
	Queue string // queue id, a part of every record's identity
	// Memory bounds the bytes of rows and blocks that are not in a segment yet, of all partitions together.
	Memory int64
	// Cache bounds the bytes of hot parts of blocks that are kept decompressed; 0 keeps none.
	Cache int64
	// CheckpointAge is how long a row may stay out of a segment; 0 means a minute.
	CheckpointAge time.Duration
	Retention     Retention
	// AuditExpires is told which segments of the audit trail are going to be removed for their age, and removed when it returns
	// nil; a nil function is not told.
	AuditExpires func(ctx context.Context, segments []store.Segment) error
	// Turn runs f while no other process that has the folder does the same job, with a context that carries its lease and
	// ends with it; ran is false, and f not run, while another does. nil means that there is no other process.
	Turn func(ctx context.Context, job string, f func(ctx context.Context) error) (ran bool, err error)
	// Sharing is of the processes that have the folder; nil when there is one.
	Sharing *Sharing
	// Partitions of the queue: with Sharing those that nobody has claimed yet are in no snapshot, and alone with Ends those
	// without a writer may have rows that nobody has read yet.
	Partitions int
	// Closed are those of Partitions to which nothing comes any more, and of which nothing waits.
	Closed []int
	// Ends returns the offsets behind the last records of the queue's partitions, as they are at the call: of those for which
	// they can be learned, with an error when these are not all. A writer that begins is behind until it comes there: what an
	// earlier owner had shown is not to be seen until then. So is one that is late. nil means that none is. A process alone asks
	// often, and does not wait: it knows what it has acknowledged.
	Ends func(ctx context.Context) (map[int]int64, error)
	// Views finds the parser of a format as stored in _format; nil means package format's.
	Views func(format string) ViewParser
	// Patterns answers _pattern; nil leaves it empty.
	Patterns   model.Patterns
	Log        *slog.Logger
	Registerer prometheus.Registerer
	Now        func() time.Time
	// Passed is a clock that only moves on, and that nobody sets; nil means the time since Open.
	Passed func() time.Duration
	// State keeps what the next process has to know of this one; nil keeps nothing.
	State State
}

// State is a small durable map; *meta.State is one.
type State interface {
	Get(ctx context.Context, key string) ([]byte, error) // nil when there is none
	Put(ctx context.Context, values map[string][]byte) error
}

// ViewParser reads the fields that a line holds; see format.Format.
type ViewParser interface {
	Views(line string, dst []model.Field) []model.Field
	ViewNames() []string
	Open() bool
}

const minMemory = 1 << 20

func (o *Options) validate() error {
	switch {
	case o.Dir == "":
		return errors.New("the log store needs a folder")
	case o.Meta == nil:
		return errors.New("the log store needs a metadata store")
	case o.Queue == "":
		return errors.New("the log store needs a queue id")
	case o.Sharing != nil && (o.Sharing.Member == "" || o.Sharing.Snapshot == nil || o.Turn == nil):
		return errors.New("a log store that is shared needs a member, snapshots and turns")
	case o.Cache < 0:
		return fmt.Errorf("the log store's cache cannot have %d bytes", o.Cache)
	case o.Memory < minMemory:
		return fmt.Errorf("the log store needs at least %d bytes of memory, not %d", minMemory, o.Memory)
	}
	if o.FS == nil {
		o.FS = vfs.OS
	}
	if o.Turn == nil {
		o.Turn = func(ctx context.Context, _ string, f func(ctx context.Context) error) (bool, error) {
			return true, f(ctx)
		}
	}
	if o.CheckpointAge == 0 {
		o.CheckpointAge = time.Minute
	}
	if o.Views == nil {
		o.Views = formatViews
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Passed == nil {
		began := time.Now()
		o.Passed = func() time.Duration { return time.Since(began) }
	}
	o.Log = o.Log.With("component", "store.logs")
	return o.Retention.validate()
}

func formatViews(name string) ViewParser {
	if f := format.Lookup(name); f != nil {
		return f
	}
	return nil
}
