package netguard

import (
	"fmt"
	"io"
	"net/http"
)

// bounded bounds the bodies of answers: whoever is asked may send without end.
type bounded struct {
	http.RoundTripper
}

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = &boundedBody{resp.Body, MaxBody}
	}
	return resp, err
}

// boundedBody fails behind its last byte, so that a cut answer is not taken for a whole one.
type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, fmt.Errorf("the answer is longer than %d bytes", MaxBody)
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left+1)])
	b.left -= n
	if b.left < 0 {
		return n - 1, fmt.Errorf("the answer is longer than %d bytes", MaxBody)
	}
	return n, err
}
