// Package otlp is the input for OpenTelemetry logs (opentelemetry.io/docs/specs/otlp): by gRPC and HTTP on ports of
// its own, and by HTTP on the main port at /insert/opentelemetry/v1/logs.
package otlp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
	"google.golang.org/grpc"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/httpin"
)

// Descriptor describes the input.
var Descriptor = input.Descriptor{
	Type:    "otlp",
	Summary: "OpenTelemetry logs by gRPC and HTTP",
	Defaults: func() any {
		return &Settings{GRPC: "127.0.0.1:4317", HTTP: "127.0.0.1:4318"}
	},
	New:         newInput,
	OnByDefault: true,
}

// Settings of the input.
type Settings struct {
	input.Common `yaml:",inline"`
	GRPC         string `yaml:"grpc" doc:"address for OTLP by gRPC; empty for none; beyond this machine it speaks TLS with the certificate of http.tls"`
	HTTP         string `yaml:"http" doc:"address for OTLP by HTTP; empty for none; beyond this machine it speaks TLS with the certificate of http.tls"`
}

// server is the running input.
type server struct {
	*httpin.Endpoint
	settings *Settings
	profiles *httpin.Profiles
	limit    int // bytes of a decoded request

	grpc   *grpc.Server
	http   *http.Server
	addrs  map[string]string
	beyond map[string]bool // ports that are reached from other machines
}

// resourceStream are the resource attributes that make a stream (docs/fields.md, "otlp").
var resourceStream = []string{
	"service.namespace", "service.name", "service.instance.id", "host.name", "k8s.cluster.name",
	"k8s.namespace.name", "k8s.pod.name", "k8s.container.name", "container.name", "deployment.environment.name",
}

func newInput(settings any, env input.Env) (input.Input, error) {
	set, reached := settings.(*Settings), map[string]bool{}
	for key, addr := range map[string]string{"grpc": set.GRPC, "http": set.HTTP} {
		if addr == "" {
			continue
		}
		beyond, err := input.Beyond(addr)
		if err == nil && beyond && env.TLS == nil {
			err = fmt.Errorf("%s is reached from other machines, which needs TLS: set http.tls, or listen on 127.0.0.1", addr)
		}
		if err != nil {
			return nil, &input.SettingError{Key: key, Err: err}
		}
		reached[key] = beyond
	}
	profiles, err := httpin.NewProfiles(httpin.Defaults{StreamFields: resourceStream}, set.Settings())
	if err != nil {
		return nil, err
	}
	s := &server{
		Endpoint: httpin.NewEndpoint(env),
		settings: set,
		profiles: profiles,
		limit:    max(env.MaxBatch, env.MaxLine) + 1<<20,
		addrs:    map[string]string{},
		beyond:   reached,
	}
	for _, base := range [...]string{"/insert/opentelemetry/v1/", "/insert/opentelemetry/api/v1/"} {
		if err := s.routes(base, s.Handle); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// routes puts the three signals below base.
func (s *server) routes(base string, handle func(string, http.HandlerFunc, httpin.Refusal) error) error {
	return errors.Join(
		handle(base+"logs", s.serveLogs, refuse),
		handle(base+"metrics", s.serveUnimplemented, refuse),
		handle(base+"traces", s.serveUnimplemented, refuse),
	)
}

// maxConnections bounds the connections of each port; further ones wait until others end.
const maxConnections = 256

// Timeouts of the HTTP port: senders keep connections open between exports, but do not send headers slowly.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 5 * time.Minute
)

// Start listens on the input's own ports.
func (s *server) Start(context.Context) error {
	if s.settings.GRPC != "" {
		l, err := s.listen("grpc", s.settings.GRPC)
		if err != nil {
			return err
		}
		s.grpc = s.newGRPC()
		go func() {
			if err := s.grpc.Serve(l); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
				s.Env.Log.Error("the gRPC port no longer serves", "error", err)
			}
		}()
	}
	if s.settings.HTTP != "" {
		l, err := s.listen("http", s.settings.HTTP)
		if err != nil {
			return errors.Join(err, s.Stop(context.Background()))
		}
		mux := http.NewServeMux()
		_ = s.routes("/v1/", func(pattern string, h http.HandlerFunc, refuse httpin.Refusal) error { // a mux of our own has no conflicts
			mux.HandleFunc(pattern, h)
			s.Refuse(pattern, refuse)
			return nil
		})
		s.http = &http.Server{
			Handler: s.Env.Wrap(mux), ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout,
			MaxHeaderBytes: maxHeaders, TLSConfig: s.Env.TLS,
			ErrorLog: slog.NewLogLogger(s.Env.Log.Handler(), slog.LevelDebug),
		}
		serve := s.http.Serve
		if s.beyond["http"] {
			serve = func(l net.Listener) error { return s.http.ServeTLS(l, "", "") }
		}
		go func() {
			if err := serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
				s.Env.Log.Error("the HTTP port no longer serves", "error", err)
			}
		}()
	}
	return nil
}

func (s *server) listen(key, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, &input.SettingError{Key: key, Err: fmt.Errorf("cannot listen: %w", err)}
	}
	s.addrs[key] = l.Addr().String()
	return netutil.LimitListener(l, maxConnections), nil
}

// Beyond names a port that is reached from other machines, "" when there is none.
func (s *server) Beyond() string {
	for _, key := range [...]string{"grpc", "http"} {
		if s.beyond[key] {
			return key
		}
	}
	return ""
}

// Addrs names where gRPC and HTTP listen.
func (s *server) Addrs() map[string]string { return s.addrs }

// Stop refuses new exports and waits for those under way.
func (s *server) Stop(ctx context.Context) error {
	errs := []error{s.Endpoint.Stop(ctx)}
	if s.http != nil {
		if err := s.http.Shutdown(ctx); err != nil {
			errs = append(errs, fmt.Errorf("requests are still under way: %w", err), s.http.Close())
		}
	}
	if s.grpc != nil {
		s.stopGRPC(ctx)
	}
	return errors.Join(errs...)
}
