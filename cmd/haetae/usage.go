package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"

	"github.com/alecthomas/kong"

	"github.com/haetae/haetae/internal/app"
)

// parse reads the command line. What cannot be read ends the process: the error and one line of usage on standard error,
// exit code 2.
func parse(args []string) *kong.Context {
	var c commands
	k := kong.Must(&c, kong.Name("haetae"), kong.Vars{"version": "haetae " + app.Version()},
		kong.Description("Haetae collects the logs of your infrastructure, loses none, and finds each in a moment."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	ctx, err := k.Parse(args)
	if err == nil {
		return ctx
	}
	fmt.Fprintf(os.Stderr, "haetae: %s\n%s\n", wording(err), usage(err))
	os.Exit(2)
	return nil
}

// dashed is what the parser says of a value that begins with -. It has no type for it.
var dashed = regexp.MustCompile(`^(--[a-z-]+): expected .+ value but got "(.+)" \(.*$`)

// wording is what is wrong with the command line.
func wording(err error) string {
	return dashed.ReplaceAllString(err.Error(), "$1 wants a value, and $2 is read as a flag; a value that begins with - is written $1=$2")
}

// usage is how the command is called that an error is about.
func usage(err error) string {
	var wrong *kong.ParseError
	if errors.As(err, &wrong) && wrong.Context != nil {
		if command := wrong.Context.Selected(); command != nil {
			return fmt.Sprintf("usage: haetae %s; haetae %s --help tells more", command.Summary(), command.Path())
		}
	}
	return "usage: haetae <command> [flags]; haetae --help tells more"
}
