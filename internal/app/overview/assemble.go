package overview

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/store"
)

// forgetGone is how long a member that is gone is still listed.
const forgetGone = 10 * time.Minute

// assemble puts what everybody told together; judge adds the verdict.
func assemble(s *sight) api.Pipeline {
	p := api.Pipeline{
		Type: s.queueType, Now: s.now.UTC(), Problem: s.own.Problem, Settings: s.settings,
		Queue:   api.PipelineQueue{ID: s.queue, Topic: s.topic, Group: s.group, Generation: s.generation},
		Brokers: s.brokerList(),
	}
	if s.cluster != nil {
		p.Queue.ClusterID, p.Queue.Version, p.Queue.MinInSync = s.cluster.ClusterID, s.cluster.Version, s.cluster.Topics[s.topic].MinInSync
	}
	owners := s.owners()
	for _, stats := range s.own.Partitions {
		p.Partitions = append(p.Partitions, s.partition(stats, owners[stats.Partition]))
	}
	p.Members = s.memberList(owners)
	p.Flow = s.flow(p.Partitions)
	p.Topics = s.topicList(&p)
	p.DeadLetters.LastDay = s.own.Share.Letters
	for _, other := range s.shares {
		p.DeadLetters.LastDay += other.Letters
	}
	return p
}

// owner is who reads a partition, with what it tells of it; the zero one is nobody.
type owner struct {
	member string
	tells  *PartitionShare // nil when it does not answer
}

// owners finds who reads each partition: who says so, else to whom the group has given it.
func (s *sight) owners() map[int]owner {
	owners := map[int]owner{}
	byInstance := map[string]string{}
	for member, instance := range s.instances {
		byInstance[instance] = member
	}
	for _, who := range s.answers() {
		byInstance[who.Instance] = who.Member
	}
	if !s.grouped() { // who claimed them last
		for _, p := range s.stored {
			if p.Queue == s.queue && p.Owner != "" {
				owners[p.Partition] = owner{member: p.Owner}
			}
		}
	} else {
		for _, m := range s.cluster.Group.Members {
			for _, p := range m.Partitions {
				owners[p] = owner{member: cmp.Or(byInstance[m.Instance], m.Instance)}
			}
		}
	}
	for _, who := range s.answers() {
		for i := range who.Partitions {
			owners[who.Partitions[i].Partition] = owner{who.Member, &who.Partitions[i]}
		}
	}
	return owners
}

// grouped reports whether the group's coordinator has told who is in it.
func (s *sight) grouped() bool { return s.cluster != nil && s.cluster.Group.State != "" }

// answers are the shares that are known, that of this process first.
func (s *sight) answers() []*Share {
	list := []*Share{&s.own.Share}
	for _, id := range slices.Sorted(maps.Keys(s.shares)) {
		other := s.shares[id]
		list = append(list, &other)
	}
	return list
}

func (s *sight) partition(stats queue.PartitionStats, who owner) api.PipelinePartition {
	p := api.PipelinePartition{
		Partition: stats.Partition, TopicPartition: stats.Partition, Owner: who.member, Replicas: []int32{}, InSync: []int32{},
		Oldest: stats.Oldest, Stored: stats.Stored, End: stats.End, In: s.own.In[stats.Partition], Bytes: stats.Bytes, State: api.PartitionOK,
	}
	if s.placeOf != nil {
		p.Topic, p.TopicPartition = s.placeOf(stats.Partition)
	}
	seen := max(stats.Stored, stats.Oldest)
	var received int64
	for _, at := range s.stored {
		if at.Queue == s.queue && at.Position.Partition == stats.Partition {
			seen, received = max(seen, at.Offset), at.Received
		}
	}
	if who.tells != nil {
		p.End = max(p.End, who.tells.End)
		seen = max(seen, who.tells.Visible)
		received = max(received, who.tells.Received)
		p.Out = &who.tells.PerSecond
	}
	p.BehindRecords = max(p.End-seen, 0)
	switch {
	case s.own.Problem != "": // how far the partition goes is not known while nobody can be asked
	case p.BehindRecords == 0:
		p.BehindMillis = new(int64)
	case received != 0:
		// What waits came behind the last record that is seen. On a quiet partition that one is old: then it came after nothing waited.
		since := time.Unix(0, received)
		if level := s.level[stats.Partition]; level.After(since) {
			since = level
		}
		ms := max(s.now.Sub(since).Milliseconds(), 0)
		p.BehindMillis = &ms
	}
	place := s.place(stats.Partition)
	if place != nil {
		p.Replicas, p.InSync = place.Replicas, place.InSync
		if place.Leader >= 0 {
			p.Leader = &place.Leader
		}
	}
	switch {
	case place != nil && place.Leader < 0:
		p.State = api.PartitionOffline
	case who.tells != nil && who.tells.Stopped:
		p.State = api.PartitionStopped
	case who.member == "" && s.grouped():
		p.State = api.PartitionUnowned
	case p.BehindMillis != nil && *p.BehindMillis >= BehindMillis:
		p.State = api.PartitionBehind
	}
	return p
}

func (s *sight) place(partition int) *kafka.Placement {
	if s.cluster == nil || partition >= len(s.cluster.Placements) {
		return nil
	}
	return &s.cluster.Placements[partition]
}

// flow sums the partitions up. What waits is not known while the brokers are away, nor before each partition is read.
func (s *sight) flow(partitions []api.PipelinePartition) api.PipelineFlow {
	f := api.PipelineFlow{Sealed: s.own.Sealed}
	for i := range partitions {
		p := &partitions[i]
		f.In += p.In
		if p.Out != nil {
			f.Processed += *p.Out
		}
	}
	for _, who := range s.answers() {
		f.AppendedBytes += who.AppendedBytes
		f.ProcessedBytes += who.ProcessedBytes
		for _, p := range who.Partitions { // one that has not said where it is read, just after the start
			i := slices.IndexFunc(partitions, func(row api.PipelinePartition) bool { return row.Partition == p.Partition })
			if i >= 0 && p.Visible == 0 && partitions[i].BehindRecords > 0 {
				return f
			}
		}
	}
	if s.own.Problem == "" {
		f.BehindRecords, f.BehindMillis = lag(partitions)
	}
	return f
}

// lag is how far partitions are behind: the records of all, and the time of the one that is furthest, nil when it is not known.
func lag(partitions []api.PipelinePartition) (records, millis *int64) {
	records, millis = new(int64), new(int64)
	known := true
	for i := range partitions {
		p := &partitions[i]
		*records += p.BehindRecords
		if p.BehindMillis != nil {
			*millis = max(*millis, *p.BehindMillis)
		} else {
			known = false
		}
	}
	if !known && *millis == 0 {
		millis = nil
	}
	return records, millis
}

// memberList lists this process first, then the others by name.
func (s *sight) memberList(owners map[int]owner) []api.PipelineMember {
	partitions := map[string][]int{}
	for _, p := range slices.Sorted(maps.Keys(owners)) {
		partitions[owners[p].member] = append(partitions[owners[p].member], p)
	}
	list := []api.PipelineMember{s.answering(&s.own.Share, s.own.Address, partitions)}
	for _, m := range s.members {
		other, answered := s.shares[m.ID]
		switch {
		case m.ID == s.own.Share.Member:
		case answered:
			list = append(list, s.answering(&other, m.Address, partitions))
		case m.Silent < forgetGone:
			list = append(list, s.silent(m, partitions[m.ID]))
		}
	}
	list = s.addLost(list)
	slices.SortStableFunc(list[1:], func(a, b api.PipelineMember) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

func (s *sight) answering(who *Share, address string, partitions map[string][]int) api.PipelineMember {
	m := api.PipelineMember{
		ID: who.Member, Name: who.Name, Address: address, This: who == &s.own.Share, State: api.MemberReading, Since: &who.Started,
		Partitions: append([]int{}, partitions[who.Member]...), Had: []int{}, Records: new(float64), Answered: true, Limit: who.Limit,
	}
	if len(m.Partitions) == 0 {
		m.State = api.MemberIdle
	}
	for _, p := range who.Partitions {
		*m.Records += p.PerSecond
	}
	return m
}

// silent is a member that does not answer. It is gone when the group has given it up; one that shows signs of life has never
// been in it, such as with a bound of 0.
func (s *sight) silent(m store.Member, partitions []int) api.PipelineMember {
	heard := s.now.Add(-m.Silent).UTC()
	row := api.PipelineMember{
		ID: m.ID, Name: m.Address, Address: m.Address, State: api.MemberSilent, Reason: api.LostSilent, LeftAt: &heard,
		Partitions: append([]int{}, partitions...), Had: []int{},
	}
	if m.Silent > memberSilent && s.grouped() && !s.cluster.Group.Has(s.instance(m.ID)) {
		row.State, row.Reason = api.MemberGone, api.LostSession
	}
	return row
}
