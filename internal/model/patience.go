package model

import "context"

// Patience says what a sender can do when its records are over a quota that tells senders to wait.
type Patience int

const (
	// PatienceWhole is a sender that sends the same again when it is told to.
	PatienceWhole Patience = iota
	// PatienceBegun is a sender that would repeat records that are durable already: it goes on for a while on credit.
	PatienceBegun
	// PatienceNone is a sender that cannot be answered, such as one by UDP: what is over is dropped.
	PatienceNone
)

type patienceKey struct{}

// WithPatience returns a context for the writes of such a sender.
func WithPatience(ctx context.Context, p Patience) context.Context {
	return context.WithValue(ctx, patienceKey{}, p)
}

// PatienceOf returns what WithPatience has said, else PatienceWhole.
func PatienceOf(ctx context.Context) Patience {
	p, _ := ctx.Value(patienceKey{}).(Patience)
	return p
}
