package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/haetae/haetae/internal/app"
)

type configCommand struct {
	Init  configInitCommand  `cmd:"" help:"Write a configuration with every key, its default and what it means."`
	Check configCheckCommand `cmd:"" help:"Say whether a configuration is valid."`
}

type configInitCommand struct {
	File string `arg:"" optional:"" help:"File to write; standard output when left out, or -. An existing file is kept."`
}

func (c *configInitCommand) Run() error {
	if c.File == "" || c.File == "-" {
		_, err := os.Stdout.WriteString(app.InitText())
		return err
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return fmt.Errorf("cannot write the configuration: %w", err)
	}
	_, err = f.WriteString(app.InitText())
	return errors.Join(err, f.Close())
}

type configCheckCommand struct {
	settings `embed:""`
	File     string `arg:"" optional:"" help:"The same as --config."`
}

func (c *configCheckCommand) Run() error {
	if c.File != "" {
		c.Config = c.File
	}
	cfg, err := app.Load(c.Config, c.keys())
	if err == nil {
		err = app.Check(cfg)
	}
	if err != nil {
		return err
	}
	fmt.Println("the configuration is valid")
	return nil
}
