package otlp

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/httpin/httpintest"
	"github.com/haetae/haetae/internal/model"
)

// start runs the input on ports of its own.
func start(t *testing.T, change func(*input.Env)) (input.Input, *httpintest.Sink) {
	t.Helper()
	sink := &httpintest.Sink{}
	env := httpintest.Env(t, "otlp", sink)
	if change != nil {
		change(&env)
	}
	in := httpintest.New(t, Descriptor, env, func(settings any) {
		settings.(*Settings).GRPC, settings.(*Settings).HTTP = "127.0.0.1:0", "127.0.0.1:0"
	})
	if err := in.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := in.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return in, sink
}

func dial(t *testing.T, in input.Input) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient(in.Addrs()["grpc"], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func logs(bodies ...string) plogotlp.ExportRequest {
	l := plog.NewLogs()
	rl := l.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("service.name", "pay")
	records := rl.ScopeLogs().AppendEmpty().LogRecords()
	for _, body := range bodies {
		records.AppendEmpty().Body().SetStr(body)
	}
	return plogotlp.NewExportRequestFromLogs(l)
}

func messages(sink *httpintest.Sink) string {
	var all []string
	for _, r := range sink.Records() {
		all = append(all, r.Msg)
	}
	return strings.Join(all, " ")
}

func TestGRPC(t *testing.T) {
	in, sink := start(t, nil)
	client := plogotlp.NewGRPCClient(dial(t, in))
	for body, options := range map[string][]grpc.CallOption{
		"plain": nil, "gzip": {grpc.UseCompressor(gzip.Name)}, "zstd": {grpc.UseCompressor("zstd")},
	} {
		for range 2 { // the second one meets pooled decoders
			if _, err := client.Export(t.Context(), logs(body), options...); err != nil {
				t.Errorf("%s: %v", body, err)
			}
		}
	}
	ctx := metadata.AppendToOutgoingContext(t.Context(), "vl-extra-fields", "team=core")
	if _, err := client.Export(ctx, logs("metadata")); err != nil {
		t.Error(err)
	}
	records := sink.Records()
	if len(records) != 7 {
		t.Fatalf("the sink has %q", messages(sink))
	}
	last := records[6]
	if last.Source() != "otlp/127.0.0.1" || len(last.Fields) != 1 || last.Fields[0].Value != "core" {
		t.Errorf("record sent with metadata is %+v", last)
	}
}

func TestGRPCRefusals(t *testing.T) {
	tests := []struct {
		name   string
		sink   error
		change func(*input.Env)
		bodies []string
		code   codes.Code
		retry  time.Duration
	}{
		{name: "busy", sink: &model.BusyError{Bound: "queue.max_size", RetryAfter: 3 * time.Second}, code: codes.ResourceExhausted, retry: 3 * time.Second},
		{name: "stopping", sink: model.ErrStopping, code: codes.Unavailable, retry: 5 * time.Second},
		{name: "disk", sink: context.DeadlineExceeded, code: codes.Unavailable, retry: 5 * time.Second},
		{name: "not admitted", code: codes.PermissionDenied, change: func(e *input.Env) {
			e.Admit = func(*http.Request) (context.Context, error) {
				return nil, &model.AccessError{Code: model.AccessDenied, Detail: "not welcome"}
			}
		}},
		{name: "message too large", code: codes.ResourceExhausted, bodies: []string{strings.Repeat("x", 3<<20)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, sink := start(t, test.change)
			if test.sink != nil {
				sink.Before(func(int, []model.Record) error { return test.sink })
			}
			if test.bodies == nil {
				test.bodies = []string{"x"}
			}
			_, err := plogotlp.NewGRPCClient(dial(t, in)).Export(t.Context(), logs(test.bodies...))
			st := status.Convert(err)
			if st.Code() != test.code {
				t.Errorf("code %s (%v), want %s", st.Code(), err, test.code)
			}
			var retry time.Duration
			for _, detail := range st.Details() {
				if info, ok := detail.(*errdetails.RetryInfo); ok {
					retry = info.RetryDelay.AsDuration()
				}
			}
			if retry != test.retry {
				t.Errorf("retry after %s, want %s", retry, test.retry)
			}
			if got := sink.Records(); len(got) != 0 {
				t.Errorf("%d records were kept", len(got))
			}
		})
	}
}

// Who may not send must be told so before a message of theirs is read, and whatever they call.
func TestGRPCNotAdmittedBeforeMessage(t *testing.T) {
	in, _ := start(t, func(e *input.Env) {
		e.Admit = func(*http.Request) (context.Context, error) {
			return nil, &model.AccessError{Code: model.AccessDenied, Detail: "not welcome"}
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // only a failure waits so long
	defer cancel()
	for _, method := range []string{"/opentelemetry.proto.collector.logs.v1.LogsService/Export", "/no.such/Method"} {
		stream, err := dial(t, in).NewStream(ctx, &grpc.StreamDesc{ClientStreams: true}, method)
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.RecvMsg(new(any)); status.Code(err) != codes.PermissionDenied {
			t.Errorf("%s, before a message is sent: %v, want PermissionDenied", method, err)
		}
	}
}

// Headers are memory that no limit of messages counts.
func TestGRPCHeaderSize(t *testing.T) {
	in, sink := start(t, nil)
	client := plogotlp.NewGRPCClient(dial(t, in))
	ctx := metadata.AppendToOutgoingContext(t.Context(), "x", strings.Repeat("x", 2*maxHeaders))
	if _, err := client.Export(ctx, logs("x")); err == nil {
		t.Errorf("headers of %d bytes are accepted", 2*maxHeaders)
	}
	ctx = metadata.AppendToOutgoingContext(t.Context(), "x", strings.Repeat("x", maxHeaders/2))
	if _, err := client.Export(ctx, logs("small")); err != nil {
		t.Error(err)
	}
	if messages(sink) != "small" {
		t.Errorf("the sink has %q", messages(sink))
	}
}

// Connections beyond the bound must wait without costing memory, and be served when others end.
func TestConnectionBound(t *testing.T) {
	in, _ := start(t, nil)
	open := func() net.Conn {
		conn, err := net.Dial("tcp", in.Addrs()["grpc"])
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		return conn
	}
	greeting := make([]byte, 1) // a gRPC server speaks first
	conns := make([]net.Conn, maxConnections)
	for i := range conns {
		conns[i] = open()
		if _, err := conns[i].Read(greeting); err != nil {
			t.Fatalf("connection %d: %v", i+1, err)
		}
	}
	waiting := open()
	_ = waiting.SetReadDeadline(time.Now().Add(50 * time.Millisecond)) // a slow server could only hide the failure
	if _, err := waiting.Read(greeting); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("connection %d: %v, want it to wait", maxConnections+1, err)
	}
	_ = conns[0].Close()
	_ = waiting.SetReadDeadline(time.Time{})
	if _, err := waiting.Read(greeting); err != nil {
		t.Errorf("a waiting connection is not served when another has ended: %v", err)
	}
}

func TestGRPCPartialSuccess(t *testing.T) {
	in, sink := start(t, nil)
	sink.Before(func(_ int, records []model.Record) error {
		for _, r := range records {
			if r.Msg == "huge" {
				return model.ErrTooLarge
			}
		}
		return nil
	})
	answer, err := plogotlp.NewGRPCClient(dial(t, in)).Export(t.Context(), logs("a", "huge", "b"))
	if err != nil {
		t.Fatal(err)
	}
	if n := answer.PartialSuccess().RejectedLogRecords(); n != 1 || messages(sink) != "a b" {
		t.Errorf("%d rejected, kept %q; want 1 and a b", n, messages(sink))
	}
}

func TestGRPCMetricsUnimplemented(t *testing.T) {
	in, _ := start(t, nil)
	_, err := pmetricotlp.NewGRPCClient(dial(t, in)).Export(t.Context(), pmetricotlp.NewExportRequest())
	if status.Code(err) != codes.Unimplemented {
		t.Errorf("metrics: %v, want Unimplemented", err)
	}
}

func TestHTTPPort(t *testing.T) {
	in, sink := start(t, nil)
	message, err := logs("over http").MarshalProto()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/v1/logs": 200, "/v1/metrics": 501, "/v1/traces": 501, "/insert/jsonline": 404} {
		answer, err := http.Post("http://"+in.Addrs()["http"]+path, protobufType, bytes.NewReader(message))
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, answer.Status, want)
		}
	}
	if messages(sink) != "over http" {
		t.Errorf("the sink has %q", messages(sink))
	}
}

// A port that is taken must name its setting, and nothing may stay open behind it.
func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	env := httpintest.Env(t, "otlp", &httpintest.Sink{})
	in := httpintest.New(t, Descriptor, env, func(settings any) {
		settings.(*Settings).GRPC, settings.(*Settings).HTTP = "127.0.0.1:0", l.Addr().String()
	})
	err = in.Start(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "http: cannot listen") {
		t.Errorf("start: %v, want an error that names http", err)
	}
	if conn, err := net.Dial("tcp", in.Addrs()["grpc"]); err == nil {
		_ = conn.Close()
		t.Error("the gRPC port still listens")
	}
}

// An export that is under way when Stop comes must be finished and acknowledged.
func TestStopWaits(t *testing.T) {
	in, sink := start(t, nil)
	entered, leave := make(chan struct{}), make(chan struct{})
	sink.Before(func(int, []model.Record) error {
		close(entered)
		<-leave
		return nil
	})
	answered := make(chan error)
	client := plogotlp.NewGRPCClient(dial(t, in))
	go func() {
		_, err := client.Export(context.Background(), logs("last"))
		answered <- err
	}()
	<-entered
	stopped := make(chan error)
	go func() { stopped <- in.Stop(context.Background()) }()
	close(leave)
	if err := <-answered; err != nil {
		t.Errorf("export: %v", err)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
}

func FuzzExport(f *testing.F) {
	message, err := logs("a", "b").MarshalProto()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(message)
	f.Fuzz(func(t *testing.T, data []byte) {
		sink := &httpintest.Sink{}
		env := httpintest.Env(t, "otlp", sink)
		in := httpintest.New(t, Descriptor, env, nil).(*server)
		share := in.Gate.Share("")
		defer share.Release()
		r := &http.Request{Header: http.Header{}, URL: noParameters}
		rejected, err := in.export(t.Context(), r, "192.0.2.1:5", share, func() ([]byte, error) { return data, nil })
		if err == nil && rejected != 0 {
			t.Fatalf("%d records were rejected though the sink took all", rejected)
		}
	})
}
