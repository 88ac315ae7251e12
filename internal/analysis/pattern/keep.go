package pattern

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/haetae/haetae/internal/model"
)

// kept is how a page is written: version 1. Texts are the messages' own words; no values of variables.
type kept struct {
	Since  int64    `json:"since"`
	Others []string `json:"others,omitempty"`
	Pieces []piece  `json:"pieces"`
}

const pagePrefix = "1/"

// load reads the pages that state keeps. One that cannot be read is named in the log and passed over: its pattern is
// still found by its looks.
func load(ctx context.Context, state State, log *slog.Logger) (*pages, error) {
	l := newLearner(&pages{known: map[model.PatternID]*page{}, wild: map[string][]*page{}})
	if state == nil {
		return &l.pages, nil
	}
	keys, err := state.Keys(ctx, pagePrefix)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		value, err := state.Get(ctx, key)
		if err != nil {
			return nil, err
		}
		p, err := readPage(key[len(pagePrefix):], value)
		if err != nil {
			log.Warn("cannot read a pattern that was learned", "key", key, "error", err)
			continue
		}
		l.put(p)
		l.count++
	}
	return &l.pages, nil
}

func readPage(name string, value []byte) (*page, error) {
	var k kept
	if err := json.Unmarshal(value, &k); err != nil {
		return nil, err
	}
	id, err := model.ParsePatternID(name)
	if err != nil {
		return nil, err
	}
	var others []model.PatternID
	for _, text := range k.Others {
		other, err := model.ParsePatternID(text)
		if err != nil {
			return nil, err
		}
		others = append(others, other)
	}
	return newPage(id, k.Since, k.Pieces, others), nil
}

// save writes pages; a nil one is no longer kept.
func save(ctx context.Context, state State, pages map[model.PatternID]*page) error {
	values := map[string][]byte{}
	for id, p := range pages {
		key := pagePrefix + id.String()
		values[key] = nil
		if p == nil {
			continue
		}
		k := kept{Since: p.Since, Pieces: p.pieces}
		for _, other := range p.others {
			k.Others = append(k.Others, other.String())
		}
		value, err := json.Marshal(k)
		if err != nil {
			return err
		}
		values[key] = value
	}
	return state.Put(ctx, values)
}
