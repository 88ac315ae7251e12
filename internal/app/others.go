package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/haetae/haetae/internal/app/overview"
	"github.com/haetae/haetae/internal/queue/kafka"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/others"
)

const (
	membersNamespace = "members"
	secretKey        = "secret"
)

// ends is how the store learns where the partitions end: it asks the brokers when other processes append to them too, and the queue
// of a process alone tells what that knows. On disk what is acknowledged is read at once.
func (a *app) ends() func(context.Context) (map[int]int64, error) {
	q, ok := a.queue.(*kafka.Queue)
	switch {
	case !ok:
		return nil
	case a.cfg.shares():
		return q.Ends
	}
	return q.KnownEnds
}

// openOthers lets this process ask those that share its segments, with a secret that the first of them has left in the
// metadata.
func (a *app) openOthers(ctx context.Context) (*logs.Sharing, error) {
	secret, err := a.meta.State(membersNamespace).Claim(ctx, secretKey, []byte(rand.Text()))
	if err != nil {
		return nil, fmt.Errorf("cannot learn the secret of the processes that share the segments: %w", err)
	}
	client := others.NewClient(string(secret), a.memberTLS())
	a.life.onStop("the connections to other processes", time.Second, func(context.Context) error {
		client.Close()
		return nil
	})
	a.secret = string(secret)
	return &logs.Sharing{
		Member: a.folder.Member, Snapshot: a.meta.Snapshot, Others: client,
	}, nil
}

// answerOthers adds the routes where the others ask this process; they are let in by model.PermitMember.
func (a *app) answerOthers() {
	if a.cfg.shares() {
		a.mux.Handle("POST "+others.PathUnsealed, others.NewHandler(a.store, a.log.With("component", "others")))
		a.mux.HandleFunc("GET "+overview.PathShare, overview.AnswerShare(a.ownShare))
	}
}
