package kafka

import (
	"strconv"
	"testing"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/queue"
	"github.com/haetae/haetae/internal/record"
)

// People's own topics must not be swallowed as dead letters, and a topic of Haetae's with damage in it is Haetae's.
func TestIsForeign(t *testing.T) {
	own := func() string { return string(record.Append(nil, &model.Record{Msg: "hi", Observed: 1})) }
	many := make([]string, 100)
	for i := range many {
		many[i] = "order " + strconv.Itoa(i)
	}
	for name, c := range map[string]struct {
		values []string
		want   bool
	}{
		"empty":               {nil, false},
		"people's":            {many, true},
		"one line":            {[]string{"x"}, true},
		"own":                 {[]string{own(), own()}, false},
		"own behind damage":   {append([]string{"\x01broken"}, own()), false},
		"own before people's": {append([]string{own()}, many...), false},
		"own after people's":  {append(append([]string{}, many...), own()), false},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := fake(t)
			q := closing(t, open(t, testOptions(cluster.ListenAddrs(), 1)))
			batch := &queue.Batch{}
			for _, v := range c.values {
				batch.AddBytes([]byte(v))
			}
			if batch.Len() > 0 {
				if err := q.Append(t.Context(), []*queue.Batch{batch}); err != nil {
					t.Fatal(err)
				}
			}
			q.look() // as a start does
			if got, err := q.IsForeign(t.Context(), "haetae.logs"); got != c.want || err != nil {
				t.Errorf("foreign: %t, error %v; want %t", got, err, c.want)
			}
		})
	}
}
