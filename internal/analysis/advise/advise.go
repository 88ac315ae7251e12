package advise

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"

	"github.com/haetae/haetae/internal/model"
)

// values are the numbers of an advice.
type values = map[string]float64

// rule judges one thing; nil when there is nothing to go by.
type rule func(f *Figures) *model.Advice

// Rules in the order in which a reader would ask: can it keep up, what do requests cost, is it safe.
var (
	everywhere = []rule{partitions, hot}
	onKafka    = []rule{readers, linger, batch, fetchMin, fetchWait, fetchMax, compression, replicas, inSync, leaders, retention, disks}
)

// Codes that no rule of its own has.
const (
	codeKafkaOnly = "kafka_only" // the queue is on disk: the other rules have nothing to judge
	codeIdle      = "idle"       // nothing was sent or read in the window
)

// Advise applies all rules: what to change comes first, then what to look at, then what is fine.
func Advise(f *Figures) []model.Advice {
	list := []model.Advice{}
	rules := everywhere
	switch {
	case !f.Kafka:
		list = append(list, *fine("kafka", codeKafkaOnly, values{}))
	default:
		rules = slices.Concat([]rule{away}, everywhere, onKafka)
		if f.Produce.Batches == 0 && f.Fetch.Batches == 0 {
			list = append(list, *fine("traffic", codeIdle, values{"window_ms": ms(f.Window)}))
		}
	}
	for _, r := range rules {
		if a := r(f); a != nil {
			list = append(list, *a)
		}
	}
	slices.SortStableFunc(list, func(a, b model.Advice) int { return cmp.Compare(urgency[a.Severity], urgency[b.Severity]) })
	return list
}

var urgency = map[string]int{model.AdviceChange: 0, model.AdviceLook: 1, model.AdviceFine: 2}

func fine(id, code string, v values) *model.Advice {
	return &model.Advice{ID: id, Severity: model.AdviceFine, Code: code, Values: v}
}

func look(id, code string, v values) *model.Advice {
	return &model.Advice{ID: id, Severity: model.AdviceLook, Code: code, Values: v}
}

// urgent is a change of something that has no setting here.
func urgent(id, code string, v values) *model.Advice {
	return &model.Advice{ID: id, Severity: model.AdviceChange, Code: code, Values: v}
}

// change proposes another value of a setting.
func change(id, code, setting string, from, to int64, v values) *model.Advice {
	return &model.Advice{
		ID: id, Severity: model.AdviceChange, Code: code, Setting: setting,
		From: strconv.FormatInt(from, 10), To: strconv.FormatInt(to, 10), Values: v,
	}
}

// ratio is 0 when there is nothing to divide by.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// powerOf2 is the smallest power of two that is not below n.
func powerOf2(n int64) int64 {
	if n <= 1 {
		return 1
	}
	return 1 << bits.Len64(uint64(n-1))
}

// ms is a duration as values have it.
func ms[T ~int64](d T) float64 { return float64(d) / 1e6 }
