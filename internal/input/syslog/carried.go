package syslog

import (
	"time"

	"github.com/haetae/haetae/internal/input/deliver"
)

// Carried maps syslog messages that another protocol carries, such as the values of a Kafka topic. It belongs to one
// goroutine at a time.
type Carried struct{ mapper mapper }

// NewCarried returns the mapping for an input. zone is that of times without one.
func NewCarried(input string, zone *time.Location) *Carried {
	return &Carried{mapper{input: input, zone: zone}}
}

// LooksLike reports whether a text begins as a syslog message does: with a priority, RFC 5424 section 6.2.1.
func LooksLike(text string) bool {
	for i := 1; i < min(len(text), 5); i++ {
		if text[i] == '>' {
			return text[0] == '<' && i > 1
		}
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return false
}

// Add puts the record of one message into the batch; a text that is none becomes a line. Texts of the record alias the
// message. Nobody is known who sent it: a message without a host has none.
func (c *Carried) Add(b *deliver.Batch, text string, now int64, size int) {
	c.mapper.add(b, text, "", now, size)
}
