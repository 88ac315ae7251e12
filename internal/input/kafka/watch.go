package kafka

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	connection "github.com/haetae/haetae/internal/kafka"
)

// How often brokers are looked at, and how long one look may take.
const (
	lookEvery   = 5 * time.Second
	lookTimeout = 5 * time.Second
)

// watch tells once that no broker lets this input in, and once that one does again: the client itself tries for ever and
// says nothing. So it does with topics that are not there.
func (r *reader) watch(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	missing := absent{}
	for away := false; ; {
		look, cancel := context.WithTimeout(ctx, lookTimeout)
		err := r.client.Ping(look)
		if err == nil {
			missing.look(look, r)
		}
		cancel()
		if err != nil && ctx.Err() == nil {
			r.tellSources(strings.Join(r.set.Brokers, ","), reasonAway, err)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !away:
			r.env.Log.Error("the Kafka brokers cannot be read from; trying again until they can", "brokers", r.set.Brokers, "error", connection.Explain(err, r.settingsAt()))
		case err == nil && away:
			r.env.Log.Info("the Kafka brokers can be read from again", "brokers", r.set.Brokers)
		}
		away = err != nil
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// settingsAt is where the settings of this input are in the configuration.
func (r *reader) settingsAt() string { return "inputs." + r.env.Name + "." }

// What the sources say, for as long as it is so, of brokers and of a topic that do not let this input read.
const (
	reasonAway       = "brokers cannot be read from"
	reasonUnreadable = "topic cannot be read"
)

// tellSources shows among the sources what cannot be read, with why in place of a sample.
func (r *reader) tellSources(peer, reason string, err error) {
	r.env.Sources.Rejected(r.env.Name, peer, reason, 0, connection.Explain(err, r.settingsAt()).Error(), r.env.Now())
}

// isAway reports whether an error says that brokers are away, which watch tells.
func isAway(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.EOF)
}
