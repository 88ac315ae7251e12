package app

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/queue/kafka"
)

// A short retention of the logs must not take audit entries before they are stored.
func TestTopicOfTheTrailKeepsLonger(t *testing.T) {
	const hour, week = 3_600_000, 7 * 24 * 3_600_000
	for logs, want := range map[int64]int64{hour: week, week: week, 2 * week: 2 * week, -1: -1} {
		c := queueDefaults()
		c.Retention = kafka.Retention{MS: logs, Bytes: 1 << 20}
		got := c.topicsBesides()
		if diff := cmp.Diff([]kafka.Dataset{{Name: "audit", Partitions: 1, Retention: kafka.Retention{MS: want, Bytes: -1}}}, got, cmp.AllowUnexported(kafka.Dataset{})); diff != "" {
			t.Errorf("logs are kept for %d ms:\n%s", logs, diff)
		}
	}
}
