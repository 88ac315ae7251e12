package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
)

// TryRequest is a line to be taken through the pipeline without being stored.
type TryRequest struct {
	Line       string            `json:"line" doc:"the message as an input would hand it on, at most 64 KiB"`
	Input      string            `json:"input,omitempty" doc:"configured name of an input, whose format, time zone and stored views hold"`
	Format     string            `json:"format,omitempty" doc:"read the line by this format only; plain by none"`
	Fields     map[string]string `json:"fields,omitempty" doc:"fields that the input would add"`
	Stream     map[string]string `json:"stream,omitempty" doc:"stream fields that the input would add"`
	Rules      []model.Rule      `json:"rules,omitempty" doc:"rules to run behind the saved ones"`
	SavedRules bool              `json:"saved_rules,omitempty" doc:"run the rules of the configuration and the console first"`
}

// TryResult is what would have been stored.
type TryResult struct {
	Recognised string            `json:"recognised" doc:"format as name@version, empty for plain text"`
	Candidates []Candidate       `json:"candidates" nullable:"false"`
	Record     map[string]string `json:"record" nullable:"false" doc:"stored fields"`
	Views      map[string]string `json:"views" nullable:"false" doc:"fields that the format reads out of the message"`
	Masked     bool              `json:"masked" doc:"a mask has hidden a part"`
	Dropped    bool              `json:"dropped" doc:"a rule drops the record; record and views show it as it was then"`
	Refused    string            `json:"refused,omitempty" doc:"why the record would be a dead letter: a rule requires what it does not have"`
	Problems   []RuleProblem     `json:"problems" nullable:"false" doc:"what is wrong with the rules; wrong ones are passed over"`
}

// Candidate says whether a line has a format.
type Candidate struct {
	Format  string `json:"format"`
	Matched bool   `json:"matched"`
}

// RuleProblem is what is wrong with one rule.
type RuleProblem struct {
	Rule     int       `json:"rule" doc:"which of the request's rules, from 0"`
	Key      string    `json:"key" example:"extract.grok" doc:"the wrong key, empty for the rule as a whole"`
	Message  string    `json:"message"`
	Position *Position `json:"position,omitempty" doc:"the wrong part of the key's text, in bytes"`
}

type tryInput struct {
	Body TryRequest
}

type tryOutput struct {
	Body TryResult
}

type formatsOutput struct {
	Body struct {
		Formats []format.Description `json:"formats" nullable:"false"`
	}
}

func (s *server) registerFormats(a huma.API) {
	const tag = "formats and rules"
	huma.Register(a, huma.Operation{
		OperationID: "list-formats", Method: http.MethodGet, Path: "/api/v1/formats", Tags: []string{tag},
		Summary: "Formats of lines that are recognised",
	}, func(context.Context, *struct{}) (*formatsOutput, error) {
		var out formatsOutput
		out.Body.Formats = format.Describe()
		return &out, nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "try-format", Method: http.MethodPost, Path: "/api/v1/formats/try", Tags: []string{tag},
		Summary: "See what a line becomes: its format, its fields, and what rules make of it",
	}, func(_ context.Context, in *tryInput) (*tryOutput, error) {
		if err := checkBytes("line", in.Body.Line, maxQueryBytes); err != nil {
			return nil, err
		}
		result, err := s.Try(in.Body)
		return outcome(&tryOutput{result}, err)
	})
}
