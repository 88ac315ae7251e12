package kafka

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/haetae/haetae/internal/queue"
)

// A process that the brokers do not let into the group reads nothing, for ever: it must not seem ready, and must say which
// setting to change. Once they let it in, all is well.
func TestRefusalOfTheGroupIsAProblem(t *testing.T) {
	c := fake(t, kfake.NumBrokers(1))
	refuse := make(chan struct{}) // until it is closed
	c.ControlKey(int16(kmsg.JoinGroup), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		select {
		case <-refuse:
			return nil, nil, false
		default:
		}
		refused := r.ResponseKind().(*kmsg.JoinGroupResponse)
		refused.ErrorCode = kerr.InvalidSessionTimeout.Code
		return refused, nil, true
	})
	opts := testOptions(c.ListenAddrs(), 1)
	told := make(chan string, 1_000)
	opts.Refused = func(text string) { told <- text }
	q := closing(t, open(t, opts))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	owned := make(chan struct{}, 1)
	go func() {
		ended <- q.Consume(ctx, func(ctx context.Context, _ queue.Reader) error {
			owned <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		})
	}()
	late := time.After(30 * time.Second)
	select {
	case text := <-told:
		if !strings.Contains(text, "INVALID_SESSION_TIMEOUT") || !strings.Contains(text, "queue.session.timeout.ms") {
			t.Errorf("the problem says %q", text)
		}
	case <-late:
		t.Fatal("the refusal is no problem")
	}
	close(refuse)
	select {
	case <-owned:
	case <-late:
		t.Fatal("no partition after the brokers let it in")
	}
	last := "nothing"
	for len(told) > 0 {
		last = <-told
	}
	if last != "" {
		t.Errorf("the last word is %q, want that all is well", last)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// What is wrong with a topic passes without another join, so that nothing would take the problem back.
func TestErrorOfATopicIsNoRefusal(t *testing.T) {
	opts := testOptions(fake(t).ListenAddrs(), 1)
	told := make(chan string, 2)
	opts.Refused = func(text string) { told <- text }
	m := &member{q: closing(t, open(t, opts))}
	m.tell(kerr.TopicAuthorizationFailed)
	m.tell(&kgo.ErrGroupSession{Err: kerr.GroupAuthorizationFailed})
	if text := <-told; len(told) > 0 || !strings.Contains(text, "GROUP_AUTHORIZATION_FAILED") {
		t.Errorf("told first: %q, and %d more", text, len(told))
	}
}

// What belongs to a group's life passes by itself.
func TestLifeOfTheGroupIsNoRefusal(t *testing.T) {
	for _, err := range []error{kerr.UnknownMemberID, kerr.RebalanceInProgress, kerr.CoordinatorNotAvailable, context.Canceled} {
		if isRefusal(err) {
			t.Errorf("%v is taken for a refusal", err)
		}
	}
}
