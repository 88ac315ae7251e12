package main

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strings"

	"github.com/haetae/haetae/internal/cli"
	"github.com/haetae/haetae/web"
)

type kafkaCommand struct {
	Advise adviseCommand `cmd:"" help:"Say, with numbers, what to change in the settings of a running server's queue, and what it is expected to bring. Exit code 3: there is something to change. In Korean where LC_ALL, LC_MESSAGES or LANG is."`
}

type adviseCommand struct {
	serverFlags `embed:""`
	JSON        bool `help:"The server's answer."`
}

// exitAdvice is the exit code when there is something to change.
const exitAdvice = 3

func (c *adviseCommand) Run(ctx context.Context) error {
	korean := speaksKorean()
	err := cli.Advise{
		Server: c.server(), Words: web.AdviceWords(korean), Korean: korean,
		Out: os.Stdout, JSON: c.JSON, Color: isTerminal(os.Stdout) && color(),
	}.Run(ctx)
	if errors.Is(err, cli.ErrAdvice) {
		return &exitError{silentError{err}, exitAdvice}
	}
	return show(err, "")
}

// speaksKorean reads the language as POSIX orders its variables.
func speaksKorean() bool {
	return strings.HasPrefix(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")), "ko")
}
