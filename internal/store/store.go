// Package store holds what the stores share: segment descriptors and the one transaction that joins the
// log store to the metadata store.
package store

import (
	"context"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// Errors of checkpoints, which the pipeline tells apart.
var (
	ErrConflict = model.ErrConflict
	ErrFull     = model.ErrStoreFull
)

// Segment describes one immutable file of the log store.
type Segment struct {
	ID       string // file name without folder; unique for ever
	Dataset  string
	Day      string // UTC day of the events, 2006-01-02
	Received string // UTC day of receipt, 2006-01-02
	Class    string // retention class, "" for the default
	Rows     int64
	RawBytes int64 // bytes of the rows as received, for compression figures
	Bytes    int64 // size of the file
	MinTime  int64 // event time, ns since epoch, both inclusive
	MaxTime  int64
	// MaxReceived is when the last row was received, ns since epoch; 0 when that is not known.
	MaxReceived int64
}

// Position is where the consumer of one partition stands.
type Position struct {
	Queue     string // queue id
	Partition int
	Offset    int64 // next offset to consume
	Epoch     int64
}

// Checkpoint is one transaction: the segments of a partition, its new offset and its sources' marks.
type Checkpoint struct {
	From Position // expected: offset as loaded, epoch of this owner
	To   int64    // new offset
	Add  []Segment
	// Received is when the last record below To was received, ns since the epoch; 0 when that is not known.
	Received int64
	Marks    map[string]uint64 // source -> highest sequence contained
	// Deleted counts records that deletions kept from being stored.
	Deleted []Deleted
}

// Swap is one transaction that puts segments in the place of others.
type Swap struct {
	Remove  []string // ids
	Add     []Segment
	Deleted Deleted // what is in Remove and not in Add
	// Lease is the one under which the files of Add were written; the zero one where no other process writes.
	Lease Lease
}

// Partition is a partition as a snapshot finds it.
type Partition struct {
	Position
	Owner string // member that claimed it, "" when the queue has one process
	// Received is up to when its rows were received that are stored, ns since the epoch; 0 when none is.
	Received int64
}

// Member is one of the processes that share a store.
type Member struct {
	ID       string
	Address  string // where it answers the others, host:port
	Version  string
	Instance string        // its group.instance.id; "" when its name in the consumer group is its ID
	Epoch    int64         // grows with each start
	Silent   time.Duration // since it last said that it is alive, by the database's clock
}

// Snapshot is what one moment looked like: every stored row is in Segments or at and above the offset of its partition.
type Snapshot struct {
	// Changes counts the transactions that changed the list of segments so far.
	Changes    int64
	Segments   []Segment   // by id; nil when the list is the one of the changes that the caller has seen
	Partitions []Partition // by queue and number
	Members    []Member    // by id, those that have left not among them
	Leases     []Lease     // by name, expired ones among them; of one that was released Owner is ""
}

// NoChanges asks for a snapshot with all segments.
const NoChanges = -1

// Meta is what the log store needs of the metadata store.
type Meta interface {
	// Load returns the position of a partition (offset 0 when it is new) and the marks of its sources, and
	// records epoch as its owner. ErrConflict when a higher epoch owns it.
	Load(ctx context.Context, queue string, partition int, epoch int64) (Position, map[string]uint64, error)
	// Commit applies a checkpoint in one durable transaction, or returns ErrConflict.
	Commit(ctx context.Context, c Checkpoint) error
	// Swap removes segments and adds others in one durable transaction; ErrConflict when one to remove is
	// not there.
	Swap(ctx context.Context, swap Swap) error
	// Segments lists all segments.
	Segments(ctx context.Context) ([]Segment, error)
}
