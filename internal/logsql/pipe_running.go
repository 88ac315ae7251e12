package logsql

import (
	"slices"
	"strings"
)

// PipeRunningStats adds statistics to each row, in the order of time: those of the rows of its group up to itself, or of
// all of them.
type PipeRunningStats struct {
	Stats PipeStats
	Total bool // of all rows
}

// runningFunctions are the functions that can be asked for with each row.
var runningFunctions = []string{"avg", "count", "count_empty", "count_uniq", "count_uniq_hash", "max", "min", "sum", "sum_len"}

// Name is "running_stats" or "total_stats".
func (p *PipeRunningStats) Name() string {
	if p.Total {
		return "total_stats"
	}
	return "running_stats"
}

func (p *PipeRunningStats) String() string {
	return p.Name() + strings.TrimPrefix(p.Stats.String(), "stats")
}

func (p *PipeRunningStats) needs(s *fieldSet) {
	for i := range p.Stats.Funcs {
		s.remove(p.Stats.Funcs[i].As)
	}
	own := fieldSet{all: true} // every result is made, wanted or not
	p.Stats.needs(&own)
	if own.all {
		s.add("*")
	}
	for name := range own.names {
		s.add(name)
	}
	s.add(timeField)
}

func (p *PipeRunningStats) conditions() (Pipe, []*Filter) {
	stats, filters := p.Stats.conditions()
	return &PipeRunningStats{*stats.(*PipeStats), p.Total}, filters
}

func parseRunningStats(p *parser, name string) (Pipe, error) {
	p.space()
	start := p.pos
	stats, err := parseStats(p, name)
	if err != nil {
		return nil, err
	}
	pipe := &PipeRunningStats{*stats.(*PipeStats), name == "total_stats"}
	for _, f := range pipe.Stats.Funcs {
		if !slices.Contains(runningFunctions, f.Name) {
			return nil, p.errorAt(unknownFunction, start, p.pos, "", "%s cannot compute %s() with each row; it knows %s", name, f.Name, strings.Join(runningFunctions, " "))
		}
	}
	return pipe, nil
}
