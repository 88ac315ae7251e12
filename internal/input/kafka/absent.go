package kafka

import (
	"context"
	"errors"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

// reasonAbsent is what the sources say of a topic that is not there.
const reasonAbsent = "topic does not exist"

// absent are the topics of the settings that the brokers do not have.
type absent map[string]bool

// look tells once that a topic is not there, and once that it is: the client itself waits for it and says nothing. The sources
// show it for as long as it is not there. Brokers that do not answer, or do not let this input look, are told elsewhere.
func (a absent) look(ctx context.Context, r *reader) {
	if len(r.set.Topics) == 0 {
		return
	}
	found, err := kadm.NewClient(r.client).ListTopics(ctx, r.set.Topics...)
	if err != nil {
		return
	}
	for _, name := range r.set.Topics {
		t, known := found[name]
		gone := known && errors.Is(t.Err, kerr.UnknownTopicOrPartition)
		switch {
		case gone:
			r.env.Sources.Rejected(r.env.Name, name, reasonAbsent, 0, "", r.env.Now())
			if !a[name] {
				r.env.Log.Error("a topic does not exist; make it or correct topics, it is read as soon as it is there", "topic", name)
			}
		case a[name]:
			r.env.Log.Info("a topic is there now and is read", "topic", name)
			r.client.ForceMetadataRefresh()
		}
		a[name] = gone
	}
}
