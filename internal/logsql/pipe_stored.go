package logsql

// PipeBlockStats tells how the blocks that have rows of the filter keep their fields: a row for each field of each block.
type PipeBlockStats struct {
	// Of are the only fields that are told of, when a pipe before it keeps only these; nil is all.
	Of []string
}

// Name is "block_stats".
func (*PipeBlockStats) Name() string { return "block_stats" }

func (*PipeBlockStats) String() string { return "block_stats" }

func (*PipeBlockStats) needs(s *fieldSet) { s.only() }

func parseBlockStats(*parser, string) (Pipe, error) { return &PipeBlockStats{}, nil }

// PipeBlocksCount counts the blocks that have rows of the filter.
type PipeBlocksCount struct{ As string }

// Name is "blocks_count".
func (*PipeBlocksCount) Name() string { return "blocks_count" }

func (p *PipeBlocksCount) String() string { return "blocks_count as " + quoteName(p.As) }

func (*PipeBlocksCount) needs(s *fieldSet) { s.only() }

func parseBlocksCount(p *parser, _ string) (Pipe, error) {
	pipe := &PipeBlocksCount{As: "blocks_count"}
	name, err := p.resultName()
	if name != "" {
		pipe.As = name
	}
	return pipe, err
}

// PipeQueryStats tells what the query up to it cost, instead of its rows.
type PipeQueryStats struct{}

// Name is "query_stats".
func (*PipeQueryStats) Name() string { return "query_stats" }

func (*PipeQueryStats) String() string { return "query_stats" }

// What the rows would cost is asked, so that they are read as if they were shown.
func (*PipeQueryStats) needs(s *fieldSet) { *s = fieldSet{all: true} }

func parseQueryStats(*parser, string) (Pipe, error) { return &PipeQueryStats{}, nil }

// checkPlace fails when a pipe must stand before all others but those that filter, and one fields before block_stats.
func (p *parser) checkPlace(pipe Pipe, before []Pipe, start int) error {
	switch pipe.(type) {
	case *PipeStreamContext, *PipeBlockStats, *PipeBlocksCount:
	default:
		return nil
	}
	_, perField := pipe.(*PipeBlockStats)
	for i, other := range before {
		_, filter := other.(*PipeFilter)
		if _, fields := other.(*PipeFields); !filter && !(fields && perField && i == len(before)-1) {
			return p.errorAt(misplacedPipe, start, p.pos, "", "%s must be the first pipe: it needs the rows as they are stored", pipe.Name())
		}
	}
	return nil
}
