package httpin

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// pauseLength is how long a piece waits for more of a slow sender.
const pauseLength = 50 * time.Millisecond

// pump reads a long body in a goroutine of its own while the handler works on the piece before, so that the
// piece grows exactly as long as the sink takes, and a sender's pause can be noticed.
type pump struct {
	stop  <-chan struct{}
	done  chan struct{} // closed when the goroutine has ended
	wake  chan struct{} // something was read, the piece is full, or the end was reached
	space chan struct{} // the piece was taken
	share *Share        // used by the goroutine only

	mu     sync.Mutex
	piece  []byte // read, not taken yet
	full   bool   // the goroutine waits for space
	err    error
	closed bool

	taken []byte // what the caller of next holds
}

func newPump(r io.Reader, share *Share, stop <-chan struct{}) *pump {
	p := &pump{
		stop: stop, share: share,
		done: make(chan struct{}), wake: make(chan struct{}, 1), space: make(chan struct{}, 1),
		piece: takeBuffer(firstPiece), taken: takeBuffer(firstPiece),
	}
	go p.run(r)
	return p
}

func (p *pump) run(r io.Reader) {
	defer close(p.done)
	defer p.share.Release()
	chunk := takeBuffer(firstPiece)[:firstPiece]
	defer giveBuffer(chunk)
	for {
		n, err := r.Read(chunk)
		if !p.put(chunk[:n], err) {
			return
		}
	}
}

// put adds what was read to the piece, waiting while the piece is full or no memory is left to make it longer;
// false ends the goroutine.
func (p *pump) put(data []byte, err error) bool {
	for {
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			return false
		}
		size := len(p.piece) + len(data)
		if size <= firstPiece || len(p.piece) == 0 || size <= pieceSize && p.share.TryEnsure(pieceCost*size) {
			first := len(p.piece) == 0
			p.piece = append(p.piece, data...)
			p.err = err
			p.mu.Unlock()
			if first || err != nil { // the rest is taken with it
				signal(p.wake)
			}
			return err == nil
		}
		p.full = true
		p.mu.Unlock()
		signal(p.wake)
		<-p.space
	}
}

func (p *pump) next(ctx context.Context) ([]byte, error) {
	var pause <-chan time.Time
	paused := false
	for {
		p.mu.Lock()
		if p.full || p.err != nil || paused && len(p.piece) > 0 {
			piece, err := p.piece, p.err
			p.piece, p.taken, p.full = p.taken[:0], piece, false
			p.mu.Unlock()
			signal(p.space)
			return piece, err
		}
		some := len(p.piece) > 0
		p.mu.Unlock()
		if some && pause == nil {
			timer := time.NewTimer(pauseLength)
			defer timer.Stop()
			pause = timer.C
		}
		select {
		case <-p.wake:
		case <-pause:
			paused = true
		case <-p.stop:
			return nil, model.ErrStopping
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// close ends the goroutine: at once when it waits for space, else when its read returns, which the caller sees
// to by a deadline.
func (p *pump) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	signal(p.space)
	<-p.done
	giveBuffer(p.piece)
	giveBuffer(p.taken)
}

// signal wakes the one who waits on c, or the one who will.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// buffers holds buffers of firstPiece to pieceSize bytes as *[]byte.
var buffers sync.Pool

func takeBuffer(size int) []byte {
	if b, ok := buffers.Get().(*[]byte); ok && cap(*b) >= size {
		return (*b)[:0]
	}
	return make([]byte, 0, max(size, firstPiece))
}

func giveBuffer(b []byte) {
	if cap(b) > 0 && cap(b) <= 2*pieceSize {
		buffers.Put(&b)
	}
}
