package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/haetae/haetae/internal/app"
	"github.com/haetae/haetae/internal/cli"
)

type auditCommand struct {
	List   auditListCommand   `cmd:"" help:"Show who did what, the newest first. Asks a running server."`
	Verify auditVerifyCommand `cmd:"" help:"Check that nothing was removed, altered, doubled or moved. Asks a running server, unless --file names an export. Exit code 1: something was; 2: it cannot be checked."`
	Export auditExportCommand `cmd:"" help:"Write the trail, each line in the bytes that its hash is of, and its head as the last line. Asks a running server."`
}

type auditFilter struct {
	Query   string `short:"q" placeholder:"FILTER" help:"LogsQL filter; a word finds it anywhere in an entry."`
	Action  string `placeholder:"NAME" help:"Such as retention.change; several parted by commas, user.* for all that begin so."`
	By      string `placeholder:"NAME" help:"Who did it, also while looking as another user."`
	Outcome string `placeholder:"begun|ok|denied|failed" help:"How it ended."`
	Since   string `placeholder:"1d" help:"RFC 3339, or a time span before now."`
}

func (f auditFilter) filter() cli.AuditFilter { return cli.AuditFilter(f) }

type auditListCommand struct {
	serverFlags `embed:""`
	auditFilter `embed:""`
	Limit       int  `short:"n" default:"100" help:"Entries to show at most."`
	JSON        bool `help:"JSON, one entry a line."`
}

func (c *auditListCommand) Run(ctx context.Context) error {
	return show(cli.AuditList{Server: c.server(), AuditFilter: c.filter(), Limit: c.Limit, JSON: c.JSON, Out: os.Stdout}.Run(ctx), c.Query)
}

type auditVerifyCommand struct {
	serverFlags `embed:""`
	Anchor      []string `placeholder:"SEQ:HASH" help:"The last entry of an earlier check, export or backup: it must still be what it was. Repeatable."`
	File        string   `placeholder:"FILE" help:"Check a whole export; this needs no running server."`
	JSON        bool     `help:"Write the report as JSON."`
}

func (c *auditVerifyCommand) Run(ctx context.Context) error {
	var err error
	if c.File != "" {
		err = app.AuditFile{Path: c.File, Anchors: c.Anchor, JSON: c.JSON, Out: os.Stdout}.Run()
	} else {
		err = cli.AuditVerify{Server: c.server(), Anchors: c.Anchor, JSON: c.JSON, Out: os.Stdout}.Run(ctx)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, cli.ErrTampered):
		return silentError{err}
	}
	return &exitError{show(err, ""), 2}
}

type auditExportCommand struct {
	serverFlags `embed:""`
	auditFilter `embed:""`
	To          string `placeholder:"FILE" help:"A new file; standard output when left out."`
}

func (c *auditExportCommand) Run(ctx context.Context) (err error) {
	out := os.Stdout
	if c.To != "" {
		if out, err = os.OpenFile(c.To, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
			return fmt.Errorf("cannot write the export: %w", err)
		}
		defer func() { err = errors.Join(err, out.Close()) }()
	}
	return show(cli.AuditExport{Server: c.server(), AuditFilter: c.filter(), Out: out}.Run(ctx), c.Query)
}
