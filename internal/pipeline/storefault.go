package pipeline

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/record"
)

// storeFault says that the store panicked. What its writer holds may be in any state: the writer is closed, and the
// records are read from the queue again.
type storeFault struct {
	next  int64 // the records below it were given to the writer
	value any
	stack []byte
}

func (f *storeFault) Error() string { return fmt.Sprintf("the store failed: %v", f.value) }

// guard calls do, which uses the writer, and turns its panic into a *storeFault.
func (p *consumer) guard(do func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &storeFault{next: p.handed, value: value, stack: debug.Stack()}
		}
	}()
	return do()
}

// suspicion is how a partition finds the one record that its store cannot take. The store encodes many records at
// once, so the one at hand when it fails need not be the one. The records between the stored offset and the failure
// are read again and stored in parts, each half of what is left, until the failing part is one record.
type suspicion struct {
	until int64 // one of the records from the stored offset up to here fails; not above it: no suspicion
	limit int64 // where the part that is tried next ends

	culprit int64 // the record that was found
	shape   int   // its shape in the next attempt; asRecord: none was found
}

// narrow takes notice that everything below stored is durable.
func (s *suspicion) narrow(stored int64) {
	if s.until <= stored {
		*s = suspicion{}
		return
	}
	s.limit = stored + max(1, (s.until-stored)/2)
}

// fault takes notice of a failure. It reports whether there is something else to try; there is nothing when the
// store fails without any record or at a bare dead letter.
func (s *suspicion) fault(stored, next int64) bool {
	if next <= stored {
		return false
	}
	if next == stored+1 {
		if s.culprit != stored {
			s.culprit, s.shape = stored, asRecord
		}
		s.shape = (s.shape + 1) % shapes
	}
	s.until = next
	s.narrow(stored)
	return next > stored+1 || s.shape != asRecord
}

// The shapes in which a culprit is given to the store, one after the other. If it fails at all of them, it is not
// the record's fault, and the first is tried again after a pause.
const (
	asRecord = iota
	asLetter
	asBareLetter
	shapes
)

// shapeOf returns the shape of the record at an offset.
func (s *suspicion) shapeOf(offset int64) int {
	if s.until == 0 || offset != s.culprit {
		return asRecord
	}
	return s.shape
}

// faulted prepares for reading the records again after a fault and reports whether that is to be done at once.
func (p *consumer) faulted(f *storeFault) bool {
	again := p.suspects.fault(p.stored, f.next)
	text := fmt.Sprint(f.value)
	p.lastFault = strings.ToValidUTF8(text[:min(len(text), maxFaultText)], "\ufffd")
	if !again {
		p.report(ProblemStore, "the store fails at any record, trying again", errors.New(p.lastFault))
		return false
	}
	if !p.told[toldFault] {
		p.told[toldFault] = true
		p.log.Error("the store failed, looking for the record that it cannot take", "from", p.stored, "to", f.next-1,
			"error", f, "stack", string(f.stack))
	}
	return true
}

// toldFault stands for the first failure among what was logged; its stack is what a report of the bug needs.
const toldFault = "store.fault"

// maxFaultText bounds the reason of a dead letter, in bytes.
const maxFaultText = 1 << 10

// bareLetter is what the store can take in any case. The record's message and fields are lost with it, but not where it
// came from.
func (p *consumer) bareLetter(offset int64, data []byte) *model.Record {
	p.log.Error("the store cannot take a dead letter, its message and fields are left out", "offset", offset, "bytes", len(data))
	now := p.opts.Now().UnixNano()
	bare := &model.Record{Dataset: model.DatasetDeadLetter, Time: now, Observed: now}
	var dec record.Decoder
	var r model.Record
	if dec.Decode(data, &r) == nil { // where it came from is in no field that the sender chose
		bare.Input, bare.Peer, bare.Mark, bare.Fields = r.Input, r.Peer, r.Mark, placeOf(&r)
	}
	bare.Fields = p.letterFields(bare.Fields, offset, fmt.Sprintf("%s of %d bytes: %s", bareReason, len(data), p.lastFault))
	return bare
}

// split cuts a chunk where the part that is tried ends.
func (s *suspicion) split(chunk record.Chunk) (part, rest record.Chunk, cut bool) {
	end := chunk.Base + int64(len(chunk.Records))
	if s.until == 0 || s.limit > end {
		return chunk, record.Chunk{Base: end}, false
	}
	n := max(0, s.limit-chunk.Base)
	part, rest = chunk, record.Chunk{Base: chunk.Base + n, Records: chunk.Records[n:]}
	part.Records = chunk.Records[:n]
	return part, rest, true
}
