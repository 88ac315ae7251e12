package model

import (
	"errors"
	"fmt"
	"time"
)

// ErrStopping is returned to senders while the process drains; they should send again elsewhere or later.
var ErrStopping = errors.New("the server is stopping")

// ErrTooLarge is returned for a record that exceeds limits.line.
var ErrTooLarge = errors.New("record is larger than limits.line")

// BusyError tells a sender to wait and send the same records again: a bound (queue bytes, memory, disk) is
// reached. Protocols answer it as 429 with Retry-After, RESOURCE_EXHAUSTED, or by not reading on.
type BusyError struct {
	Bound      string // configuration key of the bound, such as "queue.max_size"
	RetryAfter time.Duration
}

func (e *BusyError) Error() string {
	return fmt.Sprintf("bound %s is reached, send again in %s", e.Bound, e.RetryAfter)
}
