package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Source is one sender as an input counts it since the server's start.
type Source struct {
	Input    string            `json:"input"`
	Peer     string            `json:"peer" doc:"address, file path or unit"`
	Records  int64             `json:"records" doc:"made durable"`
	Bytes    int64             `json:"bytes"`
	Rejected map[string]int64  `json:"rejected,omitempty" doc:"records by reason"`
	Samples  map[string]string `json:"samples,omitempty" doc:"start of the last rejected record by reason"`
	LastSeen time.Time         `json:"last_seen"`
}

type sourcesOutput struct {
	Body struct {
		Sources []Source `json:"sources"`
	}
}

func (s *server) registerSources(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "list-sources", Method: http.MethodGet, Path: "/api/v1/sources", Tags: []string{"sources"},
		Summary: "Who sends, how much, and what was rejected",
	}, func(context.Context, *struct{}) (*sourcesOutput, error) {
		var out sourcesOutput
		out.Body.Sources = s.Sources()
		return &out, nil
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
