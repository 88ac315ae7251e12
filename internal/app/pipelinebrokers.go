package app

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

// topicList is the queue's own topic, then those that inputs read.
func (s *sight) topicList(p *api.Pipeline) []api.PipelineTopic {
	list := []api.PipelineTopic{}
	if s.topic == "" {
		return append(list, s.read...)
	}
	own := api.PipelineTopic{
		Name: s.topic, Own: true, Partitions: len(p.Partitions), In: &p.Flow.In, BehindRecords: p.Flow.BehindRecords, BehindMillis: p.Flow.BehindMillis,
	}
	var bytes int64
	for _, row := range p.Partitions {
		bytes += row.Bytes
	}
	own.Bytes = &bytes
	if s.cluster != nil && s.cluster.Retention != nil {
		own.RetentionMS, own.RetentionBytes = &s.cluster.Retention.MS, &s.cluster.Retention.Bytes
	}
	return append(append(list, own), s.read...)
}

// reading is an input that reads topics.
type reading interface {
	Topics(ctx context.Context) ([]kafka.Topic, error)
}

// askInputs asks the inputs for the topics that they read, all at once: brokers of one that are away leave the others theirs.
// Of one that cannot be asked the topics are listed as last seen, without what comes in.
func (v *pipelineView) askInputs(ctx context.Context, now time.Time) (list []api.PipelineTopic) {
	ctx, cancel := context.WithTimeout(ctx, shareWithin)
	defer cancel()
	found, faults := make([][]kafka.Topic, len(v.a.inputs)), make([]error, len(v.a.inputs))
	var asked sync.WaitGroup
	for i, in := range v.a.inputs {
		r, ok := in.input.(reading)
		if !ok {
			continue
		}
		asked.Go(func() {
			found[i], faults[i] = r.Topics(ctx)
		})
	}
	asked.Wait()
	for i, topics := range found {
		name := v.a.inputs[i].name
		if err := faults[i]; err != nil {
			v.a.log.Debug("cannot see the topics of an input", "input", name, "error", err)
			for _, t := range v.read[name] {
				t.In = nil
				list = append(list, t)
			}
			continue
		}
		first := len(list)
		for k := range topics {
			t := &topics[k]
			sampleOf(v.topics, name+"/"+t.Name, t.End, now)
			comes := max(v.topics[name+"/"+t.Name].perSecond(), 0)
			list = append(list, api.PipelineTopic{Name: t.Name, Input: name, Partitions: t.Partitions, In: &comes, BehindRecords: &t.Behind})
		}
		v.read[name] = slices.Clone(list[first:])
	}
	return list
}
