// Command haetae watches IT infrastructure: it collects logs, keeps them safe, and finds them at once.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	_ "time/tzdata" // zones where the machine has none, as in a container

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/haetae/haetae/internal/app"
	"github.com/haetae/haetae/internal/cli"
)

type commands struct {
	Server  serverCommand  `cmd:"" help:"Collect, keep and answer; this is the service."`
	Query   queryCommand   `cmd:"" help:"Search the logs of a running server. Exit code 3: the answer is partial, and standard error says why."`
	Explain explainCommand `cmd:"" help:"Say how a running server answers a query, and what that costs."`
	Tail    tailCommand    `cmd:"" help:"Follow new logs of a running server."`
	Delete  deleteCommand  `cmd:"" help:"Delete logs of a running server by a query."`
	Letters lettersCommand `cmd:"" name:"dead-letters" help:"List, show and replay the records of a running server that could not be processed."`
	Backup  backupCommand  `cmd:"" help:"Back up a running server."`
	Restore restoreCommand `cmd:"" help:"Make a data folder of a backup."`
	Fsck    fsckCommand    `cmd:"" help:"Check a data folder that no server has open. Exit code 1: something is wrong; 2: it cannot be checked."`
	Kafka   kafkaCommand   `cmd:"" help:"Advise on the queue and its Apache Kafka."`
	Audit   auditCommand   `cmd:"" help:"Show, check and export who did what on a running server."`
	Token   tokenCommand   `cmd:"" help:"Make, list and revoke tokens of programs; also on the server's machine without signing in."`
	User    userCommand    `cmd:"" help:"Add and list users, and help those who cannot get in; also on the server's machine without signing in."`
	Config  configCommand  `cmd:"" help:"Write or check a configuration."`
	Secrets secretsCommand `cmd:"" help:"Store secrets that the configuration names, sealed with a file of keys."`
	Segment segmentCommand `cmd:"" help:"Look into the files in which logs are stored."`
	Version versionCommand `cmd:"" help:"Print the version."`

	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

func main() {
	k := parse(os.Args[1:])
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	k.BindTo(ctx, (*context.Context)(nil))
	err := k.Run()
	stop()
	if err == nil {
		return
	}
	var shown silentError
	if !errors.As(err, &shown) {
		fmt.Fprintln(os.Stderr, "haetae: "+err.Error())
	}
	code := 1
	var exit *exitError
	if errors.As(err, &exit) {
		code = exit.code
	}
	os.Exit(code)
}

// exitPartial is the exit code of a query whose answer is partial.
const exitPartial = 3

// exitError is an error with an exit code of its own.
type exitError struct {
	error
	code int
}

func (e *exitError) Unwrap() error { return e.error }

// silentError is an error that was shown already.
type silentError struct{ error }

type settings struct {
	Config string   `short:"c" placeholder:"FILE" help:"Configuration in YAML; without one the defaults hold."`
	Data   string   `placeholder:"DIR" help:"Data folder; that of the configuration when left out."`
	Set    []string `sep:"none" placeholder:"KEY=VALUE" help:"Set any key of the configuration, such as http.listen=127.0.0.1:0. Repeatable."`
}

// keys are what the command line sets.
func (s settings) keys() []string {
	if s.Data == "" {
		return s.Set
	}
	return append(slices.Clip(s.Set), "data="+s.Data)
}

type serverCommand struct {
	settings  `embed:""`
	Consumers *int `placeholder:"N" help:"How many partitions of each topic of a queue on Kafka this process may own; all when left out. With 0 it takes records and answers, and consumes nothing."`
}

func (c *serverCommand) Run(ctx context.Context) error {
	reload := make(chan os.Signal, 1)
	signal.Notify(reload, syscall.SIGHUP)
	set := c.keys()
	if c.Consumers != nil {
		set = append(set, fmt.Sprintf("queue.consumers=%d", *c.Consumers))
	}
	load := func() (*app.Config, error) { return app.Load(c.Config, set) }
	return app.Run(ctx, load, reload, os.Stdout, os.Stderr)
}

type serverFlags struct {
	URL   string `placeholder:"URL" help:"Address of the server, such as https://logs.example.com:7700."`
	Token string `placeholder:"TOKEN" env:"HAETAE_TOKEN" help:"Token for the server at --url; better in the environment, which other users do not see."`
	CA    string `name:"ca" placeholder:"FILE" help:"Authorities (PEM) of the server's certificate, or a self-made certificate itself."`
	Data  string `default:"./data" help:"Data folder of a server on this machine; used when there is no --url."`
}

func (f serverFlags) server() cli.Server {
	return cli.Server{URL: f.URL, Token: f.Token, CA: f.CA, Data: f.Data}
}

type queryCommand struct {
	serverFlags `embed:""`
	Query       string `arg:"" help:"LogsQL, such as 'error _time:1h' or '* | stats by (host) count()'. Write NOT, or put -- before it, when it would begin with -."`
	Start       string `help:"Earliest time: RFC 3339, Unix time, or now-1h."`
	End         string `help:"Latest time, not included."`
	Limit       int    `short:"n" default:"100" help:"Newest rows to show; 0 shows all."`
	JSON        bool   `help:"JSON lines on a terminal too."`
}

func (c *queryCommand) Run(ctx context.Context) error {
	terminal := isTerminal(os.Stdout) && !c.JSON
	err := cli.Query{
		Server: c.server(), Text: c.Query, Start: c.Start, End: c.End, Limit: c.Limit,
		Out: os.Stdout, Err: os.Stderr, Terminal: terminal, Color: terminal && color(),
	}.Run(ctx)
	if errors.Is(err, cli.ErrPartial) {
		return &exitError{silentError{err}, exitPartial}
	}
	return show(err, c.Query)
}

type tailCommand struct {
	serverFlags `embed:""`
	Query       string `arg:"" optional:"" default:"*" help:"LogsQL filter; everything when left out."`
	JSON        bool   `help:"JSON lines on a terminal too."`
}

func (c *tailCommand) Run(ctx context.Context) error {
	terminal := isTerminal(os.Stdout) && !c.JSON
	err := cli.Tail{
		Server: c.server(), Text: c.Query, Out: os.Stdout, Err: os.Stderr, Terminal: terminal, Color: terminal && color(),
	}.Run(ctx)
	return show(err, c.Query)
}

// show writes a problem with its place in the query.
func show(err error, query string) error {
	var p *cli.Problem
	if errors.As(err, &p) {
		p.Show(os.Stderr, query)
		return silentError{err}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

type versionCommand struct{}

func (versionCommand) Run() error {
	fmt.Println("haetae " + app.Version())
	return nil
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// color follows the convention of https://no-color.org.
func color() bool { return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" }
