package access

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/model"
)

func wantThrottled(t *testing.T, what string, err error, wait time.Duration) {
	t.Helper()
	wantCode(t, what, err, model.AccessThrottled)
	var refused *model.AccessError
	if errors.As(err, &refused) && (refused.RetryAfter <= 0 || refused.RetryAfter > wait+time.Second) {
		t.Errorf("%s: told to try again in %s, want about %s", what, refused.RetryAfter, wait)
	}
}

// A day of guessing without pause must not be more than some hundred guesses, whoever makes them from wherever.
func TestGuessesOfOneDay(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	f.user("kim", model.RoleAdmin)
	guesses, end := 0, f.Now().Add(24*time.Hour)
	for i := 0; f.Now().Before(end); i++ {
		from := model.Caller{Address: fmt.Sprintf("2001:db8:%x::1", i)}
		_, _, err := f.SignIn(ctx, "kim", "wrong password", "", from)
		var refused *model.AccessError
		if !errors.As(err, &refused) {
			t.Fatal(err)
		}
		if refused.Code == model.AccessCredentials {
			guesses++
			continue
		}
		f.pass(refused.RetryAfter)
	}
	if guesses < freeOfAccount || guesses > 120 {
		t.Errorf("%d guesses in a day", guesses)
	}
	_, _, err := f.SignIn(ctx, "kim", "wrong password", "", here)
	wantCode(t, "one more", err, model.AccessCredentials)
	_, _, err = f.SignIn(ctx, "kim", goodPassword, "", here)
	wantThrottled(t, "the right password meanwhile", err, longestWait)

	restarted := f.another()
	_, _, err = restarted.SignIn(ctx, "kim", "wrong password", "", there)
	wantThrottled(t, "after a restart", err, longestWait)
	f.pass(longestWait)
	if _, _, err := f.SignIn(ctx, "kim", goodPassword, "", here); err != nil {
		t.Errorf("the right password after the wait: %v", err)
	}
	for range freeOfAccount {
		_, _, err = f.SignIn(ctx, "kim", "wrong password", "", here)
		wantCode(t, "a typing error after a success", err, model.AccessCredentials)
	}
}

// Guesses at a time must not be more than one after the other.
func TestGuessesAtOnce(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	f.user("kim", model.RoleAdmin)
	var all sync.WaitGroup
	var mu sync.Mutex
	looked := 0
	for i := range 40 {
		all.Go(func() {
			_, _, err := f.SignIn(ctx, "kim", "wrong password", "", model.Caller{Address: fmt.Sprint("10.0.0.", i)})
			var refused *model.AccessError
			if errors.As(err, &refused) && refused.Code == model.AccessCredentials {
				mu.Lock()
				looked++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if looked != freeOfAccount+1 {
		t.Errorf("%d of 40 guesses at a time were looked at, want %d", looked, freeOfAccount+1)
	}
}

// One address that tries many names.
func TestGuessesOfOneAddress(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	f.user("kim", model.RoleViewer)
	var err error
	n := 0
	for ; n < 100; n++ {
		from := model.Caller{Address: fmt.Sprintf("2001:db8::%x", n)} // of one network
		if _, _, err = f.SignIn(ctx, fmt.Sprint("name", n), "Winter 2026!", "", from); err != nil {
			var refused *model.AccessError
			if errors.As(err, &refused) && refused.Code == model.AccessThrottled {
				break
			}
		}
	}
	if n != freeOfAddress+1 {
		t.Errorf("%d names were tried from one network, want %d", n, freeOfAddress+1)
	}
	if _, _, err := f.SignIn(ctx, "kim", goodPassword, "", there); err != nil {
		t.Errorf("from another address: %v", err)
	}
	f.pass(oneForgotten * 10)
	for i := range 8 {
		if _, _, err = f.SignIn(ctx, fmt.Sprint("other", i), "x", "", model.Caller{Address: "2001:db8::1"}); err == nil {
			t.Fatal("signed in")
		}
		wantCode(t, "ten minutes later", err, model.AccessCredentials)
	}
}

// Who sends from many addresses must not make the table grow, nor push out one that has failed a lot.
func TestAddressesAreBounded(t *testing.T) {
	now := time.Unix(0, 0)
	table := addresses{of: map[string]*addressFailures{}}
	for range freeOfAddress + 5 {
		_ = table.attempt("192.0.2.1", now)
		now = now.Add(5 * time.Second)
	}
	for i := range mostAddresses + 500 {
		if err := table.attempt(fmt.Sprintf("10.%d.%d.1", i/256, i%256), now); err != nil {
			t.Fatal(err)
		}
	}
	if len(table.of) > mostAddresses {
		t.Errorf("%d addresses are kept", len(table.of))
	}
	if f := table.of["192.0.2.1"]; f == nil || f.failures <= freeOfAddress {
		t.Errorf("the one that has failed most was forgotten: %+v", f)
	}
}

// An account whose password somebody knows must not be opened by trying codes between attempts without one.
func TestCodesAreThrottled(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	f.withSecondFactor("kim")
	f.pass(totpPeriod * time.Second)
	tried := 0
	for i := range 200 {
		from := model.Caller{Address: fmt.Sprint("10.1.0.", i)}
		if _, _, err := f.SignIn(ctx, "kim", goodPassword, "", from); err == nil {
			t.Fatal("signed in without a code")
		}
		_, _, err := f.SignIn(ctx, "kim", goodPassword, "000000", from)
		var refused *model.AccessError
		if !errors.As(err, &refused) {
			t.Fatalf("a guessed code: %v", err)
		}
		if refused.Code == model.AccessCredentials {
			tried++
		}
	}
	if tried > freeOfAccount+1 {
		t.Errorf("%d codes were tried without a wait", tried)
	}
}

// Who is told to come again since others sign in has not guessed.
func TestLoadIsNoFailure(t *testing.T) {
	f, ctx := newFixture(t), t.Context()
	f.user("kim", model.RoleAdmin)
	for range hashesWaiting {
		f.hasher.waiting <- struct{}{}
	}
	for range freeOfAccount + 2 {
		_, _, err := f.SignIn(ctx, "kim", goodPassword, "", here)
		wantThrottled(t, "under load", err, 5*time.Second)
	}
	for range hashesWaiting {
		<-f.hasher.waiting
	}
	if _, _, err := f.SignIn(ctx, "kim", goodPassword, "", here); err != nil {
		t.Errorf("after the load: %v", err)
	}
}

// Memory of sign-ins is bounded: what does not fit is told to come again, and nobody waits for ever.
func TestHashesAtOnce(t *testing.T) {
	h := newHasher(cost{memory: 64, passes: 1, threads: 1})
	for range hashesAtOnce {
		h.running <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	errs := make(chan error, hashesWaiting+1)
	for range cap(errs) {
		all.Go(func() {
			_, err := h.hash(ctx, "x")
			errs <- err
		})
	}
	wantThrottled(t, "one more than may wait", <-errs, 5*time.Second)
	cancel()
	all.Wait()
	for range hashesWaiting {
		if err := <-errs; !errors.Is(err, context.Canceled) {
			t.Errorf("one that has gone: %v", err)
		}
	}
}
