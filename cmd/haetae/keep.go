package main

import (
	"context"
	"errors"
	"os"

	"github.com/haetae/haetae/internal/app"
	"github.com/haetae/haetae/internal/cli"
)

type deleteCommand struct {
	serverFlags `embed:""`
	Query       string `arg:"" help:"LogsQL filter with a bound of time, such as '{host=\"web-1\"} password _time:1d'."`
	Reason      string `short:"r" help:"Why; kept with what was deleted."`
	Start       string `help:"Earliest time: RFC 3339, Unix time, or now-1h."`
	End         string `help:"Latest time, not included."`
	AllTime     bool   `help:"Confirm that a query without any bound of time is meant."`
	DryRun      bool   `help:"Only show what would be deleted."`
	Yes         bool   `short:"y" help:"Do not ask."`
}

func (c *deleteCommand) Run(ctx context.Context) error {
	d := cli.Delete{
		Server: c.server(), Text: c.Query, Start: c.Start, End: c.End, AllTime: c.AllTime, Reason: c.Reason, DryRun: c.DryRun,
		Yes: c.Yes, Out: os.Stdout, Err: os.Stderr,
	}
	if isTerminal(os.Stdin) {
		d.In = os.Stdin
	}
	return show(d.Run(ctx), c.Query)
}

type backupCommand struct {
	serverFlags `embed:""`
	To          string `required:"" placeholder:"FILE.tar|DIR" help:"A file ending in .tar, or an empty folder."`
}

func (c *backupCommand) Run(ctx context.Context) error {
	return show(cli.Backup{Server: c.server(), To: c.To, Out: os.Stdout}.Run(ctx), "")
}

type restoreCommand struct {
	From string `required:"" placeholder:"FILE.tar|DIR" help:"The backup."`
	Data string `required:"" placeholder:"DIR" help:"An empty folder, or one to make."`
}

func (c *restoreCommand) Run() error {
	return cli.Restore{From: c.From, Data: c.Data, Out: os.Stdout}.Run()
}

type fsckCommand struct {
	Data   string `default:"./data" help:"Data folder."`
	Repair bool   `help:"Put right what can be; files are moved to a folder quarantine, never deleted."`
	JSON   bool   `help:"Write the findings as JSON."`
}

func (c *fsckCommand) Run(ctx context.Context) error {
	left, err := app.Fsck{Data: c.Data, Repair: c.Repair, JSON: c.JSON, Out: os.Stdout}.Run(ctx)
	switch {
	case err != nil:
		return &exitError{err, 2}
	case left > 0:
		return silentError{errors.New("the data folder is not in order")}
	}
	return nil
}
