package main

import (
	"context"
	"errors"
	"os"

	"github.com/haetae/haetae/internal/cli"
)

type lettersCommand struct {
	List   letterGroupsCommand  `cmd:"" help:"Count them by reason and input, with the place of the newest and a query for the other commands."`
	Show   showLettersCommand   `cmd:"" help:"Show them one by one, newest first."`
	Replay replayLettersCommand `cmd:"" help:"Put them through the intake again, each at most once; do it when the rule or the server is mended."`
}

type letterGroupsCommand struct {
	serverFlags `embed:""`
	Since       string `default:"24h" help:"Earliest receipt: a duration, RFC 3339, or Unix time."`
	JSON        bool   `help:"The server's answer."`
}

func (c *letterGroupsCommand) Run(ctx context.Context) error {
	err := cli.LetterGroups{Server: c.server(), Since: c.Since, JSON: c.JSON, Out: os.Stdout}.Run(ctx)
	if errors.Is(err, cli.ErrPartial) {
		return &exitError{err, exitPartial}
	}
	return show(err, "")
}

type letterChoice struct {
	serverFlags `embed:""`
	Query       string `arg:"" optional:"" default:"*" help:"LogsQL filter over the dead letters, such as 'deadletter.reason:rule kafka.topic:=orders'; all when left out."`
	Start       string `help:"Earliest receipt: RFC 3339, Unix time, or now-1h."`
	End         string `help:"Latest receipt, not included."`
}

type showLettersCommand struct {
	letterChoice `embed:""`
	Limit        int  `short:"n" default:"20" help:"How many, 1000 at most."`
	JSON         bool `help:"One JSON object a line."`
}

func (c *showLettersCommand) Run(ctx context.Context) error {
	return show(cli.ShowLetters{
		Server: c.server(), Text: c.Query, Start: c.Start, End: c.End, Limit: c.Limit, JSON: c.JSON, Out: os.Stdout,
	}.Run(ctx), c.Query)
}

type replayLettersCommand struct {
	letterChoice `embed:""`
	Limit        int `short:"n" help:"At most so many; 0 for all."`
}

func (c *replayLettersCommand) Run(ctx context.Context) error {
	return show(cli.ReplayLetters{
		Server: c.server(), Text: c.Query, Start: c.Start, End: c.End, Limit: c.Limit, Out: os.Stdout,
	}.Run(ctx), c.Query)
}
