package app

import (
	"context"
	"testing"
	"time"

	"github.com/haetae/haetae/internal/queue"
)

// Only the time counts in which records waited for a reader that could not go faster: a busy reader that keeps up is well
// used, and records that wait for an idle one wait for something else.
func TestAdvisorCountsFullReaders(t *testing.T) {
	var v advisor
	at := time.Unix(1_000, 0)
	step := func(busy time.Duration, waits bool, batches int64) {
		look := adviceLook{at: at, cpu: time.Second, busy: map[int]time.Duration{0: 0}}
		if n := len(v.looks); n > 0 {
			last := v.looks[n-1]
			look.cpu, look.read = last.cpu+15*time.Second, last.read+1000
			look.busy = map[int]time.Duration{0: last.busy[0] + busy}
			look.traffic.ProducedBatches = last.traffic.ProducedBatches + batches
		}
		v.add(look, map[int]bool{0: waits}, time.Minute)
		at = at.Add(10 * time.Second)
	}
	step(0, false, 0)
	step(10*time.Second, false, 3)
	step(2*time.Second, true, 0)
	step(9500*time.Millisecond, true, 3)
	first, last, longest := v.window()
	if last.full-first.full != 10*time.Second || last.fullRead != 1000 || last.fullCPU != 15*time.Second || last.sending != 20*time.Second {
		t.Errorf("full %v, read %d, CPU %v, sending %v", last.full, last.fullRead, last.fullCPU, last.sending)
	}
	if longest != time.Minute {
		t.Errorf("longest lag %v", longest)
	}
	if share := v.busyShare()[0]; share < .7 || share > .73 { // 21.5 of 30 s
		t.Errorf("busy for %v of the last minute", share)
	}
	for range 400 {
		step(0, false, 0)
	}
	if first, last, _ = v.window(); last.at.Sub(first.at) > adviceWindow || last.full-first.full != 0 {
		t.Errorf("after an hour: %v, full %v", last.at.Sub(first.at), last.full-first.full)
	}
}

// slow is a reader that waits for records and hands out three at a time.
type slow struct {
	queue.Reader
	wait time.Duration
}

func (s *slow) Partition() int { return 7 }

func (s *slow) Next(context.Context) (queue.Chunk, error) {
	time.Sleep(s.wait) // stands for an empty queue
	return queue.Chunk{Records: make([][]byte, 3)}, nil
}

func TestBusyIsWhatIsNotWaiting(t *testing.T) {
	var b busy
	r, done := b.watch(&slow{wait: 30 * time.Millisecond})
	began := time.Now()
	for range 3 {
		if _, err := r.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	spent, records := b.look(time.Now())
	if records != 9 || spent[7] > time.Since(began)-90*time.Millisecond {
		t.Errorf("%d records, busy for %v of %v", records, spent[7], time.Since(began))
	}
	working, _ := b.look(time.Now().Add(time.Minute)) // it has not asked for more
	if working[7] < time.Minute {
		t.Errorf("busy for %v while it works for a minute", working[7])
	}
	done()
	if spent, records = b.look(time.Now()); len(spent) != 0 || records != 9 {
		t.Errorf("after its end %v, %d records", spent, records)
	}
}
