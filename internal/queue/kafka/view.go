package kafka

import "slices"

// View is what the brokers tell of the queue's cluster, topic and group.
type View struct {
	ClusterID  string
	Version    string // of the brokers, guessed from what they understand; "" when that fails
	MinInSync  int    // of the topic; 0 when not known
	Retention  *Retention
	Brokers    []Broker
	Placements []Placement // by partition of the topic
	Group      GroupView
}

// Broker is one broker.
type Broker struct {
	ID         int32
	Address    string
	Controller bool
	Up         bool
	Leads      int // partitions of all topics
	Replicas   int
	OutOfSync  int // of its replicas
	DiskUsed   int64
	DiskTotal  int64 // of the volumes of its log folders (KIP-827); 0 when it does not tell
}

// Placement is where one partition is.
type Placement struct {
	Leader   int32 // -1 for none
	Replicas []int32
	InSync   []int32
}

// GroupView is the consumer group as its coordinator describes it.
type GroupView struct {
	State   string // Stable, PreparingRebalance, CompletingRebalance, Empty ...; "" when it could not be asked
	Members []GroupMember
}

// Settled reports whether the group is not just being balanced anew.
func (g *GroupView) Settled() bool {
	return g.State == "Stable" || g.State == "Empty" || g.State == "Dead"
}

// Has reports whether a process is in the group.
func (g *GroupView) Has(instance string) bool {
	return slices.ContainsFunc(g.Members, func(m GroupMember) bool { return m.Instance == instance })
}

// GroupMember is one process in the group.
type GroupMember struct {
	Instance   string // Options.Member of that process, or its group.instance.id
	Host       string
	Partitions []int
}
