package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// More states of a partition, where several processes and brokers have a hand in it.
const (
	PartitionUnowned = "unowned" // no process reads it
	PartitionOffline = "offline" // no broker leads it
)

// States of a member.
const (
	MemberReading = "reading"
	MemberIdle    = "idle"   // it has no partition
	MemberSilent  = "silent" // it says nothing, and its partitions are still its own
	MemberGone    = "gone"
)

// Why a member is lost.
const (
	LostLeft    = "left"    // it said goodbye
	LostSession = "session" // its session is over
	LostSilent  = "silent"
)

// Codes of the pipeline's verdict, the worst first.
const (
	VerdictBrokersAway = "brokers_away"
	VerdictStopped     = "partition_stopped"
	VerdictUnowned     = "unowned"
	VerdictFalling     = "falling_behind"
	VerdictBehind      = "behind"
	VerdictCatchingUp  = "catching_up"
	VerdictLevel       = "level"
)

// Pipeline is the way of records from the queue to the store, as all processes that share it see it together.
type Pipeline struct {
	Type        string              `json:"type" enum:"wal,kafka"`
	Now         time.Time           `json:"now" doc:"when these figures were taken"`
	Queue       PipelineQueue       `json:"queue"`
	Problem     string              `json:"problem" doc:"what is wrong with the brokers now, in English; empty when nothing is"`
	Settings    []PipelineSetting   `json:"settings" nullable:"false" doc:"what is in force, under Kafka's names where it has one"`
	Flow        PipelineFlow        `json:"flow"`
	CatchUp     *PipelineCatchUp    `json:"catch_up,omitempty" doc:"missing when nothing is behind"`
	Verdict     PipelineVerdict     `json:"verdict"`
	Members     []PipelineMember    `json:"members" nullable:"false" doc:"processes that share the queue; one that is gone stays for ten minutes"`
	Partitions  []PipelinePartition `json:"partitions" nullable:"false"`
	Brokers     []PipelineBroker    `json:"brokers" nullable:"false" doc:"of the queue's cluster; none for wal"`
	Topics      []PipelineTopic     `json:"topics" nullable:"false" doc:"the queue's own, then those that inputs read"`
	DeadLetters PipelineLetters     `json:"dead_letters"`
}

// PipelineQueue names the queue.
type PipelineQueue struct {
	ID         string `json:"id"`
	Topic      string `json:"topic,omitempty" doc:"of the logs; other datasets may have topics of their own"`
	ClusterID  string `json:"cluster_id,omitempty"`
	Group      string `json:"group,omitempty" doc:"consumer group"`
	Generation int32  `json:"generation,omitempty" doc:"of the group, as this process knows it; grows with each rebalance"`
	MinInSync  int    `json:"min_insync,omitempty" doc:"min.insync.replicas of that topic"`
	Version    string `json:"version,omitempty" doc:"of the brokers, as far as it can be guessed from what they understand" example:"4.1"`
}

// PipelineSetting is one setting of the queue.
type PipelineSetting struct {
	Key   string `json:"key" example:"batch.size"`
	Value string `json:"value" example:"1048576"`
}

// PipelineFlow is what passes, over the last ten seconds.
type PipelineFlow struct {
	In             float64 `json:"in_per_second" doc:"records that became durable in the queue"`
	BehindRecords  *int64  `json:"behind_records" doc:"that searches do not see yet; null just after the start and while the brokers are away"`
	BehindMillis   *int64  `json:"behind_millis" doc:"of the partition that is furthest behind; null just after the start and while the brokers are away"`
	Processed      float64 `json:"processed_per_second" doc:"records that searches began to see"`
	Sealed         float64 `json:"sealed_per_second" doc:"records that were stored in segments, over the last minute"`
	AppendedBytes  float64 `json:"appended_bytes_per_second" doc:"by the processes that answer"`
	ProcessedBytes float64 `json:"processed_bytes_per_second" doc:"by the processes that answer"`
}

// PipelineCatchUp says how soon what waits will be read.
type PipelineCatchUp struct {
	LevelInMillis *int64  `json:"level_in_millis" doc:"null while it does not shrink steadily"`
	Bytes         float64 `json:"bytes_per_second" doc:"that are processed"`
}

// PipelineVerdict is the state in one code with its numbers; the console words it.
type PipelineVerdict struct {
	State         string     `json:"state" enum:"ok,warn,critical"`
	Code          string     `json:"code" enum:"level,behind,catching_up,falling_behind,brokers_away,partition_stopped,unowned"`
	Records       int64      `json:"records" doc:"that wait"`
	LevelInMillis *int64     `json:"level_in_millis"`
	Partitions    []int      `json:"partitions,omitempty" doc:"that are stopped or unowned; else those that a lost member had"`
	Member        string     `json:"member,omitempty" doc:"name of the member that was lost last, within ten minutes"`
	GoneFrom      *time.Time `json:"gone_from,omitempty" doc:"when that member was heard last"`
	GoneTo        *time.Time `json:"gone_to,omitempty" doc:"when others had all of its partitions"`
	MovedInMillis *int64     `json:"moved_in_millis,omitempty" doc:"from the end of its session until then"`
}

// PipelineMember is one process.
type PipelineMember struct {
	ID         string     `json:"id"`
	Name       string     `json:"name" doc:"of its machine, with the port where several run on one"`
	Address    string     `json:"address" doc:"where it answers others, host:port"`
	This       bool       `json:"this" doc:"it is the one that answers"`
	State      string     `json:"state" enum:"reading,idle,silent,gone"`
	Since      *time.Time `json:"since" doc:"its start; null when not known"`
	LeftAt     *time.Time `json:"left_at,omitempty" doc:"when it was heard last, of one that is silent or gone"`
	Reason     string     `json:"reason,omitempty" enum:"left,session,silent" doc:"why it is gone or silent: it said goodbye, its session is over, or it does not answer"`
	Partitions []int      `json:"partitions" nullable:"false"`
	Had        []int      `json:"had" nullable:"false" doc:"what it had when it was lost"`
	Records    *float64   `json:"records_per_second" doc:"that it processes; null when it does not answer"`
	Answered   bool       `json:"answered"`
	Limit      *int       `json:"limit" doc:"partitions that it may own; null for any number, or when it does not answer"`
}

// PipelinePartition is one partition with its place in the cluster and its reader.
type PipelinePartition struct {
	Partition      int      `json:"partition"`
	Topic          string   `json:"topic,omitempty" doc:"of the queue on Kafka that it is in"`
	TopicPartition int      `json:"topic_partition" doc:"its number in that topic; on disk the same as partition"`
	Owner          string   `json:"owner" doc:"id of the member that reads it; empty for none"`
	Leader         *int32   `json:"leader" doc:"broker; null when there is none, or when not known"`
	Replicas       []int32  `json:"replicas" nullable:"false"`
	InSync         []int32  `json:"in_sync" nullable:"false"`
	Oldest         int64    `json:"oldest" doc:"first offset held"`
	Stored         int64    `json:"stored" doc:"below it everything is in segments"`
	End            int64    `json:"end" doc:"next offset"`
	BehindRecords  int64    `json:"behind_records" doc:"that searches do not see yet; as last seen while the brokers are away"`
	BehindMillis   *int64   `json:"behind_millis" doc:"age of the newest record that searches see while others wait; null when not known"`
	In             float64  `json:"in_per_second"`
	Out            *float64 `json:"out_per_second" doc:"null when its reader does not answer"`
	Bytes          int64    `json:"bytes"`
	State          string   `json:"state" enum:"ok,behind,stopped,unowned,offline"`
}

// PipelineBroker is one broker of the cluster.
type PipelineBroker struct {
	ID         int32    `json:"id"`
	Address    string   `json:"address"`
	Controller bool     `json:"controller"`
	Up         bool     `json:"up"`
	Leads      int      `json:"leads" doc:"partitions of all topics"`
	Replicas   int      `json:"replicas" doc:"of partitions of all topics"`
	OutOfSync  int      `json:"out_of_sync" doc:"of its replicas"`
	DiskUsed   *int64   `json:"disk_used" doc:"bytes of the volumes of its log folders; null when it does not tell"`
	DiskTotal  *int64   `json:"disk_total"`
	P99        *float64 `json:"p99_millis" doc:"of the produce requests of this process within the last minute; null without any"`
}

// PipelineTopic is one topic that is read.
type PipelineTopic struct {
	Name           string   `json:"name"`
	Own            bool     `json:"own" doc:"it is of the queue"`
	Input          string   `json:"input,omitempty" doc:"that reads it, of one that is not of the queue"`
	Partitions     int      `json:"partitions"`
	In             *float64 `json:"in_per_second"`
	BehindRecords  *int64   `json:"behind_records"`
	BehindMillis   *int64   `json:"behind_millis"`
	RetentionMS    *int64   `json:"retention_ms" doc:"-1 for ever; null when not known"`
	RetentionBytes *int64   `json:"retention_bytes" doc:"of each partition, -1 for no bound; null when not known"`
	Bytes          *int64   `json:"bytes" doc:"of one copy; null when not known"`
}

// PipelineLetters counts dead letters.
type PipelineLetters struct {
	LastDay int64 `json:"last_day" doc:"of the processes that answer, since their start at most"`
}

// PipelineSource is what the application tells of the queue and its readers.
type PipelineSource interface {
	Pipeline(ctx context.Context) (Pipeline, error)
	PipelineEvents(ctx context.Context, since time.Time) ([]PipelineEvent, error)
}

func (s *server) registerPipeline(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "get-pipeline", Method: http.MethodGet, Path: "/api/v1/pipeline", Tags: []string{"pipeline"},
		Summary: "The queue and who reads it: flow, partitions, members, brokers and topics",
	}, func(ctx context.Context, _ *struct{}) (*uncached[Pipeline], error) {
		p, err := s.Pipeline.Pipeline(ctx)
		return outcome(fresh(p), err)
	})
	s.registerPipelineEvents(a)
}
