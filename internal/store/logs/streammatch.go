package logs

import (
	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// streamMatch names what an evaluation remembers of a stream filter with an expression: the same few streams are in most
// blocks, and an expression costs more than all else that is done for a stream.
type streamMatch struct {
	filter *logsql.StreamFilter
	stream string
}

// matchStream decides on a stream.
func (e *eval) matchStream(f *logsql.StreamFilter, s *block.Stream) bool {
	if !hasExpression(f) {
		return f.MatchStream(s.Value)
	}
	key := streamMatch{f, s.Key()}
	match, known := e.streamMatches[key]
	if known {
		return match
	}
	if len(e.streamMatches) >= maxStreamsSeen {
		clear(e.streamMatches)
	}
	match = f.MatchStream(s.Value)
	e.streamMatches[key] = match
	return match
}

func hasExpression(f *logsql.StreamFilter) bool {
	for _, alternative := range f.Or {
		for i := range alternative {
			if op := alternative[i].Op; op == "=~" || op == "!~" {
				return true
			}
		}
	}
	return false
}
