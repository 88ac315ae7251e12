package kafka

import (
	"path/filepath"
	"testing"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// What was kept is there again, at the same address.
func TestKeep(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "kafka")
	var address string
	for run := range 2 {
		c, err := Keep(t.Context(), dir)
		need(t, err)
		client, err := kgo.NewClient(kgo.SeedBrokers(c.Brokers()...))
		if err != nil {
			t.Fatal(err)
		}
		admin := kadm.NewClient(client)
		switch run {
		case 0:
			address = c.Brokers()[0]
			_, err = admin.CreateTopic(t.Context(), 3, 1, nil, "kept")
		default:
			var topics kadm.TopicDetails
			topics, err = admin.ListTopics(t.Context(), "kept")
			if c.Brokers()[0] != address || len(topics["kept"].Partitions) != 3 {
				t.Errorf("broker %s with %v, want %s and three partitions", c.Brokers()[0], topics, address)
			}
		}
		client.Close()
		if err != nil {
			t.Error(err)
		}
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	}
}
