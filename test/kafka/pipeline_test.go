package kafka

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/haetae/haetae/test/server"
)

// pipeline is what a process answers, as far as it is looked at here.
type pipeline struct {
	Queue   struct{ Topic, Version string }
	Verdict struct {
		State, Code, Member string
		Partitions          []int
	}
	Members    []member
	Partitions []struct {
		Owner, State  string
		Leader        *int32
		InSync        []int32 `json:"in_sync"`
		BehindRecords int64   `json:"behind_records"`
		End           int64

		Topic          string
		TopicPartition int `json:"topic_partition"`
	}
	Brokers []struct {
		Up, Controller bool
		Leads          int
		DiskTotal      *int64   `json:"disk_total"`
		P99            *float64 `json:"p99_millis"`
	}
	Topics []struct {
		Name string
		Own  bool
	}
}

type member struct {
	ID, Name, State, Reason string
	This, Answered          bool
	Partitions, Had         []int
}

func pipelineOf(t *testing.T, s *server.Server) (p pipeline) {
	t.Helper()
	if err := json.Unmarshal([]byte(get(t, s, "/api/v1/pipeline")), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

type event struct {
	Kind, Member string
	Partitions   []int
	Until        *string
}

func eventsOf(t *testing.T, s *server.Server) []event {
	t.Helper()
	var list struct{ Events []event }
	if err := json.Unmarshal([]byte(get(t, s, "/api/v1/pipeline/events?since=1h")), &list); err != nil {
		t.Fatal(err)
	}
	return list.Events
}

// Whoever is asked knows who reads what. A process that is killed is silent, then gone, and its partitions are the other's.
func TestPipelineOfTwoProcesses(t *testing.T) {
	t.Parallel()
	procs, _ := onShared(t, nil, nil)
	a, b := procs[0], procs[1]
	eventually(t, "both have partitions", func() bool { return owned(t, a) != "0" && owned(t, b) != "0" })
	a.Post(t, insert, "application/json", lines(0, 500), http.StatusOK)
	b.Post(t, insert, "application/json", lines(500, 500), http.StatusOK)
	waitForAll(t, a, 1000)
	var lost struct {
		id  string
		had []int
	}
	eventually(t, "each sees both reading all, and nothing waits", func() bool {
		for _, s := range procs {
			p := pipelineOf(t, s)
			read, level := 0, p.Verdict.Code == "level" && len(p.Members) == 2
			for _, m := range p.Members {
				read += len(m.Partitions)
				level = level && m.Answered && m.State == "reading"
				if s == a && !m.This {
					lost.id, lost.had = m.ID, m.Partitions
				}
			}
			for _, part := range p.Partitions {
				level = level && part.BehindRecords == 0 && part.Leader != nil && len(part.InSync) == 1
			}
			if read != 4 || !level { // three of the logs, one of the audit trail
				t.Logf("%+v", p)
				return false
			}
		}
		return true
	})
	p := pipelineOf(t, a)
	var end int64
	for _, part := range p.Partitions {
		end += part.End
	}
	if end < 1000 || p.Queue.Topic != "haetae.logs" || p.Queue.Version == "" || len(p.Topics) != 2 || !p.Topics[0].Own || p.Topics[1].Name != "haetae.audit" {
		t.Errorf("%d records in %+v, topics %+v", end, p.Queue, p.Topics)
	}
	if len(p.Brokers) != 1 || !p.Brokers[0].Up || !p.Brokers[0].Controller || p.Brokers[0].Leads < 4 || p.Brokers[0].P99 == nil {
		t.Errorf("brokers %+v", p.Brokers)
	}

	b.Kill()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("member %+v\nmembers %+v\nevents %+v", lost, pipelineOf(t, a).Members, eventsOf(t, a))
		}
	})
	state := func() (state string, had []int) {
		for _, m := range pipelineOf(t, a).Members {
			if m.ID == lost.id {
				return m.State, m.Had
			}
		}
		return "", nil
	}
	eventually(t, "the killed one is silent", func() bool { s, _ := state(); return s == "silent" || s == "gone" })
	eventually(t, "it is gone", func() bool { s, had := state(); return s == "gone" && slices.Equal(had, lost.had) })
	eventually(t, "the other has its partitions, and the verdict names it", func() bool {
		p := pipelineOf(t, a)
		return len(p.Members[0].Partitions) == 4 && p.Verdict.Member != "" && slices.Equal(p.Verdict.Partitions, lost.had)
	})
	kinds := map[string]event{}
	for _, e := range eventsOf(t, a) {
		t.Logf("%+v", e)
		if e.Member == lost.id || e.Kind == "rebalance" {
			kinds[e.Kind] = e
		}
	}
	for _, kind := range []string{"joined", "given", "silent", "gone", "rebalance"} {
		if _, ok := kinds[kind]; !ok {
			t.Errorf("no event %s", kind)
		}
	}
	if kinds["silent"].Until == nil || kinds["rebalance"].Until == nil || !slices.Equal(kinds["gone"].Partitions, lost.had) {
		t.Errorf("events %+v", kinds)
	}
	eventually(t, "the broker tells of its disk", func() bool { p := pipelineOf(t, a); return len(p.Brokers) == 1 && p.Brokers[0].DiskTotal != nil })
	b.Run(t)
	eventually(t, "it is back", func() bool { s, _ := state(); return s == "reading" })
	b.Stop(t)
	eventually(t, "it has left", func() bool {
		return slices.ContainsFunc(pipelineOf(t, a).Members, func(m member) bool { return m.ID == lost.id && m.Reason == "left" })
	})
}
