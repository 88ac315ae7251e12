package kafka

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// watcher asks a process again and again how many lines there are.
type watcher struct {
	asked, whole int // answers, and those that did not say partial
	reason       string
	longest      time.Duration
}

// moment is how many lines had been acknowledged.
type moment struct {
	at    time.Time
	acked int
}

// run asks each 100 ms until stop is closed: no answer may have fewer lines than were acknowledged a second before it was asked
// for, unless it says that it is partial, and none more than were sent. A process that is away does not answer.
func (w *watcher) run(t *testing.T, base string, load *sender, stop <-chan struct{}) {
	client := &http.Client{Timeout: 20 * time.Second}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	var past []moment
	least := 0
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		now := time.Now()
		past = append(past, moment{now, load.acknowledged() * batchLines})
		for len(past) > 0 && past[0].at.Before(now.Add(-time.Second)) {
			least, past = past[0].acked, past[1:]
		}
		n, partial, ok := countLines(t, client, base)
		if !ok {
			continue
		}
		w.longest = max(w.longest, time.Since(now))
		w.asked++
		load.mu.Lock()
		most := load.next
		load.mu.Unlock()
		if n > most {
			t.Errorf("%s shows %d lines, %d were sent", base, n, most)
		}
		if partial != "" {
			w.reason = partial
			continue
		}
		w.whole++
		if n < least {
			t.Errorf("%s shows %d lines without saying partial; %d were acknowledged a second before", base, n, least)
		}
	}
}

// countLines asks how many lines there are; partial says why they may not be all, and ok is false when there is no answer.
func countLines(t *testing.T, client *http.Client, base string) (n int, partial string, ok bool) {
	resp, err := client.Get(base + "/api/v1/logs/query?" + url.Values{"query": {"line | stats count() n"}}.Encode())
	if err != nil {
		return 0, "", false
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, "", false
	}
	told := false
	for in := bufio.NewScanner(resp.Body); in.Scan(); {
		var line struct {
			Row struct {
				N int `json:"n,string"`
			} `json:"row"`
			Stats *struct {
				Partial bool   `json:"partial"`
				Reason  string `json:"partial_reason"`
			} `json:"stats"`
		}
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			t.Errorf("%q: %v", in.Text(), err)
			return 0, "", false
		}
		n += line.Row.N
		if told = line.Stats != nil; told && line.Stats.Partial {
			partial = line.Stats.Reason
		}
	}
	return n, partial, told
}
