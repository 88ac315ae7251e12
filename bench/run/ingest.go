package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ingestResult is what it took to store the rows.
type ingestResult struct {
	rows       int
	raw        int64
	send       time.Duration // from the first body to the last answer
	searchable time.Duration // until all rows are found
	sendCPU    time.Duration // of the server until then
	settledCPU time.Duration // of the server until joining had ended
	peakRSS    int64
	disk       int64
}

const bodyBytes = 2 << 20

// ingest stores the rows of a file, and waits until their segments are joined.
func ingest(s *server, path string, connections int) (ingestResult, error) {
	before, err := s.cpu()
	if err != nil {
		return ingestResult{}, err
	}
	r, err := store(s, path, connections)
	if err != nil {
		return r, err
	}
	if err := s.settle(3 * time.Minute); err != nil {
		return r, err
	}
	after, err := s.cpu()
	if err != nil {
		return r, err
	}
	r.settledCPU = after - before
	if r.peakRSS, err = s.peakRSS(); err != nil {
		return r, err
	}
	r.disk, err = s.disk()
	return r, err
}

// store sends the rows of a file over several connections and waits until all are found. What joining and disk took is
// not in the result.
func store(s *server, path string, connections int) (ingestResult, error) {
	var r ingestResult
	before, err := s.cpu()
	if err != nil {
		return r, err
	}
	start := time.Now()
	if r.rows, r.raw, err = sendFile(s, path, connections); err != nil {
		return r, err
	}
	r.send = time.Since(start)
	if err := awaitRows(s, "*", r.rows, 2*time.Minute); err != nil {
		return r, err
	}
	r.searchable = time.Since(start)
	after, err := s.cpu()
	if err != nil {
		return r, err
	}
	r.sendCPU = after - before
	r.peakRSS, err = s.peakRSS()
	return r, err
}

// sendFile posts a file of JSON lines in bodies of about bodyBytes. A body that is answered 429 is sent again.
func sendFile(s *server, path string, connections int) (rows int, raw int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = f.Close() }() // only read
	free := make(chan []byte, connections+1)
	for range connections + 1 {
		free <- make([]byte, 0, bodyBytes+64<<10)
	}
	full := make(chan []byte)
	errs := make(chan error, connections)
	var senders sync.WaitGroup
	for range connections {
		senders.Go(func() {
			for body := range full {
				if err := post(s, "/insert/jsonline?_stream_fields=host,app", body); err != nil {
					errs <- err
					return
				}
				time.Sleep(s.pause)
				free <- body
			}
		})
	}
	var rest []byte
	for err == nil {
		var body []byte
		select {
		case body = <-free:
		case err = <-errs:
			continue
		}
		body = append(body[:0], rest...)
		var n int
		n, err = io.ReadFull(f, body[len(body):bodyBytes])
		body = body[:len(body)+n]
		end := bytes.LastIndexByte(body, '\n') + 1
		rest = append(rest[:0], body[end:]...)
		body = body[:end]
		if end == 0 {
			continue
		}
		rows += bytes.Count(body, []byte{'\n'})
		raw += int64(len(body))
		select {
		case full <- body:
		case err = <-errs:
		}
	}
	close(full)
	senders.Wait()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	select {
	case sendErr := <-errs:
		err = errors.Join(err, sendErr)
	default:
	}
	return rows, raw, err
}

func post(s *server, path string, body []byte) error {
	for {
		resp, err := s.client.Post(s.url+path, "application/stream+json", bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("cannot send to %s: %w", s.name, err)
		}
		answer, _ := io.ReadAll(io.LimitReader(resp.Body, 1000)) // only for the error's text
		_ = resp.Body.Close()
		switch {
		case resp.StatusCode < 300:
			return nil
		case resp.StatusCode == http.StatusTooManyRequests:
			seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After")) // 0 when it says nothing
			time.Sleep(max(time.Duration(seconds)*time.Second, 100*time.Millisecond))
		default:
			return fmt.Errorf("%s answered %s: %s", s.name, resp.Status, answer)
		}
	}
}

// awaitRows waits until a query finds n rows. The longer it takes, the less often it asks: asking costs CPU too.
func awaitRows(s *server, filter string, n int, limit time.Duration) error {
	got := -1
	start := time.Now()
	for time.Since(start) < limit {
		var err error
		if got, err = countRows(s, filter); err != nil {
			return err
		}
		if got >= n {
			break
		}
		time.Sleep(max(20*time.Millisecond, time.Since(start)/20))
	}
	if got != n {
		return fmt.Errorf("%s has %d rows, want %d", s.name, got, n)
	}
	return nil
}

func countRows(s *server, filter string) (int, error) {
	answer, err := ask(s, filter+" | stats count() as n")
	if err != nil {
		return 0, err
	}
	_, digits, _ := strings.Cut(string(answer), `"n":"`)
	digits, _, _ = strings.Cut(digits, `"`)
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0, fmt.Errorf("%s answered a count with %q", s.name, answer)
	}
	return n, nil
}
