package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/app"
	"github.com/haetae/haetae/internal/cli"
	"github.com/haetae/haetae/internal/config"
	"github.com/haetae/haetae/internal/model"
)

// accessFlags say whose users and tokens: those of a running server, or of a data folder that none has open.
type accessFlags struct {
	serverFlags `embed:""`
	Config      string `short:"c" placeholder:"FILE" help:"Configuration of the server; wanted when none runs and its metadata are in PostgreSQL."`
}

const defaultData = "./data"

// with calls f with the access of the server that answers, else of the data folder itself.
func (a accessFlags) with(ctx context.Context, create bool, f func(cli.Access) error) error {
	if a.URL != "" {
		return show(f(a.server().Access()), "")
	}
	var set []string
	if a.Config == "" || a.Data != defaultData {
		set = append(set, "data="+a.Data)
	}
	cfg, err := app.Load(a.Config, set)
	if err != nil {
		return err
	}
	a.Data = cfg.Data
	if server := a.server(); server.Answers(ctx) {
		return show(f(server.Access()), "")
	}
	local, err := app.OpenAccess(ctx, cfg, create)
	if err != nil {
		return err
	}
	return errors.Join(f(local), local.Close())
}

type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Make a token for a program. Alone on standard output when that is not a terminal."`
	List   tokenListCommand   `cmd:"" help:"List the tokens, and when each was last used."`
	Revoke tokenRevokeCommand `cmd:"" help:"Revoke a token; it is refused at once."`
}

type tokenCreateCommand struct {
	accessFlags `embed:""`
	Role        string           `required:"" enum:"ingest,agent,viewer,operator,admin" help:"ingest and agent send records; viewer, operator and admin read, with what the role may besides."`
	Name        string           `required:"" help:"What it is for."`
	Dataset     []string         `sep:"," placeholder:"NAME" help:"Only these datasets. Repeatable. All that is sent goes to logs: roles that send want that or none."`
	Stream      string           `placeholder:"FILTER" help:"Only these streams, such as '{service=\"checkout\"}'; for roles that read."`
	Expires     *config.Duration `placeholder:"SPAN" help:"After so long, such as 90d; never when left out."`
}

func (c *tokenCreateCommand) Run(ctx context.Context) error {
	t := model.Token{Name: c.Name, Role: model.Role(c.Role), Datasets: c.Dataset, Stream: c.Stream, Owner: model.Local.Name}
	if c.Expires != nil {
		if *c.Expires <= 0 {
			return errors.New("--expires wants a time span above 0, such as 90d; leave it out for a token that never expires")
		}
		at := time.Now().Add(time.Duration(*c.Expires)).UTC()
		t.Expires = &at
	}
	return c.with(ctx, false, func(access cli.Access) error {
		return cli.CreateToken{Access: access, Token: t, Terminal: isTerminal(os.Stdout), Out: os.Stdout, Err: os.Stderr}.Run(ctx)
	})
}

type tokenListCommand struct {
	accessFlags `embed:""`
}

func (c *tokenListCommand) Run(ctx context.Context) error {
	return c.with(ctx, false, func(access cli.Access) error { return cli.ListTokens{Access: access, Out: os.Stdout}.Run(ctx) })
}

type tokenRevokeCommand struct {
	accessFlags `embed:""`
	ID          string `arg:"" help:"Id of the token, or the token itself."`
}

func (c *tokenRevokeCommand) Run(ctx context.Context) error {
	return c.with(ctx, false, func(access cli.Access) error {
		return cli.RevokeToken{Access: access, ID: c.ID, Out: os.Stdout}.Run(ctx)
	})
}

type userCommand struct {
	Add           userAddCommand           `cmd:"" help:"Add a user; also the first administrator, before or without the console."`
	List          userListCommand          `cmd:"" help:"List the users."`
	ResetPassword userResetPasswordCommand `cmd:"" help:"Make a new password for a user who cannot get in. All sessions of the user end."`
}

type userAddCommand struct {
	accessFlags   `embed:""`
	Name          string   `arg:"" help:"What is typed to sign in."`
	Role          string   `required:"" enum:"viewer,operator,admin" help:"viewer, operator or admin."`
	FullName      string   `help:"As shown."`
	Email         string   `help:"Address."`
	Everything    bool     `help:"Sees all datasets but the audit trail."`
	Team          []string `sep:"," placeholder:"CODE" help:"Teams of the user. Repeatable."`
	PasswordStdin bool     `help:"Read the password from standard input; else one is made. The first sign-in asks for another one."`
}

func (c *userAddCommand) Run(ctx context.Context) error {
	password := ""
	if c.PasswordStdin {
		text, err := io.ReadAll(io.LimitReader(os.Stdin, 4096))
		if err != nil {
			return fmt.Errorf("cannot read the password: %w", err)
		}
		if password = strings.TrimRight(string(text), "\r\n"); password == "" {
			return errors.New("standard input holds no password")
		}
	}
	u := model.User{
		Name: c.Name, FullName: c.FullName, Email: c.Email, Role: model.Role(c.Role), Everything: c.Everything, Teams: append([]string{}, c.Team...),
	}
	return c.with(ctx, u.Role == model.RoleAdmin, func(access cli.Access) error {
		return cli.AddUser{Access: access, User: u, Password: password, Terminal: isTerminal(os.Stdout), Out: os.Stdout}.Run(ctx)
	})
}

type userListCommand struct {
	accessFlags `embed:""`
}

func (c *userListCommand) Run(ctx context.Context) error {
	return c.with(ctx, false, func(access cli.Access) error { return cli.ListUsers{Access: access, Out: os.Stdout}.Run(ctx) })
}

type userResetPasswordCommand struct {
	accessFlags  `embed:""`
	Name         string `arg:"" help:"What the user types to sign in."`
	SecondFactor bool   `help:"Remove the second factor too: of who has lost the phone and the recovery codes."`
}

func (c *userResetPasswordCommand) Run(ctx context.Context) error {
	return c.with(ctx, false, func(access cli.Access) error {
		return cli.ResetPassword{Access: access, Name: c.Name, SecondFactor: c.SecondFactor, Terminal: isTerminal(os.Stdout), Out: os.Stdout}.Run(ctx)
	})
}
