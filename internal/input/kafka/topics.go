package kafka

import (
	"context"
	"slices"

	"github.com/twmb/franz-go/pkg/kadm"
)

// Topic is one topic that the input reads.
type Topic struct {
	Name       string
	Partitions int
	End        int64 // sum of the offsets of the next records
	Behind     int64 // records that the group has not read
}

// Topics asks the brokers how far the group is in each topic, by name; none before the input has started. What the group
// has not committed yet counts as not read.
func (r *reader) Topics(ctx context.Context) ([]Topic, error) {
	client := r.running.Load()
	if client == nil {
		return nil, nil
	}
	names := client.GetConsumeTopics()
	if len(names) == 0 {
		return nil, nil
	}
	admin := kadm.NewClient(client)
	starts, err := admin.ListStartOffsets(ctx, names...)
	if err != nil {
		return nil, err
	}
	ends, err := admin.ListEndOffsets(ctx, names...)
	if err != nil {
		return nil, err
	}
	read, err := admin.FetchOffsets(ctx, r.group)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var list []Topic
	for _, name := range names {
		t := Topic{Name: name}
		for p, end := range ends[name] {
			if end.Err != nil { // between two leaders
				continue
			}
			from := starts[name][p].Offset
			if at, ok := read.Lookup(name, p); ok && at.Err == nil {
				from = max(from, at.At)
			}
			t.Partitions++
			t.End += end.Offset
			t.Behind += max(end.Offset-from, 0)
		}
		if t.Partitions > 0 {
			list = append(list, t)
		}
	}
	return list, nil
}
