package logs

import (
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

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
