package app

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs"
)

// Check says whether a server would start with a configuration, as far as that can be known without opening
// ports and files.
func Check(cfg *Config) error {
	a := newApp(cfg, io.Discard)
	a.wrap = api.NewWrapper(a.log, a.registry)
	return a.buildInputs()
}

// retention is the configuration's as the store takes it.
func (c *Config) retention() (logs.Retention, error) {
	r, key, err := c.Store.Logs.compile()
	if err != nil {
		return r, c.tree.Wrong("store.logs."+key, err)
	}
	return r, nil
}

// compile checks the settings and returns them as the store takes them; key names the one that is wrong.
func (l *logsConfig) compile() (r logs.Retention, key string, err error) {
	if l.Retention <= 0 {
		return r, "retention", errNotPositive
	}
	if r.Audit = time.Duration(l.AuditRetention); r.Audit < minAuditRetention {
		return r, "audit_retention", errors.New("wants 30d at least")
	}
	r.MaxBytes, r.MaxPercent = l.MaxSize.Bytes, l.MaxSize.Percent
	for i, rule := range l.Rules {
		filter, err := streamFilter(rule.Stream)
		if err == nil && rule.Retention <= 0 {
			err = errors.New("retention wants a time span above 0")
		}
		if rule.Dataset == model.DatasetAudit {
			err = errAuditRule
		}
		if err != nil {
			return r, "rules", fmt.Errorf("rule %d: %w", i+1, err)
		}
		r.Rules = append(r.Rules, logs.Rule{Dataset: rule.Dataset, Stream: filter, Age: time.Duration(rule.Retention)})
	}
	r.Rules = append(r.Rules, logs.Rule{Age: time.Duration(l.Retention)})
	return r, "", nil
}

// minAuditRetention is how long the audit trail is kept at least.
const minAuditRetention = 30 * 24 * time.Hour

var errAuditRule = errors.New("the audit trail goes by store.logs.audit_retention, and by no rule")

var errStreamOnly = errors.New(`stream wants a stream filter alone, such as {host.name="web"}`)

func streamFilter(text string) (*logsql.StreamFilter, error) {
	if text == "" || text == "*" {
		return nil, nil
	}
	q, err := logsql.Parse(text, logsql.Options{})
	if err != nil {
		return nil, err
	}
	f, ok := q.Filter.(*logsql.StreamFilter)
	if !ok || len(q.Pipes) > 0 {
		return nil, errStreamOnly
	}
	return f, nil
}
