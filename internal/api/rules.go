package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/haetae/haetae/internal/model"
)

// Rules keeps the rules of the console beside those of the configuration. A change has taken effect when a method
// returns. Errors: *Problem rule.invalid, *model.TakenError, model.ErrNotFound, or the store's.
type Rules interface {
	// Rules lists those of the configuration first, then those of the console, in the order in which they run.
	Rules(ctx context.Context, scope model.Scope) ([]ListedRule, error)
	AddRule(ctx context.Context, scope model.Scope, owner string, text RuleText) (ListedRule, error)
	// ChangeRule replaces the rule whose revision the writer has read.
	ChangeRule(ctx context.Context, scope model.Scope, id string, revision int64, text RuleText) (ListedRule, error)
	DeleteRule(ctx context.Context, scope model.Scope, id string) error
	// OrderRules puts the console's rules into this order; ids names each once.
	OrderRules(ctx context.Context, scope model.Scope, ids []string) error
}

// ListedRule is a rule with where it comes from.
type ListedRule struct {
	ID       string     `json:"id"`
	Name     string     `json:"name" doc:"the key in the configuration, or as somebody named it"`
	Source   string     `json:"source" enum:"config,console" doc:"rules of the configuration cannot be changed here"`
	Rule     model.Rule `json:"rule"`
	Enabled  bool       `json:"enabled"`
	Owner    string     `json:"owner"`
	Updated  *time.Time `json:"updated" doc:"null for rules of the configuration"`
	Revision int64      `json:"revision"`
	Hits     int64      `json:"hits" doc:"records that it matched since the server's start or its last change"`
	Problem  string     `json:"problem,omitempty" doc:"why an enabled rule is not in effect: this version does not understand it"`
}

// RuleText is what a person says of a rule.
type RuleText struct {
	Name    string     `json:"name" doc:"at most 100 characters"`
	Rule    model.Rule `json:"rule"`
	Enabled *bool      `json:"enabled,omitempty" default:"true"`
}

type rulesOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Rules []ListedRule `json:"rules" nullable:"false" doc:"in the order in which they run: the configuration's, then the console's"`
	}
}

type ruleOutput struct {
	Body ListedRule
}

type addRuleInput struct {
	Body RuleText
}

type changeRuleInput struct {
	ID   string `path:"id"`
	Body struct {
		RuleText
		Revision int64 `json:"revision" doc:"as it was read; 409 when it was changed since"`
	}
}

type orderRulesInput struct {
	Body struct {
		IDs []string `json:"ids" nullable:"false" doc:"every rule of the console, each once"`
	}
}

func (s *server) registerRules(a huma.API) {
	const path, tag = "/api/v1/rules", "formats and rules"
	huma.Register(a, huma.Operation{
		OperationID: "list-rules", Method: http.MethodGet, Path: path, Tags: []string{tag},
		Summary: "Rules in the order in which they run",
	}, func(ctx context.Context, _ *struct{}) (*rulesOutput, error) {
		out := rulesOutput{CacheControl: "no-store"}
		var err error
		out.Body.Rules, err = s.Rules.Rules(ctx, scopeOf(ctx))
		return outcome(&out, err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "add-rule", Method: http.MethodPost, Path: path, Tags: []string{tag},
		Summary: "Add a rule, which takes effect at once", DefaultStatus: http.StatusCreated,
	}, func(ctx context.Context, in *addRuleInput) (*ruleOutput, error) {
		if err := checkRule(&in.Body); err != nil {
			return nil, err
		}
		r, err := s.Rules.AddRule(ctx, scopeOf(ctx), PrincipalOf(ctx).Name, in.Body)
		after := in.Body
		if err == nil {
			after = textOf(&r)
		}
		s.auditDone(ctx, model.AuditEntry{Action: "rule.add", Target: cmp.Or(r.ID, in.Body.Name), After: after}, err)
		return outcome(&ruleOutput{r}, err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "change-rule", Method: http.MethodPut, Path: path + "/{id}", Tags: []string{tag},
		Summary: "Change a rule of the console, or turn it on or off",
	}, func(ctx context.Context, in *changeRuleInput) (*ruleOutput, error) {
		if err := checkRule(&in.Body.RuleText); err != nil {
			return nil, err
		}
		before := s.ruleText(ctx, in.ID)
		r, err := s.Rules.ChangeRule(ctx, scopeOf(ctx), in.ID, in.Body.Revision, in.Body.RuleText)
		after := in.Body.RuleText
		if err == nil {
			after = textOf(&r)
		}
		s.auditDone(ctx, model.AuditEntry{Action: "rule.change", Target: in.ID, Before: before, After: after}, err)
		return outcome(&ruleOutput{r}, err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "delete-rule", Method: http.MethodDelete, Path: path + "/{id}", Tags: []string{tag},
		Summary: "Delete a rule of the console",
	}, func(ctx context.Context, in *idInput) (*struct{}, error) {
		before := s.ruleText(ctx, in.ID)
		err := s.Rules.DeleteRule(ctx, scopeOf(ctx), in.ID)
		s.auditDone(ctx, model.AuditEntry{Action: "rule.delete", Target: in.ID, Before: before}, err)
		return outcome(&struct{}{}, err)
	})
	huma.Register(a, huma.Operation{
		OperationID: "order-rules", Method: http.MethodPost, Path: path + "/order", Tags: []string{tag},
		Summary: "Put the console's rules into another order", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *orderRulesInput) (*struct{}, error) {
		before := s.ruleOrder(ctx)
		err := s.Rules.OrderRules(ctx, scopeOf(ctx), in.Body.IDs)
		s.auditDone(ctx, model.AuditEntry{Action: "rule.order", Before: before, After: in.Body.IDs}, err)
		return outcome(&struct{}{}, err)
	})
}

// ruleText is what a rule says now, for the audit trail; nil when there is none.
func (s *server) ruleText(ctx context.Context, id string) any {
	list, err := s.Rules.Rules(ctx, scopeOf(ctx))
	i := slices.IndexFunc(list, func(r ListedRule) bool { return r.ID == id })
	if err != nil || i < 0 { // the change then says what is wrong
		return nil
	}
	return textOf(&list[i])
}

// textOf is what a rule says.
func textOf(r *ListedRule) RuleText {
	return RuleText{Name: r.Name, Rule: r.Rule, Enabled: &r.Enabled}
}

// ruleOrder names the rules of the console in the order in which they run, for the audit trail; nil when that is not known.
func (s *server) ruleOrder(ctx context.Context) any {
	list, err := s.Rules.Rules(ctx, scopeOf(ctx))
	if err != nil { // the change then says what is wrong
		return nil
	}
	ids := []string{}
	for i := range list {
		if list[i].Source == "console" {
			ids = append(ids, list[i].ID)
		}
	}
	return ids
}

// checkRule trims the name and refuses what is missing or too long; what the rule says is checked by compiling it.
func checkRule(r *RuleText) error {
	r.Name = strings.TrimSpace(r.Name)
	if err := checkName(r.Name); err != nil {
		return err
	}
	if err := checkBytes("rule.if", r.Rule.If, maxQueryBytes); err != nil {
		return err
	}
	if x := r.Rule.Extract; x != nil {
		if err := checkBytes("rule.extract.regexp", x.Regexp, maxQueryBytes); err != nil {
			return err
		}
		return checkBytes("rule.extract.grok", x.Grok, maxQueryBytes)
	}
	return nil
}
