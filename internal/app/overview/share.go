package overview

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/others"
)

// Share is what one process tells of its part of the pipeline.
type Share struct {
	Member         string           `json:"member"`
	Name           string           `json:"name"`
	Instance       string           `json:"instance,omitempty"` // its name in the consumer group
	Started        time.Time        `json:"started"`
	Limit          *int             `json:"limit"` // partitions that it may own, nil for any number
	Partitions     []PartitionShare `json:"partitions"`
	AppendedBytes  float64          `json:"appended_bytes_per_second"`
	ProcessedBytes float64          `json:"processed_bytes_per_second"`
	Letters        int64            `json:"letters_last_day"`
}

// PartitionShare is one partition that the process reads.
type PartitionShare struct {
	Partition int     `json:"partition"`
	End       int64   `json:"end"`      // as who reads it knows it
	Visible   int64   `json:"visible"`  // searches see the records below it; 0 before it is known
	Received  int64   `json:"received"` // when the last of them was received, ns since the epoch; 0 when not known
	PerSecond float64 `json:"records_per_second"`
	Stopped   bool    `json:"stopped"`
}

// PathShare is where another process asks for a share; it is no part of the public API.
const PathShare = "/internal/v1/pipeline"

// maxShare bounds what another process may answer: a thousand partitions.
const maxShare = 1 << 20

// AnswerShare answers other processes with what this one tells of itself. The way to it lets in those that know the secret, alone.
func AnswerShare(own func(now time.Time) Share) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(own(time.Now())) // else who asked finds it cut
	}
}

// askShare asks another process for its share.
func askShare(ctx context.Context, client *http.Client, scheme, secret string, member store.Member) (s Share, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+member.Address+PathShare, nil)
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
