package kafka

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
)

// A user without a mechanism would be forgotten silently, and the brokers' refusal would not tell.
func TestUserWithoutMechanism(t *testing.T) {
	for _, s := range []SASL{{Username: "haetae"}, {Password: "x"}, {OAuth: OAuth{TokenURL: "https://id.example.com/token"}}} {
		c := Connection{Brokers: []string{"kafka:9092"}, SASL: s}
		var setting *SettingError
		if err := c.Check(); !errors.As(err, &setting) || setting.Key != "sasl.mechanism" {
			t.Errorf("%+v: error %v, want one of sasl.mechanism", s, err)
		}
	}
}

// Refusals name the key to look at.
func TestExplainNamesTheKey(t *testing.T) {
	for want, err := range map[string]error{
		"sasl.mechanism":     kerr.IllegalSaslState,
		"brokers":            errors.New("invalid large response size 1157627904 > limit 104857600"),
		"session.timeout.ms": fmt.Errorf("cannot join: %w", kerr.InvalidSessionTimeout),
		"group.instance.id":  kerr.FencedInstanceID,
		"replication.factor": kerr.InvalidReplicationFactor,
	} {
		got := Explain(err, "queue.")
		var refusal *RefusalError
		if !errors.Is(got, err) || !strings.Contains(got.Error(), "queue."+want) || !errors.As(got, &refusal) || refusal.Key != want {
			t.Errorf("%v, want queue.%s in it", got, want)
		}
	}
}
