package app

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/app/measure"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/kafka"
)

// reads plays an input of topics.
type reads struct {
	input.Input
	topics func(ctx context.Context) ([]kafka.Topic, error)
}

func (r reads) Topics(ctx context.Context) ([]kafka.Topic, error) { return r.topics(ctx) }

// Inputs read clusters of other people: one that is away must not hide what the others read.
func TestTopicsOfInputsThatAnswer(t *testing.T) {
	cfg, err := Load("", []string{"data=" + t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	a := newApp(cfg, io.Discard)
	a.inputs = []runningInput{
		{inputConfig{name: "away"}, reads{topics: func(ctx context.Context) ([]kafka.Topic, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}},
		{inputConfig{name: "shop"}, reads{topics: func(ctx context.Context) ([]kafka.Topic, error) {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return []kafka.Topic{{Name: "orders", Partitions: 2, Behind: 3}}, nil
		}}},
	}
	v := &pipelineView{a: a, topics: measure.Rates[string]{}, read: map[string][]api.PipelineTopic{}}
	list := v.askInputs(t.Context(), time.Now())
	if len(list) != 1 || list[0].Input != "shop" || *list[0].BehindRecords != 3 {
		t.Errorf("topics %+v", list)
	}

	a.inputs[1].input = a.inputs[0].input // its brokers are away too: then one wants to know what it reads
	list = v.askInputs(t.Context(), time.Now())
	if len(list) != 1 || list[0].Name != "orders" || *list[0].BehindRecords != 3 || list[0].In != nil {
		t.Errorf("topics as last seen %+v", list)
	}
}
