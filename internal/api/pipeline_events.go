package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Kinds of events of the pipeline.
const (
	EventJoined    = "joined"
	EventLeft      = "left"      // it said goodbye
	EventSilent    = "silent"    // it was not heard from Time until Until
	EventGone      = "gone"      // its session is over
	EventGiven     = "given"     // partitions were given to it
	EventTaken     = "taken"     // it gave partitions back
	EventLost      = "lost"      // it learned that partitions are another's
	EventRebalance = "rebalance" // from Time until Until a partition had no reader
)

// PipelineEvent is something that happened to the processes that share the queue.
type PipelineEvent struct {
	Time       time.Time  `json:"time"`
	Until      *time.Time `json:"until,omitempty" doc:"missing while it lasts, and for what has no length"`
	Kind       string     `json:"kind" enum:"joined,left,silent,gone,given,taken,lost,rebalance"`
	Member     string     `json:"member" doc:"id; empty for a rebalance"`
	Name       string     `json:"name"`
	Partitions []int      `json:"partitions" nullable:"false"`
	Reason     string     `json:"reason,omitempty"`
	TookMillis *int64     `json:"took_millis,omitempty"`
}

// PipelineEvents are kept for seven days.
type PipelineEvents struct {
	Events []PipelineEvent `json:"events" nullable:"false" doc:"the oldest first, at most the newest 1000"`
}

func (s *server) registerPipelineEvents(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "list-pipeline-events", Method: http.MethodGet, Path: "/api/v1/pipeline/events", Tags: []string{"pipeline"},
		Summary: "Who joined, left or was lost, and which partitions moved",
	}, func(ctx context.Context, in *struct {
		Since string `query:"since" default:"10m" doc:"RFC 3339, or a time span before now" example:"10m"`
	},
	) (*uncached[PipelineEvents], error) {
		since, err := parseSince(in.Since, time.Now())
		if err != nil {
			return nil, problemOf(invalid("since", err))
		}
		events, err := s.Pipeline.PipelineEvents(ctx, since)
		if events == nil {
			events = []PipelineEvent{}
		}
		return outcome(fresh(PipelineEvents{Events: events}), err)
	})
}
