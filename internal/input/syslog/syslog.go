package syslog

import (
	"context"
	"errors"
	"log/slog"
	"net"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/deliver"
	"github.com/haetae/haetae/internal/tlsfiles"
)

// maxWrite bounds the bytes of one write, whatever the memory allows.
const maxWrite = 4 << 20

// Input receives syslog.
type Input struct {
	settings Settings
	env      input.Env
	log      *slog.Logger
	metrics  *metrics
	tls      *tlsfiles.Files // nil without TLS
	udp      *udpServer
	streams  *streamServer

	addrs  map[string]string
	giveUp context.CancelFunc // ends writes that wait for the sink
}

// New checks the settings and builds the input.
func New(settings *Settings, env input.Env) (*Input, error) {
	if err := settings.validate(); err != nil {
		return nil, err
	}
	zone, err := settings.location()
	if err != nil {
		return nil, err
	}
	allow, err := newAllowList(settings.Allow)
	if err != nil {
		return nil, err
	}
	env.MaxBatch = min(max(env.MaxBatch, readBuffer), maxWrite)
	in := &Input{settings: *settings, env: env, log: env.Log, giveUp: func() {}}
	if settings.TLS.Listen != "" {
		if in.tls, err = openTLS(settings.TLS, env.Log); err != nil {
			return nil, err
		}
	}
	if in.metrics, err = newMetrics(env.Metrics, env.Name); err != nil {
		return nil, err
	}
	newMapper := func() *mapper { return &mapper{input: env.Name, charset: settings.Charset, zone: zone} }
	writer := deliver.NewWriter(&in.env, env.Log)
	in.udp = &udpServer{
		env: &in.env, log: env.Log, metrics: in.metrics, writer: writer, layout: newLayout(settings),
		mapper: newMapper(), peers: peerNames{allow: allow}, asked: int(settings.SocketBuffer),
	}
	in.streams = newStreamServer(&in.env, settings, env.Log, in.metrics, writer, allow, newMapper)
	return in, nil
}

func newLayout(s *Settings) *deliver.Layout {
	return deliver.NewLayout(&s.Common, "host.name", "service.name")
}

// Start opens the sockets and begins to receive.
func (in *Input) Start(context.Context) error {
	var tcp, secure net.Listener
	in.addrs = map[string]string{}
	closeAll := func() {
		for _, ln := range []net.Listener{tcp, secure} {
			if ln != nil {
				_ = ln.Close()
			}
		}
		if in.udp.conn != nil {
			_ = in.udp.conn.Close()
			in.udp.conn = nil
		}
	}
	fail := func(key string, err error) error {
		closeAll()
		return &input.SettingError{Key: key, Err: err}
	}
	var err error
	if in.settings.UDP != "" {
		if err = in.udp.listen(in.settings.UDP); err != nil {
			return fail("udp", err)
		}
		in.addrs["udp"] = in.udp.conn.LocalAddr().String()
	}
	if in.settings.TCP != "" {
		if tcp, err = net.Listen("tcp", in.settings.TCP); err != nil {
			return fail("tcp", err)
		}
		in.addrs["tcp"] = tcp.Addr().String()
	}
	if in.tls != nil {
		if secure, err = net.Listen("tcp", in.settings.TLS.Listen); err != nil {
			return fail("tls.listen", err)
		}
		in.addrs["tls"] = secure.Addr().String()
	}

	// Stop ends the input, not the context of its start: what was taken has to be written first.
	ctx, cancel := context.WithCancel(context.Background())
	in.giveUp = cancel
	if in.udp.conn != nil {
		if err := in.udp.start(ctx); err != nil {
			return fail("udp", err)
		}
	}
	if tcp != nil {
		in.streams.accept(ctx, tcp, nil, in.streams.allow)
	}
	if secure != nil {
		allow := in.streams.allow
		if in.settings.TLS.ClientCA != "" && len(in.settings.Allow) == 0 {
			allow = nil // the certificate says who may send
		}
		in.streams.accept(ctx, secure, in.tls.Listener(), allow)
	}
	return nil
}

// Addrs returns where the input listens: udp, tcp, tls.
func (in *Input) Addrs() map[string]string { return in.addrs }

// Stop closes the sockets and returns when everything that was read is in the queue, or when ctx ends: then the
// rest is counted as dropped.
func (in *Input) Stop(ctx context.Context) error {
	err := in.streams.stop(ctx, in.giveUp)
	if in.udp.conn != nil {
		err = errors.Join(err, in.udp.close(ctx, in.giveUp))
	}
	in.giveUp()
	in.metrics.unregister(in.env.Metrics)
	return err
}

// Hints implements input.Hinter.
func (in *Input) Hints() []input.Hint { return in.udp.hints() }
