package api

import (
	"io"
	"net/http"
	"time"
)

// Bounds of a request's body where records are not sent: a query may hold long lists of values.
const (
	maxBody    = 8 << 20
	bodyWithin = time.Minute
)

// boundBody makes reading a body fail beyond the bounds of size and time.
func boundBody(w http.ResponseWriter, r *http.Request) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	conn := http.NewResponseController(w)
	if conn.SetReadDeadline(time.Now().Add(bodyWithin)) != nil { // a writer of a test
		conn = nil
	}
	r.Body = &boundedBody{http.MaxBytesReader(w, r.Body, maxBody), conn}
}

// boundedBody lifts the bound of time when the body has ended, for what the server then reads to see whether the client is there.
type boundedBody struct {
	io.ReadCloser
	conn *http.ResponseController // nil without a bound of time
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.lift()
	}
	return n, err
}

func (b *boundedBody) Close() error {
	b.lift()
	return b.ReadCloser.Close()
}

func (b *boundedBody) lift() {
	if b.conn != nil {
		_ = b.conn.SetReadDeadline(time.Time{}) // it could be set
		b.conn = nil
	}
}
