package access

import (
	"context"
	"testing"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// OTLP by gRPC has the token in the metadata, and statuses in the place of HTTP's.
func TestGRPCSendersShowTokens(t *testing.T) {
	g := begin(t, "access.open_ingest=false")
	id, good := g.newToken(t, "ingest", nil)
	_, other := g.newToken(t, "ingest", map[string]any{"datasets": []string{"traps"}})
	_, reader := g.newToken(t, "viewer", nil)
	conn, err := grpc.NewClient(g.Addr["otlp.grpc"], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client := plogotlp.NewGRPCClient(conn)
	export := func(token string) codes.Code {
		l := plog.NewLogs()
		l.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr("a line")
		ctx := context.Context(t.Context())
		if token != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
		}
		_, err := client.Export(ctx, plogotlp.NewExportRequestFromLogs(l))
		return status.Code(err)
	}
	for _, tt := range []struct {
		name, token string
		want        codes.Code
	}{
		{"a token", good.token, codes.OK},
		{"none", "", codes.Unauthenticated},
		{"a wrong one", good.token + "x", codes.Unauthenticated},
		{"one that reads", reader.token, codes.PermissionDenied},
		{"one for another dataset", other.token, codes.PermissionDenied},
	} {
		if got := export(tt.token); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	g.admin.call(t, "DELETE", "/api/v1/tokens/"+id, nil, nil)
	if got := export(good.token); got != codes.Unauthenticated { // on a connection that was let in before
		t.Errorf("the revoked token: %s", got)
	}
}
