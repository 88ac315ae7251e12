package kafka

import (
	"context"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// How long an answer of View serves: of what moves, and of what people change.
const (
	viewFresh    = time.Second
	detailsFresh = 30 * time.Second
)

// View is what the brokers tell of the queue's cluster, topics and group.
type View struct {
	Details
	ClusterID  string
	Brokers    []Broker    // by id, those that have gone since the queue was opened among them
	Placements []Placement // by partition of the queue
	Group      GroupView
}

// Details are what changes seldom.
type Details struct {
	Version string                  // of the brokers, guessed from what they understand: "4.1"; "" when that fails
	Quorum  int32                   // id of the active controller; -1 when the brokers do not tell
	Topics  map[string]TopicDetails // those of the queue that are known
}

// TopicDetails are settings of one topic.
type TopicDetails struct {
	MinInSync int
	Retention Retention
}

// Broker is one broker.
type Broker struct {
	ID         int32
	Address    string
	Controller bool
	Up         bool
	Leads      int // partitions of all topics
	Replicas   int
	OutOfSync  int   // of its replicas
	DiskUsed   int64 // bytes of the volumes of its log folders (KIP-827)
	DiskTotal  int64 // 0 when it does not tell
	P99        time.Duration
}

// Placement is where one partition is.
type Placement struct {
	Leader   int32 // -1 for none
	Replicas []int32
	InSync   []int32
}

// clusterView keeps the last answers.
type clusterView struct {
	asking chan struct{} // has one place; whoever takes it asks the brokers and owns what follows

	last      View
	at        time.Time
	details   Details
	detailsAt time.Time
	holdings  map[int32]holding
	addresses map[int32]string // of every broker that was ever seen

	mu    sync.Mutex // never held while the brokers are asked
	disks map[int32]disk
}

type disk struct{ used, total int64 }

// holding is what a broker has of all topics.
type holding struct{ leads, replicas, outOfSync int }

// View asks the brokers, at most once a second; an error while they are away comes at once.
func (q *Queue) View(ctx context.Context) (View, error) {
	if _, away := q.brokers.state(); away != nil {
		return View{}, away
	}
	v := &q.cluster
	select {
	case v.asking <- struct{}{}:
	case <-ctx.Done():
		return View{}, ctx.Err()
	}
	defer func() { <-v.asking }()
	now := q.opts.Now()
	if now.Sub(v.at) < viewFresh {
		return v.last, nil
	}
	m, err := q.admin.Metadata(ctx, q.Topics()...)
	if err != nil {
		return View{}, err
	}
	if now.Sub(v.detailsAt) >= detailsFresh {
		all, err := q.admin.Metadata(ctx) // of a cluster with many topics this is large
		if err != nil {
			return View{}, err
		}
		v.details, v.holdings, v.detailsAt = q.askDetails(ctx), holdingsOf(&all), now
	}
	if v.addresses == nil {
		v.addresses = map[int32]string{}
	}
	for _, b := range m.Brokers {
		v.addresses[b.NodeID] = net.JoinHostPort(b.Host, strconv.Itoa(int(b.Port)))
	}
	view := View{Details: v.details, ClusterID: m.Cluster, Brokers: v.brokers(&m), Placements: q.placements(&m), Group: q.viewGroup(ctx)}
	for i := range view.Brokers {
		view.Brokers[i].P99 = q.times.p99(view.Brokers[i].ID, now)
	}
	v.last, v.at = view, now
	return view, nil
}

// holdingsOf counts what each broker has.
func holdingsOf(all *kadm.Metadata) map[int32]holding {
	byID := map[int32]holding{}
	all.Topics.EachPartition(func(p kadm.PartitionDetail) {
		if p.Leader >= 0 {
			h := byID[p.Leader]
			h.leads++
			byID[p.Leader] = h
		}
		for _, id := range p.Replicas {
			h := byID[id]
			h.replicas++
			if !slices.Contains(p.ISR, id) {
				h.outOfSync++
			}
			byID[id] = h
		}
	})
	return byID
}

// brokers lists those that are and those that were. One that is not in the metadata is down.
func (v *clusterView) brokers(m *kadm.Metadata) []Broker {
	byID := map[int32]*Broker{}
	controller := m.Controller
	if v.details.Quorum >= 0 {
		controller = v.details.Quorum
	}
	v.mu.Lock()
	for id, address := range v.addresses {
		d := v.disks[id]
		byID[id] = &Broker{ID: id, Address: address, Controller: id == controller, DiskUsed: d.used, DiskTotal: d.total}
	}
	v.mu.Unlock()
	for _, b := range m.Brokers {
		byID[b.NodeID].Up = true
	}
	for id, has := range v.holdings {
		if byID[id] == nil { // down since before the queue was opened
			byID[id] = &Broker{ID: id}
		}
		b := byID[id]
		b.Leads, b.Replicas, b.OutOfSync = has.leads, has.replicas, has.outOfSync
	}
	list := make([]Broker, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		list = append(list, *byID[id])
	}
	return list
}

func (q *Queue) placements(m *kadm.Metadata) []Placement {
	list := make([]Placement, q.Partitions())
	for p, at := range q.numbers.places {
		d, ok := m.Topics[at.topic].Partitions[at.partition]
		if !ok {
			d.Leader = -1
		}
		list[p] = Placement{Leader: d.Leader, Replicas: append([]int32{}, d.Replicas...), InSync: append([]int32{}, d.ISR...)}
	}
	return list
}

// askDetails leaves out what the brokers do not tell: older ones, and those that do not let Haetae ask.
func (q *Queue) askDetails(ctx context.Context) Details {
	d := Details{Quorum: q.askQuorum(ctx), Topics: map[string]TopicDetails{}}
	if versions, err := q.admin.ApiVersions(ctx); err == nil {
		for _, v := range versions {
			if v.Err == nil {
				d.Version = strings.TrimPrefix(v.VersionGuess(), "v")
			}
		}
	}
	configs, err := q.admin.DescribeTopicConfigs(ctx, q.Topics()...)
	if err != nil {
		q.log.Debug("cannot ask for the configuration of the topics", "error", err)
		return d
	}
	for _, topic := range configs {
		of := TopicDetails{Retention: Retention{MS: -1, Bytes: -1}}
		for _, c := range topic.Configs {
			n, err := strconv.ParseInt(c.MaybeValue(), 10, 64)
			if err != nil {
				continue
			}
			switch c.Key {
			case "min.insync.replicas":
				of.MinInSync = int(n)
			case "retention.ms":
				of.Retention.MS = n
			case "retention.bytes":
				of.Retention.Bytes = n
			}
		}
		if len(topic.Configs) > 0 {
			d.Topics[topic.Name] = of
		}
	}
	return d
}

// askQuorum returns the id of the active controller (KIP-595). Metadata name any broker as the controller with KRaft.
func (q *Queue) askQuorum(ctx context.Context) int32 {
	req := kmsg.NewPtrDescribeQuorumRequest()
	topic := kmsg.NewDescribeQuorumRequestTopic()
	topic.Topic = "__cluster_metadata"
	topic.Partitions = []kmsg.DescribeQuorumRequestTopicPartition{kmsg.NewDescribeQuorumRequestTopicPartition()}
	req.Topics = append(req.Topics, topic)
	answer, err := req.RequestWith(ctx, q.producer)
	if err == nil {
		err = kerr.ErrorForCode(answer.ErrorCode)
	}
	if err != nil || len(answer.Topics) == 0 || len(answer.Topics[0].Partitions) == 0 {
		q.log.Debug("cannot ask which controller is active", "error", err)
		return -1
	}
	return answer.Topics[0].Partitions[0].LeaderID
}

// setDisks takes the volumes of the brokers' log folders. Folders that tell the same are on one volume.
func (v *clusterView) setDisks(dirs kadm.DescribedAllLogDirs) {
	disks := map[int32]disk{}
	for id, broker := range dirs {
		volumes := map[disk]bool{}
		for _, dir := range broker {
			if dir.Err == nil && dir.TotalBytes > 0 {
				volumes[disk{dir.TotalBytes - dir.UsableBytes, dir.TotalBytes}] = true
			}
		}
		var all disk
		for volume := range volumes {
			all.used += volume.used
			all.total += volume.total
		}
		disks[id] = all
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.disks = disks
}
