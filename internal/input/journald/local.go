package journald

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/deliver"
	"github.com/haetae/haetae/internal/model"
)

const (
	// pendingBytes is how much is read while the writer waits for the disk.
	pendingBytes = 4 << 20
	// saveInterval is how often the position is kept. Entries behind it come again after a crash and are
	// skipped by their marks.
	saveInterval = time.Second
	firstBackoff = time.Second
	lastBackoff  = time.Minute
	// badCursors is how often journalctl may refuse the kept position before the reading begins at its time.
	badCursors = 3
)

// local follows the journal of this machine. One goroutine runs journalctl and reads it, another writes.
type local struct {
	env       input.Env
	log       *slog.Logger
	settings  Settings
	writer    *deliver.Writer
	command   []string // journalctl; tests put their own
	hasFiles  func(directory string) bool
	ownPID    string
	wait      func(ctx context.Context, d time.Duration) error
	pending   *deliver.Handoff[*entries]
	reached   position // by the reader
	stored    position // by the writer
	savedAt   time.Time
	stop      context.CancelFunc // ends journalctl
	giveUp    context.CancelFunc // ends writes
	read      chan struct{}      // closed when the reader has ended; nil when nothing runs
	written   chan struct{}      // closed when the writer has ended
	sinceTime string             // replaces a cursor that journalctl refuses
}

// entries are what the reader passes to the writer, with the position behind them.
type entries struct {
	batch  *deliver.Batch
	cursor string
}

// Size implements deliver.Buffer.
func (e *entries) Size() int { return e.batch.Size() }

// Reset implements deliver.Buffer.
func (e *entries) Reset() {
	e.batch.Reset()
	e.cursor = ""
}

func newLocal(settings *Settings, env input.Env) *local {
	layout := deliver.NewLayout(&settings.Common, streamFields[:]...)
	buffer := func() *entries { return &entries{batch: deliver.NewBatch(layout)} }
	return &local{
		env: env, log: env.Log, settings: *settings, writer: deliver.NewWriter(&env, env.Log),
		command: []string{"journalctl"}, hasFiles: hasJournal, ownPID: strconv.Itoa(os.Getpid()), wait: deliver.Pause,
		pending: deliver.NewHandoff(min(pendingBytes, max(env.MaxBatch, 64<<10)), buffer(), buffer()),
	}
}

// hasJournal reports whether there are journal files to read.
func hasJournal(directory string) bool {
	patterns := []string{"/var/log/journal/*/*.journal", "/run/log/journal/*/*.journal"}
	if directory != "" {
		patterns = []string{filepath.Join(directory, "*.journal"), filepath.Join(directory, "*/*.journal")}
	}
	for _, p := range patterns {
		if files, _ := filepath.Glob(p); len(files) > 0 {
			return true
		}
	}
	return false
}

// start begins to follow. Without journalctl or a journal it says so and does nothing: most containers have none.
func (l *local) start(ctx context.Context) error {
	if _, err := exec.LookPath(l.command[0]); err != nil {
		l.log.Info("there is no journalctl here, the local journal is not read")
		return nil
	}
	if !l.hasFiles(l.settings.Directory) {
		l.log.Info("there is no journal here, nothing is read", "directory", l.settings.Directory)
		return nil
	}
	var err error
	if l.stored, err = loadPosition(ctx, l.env.State); err != nil {
		return err
	}
	l.reached = position{Cursor: l.stored.Cursor, Sequences: maps.Clone(l.stored.Sequences)}
	var reading, writing context.Context
	reading, l.stop = context.WithCancel(context.Background())
	writing, l.giveUp = context.WithCancel(context.Background())
	l.read, l.written = make(chan struct{}), make(chan struct{})
	go l.readAll(reading)
	go l.writeAll(writing)
	return nil
}

// close ends journalctl and waits for the writes.
func (l *local) close(ctx context.Context) error {
	if l.read == nil {
		return nil
	}
	defer l.giveUp()
	l.stop()
	l.pending.Close()
	<-l.read
	select {
	case <-l.written:
		return nil
	case <-ctx.Done(): // the entries stay in the journal and come again
		l.giveUp()
		<-l.written
		return fmt.Errorf("journal entries wait for the queue: %w", ctx.Err())
	}
}

// readAll runs journalctl again when it ends: it should not, but the journal may be rotated away under it.
func (l *local) readAll(ctx context.Context) {
	defer close(l.read)
	backoff := firstBackoff
	for refused := 0; ; {
		before := l.reached.Cursor
		err := l.follow(ctx)
		if ctx.Err() != nil {
			return
		}
		if l.reached.Cursor != before {
			backoff, refused, l.sinceTime = firstBackoff, 0, ""
		} else if refused++; refused >= badCursors && l.sinceTime == "" {
			if us, ok := cursorTime(l.reached.Cursor); ok {
				l.sinceTime = fmt.Sprintf("@%d.%06d", us/1e6, us%1e6)
				l.log.Warn("journalctl does not take the position kept, reading begins at its time", "position", l.reached.Cursor)
			}
		}
		l.log.Warn("journalctl ended, it is started again", "error", err, "after", backoff)
		if l.wait(ctx, backoff) != nil {
			return
		}
		backoff = min(2*backoff, lastBackoff)
	}
}

// arguments of journalctl: follow from the position on, all of it, in the export format.
func (l *local) arguments() []string {
	args := append(l.command[1:len(l.command):len(l.command)], "--output=export", "--follow", "--no-tail", "--all", "--quiet")
	if l.settings.Directory != "" {
		args = append(args, "--directory="+l.settings.Directory)
	}
	switch {
	case l.sinceTime != "":
		return append(args, "--since="+l.sinceTime)
	case l.reached.Cursor != "":
		return append(args, "--after-cursor="+l.reached.Cursor)
	}
	return append(args, "--since="+l.settings.Since)
}

func (l *local) follow(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, l.command[0], l.arguments()...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	said, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		l.logErrors(said)
	}()
	err = l.take(out)
	cancel() // when reading ended first
	<-heard
	return errors.Join(err, cmd.Wait())
}

// logErrors passes on what journalctl complains about, such as files that it may not read.
func (l *local) logErrors(r io.Reader) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		l.log.Warn("journalctl says", "text", lines.Text())
	}
	_, _ = io.Copy(io.Discard, r) // behind a line too long for the scanner
}

// errClosed ends the reading when the input stops.
var errClosed = errors.New("the input stops")

// take reads entries until the stream ends. The rest of an entry that breaks off comes again with the next run.
func (l *local) take(r io.Reader) error {
	decoder := exportDecoder{limit: l.env.MaxLine}
	var doc document
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		decoder.feed(buf[:n])
		for entry, ok := decoder.next(); ok; entry, ok = decoder.next() {
			if entry.reason != "" {
				l.env.Sources.Rejected(l.env.Name, "", entry.reason, 1, entry.sample, l.env.Now())
			}
			doc.fill(entry.fields)
			if !l.pending.Fill(func(e *entries) { l.add(e, entry, &doc) }) {
				return errClosed
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("cannot read from journalctl: %w", err)
		}
	}
}

// add copies an entry into the batch. Our own lines pass by another way (input self), and taking them from here
// too would let a line about a failed write cause the next one.
func (l *local) add(e *entries, entry *exportEntry, doc *document) {
	if doc.cursor == "" {
		return // refused, and cut off before its position
	}
	cursor := strings.Clone(doc.cursor)
	e.cursor = cursor
	mark, repeated := l.reached.mark(cursor)
	if entry.refused || doc.pid == l.ownPID || repeated && l.sinceTime != "" {
		return
	}
	b := e.batch
	now := l.env.Now().UnixNano()
	rec := model.Record{Observed: now, Input: l.env.Name, Severity: doc.severity, Mark: mark}
	var timeField string
	rec.Time, timeField = doc.time()
	for _, f := range doc.fields {
		switch f.Name {
		case timeField:
		case fieldMessage:
			rec.Msg = b.Keep(bytesOf(f.Value))
		default:
			b.Field(b.Keep(bytesOf(model.SentName(f.Name))), b.Keep(bytesOf(f.Value)))
		}
	}
	b.Add(rec, entry.size)
}

func (l *local) writeAll(ctx context.Context) {
	defer close(l.written)
	for {
		e, ok := l.pending.Take()
		if !ok {
			break
		}
		if err := l.writer.Write(ctx, e.batch); err != nil {
			return // the entries come again from the position kept
		}
		l.advance(e)
		if now := l.env.Now(); now.Sub(l.savedAt) >= saveInterval {
			l.savedAt = now
			l.save(ctx)
		}
	}
	l.save(ctx)
}

// advance moves the stored position behind entries that are durable.
func (l *local) advance(e *entries) {
	if e.cursor != "" {
		_, _ = l.stored.mark(e.cursor)
	}
	for i := range e.batch.Records() {
		if m := e.batch.Records()[i].Mark; m.Source != "" {
			id := strings.TrimPrefix(m.Source, markPrefix)
			l.stored.Sequences[id] = max(l.stored.Sequences[id], m.Seq)
		}
	}
}

func (l *local) save(ctx context.Context) {
	if l.stored.Cursor == "" {
		return
	}
	if err := l.stored.save(ctx, l.env.State); err != nil {
		l.log.Warn("cannot keep the position in the journal", "error", err)
	}
}
