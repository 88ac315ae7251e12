// Command patterns measures the grouping of lines by pattern: how well, against the labels of eight systems, and how
// fast, in lines that do not repeat. CPU is user and system time of this process.
//
//	go run ./bench/patterns
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"syscall"
	"time"

	"github.com/haetae/haetae/bench/rows"
	"github.com/haetae/haetae/internal/analysis/pattern"
	"github.com/haetae/haetae/internal/analysis/pattern/loghub"
)

func main() {
	n := flag.Int("rows", 500_000, "number of lines to measure the speed with")
	flag.Parse()
	if err := run(*n); err != nil {
		fmt.Fprintln(os.Stderr, "patterns:", err)
		os.Exit(1)
	}
}

func run(n int) error {
	lines, err := mix(n)
	if err != nil {
		return err
	}
	if err := speed("the mix of bench/rows", lines); err != nil {
		return err
	}
	dir, ok := loghub.Folder(".")
	if !ok {
		fmt.Printf("quality not measured: the labelled logs are not at %q, set HAETAE_SHARED_DATA\n", dir)
		return nil
	}
	var raw []string
	for _, part := range []struct {
		name    string
		systems []string
	}{{"tuned with", loghub.Tuned}, {"held out", loghub.HeldOut}} {
		for _, system := range part.systems {
			l, err := loghub.Read(dir, system)
			if err != nil {
				return err
			}
			if err := quality(part.name, system, l); err != nil {
				return err
			}
			raw = append(raw, l.Raw...)
		}
	}
	lines = lines[:0]
	for i := range n {
		lines = append(lines, fmt.Sprintf("%s %d", raw[i%len(raw)], i))
	}
	return speed("the raw lines of eight systems, a number behind each", lines)
}

// mix returns the messages of the rows that the store is measured with, those that are not there yet.
func mix(n int) ([]string, error) {
	g, known := rows.New(rows.Options{Seed: 1, Rows: n}), map[string]bool{}
	var buf []byte
	var out []string
	for range n {
		buf = g.Append(buf[:0])
		var row struct {
			Msg string `json:"_msg"`
		}
		if err := json.Unmarshal(buf, &row); err != nil {
			return nil, err
		}
		if !known[row.Msg] {
			known[row.Msg] = true
			out = append(out, row.Msg)
		}
	}
	return out, nil
}

func group(lines []string) ([]string, error) {
	book, err := pattern.Open(context.Background(), nil, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	return loghub.Group(book, lines), nil
}

func quality(part, system string, l *loghub.Lines) error {
	content, err := group(l.Content)
	raw, rawErr := group(l.Raw)
	if err := errors.Join(err, rawErr); err != nil {
		return err
	}
	ga, f1 := loghub.Score(content, l.Events)
	rawGA, rawF1 := loghub.Score(raw, l.Events)
	fmt.Printf("%-10s %-10s content: GA %.3f, F1 of groups %.3f; raw lines: GA %.3f, F1 of groups %.3f\n", part, system, ga, f1, rawGA, rawF1)
	return nil
}

func speed(what string, lines []string) error {
	start := cpuTime()
	groups, err := group(lines)
	took := cpuTime() - start
	slices.Sort(groups)
	fmt.Printf("%.0f lines per CPU-second, of %s: %d different lines in %d patterns\n",
		float64(len(lines))/took.Seconds(), what, len(lines), len(slices.Compact(groups)))
	return err
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
