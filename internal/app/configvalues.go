package app

import (
	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/config"
)

// SystemConfig implements api.SystemSource: what the start has read, with what reloads have changed since.
func (a *app) SystemConfig() api.SystemConfig {
	out := api.SystemConfig{File: a.cfg.tree.File(), Values: a.cfg.values()}
	latest := a.reloaded.Load()
	if latest == nil {
		return out
	}
	changed := map[string]api.ConfigValue{}
	for _, v := range latest.values() {
		changed[v.Key] = v
	}
	for i, v := range out.Values {
		if now, ok := changed[v.Key]; ok && reloadSection(v.Key) != "" {
			out.Values[i] = now
		}
	}
	return out
}

func (c *Config) values() []api.ConfigValue {
	list := config.Effective("", c)
	for _, in := range c.inputs {
		key := "inputs." + in.name
		list = append(list, config.Value{Key: key + ".type", Text: in.desc.Type, Doc: in.desc.Summary})
		list = append(list, config.Effective(key, in.settings)...)
	}
	values := make([]api.ConfigValue, len(list))
	for i, v := range list {
		source := c.tree.Source(v.Key)
		values[i] = api.ConfigValue{
			Key: v.Key, Value: v.Text, Secret: v.Secret, Doc: v.Doc, Source: source, Default: source == api.SourceDefault,
		}
	}
	return values
}
