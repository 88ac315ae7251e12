// Package input is the contract of inputs: what a protocol's package exports and what it is given.
// A new input is one folder with a Descriptor, and one line in package all.
package input

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/haetae/haetae/internal/model"
)

// Sink takes records into the queue. It returns nil when all of them are durable; on an error none may be
// acknowledged. Errors: *model.BusyError (send again later), model.ErrTooLarge, model.ErrStopping, or the
// queue's. Records are not kept after return.
type Sink interface {
	Write(ctx context.Context, records []model.Record) error
}

// State keeps an input's positions across restarts. Values are small; Put is durable on return.
type State interface {
	Get(ctx context.Context, key string) (value []byte, err error) // nil, nil when there is none
	Put(ctx context.Context, values map[string][]byte) error       // nil value deletes
	Keys(ctx context.Context, prefix string) ([]string, error)
}

// Env is what the application gives to an input.
type Env struct {
	Name     string // configured name; the Input of its records
	Sink     Sink
	State    State
	Sources  *Sources
	Log      *slog.Logger
	Metrics  prometheus.Registerer // an input's metrics carry its name as the label input
	DataDir  string                // the server's data folder: never collected by file inputs
	MaxLine  int                   // limits.line in bytes
	MaxBatch int                   // bytes that one Write should not exceed, a part of limits.memory
	Mux      *http.ServeMux        // the main port; Handle only while New runs
	// Wrap puts the one HTTP wrapper (principal, permission, request id, metrics) around the routes of another port. Routes on
	// Mux are wrapped already.
	Wrap func(*http.ServeMux) http.Handler
	// Refuse says how those are answered who may not send to a pattern, in the form of its protocol; err is a
	// *model.AccessError, or one of the server. nil leaves it to Wrap.
	Refuse func(pattern string, write func(w http.ResponseWriter, r *http.Request, err error))
	// Admit says who sends by a protocol that Wrap does not see, such as gRPC: the request has the address, the header and the
	// TLS state of what is sent. Sink takes the records with the context that is returned. nil admits loopback only.
	Admit func(r *http.Request) (context.Context, error)
	// TLS is the server's own, for ports that are reached from other machines; nil when it has none.
	TLS *tls.Config
	Now func() time.Time
}

// Input is a running protocol.
type Input interface {
	// Start begins to listen or read and returns; what fails later is logged and counted.
	// A port that is taken is an error that names the configuration key relative to the input ("tcp").
	Start(ctx context.Context) error
	// Addrs names what listens where, after Start: {"tcp": "127.0.0.1:5514"}; nil when nothing does.
	Addrs() map[string]string
	// Stop stops taking new data and returns when everything taken is in the queue, or when ctx ends.
	Stop(ctx context.Context) error
}

// Descriptor is what a protocol's package exports.
type Descriptor struct {
	Type    string // the name in the configuration
	Summary string // one line for people
	// Defaults returns a pointer to the settings struct with its defaults. Fields carry `yaml` names and
	// `doc` texts; the struct embeds Common inline. The JSON Schema of the web form is drawn from it.
	Defaults func() any
	// New checks the settings (the pointer that Defaults returned, filled) and builds the input; a wrong
	// value is a *SettingError.
	New func(settings any, env Env) (Input, error)
	// OnByDefault inputs run when the configuration has no inputs section.
	OnByDefault bool
}

// SettingError names the setting that is wrong, relative to the input: "tls.cert".
type SettingError struct {
	Key string
	Err error
}

func (e *SettingError) Error() string { return e.Key + ": " + e.Err.Error() }
func (e *SettingError) Unwrap() error { return e.Err }

// Common settings that every input has; the pipeline applies Format, Timezone and StoreViews.
type Common struct {
	Format       string            `yaml:"format,omitempty" doc:"format of the lines, such as nginx-access; empty recognises it"`
	Timezone     string            `yaml:"timezone,omitempty" doc:"IANA zone of times without one; empty means the server's"`
	StoreViews   bool              `yaml:"store_views,omitempty" doc:"store the fields that the format holds, instead of reading them back"`
	StreamFields []string          `yaml:"stream_fields,omitempty" doc:"fields that make a stream; empty means the input's own"`
	ExtraFields  map[string]string `yaml:"extra_fields,omitempty" doc:"fields added to every record"`
}

// Settings returns the common settings; embedding Common gives every settings struct this method.
func (c *Common) Settings() *Common { return c }
