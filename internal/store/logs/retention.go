package logs

import (
	"fmt"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// Retention says how long records are kept. Segments expire whole.
type Retention struct {
	Rules []Rule
	// MaxBytes bounds the size of all segments; 0 means no bound. MaxPercent does so as a part of the file system,
	// 0 to 100. When both are set the smaller one counts. What was received first goes first.
	MaxBytes   int64
	MaxPercent float64
	// Audit is how long the audit trail is kept, whatever rules and bounds say; 0 keeps it for ever.
	Audit time.Duration
}

// Rule keeps records of one dataset and some streams for an age since their receipt.
type Rule struct {
	Dataset string // "" for all
	// Stream chooses streams, by stream fields alone; nil for all.
	Stream *logsql.StreamFilter
	Age    time.Duration // 0 keeps for ever
}

func (r *Retention) validate() error {
	if r.Audit < 0 {
		return fmt.Errorf("the audit trail cannot be kept for %s", r.Audit)
	}
	if r.MaxBytes < 0 || r.MaxPercent < 0 || r.MaxPercent > 100 {
		return fmt.Errorf("the log store cannot be bounded to %d bytes or %g%%", r.MaxBytes, r.MaxPercent)
	}
	for _, rule := range r.Rules {
		if rule.Age < 0 {
			return fmt.Errorf("a retention of %s is not possible", rule.Age)
		}
	}
	// The most specific rule decides: first those with a stream filter, those with more conditions first, then
	// those for one dataset. Equally specific rules keep their order.
	r.Rules = slices.Clone(r.Rules)
	slices.SortStableFunc(r.Rules, func(a, b Rule) int { return b.weight() - a.weight() })
	return nil
}

func (r *Rule) weight() int {
	weight := 0
	if r.Stream != nil {
		least := 0
		for i, alternative := range r.Stream.Or {
			if n := len(alternative); i == 0 || n < least {
				least = n
			}
		}
		weight = 2 * (least + 1)
	}
	if r.Dataset != "" {
		weight++
	}
	return weight
}

// class returns the retention class of a stream's rows: the stream filter of the rule that decides, "" when
// that has none. A segment keeps its class when the rules change; age then finds the rule of today.
func (r *Retention) class(dataset string, s *block.Stream) string {
	if dataset == model.DatasetAudit {
		return ""
	}
	for i := range r.Rules {
		rule := &r.Rules[i]
		if rule.Dataset != "" && rule.Dataset != dataset {
			continue
		}
		if rule.Stream == nil {
			return ""
		}
		if rule.Stream.MatchStream(s.Value) {
			return rule.Stream.String()
		}
	}
	return ""
}

// age returns how long segments of a dataset and class are kept, 0 for ever. A class whose rule is gone is kept
// like the dataset's other records.
func (r *Retention) age(dataset, class string) time.Duration {
	if dataset == model.DatasetAudit {
		return r.Audit
	}
	var rest time.Duration
	haveRest := false
	for i := range r.Rules {
		rule := &r.Rules[i]
		if rule.Dataset != "" && rule.Dataset != dataset {
			continue
		}
		if rule.Stream == nil {
			if !haveRest {
				rest, haveRest = rule.Age, true
			}
			continue
		}
		if class != "" && rule.Stream.String() == class {
			return rule.Age
		}
	}
	return rest
}

// SetRetention replaces the rules and bounds. Streams that were seen already keep their class until they are
// forgotten or the store is opened again; the ages of classes change at once, and what is too old now goes.
func (s *Store) SetRetention(r Retention) error {
	if err := r.validate(); err != nil {
		return err
	}
	s.retention.Store(&r)
	select {
	case s.retainNow <- struct{}{}:
	default: // one is due already
	}
	return nil
}
