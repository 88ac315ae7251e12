package otlp

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	_ "google.golang.org/grpc/encoding/gzip" // lets senders compress with gzip
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"

	"github.com/haetae/haetae/internal/input/httpin"
	"github.com/haetae/haetae/internal/model"
)

// maxStreams bounds the exports under way on one connection, each of which may hold a whole message.
const maxStreams = 32

// maxHeaders bounds the headers of one export in bytes; tokens and names of fields need far less.
const maxHeaders = 32 << 10

// grpcIdle closes connections without an export under way; senders dial again by themselves.
const grpcIdle = 15 * time.Minute

// logsService is opentelemetry.proto.collector.logs.v1.LogsService with messages as bytes: they become records
// without types in between. gRPC answers Unimplemented for every other service, metrics and traces among them.
var logsService = grpc.ServiceDesc{
	ServiceName: "opentelemetry.proto.collector.logs.v1.LogsService",
	HandlerType: (*any)(nil),
	Methods:     []grpc.MethodDesc{{MethodName: "Export", Handler: exportGRPC}},
	Metadata:    "opentelemetry/proto/collector/logs/v1/logs_service.proto",
}

// exportMethod is how the call is named to whom is told of it; what the sender calls it may be anything.
const exportMethod = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"

func exportGRPC(srv any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	var request []byte
	if err := decode(&request); err != nil {
		return nil, err
	}
	response, err := srv.(*server).exportGRPC(ctx, request)
	if err != nil {
		return nil, err
	}
	return &response, nil
}

func (s *server) newGRPC() *grpc.Server {
	options := []grpc.ServerOption{
		grpc.ForceServerCodecV2(bytesCodec{}),
		grpc.MaxRecvMsgSize(s.limit),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.MaxHeaderListSize(maxHeaders),
		grpc.ConnectionTimeout(headerTimeout),
		grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: grpcIdle}),
		grpc.InTapHandle(s.tap),
	}
	if s.beyond["grpc"] {
		options = append(options, grpc.Creds(credentials.NewTLS(s.Env.TLS)))
	}
	g := grpc.NewServer(options...)
	g.RegisterService(&logsService, s)
	return g
}

// tap decides on a call when its headers are there, before any of its message is read.
func (s *server) tap(ctx context.Context, info *tap.Info) (context.Context, error) {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return nil, status.Error(codes.Internal, "the sender's address is not known")
	}
	r := asRequest(ctx, p, info.Header)
	admitted, err := s.admit(r)
	if err != nil {
		s.Env.Sources.Rejected(s.Env.Name, httpin.Peer(r.RemoteAddr), "sender may not send", 1, "", s.Env.Now())
		return nil, statusOf(err).Err()
	}
	return admitted, nil
}

// asRequest is a call as a request of HTTP would have brought it.
func asRequest(ctx context.Context, p *peer.Peer, md metadata.MD) *http.Request {
	r := (&http.Request{
		Method: http.MethodPost, Header: http.Header{}, URL: noParameters, RemoteAddr: p.Addr.String(), Pattern: exportMethod,
	}).WithContext(ctx)
	if info, ok := p.AuthInfo.(credentials.TLSInfo); ok {
		r.TLS = &info.State
	}
	for name, values := range md {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	return r
}

// stopGRPC waits for exports under way, and cuts them when ctx ends first.
func (s *server) stopGRPC(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		s.grpc.GracefulStop()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		s.grpc.Stop()
		<-done
	}
}

func (s *server) exportGRPC(ctx context.Context, request []byte) ([]byte, error) {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return nil, status.Error(codes.Internal, "the sender's address is not known")
	}
	md, _ := metadata.FromIncomingContext(ctx)
	r := asRequest(ctx, p, md)
	share := s.Gate.Share(httpin.Peer(p.Addr.String()))
	defer share.Release()
	rejected, err := s.export(ctx, r, p.Addr.String(), share, func() ([]byte, error) {
		return request, share.Ensure(ctx, len(request)*messageCost)
	})
	if err != nil {
		return nil, statusOf(err).Err()
	}
	return response(rejected)
}

// admit says who sends: as the environment says, else only this machine itself may.
func (s *server) admit(r *http.Request) (context.Context, error) {
	if s.Env.Admit != nil {
		return s.Env.Admit(r)
	}
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err == nil && ap.Addr().Unmap().IsLoopback() {
		return r.Context(), nil
	}
	return nil, &model.AccessError{Code: model.AccessDenied, Detail: "only this machine itself may send; " + r.RemoteAddr + " is not loopback"}
}

// bytesCodec hands protobuf messages over as they are: *[]byte.
type bytesCodec struct{}

func (bytesCodec) Name() string { return "proto" }

func (bytesCodec) Marshal(v any) (mem.BufferSlice, error) {
	b, ok := v.(*[]byte)
	if !ok {
		return nil, fmt.Errorf("cannot send a %T as a message", v)
	}
	return mem.BufferSlice{mem.SliceBuffer(*b)}, nil
}

func (bytesCodec) Unmarshal(data mem.BufferSlice, v any) error {
	b, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("cannot receive a message as a %T", v)
	}
	*b = data.Materialize()
	return nil
}
