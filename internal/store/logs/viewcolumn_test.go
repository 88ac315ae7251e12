package logs

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/logmix"
)

// Views are parsed, looked for in the line first, or come from the cache: the answers are those of a scan each time.
func TestViewsAgreeWithNaiveScan(t *testing.T) {
	f := newFixture(t, nil)
	w := f.writer(t, 0, 1)
	src := logmix.New(3, 1e9)
	var all []*naiveRow
	for i := range 3000 {
		var r model.Record
		src.Next(&r)
		if i%50 == 0 { // a stored field is before the view of its name
			r.Fields = append(r.Fields, model.Field{Name: "http.response.status_code", Value: "599"})
		}
		r.Fields = slices.Clone(r.Fields)
		all = append(all, &naiveRow{r: r, stream: block.NewStream(r.Stream), id: fmt.Sprintf("%s-logs-0-%d", queueID, w.Offset())})
		w.Append(w.Offset(), &r)
		if i%1000 == 700 {
			checkpoint(t, w)
		}
	}
	w.Publish()
	for _, query := range []string{
		"http.response.status_code:500", "http.response.status_code:599", "!http.response.status_code:200", `http.response.status_code:""`,
		"http.response.status_code:range[400,599]", `url.path:"/login"`, `url.path:="/healthz"`, "user_agent.original:curl", "log.logger:HikariPool",
		"rt:>0.5", `http.request.method:in(PUT,DELETE) url.path:api`, "client.address:1*",
	} {
		flt := filter(t, query)
		var want []string
		statuses := map[string]int{}
		for _, n := range all {
			if flt.Match(n) {
				want = append(want, n.id+" "+n.r.Msg)
				statuses[n.Value("http.response.status_code")]++
			}
		}
		slices.Sort(want)
		for range 4 {
			got := idsAndMessages(t, f.Store, flt)
			slices.Sort(got)
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("query %s: rows differ (-want +got):\n%.2000s", query, diff)
			}
			if diff := gocmp.Diff(statuses, countBy(t, f.Store, flt, "http.response.status_code")); diff != "" {
				t.Fatalf("query %s: counts by status differ (-want +got):\n%.2000s", query, diff)
			}
		}
	}
	if f.cache.hits.Load() == 0 {
		t.Error("nothing came from the cache")
	}
}

// However many different values a view has, and whatever is asked for, the rows answer with their texts.
func TestViewColumnsTellTheirTexts(t *testing.T) {
	for _, tt := range []struct {
		name          string
		different     int
		text          func(i int) string
		keys, numbers bool
	}{
		{"few", 200, strconv.Itoa, false, true},
		{"many", 5000, strconv.Itoa, true, true},
		{"more than a dictionary has", 1<<16 + 5, strconv.Itoa, true, true},
		{"addresses", 1<<16 + 5, func(i int) string { return fmt.Sprintf("192.%d.%d.%d", i>>16, i>>8&255, i&255) }, true, true},
		{"some missing", 5000, func(i int) string { return strings.TrimPrefix(strconv.Itoa(i), "17") }, false, true},
		{"with a unit", 5000, func(i int) string { return strconv.Itoa(i) + "ms"[i%2*2:] }, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c captured
			var rows []uint32
			for i := range tt.different + 100 {
				c.index = append(c.index, c.intern(tt.text(i*7%tt.different)))
				rows = append(rows, uint32(len(c.index)-1))
			}
			view := newViewColumn(&c)
			want := func(row int) string { return c.texts[c.index[row]] }
			plain := view.column("x", rows)
			keys, keyed := view.keys("x", rows)
			numbers, numbered := view.numbers("x", rows)
			if keyed != tt.keys || numbered != tt.numbers {
				t.Errorf("keys: %v, numbers: %v", keyed, numbered)
			}
			for row := range rows {
				if view.at(row) != want(row) || plain.At(row) != want(row) || keyed && keys.At(row) != want(row) || numbered && numbers.At(row) != want(row) {
					t.Fatalf("row %d is not %q", row, want(row))
				}
				n, is := logsql.ParseNumber(want(row))
				if numbered && (is && numbers.Numbers[row] != n || !is && !math.IsNaN(numbers.Numbers[row])) {
					t.Fatalf("the number of %q is %v", want(row), numbers.Numbers[row])
				}
			}
			n := newFieldNode(filter(t, "x:>100").(*logsql.FieldFilter))
			left := newBitmap(nil, len(rows))
			left.addRange(0, len(rows))
			view.narrow(n, left)
			for row := range rows {
				if left.has(row) != n.matcher.Match(want(row)) {
					t.Fatalf("x:>100 keeps %q: %v", want(row), left.has(row))
				}
			}
		})
	}
	var texts captured
	for i := range 1<<16 + 5 {
		texts.index = append(texts.index, texts.intern(fmt.Sprint("path", i)))
	}
	if view := newViewColumn(&texts); view != nil {
		t.Errorf("texts of which each row has its own are kept: %d bytes", view.size())
	}
}
