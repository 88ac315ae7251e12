// Command gen writes the synthetic rows of package rows to a file, and prints what they are: checksum, size, and
// what general compression makes of them.
//
//	go run ./bench/gen -rows 3000000 -seed 1 -out rows.jsonl
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"hash"
	"io"
	"os"
	"os/exec"
	"strconv"

	"github.com/klauspost/compress/zstd"

	"github.com/haetae/haetae/bench/rows"
)

func main() {
	n := flag.Int("rows", 3_000_000, "number of rows")
	seed := flag.Uint64("seed", 1, "the same seed gives the same bytes")
	out := flag.String("out", "", "file to write; without it only the figures are printed")
	squeeze := flag.Bool("zstd", true, "print sizes under zstd -3 and -19 (-19 takes minutes)")
	flag.Parse()
	if err := run(*n, *seed, *out, *squeeze); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(n int, seed uint64, out string, squeeze bool) error {
	file := io.WriteCloser(discard{})
	if out != "" {
		f, err := os.Create(out)
		if err != nil {
			return err
		}
		file = f
	}
	sum := sha256.New()
	size, err := write(io.MultiWriter(file, sum), rows.New(rows.Options{Seed: seed, Rows: n}), n)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("cannot write rows: %w", err)
	}
	printFacts(n, seed, size, sum)
	if !squeeze {
		return nil
	}
	for _, level := range []int{3, 19} {
		packed, by, err := compressed(n, seed, level)
		if err != nil {
			return fmt.Errorf("cannot compress: %w", err)
		}
		fmt.Printf("zstd -%-9d %d bytes, %.2f%% of raw (%s)\n", level, packed, 100*float64(packed)/float64(size), by)
	}
	return nil
}

func printFacts(n int, seed uint64, size int64, sum hash.Hash) {
	fmt.Printf("rows           %d in %d streams, seed %d\n", n, rows.Streams, seed)
	fmt.Printf("raw            %d bytes, %.1f a row\n", size, float64(size)/float64(max(n, 1)))
	fmt.Printf("sha256         %s\n", hex.EncodeToString(sum.Sum(nil)))
}

// write writes n rows and returns their bytes.
func write(w io.Writer, g *rows.Generator, n int) (int64, error) {
	const flushAt = 1 << 20
	var size int64
	buf := make([]byte, 0, flushAt+64<<10)
	for i := range n {
		buf = g.Append(buf)
		if len(buf) >= flushAt || i == n-1 {
			if _, err := w.Write(buf); err != nil {
				return size, err
			}
			size += int64(len(buf))
			buf = buf[:0]
		}
	}
	return size, nil
}

// compressed returns the size of the rows under zstd: by the command where it is installed, else by the Go
// implementation, whose highest level is weaker than -19.
func compressed(n int, seed uint64, level int) (size int64, by string, err error) {
	g := rows.New(rows.Options{Seed: seed, Rows: n})
	var counted counter
	if path, err := exec.LookPath("zstd"); err == nil {
		cmd := exec.Command(path, "-"+strconv.Itoa(level), "-T0", "-q", "-c")
		cmd.Stdout, cmd.Stderr = &counted, os.Stderr
		in, err := cmd.StdinPipe()
		if err != nil {
			return 0, "", err
		}
		if err := cmd.Start(); err != nil {
			return 0, "", err
		}
		_, err = write(in, g, n)
		return int64(counted), "zstd command", errors.Join(err, in.Close(), cmd.Wait())
	}
	speed := zstd.SpeedDefault
	by = "klauspost/compress, default level"
	if level > 3 {
		speed, by = zstd.SpeedBestCompression, "klauspost/compress, best level: weaker than zstd -19"
	}
	w, err := zstd.NewWriter(&counted, zstd.WithEncoderLevel(speed))
	if err != nil {
		return 0, "", err
	}
	_, err = write(w, g, n)
	return int64(counted), by, errors.Join(err, w.Close())
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }
