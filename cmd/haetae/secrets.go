package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"github.com/haetae/haetae/internal/app"
	"github.com/haetae/haetae/internal/secret"
)

type secretsCommand struct {
	Set    secretsSetCommand    `cmd:"" help:"Store a secret that the configuration can name as secret:NAME. It is read from standard input, on a terminal without showing it."`
	List   secretsListCommand   `cmd:"" help:"List the names of stored secrets."`
	Remove secretsRemoveCommand `cmd:"" help:"Forget a secret."`
	Rotate secretsRotateCommand `cmd:"" help:"Make a new key and seal the stored secrets with it. A running server needs no restart."`
}

// vault is that of the data folder.
func (s settings) vault() (*secret.Vault, error) {
	return app.Vault(s.Config, s.keys())
}

type secretsSetCommand struct {
	settings `embed:""`
	Name     string `arg:"" help:"Such as kafka-password."`
}

func (c *secretsSetCommand) Run() error {
	if err := secret.CheckName(c.Name); err != nil {
		return err
	}
	vault, err := c.vault()
	if err != nil {
		return err
	}
	value, err := readSecret(os.Stdin)
	if err != nil {
		return err
	}
	return vault.Set(c.Name, value)
}

// readSecret takes a line that is typed twice, or all of what a program sends, without the end of its line.
func readSecret(in *os.File) (string, error) {
	if !isTerminal(in) {
		text, err := io.ReadAll(io.LimitReader(in, secret.MaxSize+2))
		if err != nil {
			return "", fmt.Errorf("cannot read the secret: %w", err)
		}
		text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
		return string(text), nil
	}
	var typed [2]string
	for i, ask := range []string{"Secret: ", "Again: "} {
		fmt.Fprint(os.Stderr, ask)
		text, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(os.Stderr)
		if err != nil {
			return "", fmt.Errorf("cannot read the secret: %w", err)
		}
		typed[i] = string(text)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two are not the same; nothing was stored")
	}
	return typed[0], nil
}

type secretsListCommand struct {
	settings `embed:""`
}

func (c *secretsListCommand) Run() error {
	vault, err := c.vault()
	if err != nil {
		return err
	}
	if _, err := os.Stat(vault.Data()); err != nil {
		return fmt.Errorf("cannot open the data folder: %w; name that of the server with --data, or its configuration with --config", err)
	}
	list, err := vault.List()
	if err != nil {
		return err
	}
	if len(list) == 0 {
		fmt.Fprintf(os.Stderr, "no secrets are stored in %s\n", vault.Data())
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, e := range list {
		fmt.Fprintf(w, "%s\t%s\n", e.Name, e.Set.Format(time.RFC3339))
	}
	return w.Flush()
}

type secretsRemoveCommand struct {
	settings `embed:""`
	Name     string `arg:""`
}

func (c *secretsRemoveCommand) Run() error {
	vault, err := c.vault()
	if err != nil {
		return err
	}
	return vault.Remove(c.Name)
}

type secretsRotateCommand struct {
	settings `embed:""`
}

func (c *secretsRotateCommand) Run() error {
	vault, err := c.vault()
	if err != nil {
		return err
	}
	n, err := vault.Rotate()
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%s has a new key, which seals what is stored (secrets: %d); the older keys stay in it for what they sealed before. Copy it anew.\n", vault.Keys(), n)
	return err
}
