package kafka

import (
	"context"
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// leaveTimeout bounds how long a process that ends waits for the answer.
const leaveTimeout = 3 * time.Second

// Leave takes a static member out of its group. A process joins as one, so that after a crash it has its partitions back
// without waiting for its session to end; when it ends as it should, others get them at once by this. The member's own
// client must be closed.
func Leave(ctx context.Context, client *kgo.Client, group, instance string) error {
	ctx, cancel := context.WithTimeout(ctx, leaveTimeout)
	defer cancel()
	left, err := kadm.NewClient(client).LeaveGroup(ctx, kadm.LeaveGroup(group).InstanceIDs(instance).Reason("the process ends"))
	if err == nil {
		err = left.Error()
	}
	if errors.Is(err, kerr.UnknownMemberID) {
		return nil // the group has forgotten it already
	}
	return err
}
