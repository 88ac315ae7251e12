//go:build !linux

package kafka

import "time"

var began = time.Now()

// Elsewhere a thread has no priority of its own and its CPU time is not told: the trial is timed by the clock.
func yieldThread() {}

func threadTime() time.Duration { return time.Since(began) }
