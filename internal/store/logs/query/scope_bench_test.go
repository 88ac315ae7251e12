package query

import (
	"context"
	"testing"

	"github.com/haetae/haetae/internal/model"
)

// BenchmarkScope compares queries of a team with the same queries by somebody who sees everything and asks for the team's
// rows, in CPU time; and with those of somebody who sees fields masked.
func BenchmarkScope(b *testing.B) {
	s := benchStore(b)
	const team = `{app="nginx"}`
	scope := model.NewScope([]model.Grant{{Stream: team}}, nil)
	two := model.NewScope([]model.Grant{{Stream: team}, {Datasets: []string{"logs"}, Stream: `{app="kernel"}`}}, nil)
	masked := model.NewScope([]model.Grant{{Stream: team}}, []string{"client.address"})
	for _, q := range []struct{ name, text string }{
		{"count", "* | stats count() n"},
		{"words", "GET 500 | stats count() n"},
		{"by host", "* | stats by (host) count() n"},
		{"hits", "* | stats by (_time:5m) count() n"},
		{"view", "http.response.status_code:>=500 | stats by (http.response.status_code) count() n"},
		{"newest", "GET | sort by (_time desc) limit 100"},
		{"patterns", "* | patterns"},
	} {
		for _, as := range []struct {
			name, text string
			scope      model.Scope
		}{
			{"everything", team + " " + q.text, model.Everything}, {"scope", q.text, scope}, {"two grants", team + " " + q.text, two}, {"masked", q.text, masked},
		} {
			b.Run(q.name+"/"+as.name, func(b *testing.B) {
				query := parse(b, as.text)
				start := cpuTime()
				for b.Loop() {
					if _, err := Run(context.Background(), s, query, Options{Scope: as.scope, Patterns: testBook}, discard); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64((cpuTime()-start).Microseconds())/float64(b.N)/1000, "cpu-ms")
			})
		}
	}
}
