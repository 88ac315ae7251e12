// Package cli is what the command line does besides running the server: it asks a server over HTTP and shows the
// answer, aligned and coloured for a terminal, as JSON lines for a pipe.
package cli

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// SocketName is the file in the data folder on which a running server answers its own machine.
const SocketName = "haetae.sock"

// Server says how to reach a server: by URL, else by the socket in its data folder.
type Server struct {
	URL   string
	Token string // shown to the server at the URL; the socket wants none
	CA    string // file with authorities (PEM) that may sign the server's certificate; "" for those of the system
	Data  string
}

type client struct {
	base, token string
	http        *http.Client
	err         error // why the server cannot be asked at all
}

func (s Server) client() *client {
	if s.URL != "" {
		base := strings.TrimSuffix(s.URL, "/")
		if !strings.Contains(base, "://") {
			base = "http://" + base
		}
		transport, err := trusting(s.CA)
		return &client{base: base, token: s.Token, http: &http.Client{Transport: transport}, err: err}
	}
	path := filepath.Join(s.Data, SocketName)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", path)
	}
	return &client{base: "http://localhost", http: &http.Client{Transport: &http.Transport{DialContext: dial}}}
}

// trusting is how a server is reached whose certificate the authorities in a file have signed.
func trusting(file string) (*http.Transport, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if file == "" {
		return transport, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read the authorities: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate (PEM)", file)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return transport, nil
}

// get asks the server; an answer other than 2xx is an error in the server's words.
func (c *client) get(ctx context.Context, path string, params url.Values, header http.Header) (io.ReadCloser, error) {
	return c.do(ctx, http.MethodGet, path+"?"+params.Encode(), nil, header)
}

// call sends a JSON body, none when it is nil, and reads a JSON answer.
func (c *client) call(ctx context.Context, method, path string, body, answer any) error {
	var in io.Reader
	header := http.Header{}
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(data)
		header.Set("Content-Type", "application/json")
	}
	out, err := c.do(ctx, method, path, in, header)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := json.NewDecoder(out).Decode(answer); err != nil {
		return fmt.Errorf("cannot read the answer: %w", err)
	}
	return nil
}

func (c *client) do(ctx context.Context, method, path string, body io.Reader, header http.Header) (io.ReadCloser, error) {
	if c.err != nil {
		return nil, c.err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, fmt.Errorf("cannot ask %s: %w", c.base, err)
	}
	for k, v := range header {
		req.Header[k] = v
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.explain(err)
	}
	if resp.StatusCode/100 != 2 {
		defer resp.Body.Close()
		return nil, problemOf(resp)
	}
	return resp.Body, nil
}

// explain words the failures that a user can mend.
func (c *client) explain(err error) error {
	if failed := (*url.Error)(nil); errors.As(err, &failed) {
		err = failed.Err // without the whole URL of the request
	}
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, new(x509.UnknownAuthorityError)):
		return fmt.Errorf("the server's certificate is signed by nobody known here (%w); name its authority, or a self-made certificate itself, with --ca", err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("no server answers (%w); start one with \"haetae server\", or name it with --url or --data", err)
	}
	return fmt.Errorf("cannot ask the server: %w", err)
}

// Problem is the server's error (RFC 9457) as the command line shows it.
type Problem struct {
	Code     string `json:"code"`
	Detail   string `json:"detail"`
	Position *struct {
		Start int `json:"start"`
		End   int `json:"end"`
	} `json:"position"`
}

func (p *Problem) Error() string { return p.Detail }

// Show writes the problem with a mark below the wrong part of the query.
func (p *Problem) Show(w io.Writer, query string) {
	fmt.Fprintln(w, "haetae: "+p.Detail)
	if p.Position == nil || p.Position.Start > len(query) || strings.Contains(query, "\n") {
		return
	}
	end := min(max(p.Position.End, p.Position.Start), len(query))
	fmt.Fprintln(w, "  "+query)
	fmt.Fprintln(w, "  "+strings.Repeat(" ", textWidth(query[:p.Position.Start]))+strings.Repeat("^", max(1, textWidth(query[p.Position.Start:end]))))
}

func problemOf(resp *http.Response) error {
	data, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return fmt.Errorf("the server answered %s: %w", resp.Status, err)
	}
	var p Problem
	if json.Unmarshal(data, &p) == nil && p.Detail != "" {
		return &p
	}
	return fmt.Errorf("the server answered %s: %s", resp.Status, strings.TrimSpace(string(data)))
}

// eachLine calls f for each line of an answer; the slice is valid during the call.
func eachLine(r io.Reader, f func(line []byte) error) error {
	br := bufio.NewReaderSize(r, 64<<10)
	var long []byte
	for {
		part, more, err := br.ReadLine()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the answer broke off: %w", err)
		}
		if more || len(long) > 0 {
			long = append(long, part...)
			if more {
				continue
			}
			part = long
		}
		if err := f(part); err != nil {
			return err
		}
		long = long[:0]
	}
}
