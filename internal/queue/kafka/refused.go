package kafka

import (
	"errors"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	connection "github.com/haetae/haetae/internal/kafka"
)

// settingsAt is where the settings of the queue are in the configuration.
const settingsAt = "queue."

// tell logs an error of the group, once until this process has joined again. A refusal that does not pass by itself is told
// as a problem: until somebody does something about it, this process reads nothing. An error of a topic is none of that: the
// process is in the group all the while, so that joined would not take the problem back.
func (m *member) tell(err error) {
	err = connection.Explain(err, settingsAt)
	if !m.complained.Swap(true) {
		m.q.log.Warn("the consumer group has a problem, trying again", "group", m.q.opts.GroupID, "error", err)
	}
	if session := (*kgo.ErrGroupSession)(nil); errors.As(err, &session) && isRefusal(err) {
		m.q.opts.Refused(err.Error())
	}
}

// joined forgets what was told: the group works, also for a member that is given nothing.
func (m *member) joined() {
	m.complained.Store(false)
	m.q.opts.Refused("")
}

// isRefusal tells what brokers refuse for good from what belongs to a group's life: they do not know a member that was silent
// for too long, or one of an earlier generation, and take it again at once.
func isRefusal(err error) bool {
	var answer *kerr.Error
	if !errors.As(err, &answer) || answer.Retriable {
		return false
	}
	switch answer {
	case kerr.UnknownMemberID, kerr.IllegalGeneration, kerr.RebalanceInProgress, kerr.MemberIDRequired:
		return false
	}
	return true
}
