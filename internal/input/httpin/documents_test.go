package httpin

import (
	"math"
	"testing"

	"github.com/haetae/haetae/internal/format"
)

// A JSON line of a file and the same document sent as jsonline must give the same message and time, so both know
// the same names in the same order.
func TestDefaultsAgreeWithLines(t *testing.T) {
	for what, c := range map[string]struct {
		names []string
		rank  func(string) int
	}{
		"message": {DocumentDefaults.MsgFields, format.MessageFieldRank},
		"time":    {DocumentDefaults.TimeFields, format.TimeFieldRank},
	} {
		last := math.MinInt
		for _, name := range c.names {
			rank := c.rank(name)
			if rank <= last || rank > 1000 {
				t.Errorf("%s field %q has rank %d in lines, behind one of %d", what, name, rank, last)
			}
			last = rank
		}
	}
}
