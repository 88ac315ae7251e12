package app

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/pipeline"
	"github.com/haetae/haetae/internal/record"
	"github.com/haetae/haetae/internal/store/logs"
)

// Bounds of what is replayed in one step.
const (
	replayPage  = 1000
	replayBytes = 4 << 20
	// sealPatience bounds the wait for letters to come to segments: those of another process come by themselves.
	sealPatience = 90 * time.Second
	sealAgain    = 200 * time.Millisecond // until it is asked again whether they have come
)

// letters replays dead letters; it implements api.Letters.
type letters struct {
	a        *app
	engine   api.Engine
	replayer pipeline.Replayer
}

// openLetters sends what an earlier process has begun to replay. When that cannot be done now, the next replay does it.
func (a *app) openLetters(ctx context.Context) error {
	a.letters = &letters{a: a, engine: a.engine(), replayer: pipeline.Replayer{Journal: a.meta, Write: a.intake.WriteAgain}}
	if err := a.letters.replayer.Resume(ctx); err != nil {
		a.log.Error("cannot go on replaying dead letters; the next replay tries again", "error", err)
	}
	return nil
}

const (
	retryEvery  = time.Minute // what is held
	forgetEvery = time.Hour   // replays of letters that are gone
	// forgetAfter is how long each replay is remembered at least: longer than clocks differ, and than a letter takes
	// from the queue into a segment.
	forgetAfter = 24 * time.Hour
)

// startLetters tries again what is held, and forgets. It begins some time after the start: by then the store has again
// what the queue held.
func (a *app) startLetters(context.Context) error {
	a.life.every(retryEvery, "replays of dead letters", 10*time.Second, func(ctx context.Context, _ time.Time) {
		a.letters.retry(ctx)
	})
	a.life.every(forgetEvery, "the memory of replays", 10*time.Second, func(ctx context.Context, now time.Time) {
		if err := a.letters.forget(ctx, now); err != nil && ctx.Err() == nil {
			a.log.Warn("cannot forget replays of dead letters that are gone; trying again later", "error", err)
		}
	})
	return nil
}

// retry tries held replays again.
func (l *letters) retry(ctx context.Context) {
	held, err := l.replayer.Retry(ctx)
	if err != nil && ctx.Err() == nil {
		l.a.log.Warn("cannot go on replaying dead letters; trying again", "error", err)
	}
	if len(held) > 0 {
		l.a.log.Warn("dead letters cannot be replayed and are held; trying again", "letters", len(held), "first", held[0].Letter, "fault", held[0].Fault)
	}
}

// forget forgets the replays of letters that retention or a deletion has removed. A letter was received before it was
// replayed: none that is older than the oldest of the store is there.
func (l *letters) forget(ctx context.Context, now time.Time) error {
	before := now.Add(-forgetAfter)
	for _, h := range l.a.store.ByClass() {
		if h.Dataset == model.DatasetDeadLetter && h.Oldest.Before(before) {
			before = h.Oldest
		}
	}
	n, err := l.a.meta.ForgetLetters(ctx, before)
	if n > 0 {
		l.a.log.Debug("forgot replays of dead letters that are gone", "replays", n, "before", before)
	}
	return err
}

// Replayed implements api.Letters.
func (l *letters) Replayed(ctx context.Context, ids []string) (map[string]time.Time, error) {
	return l.a.meta.ReplayedLetters(ctx, ids)
}

// Held implements api.Letters.
func (l *letters) Held(ctx context.Context, ids []string) (map[string]string, error) {
	return l.a.meta.HeldLetters(ctx, ids)
}

// Replays implements api.Letters.
func (l *letters) Replays(ctx context.Context, ids []string) (map[string]bool, error) {
	return l.a.meta.ReplaysOf(ctx, ids)
}

// Replay implements api.Letters. It walks through the letters from the oldest on, page by page. Letters that it makes
// itself, of records that fail again, stand behind the present end of the queue and are left for another time.
//
// A letter that is in no segment yet is made again of its record after a crash, by rules that may take the record by then: it
// would be stored beside its replay. So it is sealed first.
func (l *letters) Replay(ctx context.Context, r api.Request, limit int) (api.ReplayResult, error) {
	run := replayRun{letters: l, queue: l.a.queue.ID(), ends: l.queueEnds(), below: map[int]int64{}, limit: int64(limit)}
	r.Page = &model.Page{Limit: replayPage, Oldest: true}
	for {
		stats, err := l.engine.Run(ctx, r, func(b *logsql.Batch) error { return run.take(ctx, b) })
		if err == nil {
			err = run.flush(ctx)
		}
		if err != nil && !errors.Is(err, errEnough) {
			return run.result, err
		}
		if err != nil || stats.RowsMatched < replayPage {
			return run.result, nil
		}
		r.Page.Behind, r.Min = &stats.Last, max(r.Min, stats.Last.Time)
	}
}

// queueEnds returns the end of each partition of the present queue.
func (l *letters) queueEnds() map[int]int64 {
	ends := map[int]int64{}
	for _, p := range l.a.queue.Stats() {
		ends[p.Partition] = p.End
	}
	return ends
}

// errEnough ends a run at its limit.
var errEnough = errors.New("as many letters as were asked for are replayed")

// replayRun is one call of Replay.
type replayRun struct {
	*letters
	queue  string // id of the present queue
	ends   map[int]int64
	limit  int64 // 0: none
	batch  []model.Replay
	below  map[int]int64 // by partition: letters of the batch are below it
	bytes  int
	result api.ReplayResult
}

// take adds the rows of a batch and sends what is enough for a step.
func (u *replayRun) take(ctx context.Context, b *logsql.Batch) error {
	for i := range b.N {
		id := b.Value(i, model.FieldRecordID)
		queue, partition, offset := placeOfLetter(id)
		if u.isNew(queue, partition, offset) {
			continue
		}
		r, err := pipeline.Unletter(b, i)
		if err != nil {
			u.result.Failed++
			continue
		}
		r.Mark = model.Mark{}
		data := record.Append(nil, &r)
		if queue == u.queue {
			u.below[partition] = max(u.below[partition], offset+1)
		}
		u.batch = append(u.batch, model.Replay{Letter: strings.Clone(id), Record: data})
		u.bytes += len(data)
		if u.bytes >= replayBytes || u.limit > 0 && u.result.Replayed+int64(len(u.batch)) >= u.limit {
			if err := u.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// placeOfLetter reads a _record_id: QUEUE-DATASET-PARTITION-OFFSET.
func placeOfLetter(id string) (queue string, partition int, offset int64) {
	parts := strings.Split(id, "-")
	if len(parts) != 4 {
		return "", 0, 0
	}
	partition, partitionErr := strconv.Atoi(parts[2])
	offset, offsetErr := strconv.ParseInt(parts[3], 10, 64)
	if partitionErr != nil || offsetErr != nil {
		return "", 0, 0
	}
	return parts[0], partition, offset
}

// isNew reports whether a letter came after the run began.
func (u *replayRun) isNew(queue string, partition int, offset int64) bool {
	end, known := u.ends[partition]
	return queue == u.queue && known && offset >= end
}

// seal waits until the letters of the batch are in segments. Partitions that stand still, and those that nobody reads, have
// no writer that could tell: the metadata do.
func (u *replayRun) seal(ctx context.Context) error {
	if len(u.below) == 0 {
		return nil
	}
	_, stand, err := u.a.meta.Processes(ctx)
	if err != nil {
		return err
	}
	for _, p := range stand {
		if below, wanted := u.below[p.Partition]; wanted && p.Queue == u.queue && p.Offset >= below {
			delete(u.below, p.Partition)
		}
	}
	deadline := time.Now().Add(sealPatience)
	for !u.a.store.Sealed(&logs.Deletion{Queue: u.queue, Below: u.below}) {
		if time.Now().After(deadline) {
			return errors.New("cannot replay yet: the letters do not come to segments; /readyz may say why. Try again")
		}
		select {
		case <-time.After(sealAgain):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	clear(u.below)
	return nil
}

// flush replays the batch; errEnough when the limit is reached.
func (u *replayRun) flush(ctx context.Context) error {
	if len(u.batch) > 0 {
		if err := u.seal(ctx); err != nil {
			return err
		}
		// A step that has begun is finished, so that its result is counted.
		replayed, skipped, failed, err := u.replayer.Replay(context.WithoutCancel(ctx), u.batch)
		u.batch, u.bytes = u.batch[:0], 0
		if err != nil {
			return err
		}
		u.result.Replayed += int64(replayed)
		u.result.Skipped += int64(skipped)
		u.result.Failed += int64(failed)
	}
	if u.limit > 0 && u.result.Replayed >= u.limit {
		return errEnough
	}
	return nil
}
