// Command ground starts what several processes of Haetae share, a broker of Apache Kafka and a PostgreSQL, for tests that are not
// in Go. It prints where they are as one line of JSON and ends both when its standard input does. Where the machine lacks
// either, that line says what is missing instead.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/haetae/haetae/test/kafka"
	"github.com/haetae/haetae/test/postgres"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "ground:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	err := serve(ctx)
	if errors.Is(err, kafka.ErrMissing) || errors.Is(err, postgres.ErrMissing) {
		return say(map[string]string{"missing": err.Error()})
	}
	return err
}

func say(where map[string]string) error { return json.NewEncoder(os.Stdout).Encode(where) }

func serve(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "haetae-kafka")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	db, err := postgres.Launch(ctx)
	if err != nil {
		return err
	}
	defer db.Remove()
	cluster, err := kafka.Start(ctx, dir, 1, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	if err := say(map[string]string{"broker": cluster.Brokers()[0], "dsn": db.DSN("postgres")}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
