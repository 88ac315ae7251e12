package access

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/haetae/haetae/internal/model"
)

const (
	// pollEvery is how soon what another process has changed holds here.
	pollEvery = time.Second
	tidyEvery = time.Minute
	// answerWithin is how long the metadata are waited for.
	answerWithin = 10 * time.Second
)

// Run keeps the book up to date with other processes, writes down what was used, and forgets what is over, until ctx ends.
// It goes on with what it knows while the metadata cannot be reached.
func (s *Service) Run(ctx context.Context) {
	poll, tidy := time.NewTicker(pollEvery), time.NewTicker(tidyEvery)
	defer poll.Stop()
	defer tidy.Stop()
	for failed := false; ; {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
			err = s.poll(ctx)
		case <-tidy.C:
			err = s.tidy(ctx)
		}
		if err != nil && !failed && ctx.Err() == nil {
			s.log.Error("cannot keep up with who may what; going on with what is known", "error", err)
		}
		failed = err != nil
	}
}

func (s *Service) poll(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	generation, err := s.store.AccessGeneration(ctx)
	if err != nil || generation == s.book.Load().generation {
		return err
	}
	return s.reload(ctx)
}

func (s *Service) tidy(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	return s.Tidy(ctx)
}

// Tidy writes down what was used, and forgets sessions and attempts that are over.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.now()
	err := s.uses.flush(ctx, s.store)
	if err == nil { // else those in use would seem idle
		err = s.store.ForgetSessions(ctx, now.Add(-time.Duration(s.settings.SessionIdle)), now.Add(-time.Duration(s.settings.SessionMax)))
	}
	return errors.Join(
		err,
		s.store.ForgetAttempts(ctx, now.Add(-forgetAttempts), mostAttempts),
	)
}

// flush writes first and forgets then: meanwhile a session must not seem idle.
func (u *uses) flush(ctx context.Context, store model.AccessStore) error {
	u.mu.Lock()
	sessions, tokens := maps.Clone(u.sessions), maps.Clone(u.tokens)
	u.mu.Unlock()
	if err := errors.Join(store.UseSessions(ctx, sessions), store.UseTokens(ctx, tokens)); err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	maps.DeleteFunc(u.sessions, func(id string, use model.Use) bool { return sessions[id] == use })
	maps.DeleteFunc(u.tokens, func(id string, use model.Use) bool { return tokens[id] == use })
	return nil
}
