package overview

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/app/measure"
	"github.com/haetae/haetae/internal/input/kafka"
)

// Inputs read clusters of other people: one that is away must not hide what the others read.
func TestTopicsOfInputsThatAnswer(t *testing.T) {
	away := func(ctx context.Context) ([]kafka.Topic, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	shop := func(ctx context.Context) ([]kafka.Topic, error) {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return []kafka.Topic{{Name: "orders", Partitions: 2, Behind: 3}}, nil
	}
	v := &View{
		opts:   Options{Inputs: []Input{{"away", away}, {"shop", shop}}, Log: slog.New(slog.DiscardHandler)},
		topics: measure.Rates[string]{}, read: map[string][]api.PipelineTopic{},
	}
	list := v.askInputs(t.Context(), time.Now())
	if len(list) != 1 || list[0].Input != "shop" || *list[0].BehindRecords != 3 {
		t.Errorf("topics %+v", list)
	}

	v.opts.Inputs[1].Topics = away // its brokers are away too: then one wants to know what it reads
	list = v.askInputs(t.Context(), time.Now())
	if len(list) != 1 || list[0].Name != "orders" || *list[0].BehindRecords != 3 || list[0].In != nil {
		t.Errorf("topics as last seen %+v", list)
	}
}
