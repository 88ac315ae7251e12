package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// RetentionRules say how long records are kept, as people write it.
type RetentionRules struct {
	Default RetentionDefault `json:"default"`
	Rules   []RetentionRule  `json:"rules" nullable:"false" doc:"the one with the most conditions decides, whatever the order"`
}

// RetentionDefault is for what no rule chooses.
type RetentionDefault struct {
	Retention string `json:"retention" example:"30d" doc:"age since receipt"`
	MaxSize   string `json:"max_size" example:"80%" doc:"size, or part of the file system; beyond it the oldest go first; 0 for no bound"`
}

// RetentionRule chooses records by dataset and stream fields.
type RetentionRule struct {
	Dataset   string `json:"dataset,omitempty" doc:"empty for any"`
	Filter    string `json:"filter" example:"{host.name=\"web\"}" doc:"stream filter; * or empty for any"`
	Retention string `json:"retention" example:"7d"`
}

// Retention is what holds now.
type Retention struct {
	RetentionRules
	Editable   bool             `json:"editable"`
	Source     string           `json:"source" enum:"config,console" doc:"console: it was changed here and goes before the file's"`
	Configured RetentionRules   `json:"configured" doc:"the configuration's, to which a reset goes back"`
	Usage      []RetentionUsage `json:"usage" nullable:"false"`
}

// RetentionUsage is what is kept by one rule: by its filter, empty for the default.
type RetentionUsage struct {
	Dataset  string     `json:"dataset"`
	Filter   string     `json:"filter"`
	Segments int        `json:"segments"`
	Rows     int64      `json:"rows"`
	Bytes    int64      `json:"bytes"`
	RawBytes int64      `json:"raw_bytes"`
	Oldest   *time.Time `json:"oldest"`
}

// RetentionPreview is what would go at once.
type RetentionPreview struct {
	Segments int        `json:"segments"`
	Bytes    int64      `json:"bytes"`
	Rows     int64      `json:"rows"`
	Oldest   *time.Time `json:"oldest"`
}

// RetentionAnswer has one of the two, by whether a preview was asked for.
type RetentionAnswer struct {
	Retention   *Retention        `json:"retention,omitempty"`
	WouldDelete *RetentionPreview `json:"would_delete,omitempty"`
}

// RetentionKeeper keeps the rules. A wrong one is a problem setting.invalid whose parameter key names it.
type RetentionKeeper interface {
	Retention(ctx context.Context) (Retention, error)
	PreviewRetention(ctx context.Context, r RetentionRules) (RetentionPreview, error)
	// SetRetention makes rules hold and keeps them; nil goes back to the configuration's.
	SetRetention(ctx context.Context, r *RetentionRules) error
}

func (s *server) registerRetention(a huma.API) {
	const path, tag = "/api/v1/system/retention", "system"
	huma.Register(a, huma.Operation{
		OperationID: "get-retention", Method: http.MethodGet, Path: path, Tags: []string{tag},
		Summary: "How long records are kept, and what is held by each rule",
	}, func(ctx context.Context, _ *struct{}) (*uncached[Retention], error) {
		r, err := s.Keeper.Retention(ctx)
		return outcome(fresh(r), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "set-retention", Method: http.MethodPut, Path: path, Tags: []string{tag},
		Summary: "Change how long records are kept, at once; or see what that would delete",
	}, func(ctx context.Context, in *struct {
		Preview bool `query:"preview" doc:"changes nothing"`
		Body    RetentionRules
	},
	) (*uncached[RetentionAnswer], error) {
		if in.Preview {
			gone, err := s.Keeper.PreviewRetention(ctx, in.Body)
			return outcome(fresh(RetentionAnswer{WouldDelete: &gone}), err)
		}
		if err := s.setRetention(ctx, "retention.change", &in.Body); err != nil {
			return nil, problemOf(err)
		}
		r, err := s.Keeper.Retention(ctx)
		return outcome(fresh(RetentionAnswer{Retention: &r}), err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "reset-retention", Method: http.MethodDelete, Path: path, Tags: []string{tag},
		Summary: "Go back to the retention of the configuration, at once", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, _ *struct{}) (*struct{}, error) {
		return outcome[struct{}](nil, s.setRetention(ctx, "retention.reset", nil))
	})
}

// setRetention changes the rules, and tells of it first.
func (s *server) setRetention(ctx context.Context, action string, rules *RetentionRules) error {
	now, err := s.Keeper.Retention(ctx)
	if err != nil {
		return err
	}
	after := now.Configured
	if rules != nil {
		after = *rules
	}
	return s.changeAudited(ctx, model.AuditEntry{Action: action, Before: now.RetentionRules, After: &after}, func() error {
		if err := s.Keeper.SetRetention(ctx, rules); err != nil {
			return err
		}
		if now, err := s.Keeper.Retention(ctx); err == nil { // else what was wanted stands: it is made
			after = now.RetentionRules
		}
		return nil
	})
}
