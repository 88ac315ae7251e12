// Package advise says, from what was measured of a running queue, which of its settings to change and what that is
// expected to bring. Each rule is a function of Figures: it reads measured values, computes, and puts both into its
// advice. A rule that has nothing to change says so with the figures that it looked at; one that has nothing to go by
// says nothing.
package advise

import "time"

// Figures are what was measured during Window, at most the last hour. Bytes of batches are those of their records, without
// the header of the batch.
type Figures struct {
	Kafka  bool // the queue is on Kafka; else only Partitions, CPU and Backlog are known
	Window time.Duration
	CPU    CPU

	Backlog    Backlog
	Partitions []Partition
	Settings   Settings
	Produce    Produce
	Fetch      Fetch
	Codecs     []Codec // measured on recent batches; empty when there are none
	Topic      *Topic  // nil when the brokers did not tell
	Away       bool    // no broker answers
	Seeds      int     // brokers that the settings name
	Brokers    []Broker
	Readers    Readers
}

// CPU is what the process has used of its machine.
type CPU struct {
	Cores int
	Used  float64 // cores, mean of the window
}

// Backlog is what searches did not see yet.
type Backlog struct {
	Records int64         // now
	Longest time.Duration // since the process started: how old the newest visible record was while others waited
	// Full is the time in which records waited while the reader of one partition was busy at least FullShare of the
	// time. Read and Used are what the process read and used then.
	Full time.Duration
	Read float64 // records per second
	Used float64 // cores
}

// FullShare is how much of the time a reader is busy that can hardly read faster.
const FullShare = .9

// Partition is one of the queue.
type Partition struct {
	Appended         int64   // records, of all processes
	Busy             float64 // share of the last minute in which its reader was busy
	Read             bool    // by this process; else Busy is not known
	Replicas, InSync int     // 0 when not known
}

// Settings are those in force; names as in the configuration.
type Settings struct {
	BatchSize              int64
	LingerMS               int64
	Compression            string
	FetchMinBytes          int64
	FetchMaxWaitMS         int64
	MaxPartitionFetchBytes int64
}

// Produce is what this process has sent to the brokers.
type Produce struct {
	Active      time.Duration // of the window, in steps of seconds: when there was something to send
	Appends     int64         // that senders waited for
	Parts       int64         // of appends: one for each partition that an append has records of
	AckMean     time.Duration // from append to acknowledgement
	AckP99      time.Duration
	Requests    int64
	RequestMean time.Duration // of a request to a broker, from its first byte to the last of the answer
	Batches     int64
	Records     int64
	Raw, Wire   int64 // bytes before and after compression
	Largest     int64 // bytes of the largest batch, compressed, since the process started
}

// Fetch is what this process has read from the brokers.
type Fetch struct {
	Readers         int // partitions that this process reads
	Requests, Empty int64
	Batches         int64
	Wire            int64 // bytes of batches, compressed
	Largest         int64 // as of Produce
}

// Codec is what one compression.type makes of the sample.
type Codec struct {
	Name      string
	Raw, Wire int64 // bytes
	// Nanoseconds of CPU for all of the sample.
	Compress, Decompress time.Duration
}

// Topic is the topic of the queue, as the brokers have it.
type Topic struct {
	MinInSync                   int   // 0 when not known
	RetentionMS, RetentionBytes int64 // -1 for none
	Bytes                       int64 // of one copy
}

// Broker is one of the cluster.
type Broker struct {
	ID                  int32
	Leads               int   // partitions of the topic
	Requests            int64 // of this process, to produce and to fetch
	DiskUsed, DiskTotal int64 // 0 when it does not tell
	Away                bool  // it does not answer
}

// Readers are the processes of the group.
type Readers struct {
	Processes int // 0 when not known
	Bound     int // sum of their --consumers; -1 when one of them has no bound, or does not tell
	Unread    int // partitions that nobody reads
}
