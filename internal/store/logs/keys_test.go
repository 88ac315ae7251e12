package logs

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Keys stand for the values that rows have, whichever rows of a block are wanted and wherever their values come from.
func TestKeysAreThoseOfTheValues(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	f := newFixture(t, func(o *Options) { o.Cache = 8 << 20 })
	w := f.writer(t, 0, 1)
	for i := range 3000 {
		r := plainRecord(i, fmt.Sprintf(`192.0.2.%d - - [20/Nov/2026:05:31:22 +0000] "GET / HTTP/1.1" 200 %d`, rnd.IntN(256), rnd.IntN(90_000)))
		r.Format = "nginx-access@1"
		r.Fields = []model.Field{
			{Name: "count", Value: fmt.Sprint(rnd.IntN(5000) - 2500)},
			{Name: "padded", Value: fmt.Sprintf("%05d", rnd.IntN(5000))},
			{Name: "ratio", Value: fmt.Sprintf("%d.%d", rnd.IntN(500), rnd.IntN(10))},
			{Name: "peer", Value: fmt.Sprintf("198.51.%d.%d", rnd.IntN(9), rnd.IntN(256))},
			{Name: "named", Value: fmt.Sprintf("node %d", rnd.IntN(900))},
		}
		if i%3 == 0 {
			r.Fields = r.Fields[:2]
		}
		w.Append(w.Offset(), r)
	}
	checkpoint(t, w)
	keyed := map[string]int{}
	names := []string{"count", "padded", "ratio", "peer", "named", "http.response.body.size", "client.address", "http.request.referrer"}
	for range 4 { // views come from the cache the third time
		f.eachBlock(t, func(e *eval) {
			e.needed = names
			n := e.rows.Info().Rows
			wanted := newBitmap(nil, n)
			for row := range n {
				if rnd.IntN(3) > 0 {
					wanted.add(row)
				}
			}
			rows := wanted.rows(nil)
			for _, name := range names {
				plain, err := e.field(name)
				if err != nil {
					t.Fatal(err)
				}
				keys := keysOf(plain)
				for _, v := range []values{keys, plain} {
					if err := v.prepare(wanted); err != nil {
						t.Fatal(err)
					}
				}
				column := keys.column(name, rows)
				if column.Keys != nil {
					keyed[name]++
				}
				for i, row := range rows {
					if want := plain.at(int(row)); column.At(i) != want || keys.at(int(row)) != want {
						t.Fatalf("%s of row %d is %q and %q, want %q", name, row, column.At(i), keys.at(int(row)), want)
					}
				}
			}
		})
	}
	for name, want := range map[string]bool{
		"count": true, "padded": false, "ratio": false, "peer": false, "named": false, "http.response.body.size": true, "client.address": false,
	} {
		if (keyed[name] > 0) != want {
			t.Errorf("%s came as keys %d times", name, keyed[name])
		}
	}
}

// What does not come as keys of one form keeps its texts.
func TestKeysOfTexts(t *testing.T) {
	for _, texts := range [][]string{{"1", ""}, {"1", "192.0.2.1"}, {"07"}, {"x", "1"}} {
		if form, keys := keysOfTexts(texts); form != logsql.NoKeys || keys != nil {
			t.Errorf("%q came as keys %v", texts, keys)
		}
	}
	if form, keys := keysOfTexts([]string{"192.0.2.1", "0.0.0.1"}); form != logsql.IPv4Keys || len(keys) != 2 || keys[1] != 1 {
		t.Errorf("addresses came as %v %v", form, keys)
	}
}
