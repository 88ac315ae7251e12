package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// tailResult is how long rows took from being sent to being seen in a live tail.
type tailResult struct {
	sent, seen    int
	p50, p99, max time.Duration
}

// pace is how rows are sent that are watched on their way.
type pace struct {
	rate int // rows a second
	body int // rows of one request
	time time.Duration
}

func (p pace) rows() int { return int(p.time.Seconds() * float64(p.rate)) }

// usualPace is a request every 10 ms.
var usualPace = pace{rate: 20_000, body: 200, time: 10 * time.Second}

const tailGrace = 10 * time.Second // for the last rows to arrive

// measureTail sends rows at a pace, each with its time of sending, and reads them from /select/logsql/tail.
func measureTail(s *server, at pace) (tailResult, error) {
	mark := "tail" + strconv.FormatInt(time.Now().UnixNano(), 36)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet,
		s.url+"/select/logsql/tail?query="+url.QueryEscape(mark), nil)
	if err != nil {
		return tailResult{}, err
	}
	want := at.rows()
	latencies := make(chan []time.Duration, 1)
	ready := make(chan error, 1)
	go func() {
		// Headers may come only with the first row: that the tail has begun is known by the rows before the clock.
		resp, err := s.client.Do(req)
		ready <- err
		if err != nil {
			latencies <- nil
			return
		}
		defer func() { _ = resp.Body.Close() }() // cancelled
		latencies <- readTail(resp, want)
	}()
	if err := warmTail(s, mark, ready); err != nil {
		return tailResult{}, err
	}
	if err := sendPaced(s, mark, at); err != nil {
		return tailResult{}, err
	}
	timer := time.AfterFunc(tailGrace, cancel)
	defer timer.Stop()
	got := <-latencies
	if len(got) == 0 {
		return tailResult{}, fmt.Errorf("no row came through the tail of %s", s.name)
	}
	slices.Sort(got)
	return tailResult{
		sent: want, seen: len(got), p50: got[len(got)/2], p99: got[len(got)*99/100], max: got[len(got)-1],
	}, nil
}

// warmTail sends rows without a time until the tail has answered.
func warmTail(s *server, mark string, ready <-chan error) error {
	limit := time.After(30 * time.Second)
	for {
		if err := post(s, "/insert/jsonline?_stream_fields=host,app", appendTailRow(nil, mark, 0)); err != nil {
			return err
		}
		select {
		case err := <-ready:
			return err
		case <-limit:
			return errors.New("the tail does not begin")
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func sendPaced(s *server, mark string, at pace) error {
	n := at.rows()
	tick := time.NewTicker(time.Second * time.Duration(at.body) / time.Duration(at.rate))
	defer tick.Stop()
	// Several requests may be under way: a slow answer must not slow the sending.
	const senders = 8
	bodies := make(chan []byte, senders)
	done := make(chan error, senders)
	for range senders {
		go func() {
			var failed error
			for body := range bodies {
				failed = errors.Join(failed, post(s, "/insert/jsonline?_stream_fields=host,app", body))
			}
			done <- failed
		}()
	}
	start := time.Now()
	for sent := 0; sent < n; {
		<-tick.C
		for due := int(time.Since(start).Seconds() * float64(at.rate)); sent < min(due, n); sent += at.body {
			var body []byte
			for range at.body {
				body = appendTailRow(body, mark, time.Now().UnixNano())
			}
			bodies <- body
		}
	}
	close(bodies)
	var err error
	for range senders {
		err = errors.Join(err, <-done)
	}
	return err
}

func appendTailRow(dst []byte, mark string, sent int64) []byte {
	dst = append(dst, `{"_time":"`...)
	dst = time.Now().UTC().AppendFormat(dst, time.RFC3339Nano)
	dst = append(dst, `","host":"bench","app":"tail","_msg":"`...)
	dst = append(dst, mark...)
	if sent > 0 {
		dst = append(dst, " sent="...)
		dst = strconv.AppendInt(dst, sent, 10)
	}
	return append(dst, "\"}\n"...)
}

// readTail returns the latencies of up to want rows.
func readTail(resp *http.Response, want int) []time.Duration {
	var out []time.Duration
	lines := bufio.NewReaderSize(resp.Body, 1<<20)
	for len(out) < want {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			break
		}
		_, digits, ok := bytes.Cut(line, []byte(" sent="))
		if !ok {
			continue
		}
		now := time.Now().UnixNano()
		var sent int64
		for _, c := range digits {
			if c < '0' || c > '9' {
				break
			}
			sent = sent*10 + int64(c-'0')
		}
		out = append(out, time.Duration(now-sent))
	}
	return out
}
