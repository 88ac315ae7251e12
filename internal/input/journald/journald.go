// Package journald reads the journal of this machine through journalctl, and takes the entries that other machines
// upload with systemd-journal-upload. Field names: docs/fields.md.
package journald

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/haetae/haetae/internal/input"
)

// Descriptor of the input.
var Descriptor = input.Descriptor{
	Type:        "journald",
	Summary:     "the systemd journal of this machine, and systemd-journal-upload of others at /insert/journald",
	Defaults:    func() any { return Defaults() },
	New:         func(settings any, env input.Env) (input.Input, error) { return New(settings.(*Settings), env) },
	OnByDefault: true,
}

// Settings of the input.
type Settings struct {
	input.Common `yaml:",inline"`
	Local        bool   `yaml:"local" doc:"read the journal of this machine"`
	Since        string `yaml:"since" doc:"where the first run begins, as journalctl --since takes it: -1h, today, 2026-11-20"`
	Directory    string `yaml:"directory,omitempty" doc:"folder with journal files to read instead of this machine's"`
}

// Defaults returns the settings of an input that nobody configured.
func Defaults() *Settings { return &Settings{Local: true, Since: "-1h"} }

// streamFields of an entry, from this machine or another.
var streamFields = [...]string{"host.name", "service.name"}

// Input reads the local journal and serves the uploads of other machines.
type Input struct {
	uploads *uploads
	local   *local // nil when it is off
}

// New checks the settings and builds the input.
func New(settings *Settings, env input.Env) (*Input, error) {
	if strings.TrimSpace(settings.Since) == "" {
		return nil, &input.SettingError{Key: "since", Err: errors.New("must say where the first run begins, such as -1h")}
	}
	uploads, err := newUploads(&settings.Common, env)
	if err != nil {
		return nil, err
	}
	in := &Input{uploads: uploads}
	if settings.Local {
		in.local = newLocal(settings, env)
	}
	return in, nil
}

// Start begins to read the local journal, where there is one.
func (in *Input) Start(ctx context.Context) error {
	if in.local == nil {
		return nil
	}
	if err := in.local.start(ctx); err != nil {
		return fmt.Errorf("cannot read the journal: %w", err)
	}
	return nil
}

// Addrs is nil: the main port listens.
func (in *Input) Addrs() map[string]string { return nil }

// Stop returns when what was read is in the queue and its position is kept, or when ctx ends.
func (in *Input) Stop(ctx context.Context) error {
	err := in.uploads.Stop(ctx)
	if in.local != nil {
		err = errors.Join(err, in.local.close(ctx))
	}
	return err
}
