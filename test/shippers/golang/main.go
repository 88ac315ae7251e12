// Command golang sends two lines "first TOKEN" (info) and "second TOKEN" (error) with one client library:
// golang CLIENT TOKEN. Addresses come from the environment: HTTP, OTLP_HTTP, OTLP_GRPC, SYSLOG_UDP, SYSLOG_TCP,
// each host:port. It is a module of its own, so that the clients are no dependencies of Haetae.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/syslog"
	"os"
	"time"

	"github.com/elastic/go-elasticsearch/v9"
	"github.com/elastic/go-elasticsearch/v9/esutil"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
)

var clients = map[string]func(ctx context.Context, token string) error{
	"elasticsearch": sendElasticsearch,
	"otlpHTTP": func(ctx context.Context, token string) error {
		e, err := otlploghttp.New(ctx, otlploghttp.WithEndpoint(os.Getenv("OTLP_HTTP")), otlploghttp.WithInsecure(), otlploghttp.WithCompression(otlploghttp.GzipCompression))
		return sendOTLP(ctx, e, err, token)
	},
	"otlpGRPC": func(ctx context.Context, token string) error {
		e, err := otlploggrpc.New(ctx, otlploggrpc.WithEndpoint(os.Getenv("OTLP_GRPC")), otlploggrpc.WithInsecure())
		return sendOTLP(ctx, e, err, token)
	},
	"syslogUDP": func(_ context.Context, token string) error { return sendSyslog("udp", os.Getenv("SYSLOG_UDP"), token) },
	"syslogTCP": func(_ context.Context, token string) error { return sendSyslog("tcp", os.Getenv("SYSLOG_TCP"), token) },
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := clients[os.Args[1]](ctx, os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func sendElasticsearch(ctx context.Context, token string) error {
	es, err := elasticsearch.NewClient(elasticsearch.Config{Addresses: []string{"http://" + os.Getenv("HTTP") + "/insert/elasticsearch"}, CompressRequestBody: true})
	if err != nil {
		return err
	}
	indexer, err := esutil.NewBulkIndexer(esutil.BulkIndexerConfig{Client: es, Index: "app"})
	if err != nil {
		return err
	}
	for word, level := range map[string]string{"first": "info", "second": "error"} {
		body, err := json.Marshal(map[string]any{"message": word + " " + token, "level": level, "service": "pay", "nested": map[string]int{"order": 7}})
		if err != nil {
			return err
		}
		if err := indexer.Add(ctx, esutil.BulkIndexerItem{Action: "create", Body: bytes.NewReader(body)}); err != nil {
			return err
		}
	}
	if err := indexer.Close(ctx); err != nil {
		return err
	}
	if s := indexer.Stats(); s.NumFlushed != 2 || s.NumFailed != 0 {
		return fmt.Errorf("flushed %d, failed %d", s.NumFlushed, s.NumFailed)
	}
	return nil
}

func sendOTLP(ctx context.Context, e sdklog.Exporter, err error, token string) error {
	if err != nil {
		return err
	}
	res := resource.NewSchemaless(attribute.String("service.name", "pay"))
	provider := sdklog.NewLoggerProvider(sdklog.WithResource(res), sdklog.WithProcessor(sdklog.NewSimpleProcessor(e)))
	for word, severity := range map[string]log.Severity{"first": log.SeverityInfo, "second": log.SeverityError} {
		var r log.Record
		r.SetTimestamp(time.Now())
		r.SetSeverity(severity)
		r.SetBody(attribute.StringValue(word + " " + token))
		provider.Logger("pay").Emit(ctx, r)
	}
	return provider.Shutdown(ctx)
}

func sendSyslog(network, addr, token string) error {
	w, err := syslog.Dial(network, addr, syslog.LOG_LOCAL3|syslog.LOG_INFO, "pay")
	if err != nil {
		return err
	}
	return errors.Join(w.Info("first "+token), w.Err("second "+token), w.Close())
}
