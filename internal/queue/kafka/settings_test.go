package kafka

import (
	"errors"
	"testing"

	"github.com/haetae/haetae/internal/kafka"
)

// A wait that the client refuses must be named at the start: later it would stop every partition for good.
func TestFetchWaitThatTheClientRefuses(t *testing.T) {
	s := Defaults()
	s.Brokers = []string{"127.0.0.1:9092"}
	s.Fetch.Max.Wait.MS = 9
	var wrong *kafka.SettingError
	if err := s.Validate(); !errors.As(err, &wrong) || wrong.Key != "fetch.max.wait.ms" {
		t.Errorf("error %v, want one that names fetch.max.wait.ms", err)
	}
	s.Fetch.Max.Wait.MS = 10
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
}
