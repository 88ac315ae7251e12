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
	slowest      time.Duration
}

// moment is how many lines had been acknowledged.
type moment struct {
	at    time.Time
	acked int
}

// run asks each 100 ms until stop is closed: no answer may have fewer lines than were acknowledged a second before it was asked
// for, unless it says that it is partial, and none more than were sent. A process that is away does not answer; one that is
// well does.
func (w *watcher) run(t *testing.T, p *process, load *load, stop <-chan struct{}) {
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
		_, acked := load.lines()
		past = append(past, moment{now, acked})
		for len(past) > 0 && past[0].at.Before(now.Add(-time.Second)) {
			least, past = past[0].acked, past[1:]
		}
		well := p.faults.Load()
		if !p.up.Load() {
			continue
		}
		n, partial, problem := countLines(client, p.base)
		undisturbed := well == p.faults.Load()
		if problem != "" {
			if undisturbed {
				t.Errorf("%s does not answer: %s", p.base, problem)
			}
			continue
		}
		if undisturbed {
			w.slowest = max(w.slowest, time.Since(now))
		}
		w.asked++
		if most, _ := load.lines(); n > most {
			t.Errorf("%s shows %d lines, %d were sent", p.base, n, most)
		}
		if partial != "" {
			w.reason = partial
			continue
		}
		w.whole++
		if n < least {
			t.Errorf("%s shows %d lines without saying partial; %d were acknowledged a second before", p.base, n, least)
		}
	}
}

// countLines asks how many lines there are; partial says why they may not be all, and problem why there is no answer.
func countLines(client *http.Client, base string) (n int, partial, problem string) {
	partial, problem = ask(client, base, "soak | stats count() n", func(row map[string]string) {
		n = number(row["n"])
	})
	return n, partial, problem
}

// ask hands over the rows of an answer.
func ask(client *http.Client, base, query string, give func(row map[string]string)) (partial, problem string) {
	resp, err := client.Get(base + "/api/v1/logs/query?" + url.Values{"query": {query}, "limit": {"0"}}.Encode())
	if err != nil {
		return "", err.Error()
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", resp.Status
	}
	in := bufio.NewScanner(resp.Body)
	for in.Scan() {
		var line struct {
			Row   map[string]string `json:"row"`
			Stats *struct {
				Reason string `json:"partial_reason"`
			} `json:"stats"`
		}
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			return "", err.Error()
		}
		switch {
		case line.Row != nil:
			give(line.Row)
		case line.Stats != nil:
			return line.Stats.Reason, ""
		default:
			return "", in.Text()
		}
	}
	return "", "the answer broke off"
}
