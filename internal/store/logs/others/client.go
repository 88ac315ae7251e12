package others

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs"
)

// How long an owner may take to be reached, and between two pieces of the answer.
const (
	connectWithin = time.Second
	goOnWithin    = 5 * time.Second
)

// Host is the one that members are asked as. What leads to them, such as a tunnel, ends on their machine, and by another name they
// would take it for a web page's attempt to reach them.
const Host = "localhost"

// Client asks other members; it is a logs.Others.
type Client struct {
	secret string
	scheme string
	http   *http.Client
	patience
}

// NewClient returns a client that shows the secret; by TLS, to members that its configuration trusts, when that is not nil.
func NewClient(secret string, secure *tls.Config) *Client {
	dialer := &net.Dialer{Timeout: connectWithin}
	return &Client{secret: secret, scheme: Scheme(secure), patience: newPatience(), http: &http.Client{
		Transport: &http.Transport{
			TLSClientConfig: secure,
			DialContext:     dialer.DialContext, DisableCompression: true,
			MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("members do not redirect") },
	}}
}

// Scheme is that of the URLs of members.
func Scheme(secure *tls.Config) string {
	if secure != nil {
		return "https"
	}
	return "http"
}

// Close ends connections that are not in use.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Unsealed implements logs.Others.
func (c *Client) Unsealed(ctx context.Context, member store.Member, ask logs.Ask, give func(logs.Part) error) (cursor logs.Cursor, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	body, err := c.begin(ctx, cancel, member, ask)
	if err != nil {
		return cursor, err
	}
	defer body.Close()
	stalled := time.AfterFunc(goOnWithin, func() { cancel(fmt.Errorf("nothing came for %s", goOnWithin)) })
	defer stalled.Stop()
	fail := func(err error) (logs.Cursor, error) {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return logs.Cursor{}, err
	}
	d, err := newDecoder(&watched{body, stalled})
	if err != nil {
		return fail(err)
	}
	for {
		frame, err := d.next()
		if err == io.EOF {
			return cursor, nil
		}
		if err != nil {
			return fail(err)
		}
		switch f := frame.(type) {
		case logs.Part:
			if err := give(f); err != nil {
				return cursor, err
			}
		case cursorFrame:
			cursor = f.cursor
		}
	}
}

// begin waits for the first of the answer, for as long as the member deserves.
func (c *Client) begin(ctx context.Context, cancel context.CancelCauseFunc, member store.Member, ask logs.Ask) (io.ReadCloser, error) {
	late := &lateError{within: c.with(member.ID), usual: c.usual}
	alarm := time.AfterFunc(late.within, func() { cancel(late) })
	body, err := c.post(ctx, member, ask)
	if alarm.Stop() || context.Cause(ctx) != error(late) {
		if err == nil {
			c.inTime(member.ID)
		}
		return body, err
	}
	if err == nil { // it began at the last moment, and reading on would fail
		body.Close()
	}
	c.wasLate(member.ID, late.within)
	return nil, late
}

// post sends what is asked for and returns the answer's body.
func (c *Client) post(ctx context.Context, member store.Member, ask logs.Ask) (io.ReadCloser, error) {
	text, err := json.Marshal(ask)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.scheme+"://"+member.Address+PathUnsealed, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Host = Host
	req.Header.Set("Authorization", "Bearer "+c.secret)
	req.Header.Set("Content-Type", "application/json")
	answer, err := c.http.Do(req)
	if err != nil {
		var wrapped *url.Error // names the address, as who is told does
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return nil, err
	}
	switch answer.StatusCode {
	case http.StatusOK:
		return answer.Body, nil
	case http.StatusConflict:
		answer.Body.Close()
		return nil, logs.ErrMoved
	}
	defer answer.Body.Close()
	why, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10)) // the status says enough
	return nil, fmt.Errorf("%s: %s", answer.Status, strings.TrimSpace(string(why)))
}

// watched puts an alarm off each time that something comes.
type watched struct {
	r     io.Reader
	alarm *time.Timer
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.alarm.Reset(goOnWithin)
	}
	return n, err
}
