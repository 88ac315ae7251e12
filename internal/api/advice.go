package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// PipelineAdvice is what the running figures say about the settings of the queue.
type PipelineAdvice struct {
	Since   time.Time      `json:"since" doc:"the figures are of the time from here: the last hour, or since the start"`
	Until   time.Time      `json:"until"`
	Problem string         `json:"problem,omitempty" doc:"what is wrong with the brokers now, in English: then the figures say nothing of the settings"`
	Advice  []model.Advice `json:"advice" nullable:"false" doc:"what to change first, what is fine last"`
}

func (s *server) registerAdvice(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "get-pipeline-advice", Method: http.MethodGet, Path: "/api/v1/pipeline/advice", Tags: []string{"system"},
		Summary: "What to change in the settings of the queue, and what it is expected to bring",
		Description: "Each rule computes from what was measured of this process and of the brokers. The first call in a while compresses a sample " +
			"of recent batches with every codec, which takes some tenths of a second.",
	}, func(ctx context.Context, _ *struct{}) (*uncached[PipelineAdvice], error) {
		advice, err := s.Advice(ctx)
		if err != nil {
			return nil, problemOf(err)
		}
		return fresh(advice), nil
	})
}
