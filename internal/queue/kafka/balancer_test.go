package kafka

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const balanced = "haetae.logs"

// process is a member of a group that is played without brokers.
type process struct {
	id    string
	old   bool // of a version without bounds
	bound int  // negative for none
	owned []int32
	since int32 // generation of owned
}

func (p *process) balancer() kgo.GroupBalancer {
	if p.old {
		return kgo.CooperativeStickyBalancer()
	}
	return newBalancer(p.bound)
}

// group plays what the brokers and clients do until nobody has to let go of anything, and returns how many partitions
// changed hands. The first member divides.
func group(t *testing.T, members []*process, partitions int32, generation *int32) (moved int) {
	t.Helper()
	for round := 0; ; round++ {
		if round > 3 {
			t.Fatal("the group does not come to rest")
		}
		*generation++
		var joined []kmsg.JoinGroupResponseMember
		held := map[int32]*process{}
		for _, p := range members {
			j := kmsg.NewJoinGroupResponseMember()
			j.MemberID = p.id
			j.ProtocolMetadata = p.balancer().JoinGroupMetadata([]string{balanced}, map[string][]int32{balanced: slices.Clone(p.owned)}, p.since)
			joined = append(joined, j)
			for _, n := range p.owned {
				held[n] = p
			}
		}
		lead, topics, err := members[0].balancer().MemberBalancer(joined)
		if _, ok := topics[balanced]; err != nil || !ok {
			t.Fatalf("topics %v, %v", topics, err)
		}
		plan, err := lead.(kgo.GroupMemberBalancerOrError).BalanceOrError(map[string]int32{balanced: partitions})
		if err != nil {
			t.Fatal(err)
		}
		given, rejoin := map[int32]string{}, false
		for _, a := range plan.IntoSyncAssignment() {
			p := members[slices.IndexFunc(members, func(p *process) bool { return p.id == a.MemberID })]
			parsed, err := p.balancer().ParseSyncAssignment(a.MemberAssignment)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range parsed[balanced] {
				if other := given[n]; other != "" || n < 0 || n >= partitions {
					t.Fatalf("partition %d is given to %s, and to %q", n, p.id, other)
				}
				if held[n] != nil && held[n] != p {
					t.Fatalf("partition %d is given to %s while %s has it", n, p.id, held[n].id)
				}
				given[n] = p.id
			}
			for _, n := range p.owned {
				if given[n] != p.id {
					moved++
					rejoin = true
				}
			}
			p.owned, p.since = parsed[balanced], *generation
		}
		if !rejoin {
			return moved
		}
	}
}

// fair lists every division of partitions by number that no member with room could complain about.
func fair(partitions int, members []*process) (all [][]int) {
	var quota []int
	var next func(left int)
	next = func(left int) {
		if len(quota) < len(members) {
			most := left
			if b := members[len(quota)].bound; b >= 0 {
				most = min(most, b)
			}
			for n := range most + 1 {
				quota = append(quota, n)
				next(left - n)
				quota = quota[:len(quota)-1]
			}
			return
		}
		for i, p := range members {
			if room := p.bound < 0 || quota[i] < p.bound; room && (left > 0 || slices.Max(quota) > quota[i]+1) {
				return
			}
		}
		all = append(all, slices.Clone(quota))
	}
	next(partitions)
	return all
}

// Whoever comes and goes: nobody above its bound, everything given that can be, evenly, no partition twice or before it is
// let go of, and none taken away that need not be. The divisions by number come from trying all.
func TestBoundsAreKept(t *testing.T) {
	for seed := range uint64(150) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 6))
			partitions := 1 + rnd.Int32N(12)
			var members []*process
			generation := int32(0)
			for step := range 12 {
				switch {
				case len(members) == 0, len(members) < 5 && rnd.IntN(2) == 0:
					p := &process{id: fmt.Sprintf("p%02d", step), bound: Unbound, since: -1}
					if rnd.IntN(3) > 0 {
						p.bound = 1 + rnd.IntN(6)
					}
					members = append(members, p)
				case len(members) > 1:
					gone := rnd.IntN(len(members))
					members = slices.Delete(members, gone, gone+1)
				}
				options := fair(int(partitions), members)
				least := int(partitions)
				for _, quota := range options {
					n := 0
					for i, p := range members {
						n += max(0, len(p.owned)-quota[i])
					}
					least = min(least, n)
				}
				moved := group(t, members, partitions, &generation)
				var have []int
				for _, p := range members {
					have = append(have, len(p.owned))
				}
				if !slices.ContainsFunc(options, func(quota []int) bool { return slices.Equal(quota, have) }) {
					t.Fatalf("step %d: %d partitions are divided %v; possible are %v", step, partitions, have, options)
				}
				if moved != least {
					t.Fatalf("step %d: %d partitions moved, %d had to", step, moved, least)
				}
				if moved := group(t, members, partitions, &generation); moved != 0 {
					t.Fatalf("step %d: %d partitions moved among the same members", step, moved)
				}
			}
		})
	}
}

// During an upgrade processes of both versions are in the group, and either may divide.
func TestBoundsAmongOldVersions(t *testing.T) {
	generation := int32(0)
	old := &process{id: "old", old: true, since: -1, bound: Unbound}
	bound := &process{id: "bound", bound: 1, since: -1}
	group(t, []*process{bound, old}, 6, &generation)
	if len(bound.owned) != 1 || len(old.owned) != 5 {
		t.Errorf("with a bound of 1: %v, of the old version: %v", bound.owned, old.owned)
	}
	group(t, []*process{old, bound}, 6, &generation)
	if len(bound.owned) != 3 || len(old.owned) != 3 {
		t.Errorf("divided by the old version: %v and %v", old.owned, bound.owned)
	}
	group(t, []*process{bound}, 6, &generation)
	if len(bound.owned) != 1 {
		t.Errorf("alone again: %v", bound.owned)
	}
}

// A bound holds for each topic, and whoever has fewer partitions of one topic gets what is left over of another.
func TestSeveralTopicsAreShared(t *testing.T) {
	topics := []string{"haetae.audit", "haetae.events", "haetae.logs"}
	members := []*balancer{newBalancer(Unbound), newBalancer(1), newBalancer(2)}
	var joined []kmsg.JoinGroupResponseMember
	for i, b := range members {
		j := kmsg.NewJoinGroupResponseMember()
		j.MemberID, j.ProtocolMetadata = fmt.Sprint("m", i), b.JoinGroupMetadata(topics, nil, -1)
		joined = append(joined, j)
	}
	lead, _, err := members[0].MemberBalancer(joined)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := lead.(kgo.GroupMemberBalancerOrError).BalanceOrError(map[string]int32{"haetae.logs": 6, "haetae.audit": 1, "haetae.events": 1})
	if err != nil {
		t.Fatal(err)
	}
	have := map[string][]int{}
	for _, a := range plan.IntoSyncAssignment() {
		parsed, err := members[0].ParseSyncAssignment(a.MemberAssignment)
		if err != nil {
			t.Fatal(err)
		}
		for _, topic := range topics {
			have[a.MemberID] = append(have[a.MemberID], len(parsed[topic]))
		}
	}
	want := map[string][]int{"m0": {1, 0, 3}, "m1": {0, 1, 1}, "m2": {0, 0, 2}}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("partitions of %v by member:\n%s", topics, diff)
	}
}

// A process that missed a division still says that its old partitions are its own.
func TestLateClaimLoses(t *testing.T) {
	got := divide(2, []share{
		{bound: Unbound, partitions: []int32{0, 1}, generation: 3},
		{bound: 1, partitions: []int32{1}, generation: 4},
	})
	if !slices.Equal(got[0], []int32{0}) || !slices.Equal(got[1], []int32{1}) {
		t.Errorf("divided %v", got)
	}
}

// What other members send is bytes of the network; whatever stands before it, a bound is read back.
func FuzzBoundOf(f *testing.F) {
	f.Add([]byte(nil), uint16(3))
	f.Add([]byte(boundMark+"7"), uint16(0))
	f.Add([]byte(boundMark), uint16(999))
	f.Fuzz(func(t *testing.T, data []byte, bound uint16) {
		if got := boundOf(&kmsg.ConsumerMemberMetadata{UserData: data}); got < Unbound {
			t.Errorf("bound %d of %q", got, data)
		}
		data = fmt.Appendf(data, "%s%d", boundMark, bound)
		if got := boundOf(&kmsg.ConsumerMemberMetadata{UserData: data}); got != int(bound) {
			t.Errorf("bound %d of %q", got, data)
		}
	})
}
