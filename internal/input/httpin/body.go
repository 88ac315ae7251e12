package httpin

import (
	"context"
	"io"
	"net/http"
)

// Body reads a request's body without its content encoding in pieces of bounded size, for protocols that are not
// lines. A piece ends when it is full, when the body ends, or when the sender pauses.
type Body struct {
	src     source
	content *content
	encoded io.Reader
	conn    *http.ResponseController
	share   *Share
	eof     bool
}

// NewBody begins to read. limit bounds what must be decoded at once (a snappy block); stop ends the reading early
// with model.ErrStopping. Close must be called before the handler returns.
func NewBody(w http.ResponseWriter, r *http.Request, gate *Gate, limit int, stop <-chan struct{}) (*Body, error) {
	share := gate.ShareBeside(Peer(r.RemoteAddr), pieceCost*pieceSize) // the pump's
	if err := share.Ensure(r.Context(), pieceCost*firstPiece); err != nil {
		return nil, err
	}
	c, err := openContent(r.Context(), r, share, limit)
	if err != nil {
		share.Release()
		return nil, err
	}
	return &Body{
		src: newPump(c, gate.Share(Peer(r.RemoteAddr)), stop), content: c, encoded: r.Body,
		conn: http.NewResponseController(w), share: share,
	}, nil
}

// Next returns what was read since the call before, valid until the following call, and io.EOF together with the
// last bytes. Other errors are a *RequestError, *model.BusyError, model.ErrStopping or the context's.
func (b *Body) Next(ctx context.Context) ([]byte, error) {
	piece, err := b.src.next(ctx)
	b.eof = b.eof || err == io.EOF
	return piece, err
}

// Close gives buffers back. When the body was not read to its end it first reads and drops a bounded part, so that
// the sender gets to read the answer.
func (b *Body) Close() {
	if b.eof {
		b.src.close()
	} else {
		drain(b.encoded, b.conn, b.src.close)
	}
	b.content.Close()
	b.share.Release()
}
