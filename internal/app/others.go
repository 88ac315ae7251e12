package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/others"
)

const (
	membersNamespace = "members"
	secretKey        = "secret"
)

// ending is a queue that tells where its partitions end now: Kafka, without which nothing is shared.
type ending interface {
	Ends(ctx context.Context) (map[int]int64, error)
}

// openOthers lets this process ask those that share its segments, with a secret that the first of them has left in the
// metadata.
func (a *app) openOthers(ctx context.Context) (*logs.Sharing, error) {
	secret, err := a.meta.State(membersNamespace).Claim(ctx, secretKey, []byte(rand.Text()))
	if err != nil {
		return nil, fmt.Errorf("cannot learn the secret of the processes that share the segments: %w", err)
	}
	client := others.NewClient(string(secret))
	a.life.onStop("the connections to other processes", time.Second, func(context.Context) error {
		client.Close()
		return nil
	})
	a.secret = string(secret)
	return &logs.Sharing{
		Member: a.folder.Member, Partitions: a.queue.Partitions(), Snapshot: a.meta.Snapshot, Others: client, Ends: a.queue.(ending).Ends,
	}, nil
}

// answerOthers adds the routes where the others ask this process.
func (a *app) answerOthers() {
	if a.cfg.shares() {
		h := others.NewHandler(a.store, a.secret, a.log.With("component", "others"))
		a.mux.Handle("POST "+others.PathUnsealed, h)
		a.mux.HandleFunc("GET "+pathShare, a.answerShare(h.Knows))
	}
}
