package pipe

import (
	"errors"

	"github.com/haetae/haetae/internal/logsql"
)

// union passes its rows on, and those of another query when they are through.
type union struct {
	pipe *logsql.PipeUnion
	run  QueryFunc
	next Processor
}

func newUnion(p *logsql.PipeUnion, opts Options, next Processor) *union {
	return &union{pipe: p, run: opts.Query, next: next}
}

func (u *union) Write(worker int, b *logsql.Batch) error { return u.next.Write(worker, b) }

func (u *union) Flush() error {
	err := u.run(u.pipe.Query, func(b *logsql.Batch) error { return u.next.Write(0, b) })
	if err != nil && !errors.Is(err, ErrStop) {
		return err
	}
	return u.next.Flush()
}
