// Package self stores Haetae's own log. The process's logger writes through a Handler; the input takes the lines
// from there and writes them like those of any other sender.
//
// A line about a failed or slow write must not cause the next such line without end. So the input itself never logs,
// it writes at most once in writeInterval, and what does not fit into its memory is dropped and counted.
package self

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/deliver"
	"github.com/haetae/haetae/internal/model"
)

// Descriptor of the input.
var Descriptor = input.Descriptor{
	Type:        "self",
	Summary:     "Haetae's own log",
	Defaults:    func() any { return &Settings{} },
	New:         func(settings any, env input.Env) (input.Input, error) { return New(settings.(*Settings), env) },
	OnByDefault: true,
}

// Settings of the input.
type Settings struct {
	input.Common `yaml:",inline"`
}

const (
	// writeInterval is the time between two writes. A line that storing a line causes comes no faster.
	writeInterval = 250 * time.Millisecond
	reasonDropped = "dropped: own log came too fast"
	serviceName   = "haetae"
)

// Input writes the lines of a Handler.
type Input struct {
	env     input.Env
	handler *Handler
	writer  *deliver.Writer
	layout  *deliver.Layout
	host    string
	stop    chan struct{}
	giveUp  context.CancelFunc
	done    chan struct{} // closed when the writer has ended; nil before Start
}

// New builds the input. It takes the lines of env.Log when that logger writes through a Handler, or comes from one
// that does by With; otherwise those of the handler that Handler returns.
func New(settings *Settings, env input.Env) (*Input, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("cannot find out the name of this machine: %w", err)
	}
	handler, ok := env.Log.Handler().(*Handler)
	if !ok {
		handler = NewHandler(slog.DiscardHandler, slog.LevelInfo)
	}
	return &Input{
		env: env, handler: handler, writer: deliver.NewWriter(&env, nil), host: host,
		layout: deliver.NewLayout(&settings.Common, "host.name", "service.name"),
		stop:   make(chan struct{}),
	}, nil
}

// Handler returns the handler whose lines are stored.
func (in *Input) Handler() slog.Handler { return in.handler }

// Start begins to write.
func (in *Input) Start(context.Context) error {
	ctx, cancel := context.WithCancel(context.Background())
	in.giveUp, in.done = cancel, make(chan struct{})
	go in.run(ctx)
	return nil
}

// Addrs is nil: nothing listens.
func (in *Input) Addrs() map[string]string { return nil }

// Stop writes what waits and returns, or gives it up when ctx ends. Later lines go to the next handler only.
func (in *Input) Stop(ctx context.Context) error {
	if in.done == nil {
		return nil
	}
	defer in.giveUp()
	close(in.stop)
	select {
	case <-in.done:
		return nil
	case <-ctx.Done():
		in.giveUp()
		<-in.done
		return fmt.Errorf("lines of the own log wait for the queue: %w", ctx.Err())
	}
}

func (in *Input) run(ctx context.Context) {
	defer close(in.done)
	defer in.handler.lines.close()
	b := deliver.NewBatch(in.layout)
	var taken []line
	pause := time.NewTimer(0)
	defer pause.Stop()
	for stopping := false; !stopping; {
		select {
		case <-pause.C:
		case <-in.stop:
			stopping = true
		}
		if !stopping {
			select {
			case <-in.handler.lines.some:
			case <-in.stop:
				stopping = true
			}
		}
		taken = in.write(ctx, b, taken)
		pause.Reset(writeInterval)
	}
}

func (in *Input) write(ctx context.Context, b *deliver.Batch, taken []line) []line {
	taken, dropped := in.handler.lines.take(taken)
	b.Reset()
	for i := range taken {
		in.add(b, &taken[i])
	}
	if err := in.writer.Write(ctx, b); err != nil {
		dropped += len(taken)
	}
	if dropped > 0 {
		in.env.Sources.Rejected(in.env.Name, "", reasonDropped, dropped, "", in.env.Now())
	}
	return taken
}

func (in *Input) add(b *deliver.Batch, l *line) {
	b.Field("host.name", in.host)
	b.Field("service.name", serviceName)
	for _, a := range l.attrs {
		if name := model.SentName(a.name); !b.Has(name) {
			b.Field(name, a.value)
		}
	}
	b.Add(model.Record{
		Time: l.time, Observed: in.env.Now().UnixNano(), Severity: l.severity, Msg: l.msg, Input: in.env.Name,
	}, len(l.msg))
}
