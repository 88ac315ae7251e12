package main

import (
	"os"

	"github.com/haetae/haetae/internal/store/logs/inspect"
)

type segmentCommand struct {
	Inspect segmentInspectCommand `cmd:"" help:"Show what a segment file holds: blocks, columns, sizes, templates."`
	Verify  segmentVerifyCommand  `cmd:"" help:"Check every byte of all segments of a folder; damage is named, and the exit code is 1."`
}

type segmentInspectCommand struct {
	File string `arg:"" help:"A segment file, such as data/logs/logs-20261120-p0-e1-....seg."`
	Top  int    `default:"10" help:"Templates of messages to show."`
}

func (c *segmentInspectCommand) Run() error {
	return inspect.Segment(os.Stdout, c.File, c.Top)
}

type segmentVerifyCommand struct {
	Dir string `arg:"" default:"./data" help:"Data folder of a server, or a folder of segments."`
}

func (c *segmentVerifyCommand) Run() error { return inspect.Verify(os.Stdout, c.Dir) }
