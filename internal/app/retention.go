package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
)

// Where the console's rules are kept. Names of inputs have no dots, so that no input shares the namespace.
const (
	retentionNamespace = "store.logs"
	retentionKey       = "retention"
)

// retention is what people have said about it: the console's word goes before the configuration's.
type retention struct {
	mu      sync.Mutex
	config  logsConfig
	console *api.RetentionRules // nil when the configuration holds
	stored  []byte              // console as the metadata have it
}

// openRetention returns the retention that holds at the start.
func (a *app) openRetention(ctx context.Context) (logs.Retention, error) {
	a.retention.config = a.cfg.Store.Logs
	data, err := a.meta.State(retentionNamespace).Get(ctx, retentionKey)
	if err != nil {
		return logs.Retention{}, err
	}
	if data == nil {
		return a.cfg.retention()
	}
	rules, r, err := a.retention.read(data)
	a.retention.console, a.retention.stored = rules, data
	return r, err
}

// read reads what the console has set.
func (t *retention) read(data []byte) (*api.RetentionRules, logs.Retention, error) {
	var rules api.RetentionRules
	if err := json.Unmarshal(data, &rules); err != nil {
		return nil, logs.Retention{}, fmt.Errorf("cannot read the retention that the console has set: %w", err)
	}
	r, err := t.compile(rules)
	return &rules, r, err
}

// auditRetentionKey is where the metadata keep how long the audit trail was kept at the last start.
const auditRetentionKey = "audit_retention"

// tellRetention writes to the audit trail that a start, or a reload, keeps it for another time than the one before. What cannot
// be told does not hold: the start fails.
func (a *app) tellRetention(ctx context.Context) error {
	state, now := a.meta.State(retentionNamespace), a.retention.config.AuditRetention.String()
	before, err := state.Get(ctx, auditRetentionKey)
	if err != nil || string(before) == now {
		return err
	}
	if before != nil {
		err = a.trail.Write(ctx, model.AuditEntry{
			Action: "retention.change", By: model.Local, Target: "store.logs.audit_retention", Before: string(before), After: now,
		})
	}
	if err != nil {
		return err
	}
	return state.Put(ctx, map[string][]byte{auditRetentionKey: []byte(now)})
}

// followRetention puts in effect what the console of another process has set.
func (a *app) followRetention(ctx context.Context) error {
	a.retention.mu.Lock()
	defer a.retention.mu.Unlock()
	data, err := a.meta.State(retentionNamespace).Get(ctx, retentionKey)
	if err != nil || bytes.Equal(data, a.retention.stored) {
		return err
	}
	var console *api.RetentionRules
	var r logs.Retention
	if data == nil {
		r, err = a.retention.compile(writtenRetention(a.retention.config))
	} else {
		console, r, err = a.retention.read(data)
	}
	if err == nil {
		err = a.store.SetRetention(r)
	}
	if err != nil {
		return err
	}
	a.retention.console, a.retention.stored = console, data
	a.log.Info("the retention was changed in the console of another process")
	return nil
}

// reloadRetention takes the configuration's, which holds unless the console has set its own.
func (a *app) reloadRetention(cfg *Config) error {
	r, err := cfg.retention()
	if err != nil {
		return err
	}
	a.retention.mu.Lock()
	defer a.retention.mu.Unlock()
	was := a.retention.config
	a.retention.config = cfg.Store.Logs
	if err := a.tellRetention(context.Background()); err != nil {
		a.retention.config = was
		return err
	}
	if a.retention.console != nil {
		a.log.Warn("the retention set in the console stays; reset it there to use the configuration's")
		if r, err = a.retention.compile(*a.retention.console); err != nil { // that of the audit trail is the configuration's
			return err
		}
	}
	return a.store.SetRetention(r)
}

// Retention implements api.RetentionKeeper.
func (a *app) Retention(context.Context) (api.Retention, error) {
	a.retention.mu.Lock()
	defer a.retention.mu.Unlock()
	configured := writtenRetention(a.retention.config)
	out := api.Retention{RetentionRules: configured, Editable: true, Source: "config", Configured: configured, Usage: []api.RetentionUsage{}}
	if a.retention.console != nil {
		out.RetentionRules, out.Source = *a.retention.console, "console"
	}
	for _, h := range a.store.ByClass() {
		out.Usage = append(out.Usage, api.RetentionUsage{
			Dataset: h.Dataset, Filter: h.Class, Segments: h.Segments, Rows: h.Rows, Bytes: h.Bytes, RawBytes: h.RawBytes, Oldest: &h.Oldest,
		})
	}
	return out, nil
}

// PreviewRetention implements api.RetentionKeeper.
func (a *app) PreviewRetention(_ context.Context, rules api.RetentionRules) (api.RetentionPreview, error) {
	a.retention.mu.Lock()
	r, err := a.retention.compile(rules)
	a.retention.mu.Unlock()
	if err != nil {
		return api.RetentionPreview{}, err
	}
	gone, err := a.store.Preview(r)
	if err != nil {
		return api.RetentionPreview{}, err
	}
	out := api.RetentionPreview{Segments: gone.Segments, Bytes: gone.Bytes, Rows: gone.Rows}
	if gone.Segments > 0 {
		out.Oldest = &gone.Oldest
	}
	return out, nil
}

// SetRetention implements api.RetentionKeeper. The rules are durable before they delete anything.
func (a *app) SetRetention(ctx context.Context, rules *api.RetentionRules) error {
	a.retention.mu.Lock()
	defer a.retention.mu.Unlock()
	var data []byte // nil deletes
	holds := writtenRetention(a.retention.config)
	if rules != nil {
		holds = *rules
	}
	r, err := a.retention.compile(holds)
	if err != nil {
		return err
	}
	if rules != nil {
		if data, err = json.Marshal(rules); err != nil {
			return err
		}
	}
	if err := a.meta.State(retentionNamespace).Put(ctx, map[string][]byte{retentionKey: data}); err != nil {
		return err
	}
	a.retention.console, a.retention.stored = rules, data
	a.log.Info("the retention was changed in the console", "by", api.PrincipalOf(ctx).Name, "rules", holds)
	return a.store.SetRetention(r)
}

// writtenRetention writes the configuration's as people would.
func writtenRetention(l logsConfig) api.RetentionRules {
	out := api.RetentionRules{
		Default: api.RetentionDefault{Retention: l.Retention.String(), MaxSize: l.MaxSize.String()}, Rules: []api.RetentionRule{},
	}
	for _, r := range l.Rules {
		out.Rules = append(out.Rules, api.RetentionRule{Dataset: r.Dataset, Filter: r.Stream, Retention: r.Retention.String()})
	}
	return out
}

// compile reads what people wrote; what is wrong is a problem that names it. The audit trail is kept as the configuration says.
func (t *retention) compile(rules api.RetentionRules) (logs.Retention, error) {
	l := logsConfig{AuditRetention: t.config.AuditRetention}
	if err := l.Retention.UnmarshalText([]byte(rules.Default.Retention)); err != nil {
		return logs.Retention{}, wrongSetting("default.retention", err)
	}
	if err := l.MaxSize.UnmarshalText([]byte(rules.Default.MaxSize)); err != nil {
		return logs.Retention{}, wrongSetting("default.max_size", err)
	}
	for i, r := range rules.Rules {
		rule := retentionRule{Dataset: r.Dataset, Stream: r.Filter}
		if err := rule.Retention.UnmarshalText([]byte(r.Retention)); err != nil {
			return logs.Retention{}, wrongSetting(fmt.Sprintf("rules.%d.retention", i), err)
		}
		if _, err := streamFilter(r.Filter); err != nil {
			return logs.Retention{}, wrongSetting(fmt.Sprintf("rules.%d.filter", i), err)
		}
		if rule.Dataset == model.DatasetAudit {
			return logs.Retention{}, wrongSetting(fmt.Sprintf("rules.%d.dataset", i), errAuditRule)
		}
		if rule.Retention <= 0 {
			return logs.Retention{}, wrongSetting(fmt.Sprintf("rules.%d.retention", i), errNotPositive)
		}
		l.Rules = append(l.Rules, rule)
	}
	r, key, err := l.compile()
	if err != nil {
		return r, wrongSetting("default."+key, err)
	}
	return r, nil
}

var errNotPositive = errors.New("wants a time span above 0")

func wrongSetting(key string, err error) error {
	p := api.NewProblem("setting.invalid", err.Error())
	p.Params = map[string]string{"key": key}
	return p
}
