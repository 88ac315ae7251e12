// Package httpin is what the inputs that receive by HTTP share: reading bodies in bounded memory, the mapping
// parameters of a request, handing records to the sink, and the terms of an answer.
package httpin

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// Endpoint is the life cycle of an input whose routes are on the main port: it knows the requests under way,
// so that Stop can end long ones and wait for all.
type Endpoint struct {
	Env  input.Env
	Gate *Gate

	mu      sync.Mutex
	active  sync.WaitGroup
	stopped bool
	stop    chan struct{}
}

// gateFactor is how many of the sink's batches the requests of an input may hold together.
const gateFactor = 8

// NewEndpoint returns the life cycle for an input's environment.
func NewEndpoint(env input.Env) *Endpoint {
	return &Endpoint{
		Env:  env,
		Gate: NewGate(max(gateFactor*env.MaxBatch, gateFactor<<20)),
		stop: make(chan struct{}),
	}
}

// Refusal writes that a request failed, in the form of its protocol.
type Refusal func(w http.ResponseWriter, r *http.Request, err error)

// Handle puts a route on the main port; refuse answers those who may not send there, as a problem when it is nil. A pattern that
// another input has already is an error.
func (e *Endpoint) Handle(pattern string, h http.HandlerFunc, refuse Refusal) (err error) {
	defer func() {
		if taken := recover(); taken != nil { // ServeMux's way to say so
			err = &input.SettingError{Key: "type", Err: fmt.Errorf("its route is taken: %v", taken)}
		}
	}()
	e.Env.Mux.HandleFunc(pattern, h)
	e.Refuse(pattern, refuse)
	return nil
}

// Refuse says how those are answered who may not send to a pattern, and counts them.
func (e *Endpoint) Refuse(pattern string, refuse Refusal) {
	if e.Env.Refuse == nil {
		return
	}
	if refuse == nil {
		refuse = func(w http.ResponseWriter, _ *http.Request, err error) { WriteProblem(w, FailureOf(err), Problem{}) }
	}
	e.Env.Refuse(pattern, func(w http.ResponseWriter, r *http.Request, err error) {
		e.Env.Sources.Rejected(e.Env.Name, Peer(r.RemoteAddr), reasonRefused, 1, "", e.Env.Now())
		refuse(w, r, err)
	})
}

// reasonRefused is why the requests of those are counted who may not send.
const reasonRefused = "sender may not send"

// Enter begins a request; leave ends it. It is model.ErrStopping after Stop.
func (e *Endpoint) Enter() (leave func(), err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopped {
		return nil, model.ErrStopping
	}
	e.active.Add(1)
	return e.active.Done, nil
}

// Stopping is closed by Stop: bodies that are still being sent are answered with what is durable by then.
func (e *Endpoint) Stopping() <-chan struct{} { return e.stop }

// Start does nothing: the main port listens.
func (e *Endpoint) Start(context.Context) error { return nil }

// Addrs is nil: the main port listens.
func (e *Endpoint) Addrs() map[string]string { return nil }

// Stop refuses new requests and waits for those under way.
func (e *Endpoint) Stop(ctx context.Context) error {
	e.mu.Lock()
	if !e.stopped {
		e.stopped = true
		close(e.stop)
	}
	e.mu.Unlock()
	done := make(chan struct{})
	go func() {
		e.active.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("requests of input %s are still under way: %w", e.Env.Name, ctx.Err())
	}
}

// Peer is a client's address without its port.
func Peer(remoteAddr string) string {
	host, _, err := net.SplitHostPort(remoteAddr)
	if err != nil {
		return remoteAddr
	}
	return host
}
