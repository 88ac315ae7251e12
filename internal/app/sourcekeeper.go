package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/input"
)

// What is kept of the senders across a restart.
const (
	keptSources    = 1000 // those that were seen last; fewer than have a history, so that new ones get one
	keptSourcesFor = 30 * 24 * time.Hour
	keepEvery      = time.Minute

	sourcesNamespace = "input.sources" // no input's, see retentionNamespace
	sourcesSavedAt   = "at"            // the keys of sources have a slash
)

// sourceKeeper keeps the list of senders in the metadata store: a row for each, written when it has sent again.
type sourceKeeper struct {
	a     *app
	saved map[string]time.Time // last seen, by key
	// down is how long no server ran before this one: nobody was silent then.
	down time.Duration
}

// openSources brings back the senders that an earlier process knew, and keeps them from now on.
func (a *app) openSources(ctx context.Context) error {
	a.sourceKeeper = &sourceKeeper{a: a, saved: map[string]time.Time{}}
	if err := a.sourceKeeper.load(ctx, a.started); err != nil {
		return err
	}
	a.life.every(keepEvery, "the list of sources", 10*time.Second, func(ctx context.Context, now time.Time) {
		if err := a.sourceKeeper.save(ctx, now); err != nil && ctx.Err() == nil {
			a.log.Warn("cannot keep the list of sources; trying again", "error", err)
		}
	}, func(ctx context.Context) error { return a.sourceKeeper.save(ctx, time.Now()) })
	return nil
}

func (k *sourceKeeper) load(ctx context.Context, now time.Time) error {
	state := k.a.ownState(sourcesNamespace)
	keys, err := state.Keys(ctx, "")
	if err != nil {
		return err
	}
	var rows []input.SourceStats
	for _, key := range keys {
		data, err := state.Get(ctx, key)
		if err != nil {
			return err
		}
		if key == sourcesSavedAt {
			at, err := time.Parse(time.RFC3339Nano, string(data))
			if err == nil {
				k.down = max(0, now.Sub(at))
			}
			continue
		}
		var row input.SourceStats
		err = json.Unmarshal(data, &row)
		k.saved[key] = row.LastSeen // what is not taken is deleted with the next save
		if err != nil {
			k.a.log.Warn("a kept source cannot be read and is forgotten", "source", key, "error", err)
			continue
		}
		row.Input, row.Peer, _ = strings.Cut(key, "/") // JSON cannot hold a file name that is not UTF-8
		if now.Sub(row.LastSeen) <= keptSourcesFor {
			rows = append(rows, row)
		}
	}
	k.a.sources.Restore(rows, now)
	return nil
}

// save writes what has changed since the last time, in one transaction.
func (k *sourceKeeper) save(ctx context.Context, now time.Time) error {
	rows := slices.DeleteFunc(k.a.sources.All(now), func(s input.SourceStats) bool { return now.Sub(s.LastSeen) > keptSourcesFor })
	slices.SortFunc(rows, func(x, y input.SourceStats) int { return y.LastSeen.Compare(x.LastSeen) })
	rows = rows[:min(len(rows), keptSources)]
	values := map[string][]byte{sourcesSavedAt: []byte(now.UTC().Format(time.RFC3339Nano))}
	kept := make(map[string]time.Time, len(rows))
	for _, s := range rows {
		key := s.Input + "/" + s.Peer
		kept[key] = s.LastSeen
		if k.saved[key].Equal(s.LastSeen) {
			continue
		}
		s.Minutes, s.Lag, s.Rate = nil, nil, 0
		data, err := json.Marshal(s)
		if err != nil {
			return fmt.Errorf("cannot keep the source %q: %w", key, err)
		}
		values[key] = data
	}
	for key := range k.saved {
		if _, ok := kept[key]; !ok {
			values[key] = nil
		}
	}
	if err := k.a.ownState(sourcesNamespace).Put(ctx, values); err != nil {
		return err
	}
	k.saved = kept
	return nil
}

// silence is how long a source has sent nothing while a server ran.
func (k *sourceKeeper) silence(s input.SourceStats, now time.Time) time.Duration {
	silence := now.Sub(s.LastSeen)
	if s.LastSeen.Before(k.a.started) {
		silence -= k.down
	}
	return silence
}
