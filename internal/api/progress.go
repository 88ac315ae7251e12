package api

import (
	"sync"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// When progress is told: a search that ends soon needs none.
const (
	progressFirst = 300 * time.Millisecond
	progressEvery = 100 * time.Millisecond
)

// queryProgress is a line of an answer that tells how far its search has come.
type queryProgress struct {
	SegmentsDone  int64 `json:"segments_done" doc:"segments looked at or left out"`
	SegmentsTotal int64 `json:"segments_total"`
	BytesRead     int64 `json:"bytes_read" doc:"compressed bytes"`
	RowsMatched   int64 `json:"rows_matched"`
	ElapsedMillis int64 `json:"elapsed_ms"`
}

// progressLines writes progress between the rows of an answer; who writes rows holds the lock.
type progressLines struct {
	sync.Mutex
	stop  chan struct{}
	ended sync.Once
	wg    sync.WaitGroup
}

// beginProgress tells the progress of a search as lines of out; when p is nil there are none.
func beginProgress(out *lineWriter, p *model.Progress) *progressLines {
	l := &progressLines{stop: make(chan struct{})}
	if p != nil {
		l.wg.Go(func() { l.tell(out, p) })
	}
	return l
}

func (l *progressLines) tell(out *lineWriter, p *model.Progress) {
	began := time.Now()
	next := time.NewTimer(progressFirst)
	defer next.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-next.C:
		}
		now := queryProgress{BytesRead: p.Bytes(), RowsMatched: p.Rows(), ElapsedMillis: time.Since(began).Milliseconds()}
		now.SegmentsDone, now.SegmentsTotal = p.Segments()
		l.Lock()
		out.json("progress", &now)
		err := out.flush()
		l.Unlock()
		if err != nil {
			return // the search learns by itself that the client is gone
		}
		next.Reset(progressEvery)
	}
}

// end waits until no line is being written and none will be.
func (l *progressLines) end() {
	l.ended.Do(func() { close(l.stop) })
	l.wg.Wait()
}
