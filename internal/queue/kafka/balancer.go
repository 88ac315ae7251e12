package kafka

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Unbound is the bound of a process that may own all partitions.
const Unbound = -1

// boundMark begins what a member with a bound adds to its user data, behind what the protocol has there; the bound follows
// in decimal digits. Members that do not know it pass over it.
const boundMark = "haetae.consumers="

// balancer is Kafka's cooperative-sticky protocol (KIP-429) with a bound on the partitions of each member. It keeps the
// protocol's name, so that members of versions without bounds are in the same group: they count as unbound, and while
// the oldest member, which divides, is one of them, bounds do not hold.
type balancer struct {
	kgo.GroupBalancer
	bound int
}

func newBalancer(bound int) *balancer {
	return &balancer{GroupBalancer: kgo.CooperativeStickyBalancer(), bound: bound}
}

// JoinGroupMetadata implements kgo.GroupBalancer.
func (b *balancer) JoinGroupMetadata(topics []string, owned map[string][]int32, generation int32) []byte {
	data := b.GroupBalancer.JoinGroupMetadata(topics, owned, generation)
	meta := kmsg.NewConsumerMemberMetadata()
	if b.bound < 0 || meta.ReadFrom(data) != nil {
		return data
	}
	meta.UserData = fmt.Appendf(meta.UserData, "%s%d", boundMark, b.bound)
	return meta.AppendTo(nil)
}

// boundOf reads the bound of a member from its metadata.
func boundOf(meta *kmsg.ConsumerMemberMetadata) int {
	at := bytes.LastIndex(meta.UserData, []byte(boundMark))
	if at < 0 {
		return Unbound
	}
	n, err := strconv.Atoi(string(meta.UserData[at+len(boundMark):]))
	if err != nil || n < 0 {
		return Unbound
	}
	return n
}

// MemberBalancer implements kgo.GroupBalancer.
func (b *balancer) MemberBalancer(members []kmsg.JoinGroupResponseMember) (kgo.GroupMemberBalancer, map[string]struct{}, error) {
	g, err := kgo.NewConsumerBalancer(b, members)
	return g, g.MemberTopics(), err
}

// Balance implements kgo.ConsumerBalancerBalance. A partition that changes hands is given when its owner has let go of it,
// in the round that follows. A bound holds for each topic alone: a dataset that gets a topic of its own leaves bounds that
// sufficed before sufficient, and versions that know one topic divide it in the same way.
func (b *balancer) Balance(g *kgo.ConsumerBalancer, partitions map[string]int32) kgo.IntoSyncAssignment {
	plan := g.NewPlan()
	given := map[string]int{} // partitions of topics before, by member
	for _, topic := range slices.Sorted(maps.Keys(g.MemberTopics())) {
		var members []*kmsg.JoinGroupResponseMember
		var shares []share
		g.EachMember(func(m *kmsg.JoinGroupResponseMember, meta *kmsg.ConsumerMemberMetadata) {
			if !slices.Contains(meta.Topics, topic) {
				return
			}
			s := share{bound: boundOf(meta), generation: meta.Generation, others: given[m.MemberID]}
			for _, o := range meta.OwnedPartitions {
				if o.Topic == topic {
					s.partitions = append(s.partitions, o.Partitions...)
				}
			}
			members, shares = append(members, m), append(shares, s)
		})
		for i, of := range divide(partitions[topic], shares) {
			if len(of) > 0 {
				plan.AddPartitions(members[i], topic, of)
				given[members[i].MemberID] += len(of)
			}
		}
	}
	plan.AdjustCooperative(g)
	return plan
}

// share is what one member has before the partitions of a topic are divided.
type share struct {
	bound      int     // negative for none
	others     int     // partitions of other topics that it is given
	partitions []int32 // that it says are its own
	generation int32   // of the group when it was given them
}

// divide returns the partitions of each member: as many as its bound allows, as even as the bounds allow, and with as few
// that change hands as possible. What exceeds the sum of the bounds is nobody's.
func divide(partitions int32, members []share) [][]int32 {
	owner, kept := claimed(partitions, members)
	quota := quotas(int(partitions), members, kept)
	given := make([][]int32, len(members))
	var free []int32
	for p, m := range owner {
		if m >= 0 && len(given[m]) < quota[m] {
			given[m] = append(given[m], int32(p))
		} else {
			free = append(free, int32(p))
		}
	}
	for m := range given {
		n := min(quota[m]-len(given[m]), len(free))
		given[m] = append(given[m], free[:n]...)
		free = free[n:]
	}
	return given
}

// claimed returns which member has each partition, -1 for none, and how many each has. Of two that say a partition is theirs
// the one that was given it later has it: the other has missed that (KIP-792).
func claimed(partitions int32, members []share) (owner, kept []int) {
	owner = slices.Repeat([]int{-1}, int(partitions))
	for m, s := range members {
		for _, p := range s.partitions {
			if p >= 0 && p < partitions && (owner[p] < 0 || s.generation > members[owner[p]].generation) {
				owner[p] = m
			}
		}
	}
	kept = make([]int, len(members))
	for _, m := range owner {
		if m >= 0 {
			kept[m]++
		}
	}
	return owner, kept
}

// quotas hands out one partition each to all members that have room, round by round. When the last round does not
// reach all, those go first who would have to give one away otherwise, then those who have fewer of other topics.
func quotas(partitions int, members []share, kept []int) []int {
	quota := make([]int, len(members))
	for partitions > 0 {
		var room []int
		for m, s := range members {
			if s.bound < 0 || quota[m] < s.bound {
				room = append(room, m)
			}
		}
		if len(room) == 0 {
			break
		}
		slices.SortStableFunc(room, func(a, b int) int { return cmp.Or(kept[b]-kept[a], members[a].others-members[b].others) })
		room = room[:min(len(room), partitions)]
		for _, m := range room {
			quota[m]++
		}
		partitions -= len(room)
	}
	return quota
}
