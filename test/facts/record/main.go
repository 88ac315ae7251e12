// Command record writes the answers of VictoriaLogs 1.26 into test/facts/queries. It inserts the rows into the
// server at -peer, which must be new, with -retentionPeriod=100y and -futureRetention=1y:
//
//	go run ./test/facts/record -peer http://127.0.0.1:9428
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/haetae/haetae/test/facts"
)

func main() {
	peer := flag.String("peer", "", "address of the server, http://HOST:PORT")
	dir := flag.String("dir", "test/facts/queries", "folder of the files")
	flag.Parse()
	if *peer == "" {
		fmt.Fprintln(os.Stderr, "record: say where the server listens by -peer http://HOST:PORT")
		os.Exit(2)
	}
	if err := run(*peer, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func run(peer, dir string) error {
	if got, err := facts.Ask(peer, "* | count() n"); err != nil {
		return err
	} else if strings.Join(got, "") == `{"n":"0"}` {
		if err := facts.Insert(peer); err != nil {
			return err
		}
		time.Sleep(3 * time.Second) // rows appear there after a second
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		recorded, err := facts.Rewrite(string(text), func(query string) ([]string, error) { return facts.Ask(peer, query) })
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(name, []byte(recorded), 0o644); err != nil {
			return err
		}
	}
	return nil
}
