package kafka

import (
	"context"
	"strconv"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"

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

// Half of the look is none: Haetae's records may be where it did not get.
func TestIsForeignWithoutTime(t *testing.T) {
	c := fake(t)
	q := closing(t, open(t, testOptions(c.ListenAddrs(), 1)))
	const n = 100
	batch := &queue.Batch{}
	for range n {
		batch.AddBytes([]byte("an order"))
	}
	if err := q.Append(t.Context(), []*queue.Batch{batch}); err != nil {
		t.Fatal(err)
	}
	q.look() // as a start does
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c.ControlKey(int16(kmsg.Fetch), func(r kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		for _, of := range r.(*kmsg.FetchRequest).Topics {
			if of.Partitions[0].FetchOffset == n-sampleRecords {
				cancel()
			}
		}
		return nil, nil, false
	})
	if got, err := q.IsForeign(ctx, "haetae.logs"); got || err != nil || ctx.Err() == nil {
		t.Errorf("foreign: %t, %v; time ended: %v", got, err, ctx.Err())
	}
}
