package app

import (
	"time"

	"github.com/haetae/haetae/internal/api"
)

func (s *sight) brokerList() []api.PipelineBroker {
	list := []api.PipelineBroker{}
	if s.cluster == nil {
		return list
	}
	for _, b := range s.cluster.Brokers {
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
		return list
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
