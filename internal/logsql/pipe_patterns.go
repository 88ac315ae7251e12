package logsql

import (
	"strconv"

	"github.com/haetae/haetae/internal/model"
)

// PipePatterns groups rows by the pattern of their message: lines that a person would call the same event.
type PipePatterns struct {
	By      []string
	Limit   int // the most frequent ones; 0 is all
	Buckets int // counts over time of each
}

// Fields that the result of PipePatterns has for each pattern, besides _pattern and those of By.
var patternFields = []string{
	"pattern", "hits", "share", "first_seen", "last_seen", "streams", "services", "severity", "spark", "example",
}

const (
	defaultPatternBuckets = 60
	maxPatternBuckets     = 1000
)

// Name is "patterns".
func (*PipePatterns) Name() string { return "patterns" }

func (p *PipePatterns) String() string {
	s := "patterns"
	if len(p.By) > 0 {
		s += " by (" + nameList(p.By) + ")"
	}
	if p.Limit > 0 {
		s += " limit " + strconv.Itoa(p.Limit)
	}
	if p.Buckets != defaultPatternBuckets {
		s += " buckets " + strconv.Itoa(p.Buckets)
	}
	return s
}

func (p *PipePatterns) needs(s *fieldSet) {
	s.only(model.FieldPattern, model.FieldPatternLine, timeField, streamField, model.FieldSeverity)
	s.add(p.By...)
}

// parsePatterns reads patterns by (host.name) limit 50 buckets 24.
func parsePatterns(p *parser, _ string) (Pipe, error) {
	pipe := &PipePatterns{Buckets: defaultPatternBuckets}
	for {
		var err error
		start := p.pos
		switch p.keyword("by", "limit", "buckets") {
		case "by":
			p.pos = start
			pipe.By, err = p.byNames()
			for _, name := range pipe.By {
				if err == nil && (name == model.FieldPattern || MatchName(patternFields, name)) {
					err = p.errorAt(duplicateName, start, p.pos, "", "patterns makes %s itself", name)
				}
			}
		case "limit":
			pipe.Limit, err = p.count("a count of patterns")
		case "buckets":
			if pipe.Buckets, err = p.count("a count of buckets"); err == nil && (pipe.Buckets < 1 || pipe.Buckets > maxPatternBuckets) {
				err = p.errorAt(badNumber, start, p.pos, "", "expected 1 to %d buckets", maxPatternBuckets)
			}
		default:
			return pipe, nil
		}
		if err != nil {
			return nil, err
		}
	}
}
