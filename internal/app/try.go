package app

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/pipeline"
)

// try takes a line through the pipeline without storing it.
func (a *app) try(r api.TryRequest) (api.TryResult, error) {
	if r.Input != "" && !slices.ContainsFunc(a.inputs, func(in runningInput) bool { return in.name == r.Input }) {
		return api.TryResult{}, invalidParam("input", fmt.Sprintf("there is no input %q", r.Input))
	}
	got, err := pipeline.Try(a.intake, a.consumers, pipeline.Trial{
		Record: model.Record{
			Msg: r.Line, Input: r.Input, Observed: time.Now().UnixNano(),
			Fields: fieldsByName(r.Fields), Stream: model.SortStream(fieldsByName(r.Stream)),
		},
		Format: r.Format, SavedRules: r.SavedRules, Rules: r.Rules,
	})
	if err != nil {
		return api.TryResult{}, invalidParam("format", err.Error())
	}
	out := api.TryResult{
		Recognised: got.Format, Candidates: []api.Candidate{}, Record: got.Record, Views: got.Views,
		Masked: got.Masked, Dropped: got.Dropped, Refused: got.Refused, Problems: []api.RuleProblem{},
	}
	for _, f := range format.All() {
		out.Candidates = append(out.Candidates, api.Candidate{Format: f.Name(), Matched: got.Matched[f.Name()]})
	}
	for _, p := range got.Problems {
		out.Problems = append(out.Problems, api.RuleProblem{Rule: p.Rule, Key: p.Key, Message: p.Err.Error(), Position: rulePosition(p)})
	}
	return out, nil
}

// rulePosition is the marked part of a rule's key, nil when none can be named.
func rulePosition(e *pipeline.RuleError) *api.Position {
	if e.End <= e.Start {
		return nil
	}
	return &api.Position{Start: e.Start, End: e.End}
}

func fieldsByName(values map[string]string) (fields []model.Field) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !model.ReservedName(name) {
			fields = append(fields, model.Field{Name: name, Value: values[name]})
		}
	}
	return fields
}

func invalidParam(param, detail string) error {
	p := api.NewProblem("request.invalid", detail)
	p.Params = map[string]string{"param": param}
	return p
}
