// Package pipe runs the pipes of a query over the batches that a search emits.
//
// A chain of processors ends in the query's own sink. Rows are written by several workers at once; what a
// processor keeps between rows it keeps for each worker apart, without locks, and merges when it is flushed.
package pipe

import (
	"errors"
	"fmt"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// ErrStop is returned by Write when no further rows can change the result. It ends a search without being an
// error of the query.
var ErrStop = errors.New("no more rows are wanted")

// Processor takes rows and passes on what becomes of them.
type Processor interface {
	// Write takes a batch, which is valid only during the call. Calls with different workers may run at the
	// same time; calls with the same worker do not.
	Write(worker int, b *logsql.Batch) error
	// Flush passes on what is kept, as worker 0, and flushes the next processor. It is called once, when no
	// Write runs.
	Flush() error
}

// Options are what the pipes of one query share.
type Options struct {
	Workers  int      // rows are written by workers 0 to Workers-1
	Budget   *Budget  // memory of all pipes of the query together
	Seconds  float64  // length of the query's time range, for rate(); 0 when it has no bounds
	Datasets []string // that the query reads
	Query    QueryFunc
	Ended    func() error // why the query must end, nil while it may go on; for pipes that make rows
	Min, Max int64        // times that rows can have, both included; math.MinInt64 and math.MaxInt64 when open
	Patterns model.Patterns
	Columns  bool        // value_type may ask how batches hold a field: as blocks do, which depends on rows that not everybody sees
	Cost     func() Cost // of the query, when its search has ended
}

// Build returns the first processor of a chain that runs the pipes and writes to sink.
func Build(pipes []logsql.Pipe, opts Options, sink Processor) (Processor, error) {
	next := sink
	for i := len(pipes) - 1; i >= 0; i-- {
		p, err := newProcessor(pipes[i], opts, next)
		if err != nil {
			return nil, err
		}
		next = p
	}
	return next, nil
}

func newProcessor(p logsql.Pipe, opts Options, next Processor) (Processor, error) {
	switch p := p.(type) {
	case *logsql.PipeFields, *logsql.PipeDelete, *logsql.PipeRename, *logsql.PipeCopy:
		return newProject(p, opts, next), nil
	case *logsql.PipeFilter:
		return newFilter(p, opts, next), nil
	case *logsql.PipeLimit:
		return newLimit(p.N, opts, next), nil
	case *logsql.PipeOffset:
		return newOffset(p.N, opts, next), nil
	case *logsql.PipeSort:
		return newSort(p, opts, next), nil
	case *logsql.PipeStats:
		return newStats(p, opts, next)
	case *logsql.PipePatterns:
		return newPatterns(p, opts, next)
	case *logsql.PipeUniq:
		return newUniq(p, opts, next), nil
	case *logsql.PipeTop:
		return newTop(p, opts, next), nil
	case *logsql.PipeFieldNames:
		return newFieldNames(p, opts, next), nil
	case *logsql.PipeFieldValues:
		return newFieldValues(p, opts, next), nil
	case *logsql.PipeFacets:
		return newFacets(p, opts, next), nil
	case *logsql.PipeExtract, *logsql.PipeExtractRegexp, *logsql.PipeUnpack, *logsql.PipeFormat,
		*logsql.PipeReplace, *logsql.PipeMath, *logsql.PipePack, *logsql.PipeSetStreamFields,
		*logsql.PipeUnpackSyslog, logsql.TextPipe, Views:
		return newDerive(p, opts, next), nil
	case *logsql.PipeRunningStats:
		if p.Total {
			return newTotals(p, opts, next)
		}
		return newRunning(p, opts, next)
	case *logsql.PipeStreamContext:
		return newStreamContext(p, opts, next), nil
	case *logsql.PipeBlockStats:
		if p.Of == nil {
			return next, nil // the search makes its rows
		}
		return &blockStats{of: p.Of, out: make([]Selection, opts.Workers), next: next}, nil
	case *logsql.PipeBlocksCount:
		return &blocksCount{as: p.As, next: next}, nil
	case *logsql.PipeQueryStats:
		return &queryStats{cost: opts.Cost, next: next}, nil
	case *logsql.PipeUnroll:
		return newUnroll(p, opts, next), nil
	case *logsql.PipeSample:
		return newSample(p, opts, next), nil
	case *logsql.PipeDropEmptyFields:
		return newDropEmpty(opts, next), nil
	case *logsql.PipeGenerateSequence:
		return &sequence{n: p.N, ended: opts.Ended, next: next}, nil
	case *logsql.PipeJoin:
		return newJoin(p, opts, next)
	case *logsql.PipeUnion:
		return newUnion(p, opts, next), nil
	}
	return nil, fmt.Errorf("cannot run pipe %q: not supported", p.Name())
}

// Streams reports whether a pipe passes rows on as they come, so that it can stand in a live tail.
func Streams(p logsql.Pipe) bool {
	switch p.(type) {
	case *logsql.PipeFilter, *logsql.PipeUnroll, *logsql.PipeSample, *logsql.PipeDropEmptyFields:
		return true
	}
	return KeepsRows(p)
}

// KeepsRows reports whether a pipe passes on each row as one row, as it comes.
func KeepsRows(p logsql.Pipe) bool {
	switch p.(type) {
	case *logsql.PipeFields, *logsql.PipeDelete, *logsql.PipeRename, *logsql.PipeCopy,
		*logsql.PipeExtract, *logsql.PipeExtractRegexp, *logsql.PipeUnpack, *logsql.PipeFormat,
		*logsql.PipeReplace, *logsql.PipeMath, *logsql.PipePack, *logsql.PipeSetStreamFields,
		*logsql.PipeUnpackSyslog, logsql.TextPipe:
		return true
	}
	return false
}

// Sink is a Processor made of a function.
type Sink func(worker int, b *logsql.Batch) error

// Write calls the function.
func (s Sink) Write(worker int, b *logsql.Batch) error { return s(worker, b) }

// Flush does nothing.
func (s Sink) Flush() error { return nil }

// flushInto writes what emit produces to next and flushes it; ErrStop only ends the writing.
func flushInto(next Processor, emit func(write func(*logsql.Batch) error) error) error {
	err := emit(func(b *logsql.Batch) error {
		if b.N == 0 {
			return nil
		}
		return next.Write(0, b)
	})
	if err != nil && !errors.Is(err, ErrStop) {
		return err
	}
	return next.Flush()
}
