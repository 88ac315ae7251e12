// Package files reads log files: plain ones, Docker's json-file and CRI, and rotated gzip files.
//
// A content, not a file, is what the input follows. Each content that it finds (a file's bytes from its
// beginning until it is truncated) gets a position with a mark source of its own, which is durable before the
// first record is sent. Rotation may rename the file, copy and truncate it, or pack it: the same content is
// recognised by inode, by name and by its first bytes, and read on where it was read to.
//
// Exactly once: after a crash reading begins again at the stored position, which is at or before what the
// queue has. The same bytes give the same records with the same sequence numbers (see assembler), and the
// consumer skips those it has. Two things end a record without the bytes showing it: that nothing followed in
// time, and that a rotated file ends without a line feed. Such an offset (position.Cut) is durable before the
// record is sent, and reading again ends a record there too.
//
// All reading is done by one goroutine with bounded memory: one batch, and one window of the longest line.
package files

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/input"
)

// Descriptor of the files input.
var Descriptor = input.Descriptor{
	Type:        "files",
	Summary:     "log files: plain, Docker json-file, CRI; rotation, gzip, stack traces",
	Defaults:    func() any { return defaults() },
	New:         newInput,
	OnByDefault: true,
}

// How long to wait behind the first sign of a change, so that a burst of writes is read at once: longer when
// more than manyFiles change at a time.
const (
	settleTime = 20 * time.Millisecond
	settleMany = 200 * time.Millisecond
	manyFiles  = 64
)

// Input reads the files that its settings name.
type Input struct {
	t    *tailer
	w    *watcher
	stop chan struct{}
	done chan error
	hard context.CancelFunc
}

func newInput(settings any, env input.Env) (input.Input, error) {
	set, ok := settings.(*Settings)
	if !ok {
		return nil, fmt.Errorf("settings are %T, not those of the files input", settings)
	}
	sel, rules, err := set.compile(env.DataDir)
	if err != nil {
		return nil, err
	}
	if err := format.CheckCharset(set.Charset); err != nil {
		return nil, &input.SettingError{Key: "charset", Err: err}
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("cannot find this machine's name: %w", err)
	}
	in := &Input{t: newTailer(set, sel, rules, host, env), stop: make(chan struct{}), done: make(chan error, 1)}
	if env.Metrics != nil {
		registerMetrics(env.Metrics, env.Name, in.t)
	}
	return in, nil
}

func registerMetrics(r prometheus.Registerer, name string, t *tailer) {
	labels := prometheus.Labels{"input": name}
	r.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "haetae_files_followed", Help: "Files that are followed.", ConstLabels: labels,
		}, func() float64 { return float64(t.tracked.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "haetae_files_open", Help: "Files that are open.", ConstLabels: labels,
		}, func() float64 { return float64(t.fds.Load()) }),
	)
}

// Start reads the stored positions and begins to follow the files.
func (in *Input) Start(ctx context.Context) error {
	if err := in.t.load(ctx); err != nil {
		return err
	}
	in.w = startWatcher(in.t.env.Log)
	// Reading goes on until Stop, which ends it between two batches; ctx only bounds the start.
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	in.hard = cancel
	go func() {
		in.run(run)
		in.done <- in.t.finish(run)
	}()
	return nil
}

// Addrs returns nil: nothing listens.
func (in *Input) Addrs() map[string]string { return nil }

// Stop ends reading behind the batch under way and stores the positions.
func (in *Input) Stop(ctx context.Context) error {
	if in.hard == nil {
		return nil // not started
	}
	defer in.hard()
	in.t.stopping.Store(true)
	close(in.stop)
	if in.w != nil {
		in.w.stop()
	}
	select {
	case err := <-in.done:
		return err
	case <-ctx.Done():
		in.hard()
		return fmt.Errorf("cannot end reading files in time: %w", ctx.Err())
	}
}

func (in *Input) run(ctx context.Context) {
	var wake <-chan struct{}
	if in.w != nil {
		wake = in.w.wake
		for _, folder := range in.t.sel.folders() {
			in.w.watch(folder)
		}
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	var scanned time.Time
	settle := settleTime
	for {
		select {
		case <-in.stop:
			return
		case <-wake:
			timer.Reset(settle)
			select {
			case <-in.stop:
				return
			case <-timer.C:
			}
			settle = settleTime
			if in.heed() > manyFiles {
				settle = settleMany
			}
		case <-timer.C:
		}
		timer.Reset(in.t.step(ctx))
		if in.w != nil && !scanned.Equal(in.t.scanned) {
			scanned = in.t.scanned
			in.w.watchFoldersOf(in.t.live)
		}
	}
}

// heed looks at the files that the system told of, and returns how many there were.
func (in *Input) heed() int {
	changed, renewed := in.w.take()
	now := in.t.env.Now()
	if renewed {
		in.t.scanDue = true
	}
	for path := range changed {
		if !in.t.lookAt(path, now) && in.t.sel.covers(filepath.Clean(path)) {
			in.t.scanDue = true
		}
	}
	in.t.dropEnded()
	return len(changed)
}
