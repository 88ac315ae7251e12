package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// States of a partition.
const (
	PartitionOK      = "ok"
	PartitionBehind  = "behind"
	PartitionStopped = "stopped"
)

// States of a verdict, from good to bad.
const (
	StateOK       = "ok"
	StateWarn     = "warn"
	StateCritical = "critical"
)

// What happens when an area of memory is at its bound.
const (
	BoundSenderWaits  = "sender_waits"
	BoundSealed       = "sealed"
	BoundQueryRefused = "query_refused"
	BoundEvicted      = "oldest_evicted"
	BoundDropCounted  = "drop_counted"
)

// System is how Haetae itself is: a verdict and what it rests on.
type System struct {
	Verdict     Verdict           `json:"verdict"`
	Now         time.Time         `json:"now"`
	Version     string            `json:"version"`
	Go          string            `json:"go" doc:"version of the Go runtime"`
	Started     time.Time         `json:"started"`
	UptimeMs    int64             `json:"uptime_ms"`
	Node        string            `json:"node" doc:"name of the machine"`
	Data        string            `json:"data" doc:"folder of everything that is kept"`
	Listen      map[string]string `json:"listen"`
	OwnLogQuery string            `json:"own_log_query" doc:"finds Haetae's own log"`
	Durable     Latency           `json:"durable_ms" doc:"from the receipt of a write to its acknowledgement, last five minutes"`
	Searchable  Latency           `json:"searchable_ms" doc:"from receipt until searches see it, of the oldest record of each chunk, last five minutes"`
	Query       Latency           `json:"query_ms" doc:"searches, last five minutes"`
	CPU         SystemCPU         `json:"cpu"`
	Memory      SystemMemory      `json:"memory"`
	Ingest      SystemIngest      `json:"ingest"`
	Partitions  []SystemPartition `json:"partitions" nullable:"false"`
	Datasets    []SystemDataset   `json:"datasets" nullable:"false"`
	Disk        SystemDisk        `json:"disk"`
	Problems    []string          `json:"problems" nullable:"false" doc:"what stops or threatens the flow now, in English; code first"`
	Notices     []Notice          `json:"notices" nullable:"false" doc:"what outside of Haetae is worth changing"`
}

// Verdict is the state in one word, with what it comes from, the worst first.
type Verdict struct {
	State string        `json:"state" enum:"ok,warn,critical"`
	Items []VerdictItem `json:"items" nullable:"false"`
}

// VerdictItem is one reason; the console words the code.
type VerdictItem struct {
	Code   string            `json:"code" example:"disk_fills"`
	State  string            `json:"state" enum:"ok,warn,critical"`
	Params map[string]string `json:"params,omitempty"`
}

// Latency holds quantiles in ms; null when nothing was measured.
type Latency struct {
	P50 *float64 `json:"p50"`
	P95 *float64 `json:"p95"`
	P99 *float64 `json:"p99"`
}

// SystemCPU is what the process uses.
type SystemCPU struct {
	Percent float64 `json:"percent" doc:"of all cores, last ten seconds"`
	Cores   int     `json:"cores"`
}

// SystemMemory is what the process uses, and its areas that have bounds of their own.
type SystemMemory struct {
	RSS   int64        `json:"rss" doc:"resident bytes"`
	Bound int64        `json:"bound" doc:"limits.memory"`
	Areas []MemoryArea `json:"areas" nullable:"false"`
}

// MemoryArea is a part of the memory with its bound.
type MemoryArea struct {
	Name    string `json:"name" enum:"intake,unsealed,queries,tails,footers"`
	Used    int64  `json:"used"`
	Bound   int64  `json:"bound"`
	AtBound string `json:"at_bound" enum:"sender_waits,sealed,query_refused,oldest_evicted,drop_counted" doc:"what happens when the bound is reached"`
	Count   int    `json:"count,omitempty" doc:"of what holds it, such as live tails"`
}

// SystemIngest is what comes in.
type SystemIngest struct {
	RecordsPerSecond float64 `json:"records_per_second"`
	BytesPerSecond   float64 `json:"bytes_per_second"`
}

// SystemPartition is one partition of the queue with its consumer.
type SystemPartition struct {
	Partition        int     `json:"partition"`
	Oldest           int64   `json:"oldest" doc:"first offset held"`
	Stored           int64   `json:"stored" doc:"below it everything is in segments"`
	End              int64   `json:"end" doc:"next offset"`
	LagRecords       int64   `json:"lag_records" doc:"that searches do not see yet"`
	LagMillis        *int64  `json:"lag_ms" doc:"how long records have waited until searches see them; null when not known"`
	Bytes            int64   `json:"bytes"`
	RecordsPerSecond float64 `json:"records_per_second"`
	State            string  `json:"state" enum:"ok,behind,stopped,unowned,offline" doc:"unowned: no process reads it; offline: no broker leads it"`
}

// SystemDataset is what the store holds of one dataset.
type SystemDataset struct {
	Dataset          string     `json:"dataset"`
	Segments         int        `json:"segments"`
	SegmentsToday    int        `json:"segments_today" doc:"received today, UTC"`
	Rows             int64      `json:"rows" doc:"in segments"`
	Bytes            int64      `json:"bytes" doc:"of segments"`
	RawBytes         int64      `json:"raw_bytes" doc:"of the same rows as received"`
	Oldest           *time.Time `json:"oldest" doc:"event time"`
	Newest           *time.Time `json:"newest"`
	RecordsPerSecond float64    `json:"records_per_second"`
	UnsealedRows     int64      `json:"unsealed_rows" doc:"in memory, and in the queue on disk"`
	UnsealedBytes    int64      `json:"unsealed_bytes"`
}

// SystemDisk is the file system of the data folder, and what is expected of it.
type SystemDisk struct {
	Path        string     `json:"path"`
	Total       int64      `json:"total"`
	Free        int64      `json:"free"`
	Used        int64      `json:"used_by_haetae" doc:"segments and queue"`
	Bound       int64      `json:"bound" doc:"of all segments; 0 for none"`
	History     []DiskDay  `json:"history" nullable:"false" doc:"by day of receipt (UTC), of what is still kept; the oldest first"`
	BytesPerDay *float64   `json:"bytes_per_day" doc:"mean of the last week; null before there is an hour of it"`
	HeldAt      *int64     `json:"held_at" doc:"bytes at which retention keeps the segments; null when the disk is full before"`
	BoundAt     *time.Time `json:"bound_at" doc:"when the bound is reached, and the oldest begin to go"`
	FullAt      *time.Time `json:"full_at" doc:"when the disk is full; null when retention prevents it"`
}

// DiskDay is the size of the segments that were received until the end of a day.
type DiskDay struct {
	At    time.Time `json:"at" doc:"end of the day, or now"`
	Bytes int64     `json:"bytes"`
}

// SystemHistory is one of the server's own figures over time.
type SystemHistory struct {
	Points     []SystemPoint `json:"points" nullable:"false"`
	StepMillis int64         `json:"step_ms"`
}

// SystemPoint is a figure at a time.
type SystemPoint struct {
	At    time.Time `json:"at"`
	Value *float64  `json:"value" doc:"null when it was not measured"`
}

// SourceDefault is the source of a setting that is not set anywhere.
const SourceDefault = "default"

// ConfigValue is one setting as it is in effect.
type ConfigValue struct {
	Key     string `json:"key"`
	Value   string `json:"value" doc:"a secret is hidden"`
	Default bool   `json:"default" doc:"it is not set anywhere"`
	Source  string `json:"source" enum:"default,file,flag"`
	Secret  bool   `json:"secret"`
	Doc     string `json:"doc,omitempty"`
}

// SystemConfig is the configuration in effect.
type SystemConfig struct {
	File   string        `json:"file" doc:"empty when there is none"`
	Values []ConfigValue `json:"values" nullable:"false"`
}

// SystemSource is what the application tells of itself.
type SystemSource interface {
	System() System
	SystemHistory(metric string, minutes int) SystemHistory
	SystemConfig() SystemConfig
}

type uncached[T any] struct {
	CacheControl string `header:"Cache-Control"`
	Body         T
}

func fresh[T any](body T) *uncached[T] { return &uncached[T]{CacheControl: "no-store", Body: body} }

func (s *server) registerSystem(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "get-system", Method: http.MethodGet, Path: "/api/v1/system", Tags: []string{"system"},
		Summary: "How Haetae itself is: verdict, latencies, bounds, partitions, datasets and disk",
	}, func(context.Context, *struct{}) (*uncached[System], error) {
		return fresh(s.System.System()), nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "get-system-history", Method: http.MethodGet, Path: "/api/v1/system/history", Tags: []string{"system"},
		Summary: "One of the server's own figures over the last day at most, since its start",
	}, func(_ context.Context, in *struct {
		Metric  string `query:"metric" required:"true" enum:"ingest,queue_lag,disk,memory,cpu,durable_p99,behind_seconds,arrived,processed"`
		Minutes int    `query:"minutes" default:"60" minimum:"1" maximum:"1440"`
	},
	) (*uncached[SystemHistory], error) {
		return fresh(s.System.SystemHistory(in.Metric, in.Minutes)), nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "get-system-config", Method: http.MethodGet, Path: "/api/v1/system/config", Tags: []string{"system"},
		Summary: "The configuration in effect, secrets hidden",
	}, func(context.Context, *struct{}) (*uncached[SystemConfig], error) {
		return fresh(s.System.SystemConfig()), nil
	})
}
