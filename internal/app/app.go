// Package app wires every stage; it is the only package that imports all of them.
package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/haetae/haetae/internal/access"
	"github.com/haetae/haetae/internal/analysis/pattern"
	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/app/advice"
	"github.com/haetae/haetae/internal/app/console"
	"github.com/haetae/haetae/internal/app/deletion"
	"github.com/haetae/haetae/internal/app/overview"
	"github.com/haetae/haetae/internal/audit"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/self"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/pipeline"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/secret"
	"github.com/haetae/haetae/internal/store/logs"
	"github.com/haetae/haetae/internal/store/logs/pipe"
	"github.com/haetae/haetae/internal/store/meta"
	"github.com/haetae/haetae/internal/tlsfiles"
	"github.com/haetae/haetae/web"
)

// version is set by the linker.
var version = "dev"

// Version of this binary.
func Version() string { return version }

// app is the running server.
type app struct {
	cfg      *Config
	log      *slog.Logger
	level    *slog.LevelVar
	registry *prometheus.Registry
	health   *health
	unread   overview.Unread
	life     lifecycle
	started  time.Time
	inEffect map[string]string // keys of the configuration with the values that hold; a reload moves some

	meta         *meta.Meta
	box          *secret.Box // seals what the metadata must be able to read back
	access       *access.Service
	folder       folder
	turns        turns
	trail        *audit.Trail
	queue        queue.Queue
	store        *logs.Store
	patterns     *pattern.Book
	intake       *pipeline.Intake
	consumers    *pipeline.Consumers
	flow         *pipeline.Metrics
	view         *overview.View
	events       *overview.Log // nil for a queue on disk
	rules        *rulebook
	letters      *letters
	deletions    *deletion.Runner
	backups      *backups
	sources      *input.Sources
	sourceKeeper *sourceKeeper
	inputs       []runningInput
	mux          *http.ServeMux
	wrap         *api.Wrapper
	tls          *tlsfiles.Files // nil without TLS
	listen       addresses
	reloaded     atomic.Pointer[Config] // as last reloaded; nil before
	retention    retention
	sampler      *sampler
	advisor      *advice.Advisor
	queryMemory  *pipe.Budget // of all queries together
	secret       string       // of the processes that share the segments
	fail         chan error   // what ends the process from within
}

// Run serves until ctx ends, then drains. load reads the configuration, at the start and again for each value
// of reload. The first line on stdout says where everything listens: JSON, or text on a terminal.
func Run(ctx context.Context, load func() (*Config, error), reload <-chan os.Signal, stdout *os.File, stderr io.Writer) error {
	cfg, err := load()
	if err != nil {
		return err
	}
	unlock, err := lockData(cfg.Data)
	if err != nil {
		return err
	}
	defer unlock()
	if err := checkRestored(cfg.Data); err != nil {
		return err
	}
	a := newApp(cfg, stderr)
	if err := a.start(ctx); err != nil {
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			err = nil // told to stop while it waited for a service
		}
		return errors.Join(err, a.life.stop())
	}
	if err := a.announce(stdout); err != nil {
		return errors.Join(err, a.life.stop())
	}
	a.health.ready(true)
	a.logStarted()
	for {
		select {
		case <-reload:
			a.reload(load)
			continue
		case err = <-a.fail:
			a.log.Error("cannot go on", "error", err)
		case <-ctx.Done():
			a.log.Info("stopping: taking no more, storing what is acknowledged")
		}
		a.health.ready(false)
		return errors.Join(err, a.life.stop())
	}
}

func newApp(cfg *Config, stderr io.Writer) *app {
	level := &slog.LevelVar{}
	level.Set(slog.Level(cfg.Log.Level))
	opts := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(stderr, opts)
	if cfg.Log.Format == "json" {
		h = slog.NewJSONHandler(stderr, opts)
	}
	log := slog.New(self.NewHandler(h, slog.LevelInfo)) // the input self takes its lines from it
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return &app{
		cfg: cfg, log: log, level: level, registry: registry, health: newHealth(), started: time.Now(),
		inEffect: cfg.tree.Values(),
		life:     lifecycle{log: log}, sources: input.NewSources(), mux: http.NewServeMux(),
		fail: make(chan error, 1), sampler: newSampler(),
	}
}

// start brings everything up in the order of the data flow, backwards: who receives stands before who sends.
func (a *app) start(ctx context.Context) error {
	a.boundMemory()
	a.queryMemory = pipe.NewBudget(a.share(2))
	a.wrap = api.NewWrapper(a.log.With("component", "http"), a.registry)
	if err := a.openTLS(); err != nil {
		return err
	}
	if err := a.buildInputs(); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		a.openStores, a.watchFolders, a.startAudit, a.tellRetention, a.openSecrets, a.watchSecrets, a.openAccess, a.admit, a.openSources, a.openPipeline, a.openRules, a.openLetters,
		a.openDeletions, a.openBackups, a.openView,
		a.startHTTP, a.startEvents, a.joinOthers, a.startConsumers, a.startDeletions, a.startLetters, a.startSampler, a.startView, a.startInputs,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// boundMemory tells the runtime of limits.memory. What lives long is block buffers of known size, so collecting
// sooner than usual costs little and keeps the process small. GOMEMLIMIT and GOGC of the environment go first.
func (a *app) boundMemory() {
	if math.MaxInt64 == debug.SetMemoryLimit(-1) {
		debug.SetMemoryLimit(int64(a.cfg.Limits.Memory) * 9 / 10)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// Shares of limits.memory. The rest is for the runtime, queries and what the kernel lends.
func (a *app) share(part int64) int64 { return int64(a.cfg.Limits.Memory) / part }

func (a *app) openStores(ctx context.Context) error {
	if err := a.openMeta(ctx); err != nil {
		return err
	}
	var err error
	if a.queue, err = a.openQueue(ctx); err != nil {
		return err
	}
	a.life.onStop("the queue", 10*time.Second, func(ctx context.Context) error { return errors.Join(a.noteStored(ctx), a.queue.Close()) })

	if err := a.openAudit(); err != nil {
		return err
	}
	retention, err := a.openRetention(ctx)
	if err != nil {
		return err
	}
	if a.patterns, err = pattern.Open(ctx, a.ownState("patterns"), a.log); err != nil {
		return err
	}
	opts := logs.Options{
		Dir: a.cfg.segments(), Meta: a.meta, Queue: a.queue.ID(), Memory: min(a.share(8), 96<<20),
		Cache: int64(a.cfg.Limits.Cache), Retention: retention, Patterns: a.patterns, State: a.meta.State(retentionNamespace),
		AuditExpires: a.cutAudit,
		Partitions:   a.queue.Partitions(), Closed: a.closedPartitions(), Ends: a.ends(), Log: a.log, Registerer: a.registry,
	}
	if a.cfg.shares() {
		opts.Turn = a.turns.take
		if opts.Sharing, err = a.openOthers(ctx); err != nil {
			return err
		}
	}
	if a.store, err = logs.Open(opts); err != nil {
		return err
	}
	a.life.onStop("the log store", 10*time.Second, func(context.Context) error { return a.store.Close() })
	a.life.background("joining and retention", 20*time.Second, func(ctx context.Context) {
		if err := a.store.Run(ctx); err != nil && ctx.Err() == nil {
			a.stopSelf(fmt.Errorf("the log store's background work ended: %w", err))
		}
	})
	return nil
}

func (a *app) openPipeline(context.Context) error {
	a.flow = pipeline.NewMetrics(a.registry)
	inputs := map[string]pipeline.InputSettings{}
	for _, in := range a.cfg.inputs {
		inputs[in.name] = in.pipeline()
	}
	var err error
	a.intake, err = pipeline.NewIntake(pipeline.IntakeOptions{
		Queue: a.queue, MaxLine: int(a.cfg.Limits.Line), Memory: a.share(8),
		Masks: a.cfg.Pipeline.Masks, Quotas: a.cfg.Limits.Sources, OverQuota: a.noteOverQuota, Metrics: a.flow,
	})
	if err != nil {
		return a.cfg.tree.Wrong("pipeline.masks", err)
	}
	a.consumers, err = pipeline.NewConsumers(pipeline.ConsumerOptions{
		Queue: a.queue.ID(), Inputs: inputs, Rules: a.cfg.Pipeline.Rules, Metrics: a.flow, Log: a.log.With("component", "pipeline"),
		Open:    a.openWriter,
		Problem: a.partitionProblem,
		Place:   a.placeOf(),
	})
	if err != nil {
		return a.cfg.tree.Wrong("pipeline.rules", err)
	}
	return nil
}

func (a *app) partitionProblem(partition int, code, text string) {
	key := fmt.Sprintf("%s.%d", code, partition)
	if text == "" {
		a.health.clear(key)
		return
	}
	a.health.set(key, text)
}

func (a *app) startConsumers(context.Context) error {
	a.life.background("the pipeline", 40*time.Second, func(ctx context.Context) {
		err := a.queue.Consume(ctx, func(ctx context.Context, r queue.Reader) error {
			timed, done := a.advisor.Watch(r)
			defer done()
			return a.consumers.Run(ctx, timed)
		})
		if err != nil && ctx.Err() == nil {
			a.stopSelf(fmt.Errorf("the pipeline ended: %w", err))
		}
	})
	return nil
}

func (a *app) startHTTP(context.Context) error {
	a.health.register(a.mux)
	a.mux.Handle("GET /metrics", promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{Registry: a.registry}))
	signIns, err := a.newSignIns()
	if err != nil {
		return err
	}
	api.Register(a.mux, api.Options{
		Version: version, Engine: a.measured(a.engine()), Status: a.status, Sources: a.sourceList, Inputs: inputList,
		Saved: a.meta, Rules: a.rules, Try: a.try, Letters: a.letters, Patterns: func(scope model.Scope) api.PatternBook { return a.patterns.Of(scope) }, Deletions: a.deletions, Backups: a.backups, System: a, Pipeline: a.view, Keeper: a, Advice: a.advisor.Advice,
		Access: a.access, OpenIngest: a.cfg.Access.OpenIngest, Providers: signIns.list(), SignInWith: signIns,
		Audit: a.trail.Write, Trail: auditor{a},
		Log: a.log.With("component", "api"),
	})
	a.answerOthers()
	a.mux.Handle("/", console.Handler(web.Files()))
	s, err := a.listenMain(a.mux)
	if err != nil {
		return err
	}
	a.listen.set("http", s.addr)
	a.life.onStop("HTTP", 15*time.Second, s.stop)
	return nil
}

// listenMain opens the main port.
func (a *app) listenMain(mux *http.ServeMux) (*httpServer, error) {
	s, err := listenHTTP(a.cfg.HTTP.Listen, a.cfg.Data, a.listenerTLS(), a.wrap.Wrap(mux), a.log.With("component", "http"))
	if err != nil {
		return nil, a.cfg.tree.Wrong("http.listen", err)
	}
	return s, nil
}

// stopSelf ends the process when something in it cannot go on.
func (a *app) stopSelf(err error) {
	select {
	case a.fail <- err:
	default: // the first reason counts
	}
}

// announce writes the first line: what listens where. The link that makes the administrator is shown on a terminal alone.
func (a *app) announce(out *os.File) error {
	listen := a.listen.all()
	if err := a.dropSetupLink(); err != nil {
		return err
	}
	if info, err := out.Stat(); err == nil && info.Mode()&os.ModeCharDevice == 0 {
		line := map[string]string{"version": version, "data": a.cfg.Data}
		if a.tls != nil {
			line["scheme"], line["fingerprint"] = a.scheme(), a.tls.Fingerprint()
		}
		for k, v := range listen {
			line[k] = v
		}
		if link := a.setupLink(); link != "" {
			var err error
			if line["setup_file"], err = a.keepSetupLink(link); err != nil {
				return err
			}
		}
		return json.NewEncoder(out).Encode(line)
	}
	var parts []string
	for name, addr := range listen {
		if name != "http" {
			parts = append(parts, strings.ReplaceAll(name, ".", " ")+" "+addr)
		}
	}
	slices.Sort(parts)
	parts = append([]string{fmt.Sprintf("console %s://%s", a.scheme(), listen["http"])}, append(parts, "data "+a.cfg.Data)...)
	_, err := fmt.Fprintf(out, "haetae %s: %s\n", version, strings.Join(parts, ", "))
	if err == nil && a.tls != nil {
		_, err = fmt.Fprintf(out, "certificate SHA-256 %s\n", a.tls.Fingerprint())
	}
	if link := a.setupLink(); err == nil && link != "" {
		_, err = fmt.Fprintf(out, "make the administrator at %s\n", link)
	}
	return err
}

// logStarted is announce for those who read the log.
func (a *app) logStarted() {
	args := []any{"version", version, "took", time.Since(a.started).Round(time.Millisecond), "data", a.cfg.Data}
	listen := a.listen.all()
	for _, name := range slices.Sorted(maps.Keys(listen)) {
		args = append(args, name, listen[name])
	}
	if a.tls != nil {
		args = append(args, "certificate_sha256", a.tls.Fingerprint())
	}
	a.log.Info("started", args...)
}
