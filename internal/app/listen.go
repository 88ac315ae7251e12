package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/haetae/haetae/internal/cli"
)

// httpServer is the main port, with TLS when that is configured, and the same routes on the socket of the data folder for the command line.
type httpServer struct {
	server *http.Server
	addr   string
	log    *slog.Logger
	end    context.CancelFunc // ends live tails, which would hold a shutdown for ever
}

func listenHTTP(addr, dataDir string, secure *tls.Config, h http.Handler, log *slog.Logger) (*httpServer, error) {
	main, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, portError(err)
	}
	base, end := context.WithCancel(context.Background())
	s := &httpServer{
		addr: main.Addr().String(), log: log, end: end,
		server: &http.Server{
			Handler: h, BaseContext: func(net.Listener) context.Context { return base },
			ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
			ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		},
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	s.server.Protocols = protocols
	if secure == nil {
		go s.serve(main, s.server.Serve)
	} else {
		s.server.TLSConfig = secure
		go s.serve(main, func(l net.Listener) error { return s.server.ServeTLS(l, "", "") })
	}
	if socket, err := listenSocket(filepath.Join(dataDir, cli.SocketName)); err != nil {
		log.Warn("the command line cannot use the data folder, only --url", "error", err)
	} else {
		go s.serve(socket, s.server.Serve)
	}
	return s, nil
}

// listenSocket opens the socket that only this user's processes may use. The lock on the data folder says that
// an old file is nobody's.
func listenSocket(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot remove the old socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", path, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, fmt.Errorf("cannot protect %s: %w", path, err)
	}
	return l, nil
}

func (s *httpServer) serve(l net.Listener, serve func(net.Listener) error) {
	if err := serve(l); !errors.Is(err, http.ErrServerClosed) {
		s.log.Error("stopped listening", "address", l.Addr().String(), "error", err)
	}
}

// stop lets requests under way end until ctx does.
func (s *httpServer) stop(ctx context.Context) error {
	s.end()
	if err := s.server.Shutdown(ctx); err != nil {
		return errors.Join(err, s.server.Close())
	}
	return nil
}
