package store

import "context"

// Lease is the right of one process to do something that several might.
type Lease struct {
	Name  string
	Owner string // member
	Term  int64  // grows each time it changes hands
}

type leaseKey struct{}

// WithLease is the context of work under a lease.
func WithLease(ctx context.Context, lease Lease) context.Context {
	return context.WithValue(ctx, leaseKey{}, lease)
}

// LeaseOf returns the lease under which work is done, the zero one when no other process could do it.
func LeaseOf(ctx context.Context) Lease {
	lease, _ := ctx.Value(leaseKey{}).(Lease)
	return lease
}
