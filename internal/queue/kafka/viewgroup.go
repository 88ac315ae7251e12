package kafka

import (
	"context"
	"slices"

	"github.com/twmb/franz-go/pkg/kadm"
)

// GroupView is the consumer group as its coordinator describes it.
type GroupView struct {
	State   string // Stable, PreparingRebalance, CompletingRebalance, Empty ...; "" when it could not be asked
	Members []GroupMember
}

// GroupMember is one process in the group.
type GroupMember struct {
	Instance   string // Options.Member of that process, or its group.instance.id
	Host       string
	Partitions []int
}

// Settled reports whether the group is not just being divided anew.
func (g *GroupView) Settled() bool {
	return g.State == "Stable" || g.State == "Empty" || g.State == "Dead"
}

// Has reports whether a process is in the group.
func (g *GroupView) Has(instance string) bool {
	return slices.ContainsFunc(g.Members, func(m GroupMember) bool { return m.Instance == instance })
}

// viewGroup describes the group; without its coordinator nothing is known of it.
func (q *Queue) viewGroup(ctx context.Context) GroupView {
	group, err := q.describeGroup(ctx)
	if err != nil {
		q.log.Debug("cannot ask who reads the partitions", "group", q.opts.GroupID, "error", err)
		return GroupView{}
	}
	if group.State == "" {
		group.State = "Empty" // nobody has joined yet
	}
	return q.groupView(group)
}

func (q *Queue) groupView(group kadm.DescribedGroup) GroupView {
	view := GroupView{State: group.State}
	for _, m := range group.Members {
		row := GroupMember{Instance: m.MemberID, Host: m.ClientHost}
		if m.InstanceID != nil {
			row.Instance = *m.InstanceID
		}
		if given, ok := m.Assigned.AsConsumer(); ok {
			for _, t := range given.Topics {
				for _, number := range q.numbers.numbersOf(map[string][]int32{t.Topic: t.Partitions}) {
					row.Partitions = append(row.Partitions, int(number))
				}
			}
		}
		slices.Sort(row.Partitions)
		view.Members = append(view.Members, row)
	}
	return view
}

// Instance is this process's name in the group.
func (q *Queue) Instance() string { return q.instance() }

// Group is the name of the consumer group.
func (q *Queue) Group() string { return q.opts.GroupID }

// Owned returns the partitions that this process consumes now, in order.
func (q *Queue) Owned() []int {
	list := []int{}
	m := q.member.Load()
	if m == nil {
		return list
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for p := range m.calls {
		list = append(list, int(p))
	}
	slices.Sort(list)
	return list
}

// Generation is that of the group as this process knows it; 0 when it is not in it.
func (q *Queue) Generation() int32 {
	m := q.member.Load()
	if m == nil || m.client == nil {
		return 0
	}
	_, generation := m.client.GroupMetadata()
	return max(generation, 0)
}
