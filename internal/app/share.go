package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/haetae/haetae/internal/app/measure"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/others"
)

// share is what one process tells of its part of the pipeline.
type share struct {
	Member         string           `json:"member"`
	Name           string           `json:"name"`
	Instance       string           `json:"instance,omitempty"` // its name in the consumer group
	Started        time.Time        `json:"started"`
	Limit          *int             `json:"limit"` // partitions that it may own, nil for any number
	Partitions     []partitionShare `json:"partitions"`
	AppendedBytes  float64          `json:"appended_bytes_per_second"`
	ProcessedBytes float64          `json:"processed_bytes_per_second"`
	Letters        int64            `json:"letters_last_day"`
}

// partitionShare is one partition that the process reads.
type partitionShare struct {
	Partition int     `json:"partition"`
	End       int64   `json:"end"`      // as who reads it knows it
	Visible   int64   `json:"visible"`  // searches see the records below it; 0 before it is known
	Received  int64   `json:"received"` // when the last of them was received, ns since the epoch; 0 when not known
	PerSecond float64 `json:"records_per_second"`
	Stopped   bool    `json:"stopped"`
}

// owning is a queue that gives only some of its partitions to this process.
type owning interface{ Owned() []int }

// ownShare is that of this process.
func (a *app) ownShare(now time.Time) share {
	s := share{
		Member: a.folder.Member, Name: a.processName(), Started: a.started.UTC(), Partitions: []partitionShare{},
		AppendedBytes: a.sampler.bytes.PerSecond(), ProcessedBytes: a.sampler.processed.PerSecond(),
		Letters: a.sampler.grown(measure.DeadLetters, 24*time.Hour, now),
	}
	if q, ok := a.queue.(*kafka.Queue); ok {
		s.Instance = q.Instance()
	}
	if n := a.cfg.Queue.Consumers; n >= 0 {
		s.Limit = &n
	}
	visible := visibleOffsets(a.store.Progress())
	stats := a.queue.Stats()
	for _, p := range a.ownedPartitions() {
		seen := visible[p]
		s.Partitions = append(s.Partitions, partitionShare{
			Partition: p, End: stats[p].End, Visible: seen.Visible, Received: seen.Received, PerSecond: a.sampler.rateOf(a.sampler.visible, p), Stopped: a.health.stops(p),
		})
	}
	return s
}

func (a *app) ownedPartitions() (list []int) {
	if q, ok := a.queue.(owning); ok {
		return q.Owned()
	}
	for p := range a.queue.Partitions() {
		list = append(list, p)
	}
	return list
}

// processName is how people tell this process from others: the machine's name, with the port where it is not the usual one.
func (a *app) processName() string {
	name, err := os.Hostname()
	if err != nil {
		name = a.folder.Member
	}
	_, usual, _ := net.SplitHostPort(defaultListen)
	if _, port, err := net.SplitHostPort(a.listen.all()["http"]); err == nil && port != usual {
		return net.JoinHostPort(name, port)
	}
	return name
}

// pathShare is where another process asks for a share; it is no part of the public API.
const pathShare = "/internal/v1/pipeline"

// maxShare bounds what another process may answer: a thousand partitions.
const maxShare = 1 << 20

// answerShare answers processes that know the secret.
func (a *app) answerShare(knows func(*http.Request) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !knows(r) {
			http.Error(w, "only processes that share the metadata store may ask", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(a.ownShare(time.Now())) // else who asked finds it cut
	}
}

// askShare asks another process for its share.
func askShare(ctx context.Context, client *http.Client, scheme, secret string, member store.Member) (s share, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+member.Address+pathShare, nil)
	if err != nil {
		return s, err
	}
	req.Host = others.Host
	req.Header.Set("Authorization", "Bearer "+secret)
	answer, err := client.Do(req)
	if err != nil {
		return s, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return s, errors.New(answer.Status)
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxShare)).Decode(&s); err != nil {
		return s, fmt.Errorf("cannot understand the answer: %w", err)
	}
	if s.Member != member.ID {
		return s, fmt.Errorf("%s answers in its place", s.Member)
	}
	return s, nil
}
