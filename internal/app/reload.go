package app

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// reloadable are the keys whose change takes effect without a restart, with what applies them.
var reloadable = map[string]func(a *app, cfg *Config) error{
	"log.level": func(a *app, cfg *Config) error {
		a.level.Set(slog.Level(cfg.Log.Level))
		return nil
	},
	"store.logs": func(a *app, cfg *Config) error {
		return a.reloadRetention(cfg)
	},
	"pipeline.rules": func(a *app, cfg *Config) error { return a.rules.setConfig(cfg.Pipeline.Rules) },
	"limits.sources": func(a *app, cfg *Config) error { return a.intake.SetQuotas(cfg.Limits.Sources) },
	"pipeline.masks": func(a *app, cfg *Config) error { return a.intake.SetMasks(cfg.Pipeline.Masks) },
}

// reload reads the configuration again, applies what can be applied, and says what needs a restart. A wrong
// configuration changes nothing.
func (a *app) reload(load func() (*Config, error)) {
	cfg, err := load()
	if err == nil {
		err = Check(cfg)
	}
	if err != nil {
		a.log.Error("the configuration was not reloaded; the old one stays", "error", err)
		return
	}
	applied, restart := a.apply(cfg)
	for _, in := range a.inputs {
		if r, ok := in.input.(interface{ Reload() error }); ok {
			if err := r.Reload(); err != nil {
				a.log.Error("cannot reload an input", "input", in.name, "error", err)
			}
		}
	}
	if err := a.box.Reload(); err != nil {
		a.log.Error("cannot read the keys of secrets again", "error", err)
	}
	a.resealSecrets(context.Background())
	before := a.cfg
	if last := a.reloaded.Load(); last != nil {
		before = last
	}
	a.reloaded.Store(cfg)
	a.tellReload(before, cfg, applied, restart)
	a.log.Info("configuration reloaded", "applied", applied, "needs_restart", restart)
}

// apply puts changed settings in effect. It returns the sections that it applied, and the keys that need a restart.
func (a *app) apply(cfg *Config) (sections, restart []string) {
	values := cfg.tree.Values()
	changed := changedKeys(a.inEffect, values)
	applied := map[string]bool{}
	for _, key := range changed {
		section := reloadSection(key)
		if section == "" {
			restart = append(restart, key)
			continue
		}
		if !applied[section] {
			if err := reloadable[section](a, cfg); err != nil {
				a.log.Error("cannot apply a changed setting", "key", key, "error", err)
				continue
			}
			applied[section] = true
		}
		if v, ok := values[key]; ok {
			a.inEffect[key] = v
		} else {
			delete(a.inEffect, key)
		}
	}
	return slices.Sorted(maps.Keys(applied)), restart
}

// tellReload writes what a reload has changed to the audit trail, without secrets.
func (a *app) tellReload(before, after *Config, applied, restart []string) {
	had, has := map[string]string{}, map[string]string{}
	for _, v := range before.values() {
		had[v.Key] = v.Value
	}
	for _, v := range after.values() {
		if v.Value != had[v.Key] {
			has[v.Key] = v.Value
		}
	}
	maps.DeleteFunc(had, func(key, _ string) bool { _, changed := has[key]; return !changed })
	a.audit(context.Background(), model.AuditEntry{
		Action: "config.reload", By: model.Local, Target: after.tree.File(), Before: had,
		After: map[string]any{"values": has, "applied": applied, "needs_restart": restart},
	})
}

func reloadSection(key string) string {
	for section := range reloadable {
		if key == section || strings.HasPrefix(key, section+".") {
			return section
		}
	}
	return ""
}

// changedKeys lists the keys whose values differ, sorted.
func changedKeys(old, new map[string]string) []string {
	var keys []string
	for k := range old {
		if v, ok := new[k]; !ok || v != old[k] {
			keys = append(keys, k)
		}
	}
	for k := range new {
		if _, ok := old[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}
