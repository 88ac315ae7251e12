package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/pipeline"
)

type runningInput struct {
	inputConfig
	input input.Input
}

// common returns the settings that every input has.
func (c *inputConfig) common() *input.Common {
	if s, ok := c.settings.(interface{ Settings() *input.Common }); ok {
		return s.Settings()
	}
	return &input.Common{}
}

func (c *inputConfig) pipeline() pipeline.InputSettings {
	s := c.common()
	return pipeline.InputSettings{Format: s.Format, Timezone: s.Timezone, StoreViews: s.StoreViews}
}

// buildInputs checks the settings of all inputs and registers their routes.
func (a *app) buildInputs() error {
	for _, c := range a.cfg.inputs {
		if err := c.pipeline().Validate(); err != nil {
			return a.cfg.tree.Wrong("inputs."+c.name, err)
		}
		in, err := c.desc.New(c.settings, a.env(c.name))
		if err != nil {
			return a.inputError(c.name, err)
		}
		a.inputs = append(a.inputs, runningInput{c, in})
	}
	return nil
}

func (a *app) env(name string) input.Env {
	return input.Env{
		Name: name, Sink: lateSink{a}, State: lateState{a, name}, Sources: a.sources,
		Log: a.log.With("component", "input."+name), Metrics: a.registry,
		DataDir: a.cfg.Data, MaxLine: int(a.cfg.Limits.Line), MaxBatch: int(min(a.share(64), 4<<20)), Mux: a.mux,
		Wrap: a.wrap.Wrap, Admit: a.wrap.Sender, TLS: a.listenerTLS(),
		Refuse: func(pattern string, write func(http.ResponseWriter, *http.Request, error)) {
			a.wrap.Refuse(pattern, write)
		},
		Now: time.Now,
	}
}

// inputError names the key of a wrong setting.
func (a *app) inputError(name string, err error) error {
	var setting *input.SettingError
	if errors.As(err, &setting) {
		return a.cfg.tree.Wrong("inputs."+name+"."+setting.Key, portError(setting.Err))
	}
	return a.cfg.tree.Wrong("inputs."+name, err)
}

func (a *app) startInputs(ctx context.Context) error {
	a.life.onStop("the intake", time.Second, func(context.Context) error {
		a.intake.Stop()
		return nil
	})
	for _, in := range a.inputs {
		if err := in.input.Start(ctx); err != nil {
			return a.inputError(in.name, err)
		}
		a.life.onStop("input "+in.name, 15*time.Second, in.input.Stop)
		for what, addr := range in.input.Addrs() {
			a.listen.set(in.name+"."+what, addr)
		}
	}
	return nil
}

// lateSink and lateState stand for what is opened after the inputs were checked and before they start.
type lateSink struct{ a *app }

func (s lateSink) Write(ctx context.Context, records []model.Record) error {
	if err := maySend(api.PrincipalOf(ctx), records); err != nil {
		return err
	}
	if err := s.a.intake.Write(ctx, records); err != nil {
		return err
	}
	s.a.noteLag(records)
	return nil
}

// maySend refuses records of datasets that their sender may not send to. Inputs that know no senders, such as files, have the zero
// principal, which no dataset bounds.
func maySend(p model.Principal, records []model.Record) error {
	for i := range records {
		if dataset := records[i].Dataset; !p.MaySend(dataset) {
			return &model.AccessError{Code: model.AccessDenied, Detail: fmt.Sprintf("%s may not send to the dataset %q", p.Name, cmp.Or(dataset, model.DatasetLogs))}
		}
	}
	return nil
}

type lateState struct {
	a    *app
	name string
}

func (s lateState) Get(ctx context.Context, key string) ([]byte, error) {
	return s.a.ownState(s.name).Get(ctx, key)
}

func (s lateState) Put(ctx context.Context, values map[string][]byte) error {
	return s.a.ownState(s.name).Put(ctx, values)
}

func (s lateState) Keys(ctx context.Context, prefix string) ([]string, error) {
	return s.a.ownState(s.name).Keys(ctx, prefix)
}
