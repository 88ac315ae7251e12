package main

import (
	"context"
	"os"

	"github.com/haetae/haetae/internal/cli"
)

type explainCommand struct {
	serverFlags `embed:""`
	Query       string `arg:"" help:"LogsQL; it is run, and its rows are not shown."`
	Start       string `help:"Earliest time: RFC 3339, Unix time, or now-1h."`
	End         string `help:"Latest time, not included."`
	Limit       int    `short:"n" default:"100" help:"Newest rows that are wanted; 0 wants all."`
	JSON        bool   `help:"The server's JSON."`
}

func (c *explainCommand) Run(ctx context.Context) error {
	err := cli.Explain{
		Server: c.server(), Text: c.Query, Start: c.Start, End: c.End, Limit: c.Limit, Out: os.Stdout, JSON: c.JSON,
	}.Run(ctx)
	return show(err, c.Query)
}
