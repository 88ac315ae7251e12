package kafka

import (
	"errors"
	"os"
	"testing"
)

// New starts brokers for a test and ends them with it. It skips aloud where the machine lacks them (fails with CI=true).
func New(tb testing.TB, brokers int) *Cluster {
	tb.Helper()
	c, err := Start(tb.Context(), tb.TempDir(), brokers, false)
	need(tb, err)
	tb.Cleanup(func() { _ = c.Stop() })
	return c
}

// need ends a test whose brokers did not start, for lack of them without failing.
func need(tb testing.TB, err error) {
	tb.Helper()
	switch {
	case errors.Is(err, ErrMissing) && os.Getenv("CI") != "true":
		tb.Skipf("SKIP: %v", err)
	case err != nil:
		tb.Fatal(err)
	}
}
