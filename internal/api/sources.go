package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// States of a source.
const (
	SourceOK        = "ok"
	SourceRejecting = "rejecting"
	SourceSilent    = "silent"
	SourceOverQuota = "over_quota"
)

// Source is one sender as an input counts it since the server's start.
type Source struct {
	Input          string            `json:"input"`
	Peer           string            `json:"peer" doc:"address, file path or unit"`
	Listen         []string          `json:"listen,omitempty" doc:"addresses by which it can have come: protocol and address"`
	Records        int64             `json:"records" doc:"made durable"`
	Bytes          int64             `json:"bytes"`
	Rate           float64           `json:"rate" doc:"records per second in the last ten seconds"`
	History        []SourceMinute    `json:"history" nullable:"false" doc:"minutes of the last hour that had records; kept of 2000 sources"`
	LagMillis      *int64            `json:"lag_ms" doc:"median of receipt minus event time in the last minute; null when not known"`
	Rejected       map[string]int64  `json:"rejected,omitempty" doc:"records by reason"`
	Samples        map[string]string `json:"samples,omitempty" doc:"start of the last rejected record by reason"`
	LastRejected   *Rejection        `json:"last_rejected,omitempty"`
	Quota          *SourceQuota      `json:"quota,omitempty" doc:"missing when it was never over one"`
	FirstSeen      time.Time         `json:"first_seen"`
	LastSeen       time.Time         `json:"last_seen"`
	State          string            `json:"state" enum:"ok,rejecting,over_quota,silent" doc:"rejecting: in the last five minutes; over_quota: the same, by limits.sources alone; silent: nothing in five minutes of a source that usually sends"`
	UsualPerMinute float64           `json:"usual_per_minute,omitempty" doc:"what a silent source sent in the hour before"`
}

// SourceQuota is how a source has come to the bound of its quota. What it lost by that is in rejected.
type SourceQuota struct {
	Name  string    `json:"name" doc:"of the entry of limits.sources"`
	At    time.Time `json:"at" doc:"when it was over it last"`
	Waits int64     `json:"waits" doc:"how often it was told to wait"`
}

// SourceMinute is what came within one minute.
type SourceMinute struct {
	At      time.Time `json:"at" doc:"begin of the minute"`
	Records int64     `json:"records"`
	Bytes   int64     `json:"bytes"`
}

// Rejection is a record that was refused or dropped.
type Rejection struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
	Sample string    `json:"sample,omitempty" doc:"its start"`
}

// SourceTotals are sums over all sources.
type SourceTotals struct {
	RecordsPerSecond float64 `json:"records_per_second"`
	BytesPerSecond   float64 `json:"bytes_per_second"`
	Sources          int     `json:"sources"`
	RejectedHour     int64   `json:"rejected_hour" doc:"refused or dropped by inputs in the last hour"`
	RawKeptHour      int64   `json:"raw_kept_hour" doc:"that became dead letters in the last hour"`
	DroppedHour      int64   `json:"dropped_hour" doc:"dropped by rules in the last hour"`
}

// SourceList is who sends.
type SourceList struct {
	Sources []Source     `json:"sources" nullable:"false"`
	Totals  SourceTotals `json:"totals"`
}

type sourcesOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         SourceList
}

func (s *server) registerSources(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "list-sources", Method: http.MethodGet, Path: "/api/v1/sources", Tags: []string{"sources"},
		Summary: "Who sends, how much, and what was rejected",
	}, func(context.Context, *struct{}) (*sourcesOutput, error) {
		return &sourcesOutput{CacheControl: "no-store", Body: s.Sources()}, nil
	})
}

// InputType describes a kind of input: its settings are drawn as a form from the schema.
type InputType struct {
	Type     string         `json:"type"`
	Summary  string         `json:"summary"`
	Default  bool           `json:"default" doc:"runs without being configured"`
	Settings map[string]any `json:"settings" doc:"JSON Schema of the settings, with defaults"`
}

type inputsOutput struct {
	Body struct {
		Inputs []InputType `json:"inputs"`
	}
}

func (s *server) registerInputs(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "list-inputs", Method: http.MethodGet, Path: "/api/v1/inputs", Tags: []string{"sources"},
		Summary: "Kinds of inputs and their settings",
	}, func(context.Context, *struct{}) (*inputsOutput, error) {
		var out inputsOutput
		out.Body.Inputs = s.Inputs()
		return &out, nil
	})
}
