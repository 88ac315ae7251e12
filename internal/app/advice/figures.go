package advice

import (
	"context"
	"runtime"
	"time"

	"github.com/haetae/haetae/internal/analysis/advise"
	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue/kafka"
)

// figures puts together what happened between two looks.
func (v *Advisor) figures(ctx context.Context, first, last look) *advise.Figures {
	window := last.at.Sub(first.at)
	f := &advise.Figures{
		Window: window, CPU: advise.CPU{Cores: runtime.GOMAXPROCS(0)},
		Backlog: advise.Backlog{Full: last.full - first.full},
	}
	if window > 0 {
		f.CPU.Used = float64(last.cpu-first.cpu) / float64(window)
	}
	if full := f.Backlog.Full; full > 0 {
		f.Backlog.Read = float64(last.fullRead-first.fullRead) / full.Seconds()
		f.Backlog.Used = float64(last.fullCPU-first.fullCPU) / float64(full)
	}
	busy := v.busyShare()
	for _, p := range v.logPartitions() { // of other datasets there is little
		part := advise.Partition{Appended: last.ends[p]}
		if p < len(first.ends) {
			part.Appended -= first.ends[p]
		}
		part.Busy, part.Read = busy[p], last.busy[p] > 0
		f.Partitions = append(f.Partitions, part)
	}
	if v.kafka != nil {
		v.addTraffic(ctx, f, last.traffic.Since(first.traffic), last.sending-first.sending)
	}
	return f
}

// logPartitions are those that logs go to, in the order of their topic.
func (v *Advisor) logPartitions() (list []int) {
	if v.kafka != nil {
		return v.kafka.PartitionsOf(model.DatasetLogs)
	}
	for p := range v.opts.Queue.Partitions() {
		list = append(list, p)
	}
	return list
}

func (v *Advisor) addTraffic(ctx context.Context, f *advise.Figures, t kafka.Traffic, sending time.Duration) {
	s := &v.opts.Settings
	f.Kafka = true
	f.Settings = advise.Settings{
		BatchSize: int64(s.Batch.Size), LingerMS: s.Linger.MS, Compression: s.Compression.Type, FetchMinBytes: int64(s.Fetch.Min.Bytes),
		FetchMaxWaitMS: s.Fetch.Max.Wait.MS, MaxPartitionFetchBytes: int64(s.Max.Partition.Fetch.Bytes),
	}
	f.Produce = advise.Produce{
		Active: sending, Appends: t.Appends, Parts: t.Parts, AckMean: mean(t.AppendTime, t.Appends), AckP99: t.AppendTimes.Quantile(.99),
		Requests: t.ProduceRequests, RequestMean: mean(t.ProduceTime, t.ProduceRequests), Batches: t.ProducedBatches,
		Records: t.ProducedRecords, Raw: t.ProducedRaw, Wire: t.ProducedWire, Largest: t.LargestBatch,
	}
	f.Fetch = advise.Fetch{
		Requests: t.FetchRequests, Empty: t.EmptyFetches, Batches: t.FetchedBatches, Wire: t.FetchedWire, Largest: t.LargestBatch,
	}
	for _, p := range f.Partitions {
		if p.Read {
			f.Fetch.Readers++
		}
	}
	f.Seeds = len(s.Brokers)
	if t.ProducedBatches > 0 {
		f.Codecs = v.tryCodecs(ctx, t.ProducedRaw/t.ProducedBatches)
	}
}

// addView adds what all processes and the brokers tell, and how many requests each broker has answered to this one. Of what is
// not known the rules say nothing.
func addView(f *advise.Figures, view *api.Pipeline, requests map[int32]int64) {
	known := true // the bounds of all
	for _, m := range view.Members {
		if m.State == api.MemberGone {
			continue
		}
		f.Readers.Processes++
		if known = known && m.Limit != nil; known {
			f.Readers.Bound += *m.Limit
		}
	}
	if !known {
		f.Readers.Bound = -1
	}
	leads, at := map[int32]int{}, 0
	for _, p := range view.Partitions {
		f.Backlog.Records += p.BehindRecords
		if p.State == api.PartitionUnowned {
			f.Readers.Unread++
		}
		if p.Topic != view.Queue.Topic {
			continue
		}
		if at < len(f.Partitions) {
			f.Partitions[at].Replicas, f.Partitions[at].InSync = len(p.Replicas), len(p.InSync)
		}
		at++
		if p.Leader != nil {
			leads[*p.Leader]++
		}
	}
	f.Away = f.Kafka && view.Problem != ""
	for _, b := range view.Brokers {
		row := advise.Broker{ID: b.ID, Leads: leads[b.ID], Requests: requests[b.ID], Away: !b.Up}
		if b.DiskUsed != nil && b.DiskTotal != nil {
			row.DiskUsed, row.DiskTotal = *b.DiskUsed, *b.DiskTotal
		}
		f.Brokers = append(f.Brokers, row)
	}
	for _, t := range view.Topics {
		if t.Own && t.Name == view.Queue.Topic && t.RetentionMS != nil && t.RetentionBytes != nil {
			f.Topic = &advise.Topic{MinInSync: view.Queue.MinInSync, RetentionMS: *t.RetentionMS, RetentionBytes: *t.RetentionBytes}
			if t.Bytes != nil {
				f.Topic.Bytes = *t.Bytes
			}
		}
	}
}

func mean(all time.Duration, n int64) time.Duration { return all / time.Duration(max(n, 1)) }

// tryCodecs compresses recent batches with every codec, once in a while. Without brokers the advice goes without it.
func (v *Advisor) tryCodecs(ctx context.Context, batchBytes int64) []advise.Codec {
	v.mu.Lock()
	trials, at := v.trials, v.triedAt
	v.mu.Unlock()
	if time.Since(at) >= trialHolds {
		var err error
		switch trials, err = v.kafka.TryCodecs(context.WithoutCancel(ctx), batchBytes); { // for all who ask
		case err != nil && v.kafka.Away():
			return nil // which is told
		case err != nil:
			v.opts.Log.Warn("cannot try the codecs on recent batches", "error", err)
		}
		v.mu.Lock()
		v.trials, v.triedAt = trials, time.Now()
		v.mu.Unlock()
	}
	var list []advise.Codec
	for _, t := range trials {
		list = append(list, advise.Codec{Name: t.Codec, Raw: t.Raw, Wire: t.Wire, Compress: t.Compress, Decompress: t.Decompress})
	}
	return list
}
