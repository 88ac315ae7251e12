package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/pipeline"
	"github.com/haetae/haetae/internal/store/meta"
)

// rulebook holds the rules of the configuration and of the console, and puts them in effect together: first the
// configuration's, then those of the console that are enabled.
type rulebook struct {
	meta *meta.Meta
	log  *slog.Logger

	mu        sync.Mutex // a change is stored and in effect before the next one begins
	consumers *pipeline.Consumers
	config    []model.Rule
	running   []string          // ids of the rules in effect, in their order
	leftOut   map[string]string // what is wrong with enabled rules that are not, by id
	saved     []model.SavedRule // of the console, as they are in effect
}

// openRules puts the rules in effect before the first record is read. A rule of the console that is not understood
// any more is left out and named in the log: it must not keep the server from starting.
func (a *app) openRules(ctx context.Context) error {
	a.rules = &rulebook{meta: a.meta, log: a.log.With("component", "rules"), consumers: a.consumers, config: a.cfg.Pipeline.Rules}
	saved, err := a.meta.Rules(ctx, model.Everything)
	if err != nil {
		return err
	}
	return a.rules.apply(a.cfg.Pipeline.Rules, saved)
}

// setConfig replaces the rules of the configuration; those of the console stay.
func (b *rulebook) setConfig(rules []model.Rule) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	saved, err := b.meta.Rules(context.Background(), model.Everything)
	if err != nil {
		return err
	}
	return b.apply(rules, saved)
}

// apply compiles the rules and puts them in effect.
func (b *rulebook) apply(config []model.Rule, saved []model.SavedRule) error {
	rules, running, leftOut := slices.Clone(config), configIDs(config), map[string]string{}
	for _, r := range saved {
		if !r.Enabled {
			continue
		}
		if err := pipeline.CheckRules([]model.Rule{r.Rule}); err != nil {
			leftOut[r.ID] = errors.Unwrap(err).Error()
			b.log.Error("a rule of the console is left out", "rule", r.Name, "id", r.ID, "error", leftOut[r.ID])
			continue
		}
		rules, running = append(rules, r.Rule), append(running, r.ID)
	}
	if err := b.consumers.SetRules(rules); err != nil {
		return err
	}
	b.config, b.running, b.leftOut, b.saved = config, running, leftOut, saved
	return nil
}

// follow puts in effect what the console of another process has changed.
func (b *rulebook) follow(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	saved, err := b.meta.Rules(ctx, model.Everything)
	if err != nil || slices.EqualFunc(saved, b.saved, sameRule) {
		return err
	}
	return b.apply(b.config, saved)
}

// sameRule reports whether a rule was not changed.
func sameRule(a, b model.SavedRule) bool { return a.ID == b.ID && a.Revision == b.Revision }

// change stores a change of rule id, "" for none in particular, and puts the rules in effect that the store has then.
func (b *rulebook) change(ctx context.Context, id string, store func() error) error {
	if strings.HasPrefix(id, configPrefix) {
		return api.NewProblem("forbidden", "rules of the configuration are changed in its file; SIGHUP puts them in effect")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := store(); err != nil {
		return err
	}
	saved, err := b.meta.Rules(context.WithoutCancel(ctx), model.Everything) // what is stored takes effect
	if err != nil {
		return err
	}
	return b.apply(b.config, saved)
}

// Rules implements api.Rules.
func (b *rulebook) Rules(ctx context.Context, scope model.Scope) ([]api.ListedRule, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	saved, err := b.meta.Rules(ctx, scope)
	if err != nil {
		return nil, err
	}
	out := []api.ListedRule{}
	if !scope.Whole() {
		return out, nil
	}
	for i, id := range configIDs(b.config) {
		out = append(out, api.ListedRule{
			ID: id, Name: fmt.Sprintf("pipeline.rules[%d]", i), Source: "config", Rule: b.config[i], Enabled: true,
		})
	}
	for _, r := range saved {
		out = append(out, listed(r))
	}
	hits := map[string]int64{}
	for i, n := range b.consumers.RuleHits() {
		hits[b.running[i]] = n
	}
	for i := range out {
		out[i].Hits, out[i].Problem = hits[out[i].ID], b.leftOut[out[i].ID]
	}
	return out, nil
}

// AddRule implements api.Rules.
func (b *rulebook) AddRule(ctx context.Context, scope model.Scope, owner string, text api.RuleText) (api.ListedRule, error) {
	r := model.SavedRule{Owner: owner}
	return b.write(ctx, &r, text, func() (model.SavedRule, error) { return b.meta.AddRule(ctx, scope, r) })
}

// ChangeRule implements api.Rules.
func (b *rulebook) ChangeRule(ctx context.Context, scope model.Scope, id string, revision int64, text api.RuleText) (api.ListedRule, error) {
	r := model.SavedRule{ID: id, Revision: revision}
	return b.write(ctx, &r, text, func() (model.SavedRule, error) { return b.meta.ChangeRule(ctx, scope, r) })
}

// write fills r with what a person says, checks it, and stores it.
func (b *rulebook) write(ctx context.Context, r *model.SavedRule, text api.RuleText, store func() (model.SavedRule, error)) (api.ListedRule, error) {
	r.Name, r.Rule, r.Enabled = text.Name, text.Rule, text.Enabled == nil || *text.Enabled
	if err := pipeline.CheckRules([]model.Rule{r.Rule}); err != nil {
		return api.ListedRule{}, ruleProblem(err)
	}
	var stored model.SavedRule
	err := b.change(ctx, r.ID, func() (err error) {
		stored, err = store()
		return err
	})
	return listed(stored), err
}

// DeleteRule implements api.Rules.
func (b *rulebook) DeleteRule(ctx context.Context, scope model.Scope, id string) error {
	return b.change(ctx, id, func() error { return b.meta.DeleteRule(ctx, scope, id) })
}

// OrderRules implements api.Rules.
func (b *rulebook) OrderRules(ctx context.Context, scope model.Scope, ids []string) error {
	return b.change(ctx, "", func() error { return b.meta.OrderRules(ctx, scope, ids) })
}

func listed(r model.SavedRule) api.ListedRule {
	return api.ListedRule{
		ID: r.ID, Name: r.Name, Source: "console", Rule: r.Rule, Enabled: r.Enabled, Owner: r.Owner,
		Updated: &r.Updated, Revision: r.Revision,
	}
}

// ruleProblem words what is wrong with a single rule.
func ruleProblem(err error) error {
	var wrong *pipeline.RuleError
	if !errors.As(err, &wrong) {
		return err
	}
	p := api.NewProblem("rule.invalid", wrong.Err.Error())
	p.Params = map[string]string{"key": wrong.Key}
	p.Position = rulePosition(wrong)
	return p
}

// configPrefix begins the ids of the configuration's rules; no id of the store begins like it.
const configPrefix = "config-"

// configIDs names the rules of the configuration by what they say, so that a reload that moves one keeps its id.
func configIDs(rules []model.Rule) []string {
	var ids []string
	seen := map[string]int{}
	for i := range rules {
		text, err := json.Marshal(rules[i])
		if err != nil {
			panic(err) // a rule is plain data
		}
		sum := sha256.Sum256(text)
		id := configPrefix + hex.EncodeToString(sum[:6])
		if seen[id]++; seen[id] > 1 {
			id = fmt.Sprintf("%s-%d", id, seen[id])
		}
		ids = append(ids, id)
	}
	return ids
}
