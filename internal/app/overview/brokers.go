package overview

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/input/kafka"
)

func (s *sight) brokerList() []api.PipelineBroker {
	list := []api.PipelineBroker{}
	brokers := s.away
	if s.cluster != nil {
		brokers = s.cluster.Brokers
	}
	for _, b := range brokers {
		if s.cluster == nil {
			b.Up, b.P99 = false, 0
		}
		row := api.PipelineBroker{
			ID: b.ID, Address: b.Address, Controller: b.Controller, Up: b.Up, Leads: b.Leads, Replicas: b.Replicas, OutOfSync: b.OutOfSync,
		}
		if b.DiskTotal > 0 {
			row.DiskUsed, row.DiskTotal = &b.DiskUsed, &b.DiskTotal
		}
		if b.P99 > 0 {
			ms := float64(b.P99) / float64(time.Millisecond)
			row.P99 = &ms
		}
		list = append(list, row)
	}
	return list
}

// topicList is the queue's own topics, that of the logs first, then those that inputs read.
func (s *sight) topicList(p *api.Pipeline) []api.PipelineTopic {
	list := []api.PipelineTopic{}
	var of []string
	partitions := map[string][]api.PipelinePartition{}
	for _, row := range p.Partitions {
		if row.Topic != "" && partitions[row.Topic] == nil {
			of = append(of, row.Topic)
		}
		partitions[row.Topic] = append(partitions[row.Topic], row)
	}
	for _, name := range of {
		list = append(list, s.ownTopic(name, partitions[name], p.Flow.BehindRecords != nil))
	}
	return append(list, s.read...)
}

// ownTopic sums up the partitions of a topic of the queue; settled says that it is known how far they are behind.
func (s *sight) ownTopic(name string, partitions []api.PipelinePartition, settled bool) api.PipelineTopic {
	t := api.PipelineTopic{Name: name, Own: true, Partitions: len(partitions), In: new(float64), Bytes: new(int64)}
	for _, p := range partitions {
		*t.In += p.In
		*t.Bytes += p.Bytes
	}
	if settled {
		t.BehindRecords, t.BehindMillis = lag(partitions)
	}
	if s.cluster != nil {
		if of, known := s.cluster.Topics[name]; known {
			t.RetentionMS, t.RetentionBytes = &of.Retention.MS, &of.Retention.Bytes
		}
	}
	return t
}

// Input is one that reads topics, of any cluster.
type Input struct {
	Name   string
	Topics func(ctx context.Context) ([]kafka.Topic, error)
}

// askInputs asks the inputs for the topics that they read, all at once: brokers of one that are away leave the others theirs.
// Of one that cannot be asked the topics are listed as last seen, without what comes in.
func (v *View) askInputs(ctx context.Context, now time.Time) (list []api.PipelineTopic) {
	ctx, cancel := context.WithTimeout(ctx, shareWithin)
	defer cancel()
	found, faults := make([][]kafka.Topic, len(v.opts.Inputs)), make([]error, len(v.opts.Inputs))
	var asked sync.WaitGroup
	for i, in := range v.opts.Inputs {
		asked.Go(func() {
			found[i], faults[i] = in.Topics(ctx)
		})
	}
	asked.Wait()
	for i, topics := range found {
		name := v.opts.Inputs[i].Name
		if err := faults[i]; err != nil {
			v.opts.Log.Debug("cannot see the topics of an input", "input", name, "error", err)
			for _, t := range v.read[name] {
				t.In = nil
				list = append(list, t)
			}
			continue
		}
		first := len(list)
		for k := range topics {
			t := &topics[k]
			v.topics.Sample(name+"/"+t.Name, t.End, now)
			comes := v.topics.PerSecond(name + "/" + t.Name)
			list = append(list, api.PipelineTopic{Name: t.Name, Input: name, Partitions: t.Partitions, In: &comes, BehindRecords: &t.Behind})
		}
		v.read[name] = slices.Clone(list[first:])
	}
	return list
}
