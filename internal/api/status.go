package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Status is the state of the whole server on one page.
type Status struct {
	Version          string            `json:"version"`
	Started          time.Time         `json:"started"`
	Now              time.Time         `json:"now"`
	Zone             string            `json:"zone" doc:"IANA time zone of the server"`
	Listen           map[string]string `json:"listen" doc:"what listens where"`
	RecordsPerSecond float64           `json:"records_per_second" doc:"received in the last ten seconds"`
	Sources          int               `json:"sources"`
	Partitions       []PartitionStatus `json:"partitions"`
	Store            StoreStatus       `json:"store"`
	Problems         []string          `json:"problems,omitempty" doc:"what stops or threatens the flow now, in English; code first"`
	Notices          []Notice          `json:"notices,omitempty" doc:"what is worth knowing or changing, though nothing is threatened"`
}

// Notice tells of a loss or a limit, most often what outside of Haetae would end it; the console words the code.
type Notice struct {
	Code   string            `json:"code" example:"socket_buffer"`
	Input  string            `json:"input" doc:"that it is about, empty when it is about none"`
	Params map[string]string `json:"params,omitempty"`
}

// PartitionStatus is one partition of the queue and its consumer.
type PartitionStatus struct {
	Partition int   `json:"partition"`
	Oldest    int64 `json:"oldest" doc:"first offset held"`
	Stored    int64 `json:"stored" doc:"below it everything is in segments"`
	End       int64 `json:"end" doc:"next offset"`
	Bytes     int64 `json:"bytes"`
	Damaged   int64 `json:"damaged" doc:"bytes skipped for a bad checksum"`
}

// StoreStatus is the log store in figures.
type StoreStatus struct {
	Segments     int   `json:"segments"`
	Rows         int64 `json:"rows" doc:"in segments"`
	Bytes        int64 `json:"bytes" doc:"of segments on disk"`
	RawBytes     int64 `json:"raw_bytes" doc:"of the same rows as received"`
	UnsealedRows int64 `json:"unsealed_rows"`
	DiskTotal    int64 `json:"disk_total"`
	DiskFree     int64 `json:"disk_free"`
}

type statusOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Status
}

func (s *server) registerStatus(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "get-status", Method: http.MethodGet, Path: "/api/v1/status", Tags: []string{"system"},
		Summary:     "How the server is",
		Description: "Who sees a part of the records alone learns the version, the time, and nothing of what there is.",
	}, func(ctx context.Context, _ *struct{}) (*statusOutput, error) {
		status := s.Status()
		if !scopeOf(ctx).Whole() {
			status = Status{
				Version: status.Version, Started: status.Started, Now: status.Now, Zone: status.Zone,
				Listen: map[string]string{}, Partitions: []PartitionStatus{},
			}
		}
		return &statusOutput{CacheControl: "no-store", Body: status}, nil
	})
}
