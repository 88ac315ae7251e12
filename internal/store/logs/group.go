package logs

import (
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
	"github.com/haetae/haetae/internal/store/logs/segment"
)

// A group is an open block: rows of one future segment that look alike, of however many streams. Rows of one
// application compress together far better than they do stream by stream.
type group struct {
	key     groupKey
	builder *block.Builder
	listed  bool // in Writer.dirty
	told    int  // rows that tails were told of

	view *block.View // published rows; guarded by Store.mu
}

// groupKey says which rows share a block: those of a future segment with the same application and format.
type groupKey struct {
	segment.Key
	kind string
}

// applicationLabels are the stream fields that name an application, the best first.
var applicationLabels = [...]string{
	"service.name", "service", "app", "application", "k8s.container.name", "kubernetes.container_name",
	"container.name", "job", "log.file.path",
}

// application returns what a stream's rows have in common with those of other streams.
func application(s *block.Stream) string {
	for _, label := range applicationLabels {
		if v := s.Value(label); v != "" {
			return v
		}
	}
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = f.Name
	}
	slices.Sort(names)
	return "{" + strings.Join(names, ",") + "}"
}

// otherKind takes the rows of applications beyond the bound.
const otherKind = "other"

// streamState is what a writer knows of a stream.
type streamState struct {
	*block.Stream
	application string
	class       string // retention class in the dataset classOf
	classOf     string
	recent      []*openPlace // where its last rows went; most streams need one
	next        int          // which of recent is replaced next
}

const maxRecent = 4

// alike is what rows of one group have in common; the texts are the writer's, not a record's.
type alike struct {
	application, format, dataset, class string
	day, received                       int64
}

// openPlace is where rows that are alike go, until the group is sealed.
type openPlace struct {
	*group
	alike
}

// Bounds of a writer's tables, whatever it is sent.
const (
	maxStreams = 20_000
	maxKinds   = 64
	maxGroups  = 512
	maxPlaces  = 4096
)

// registry finds streams by their fields. It forgets all when it is full; a block then sees a stream under two
// pointers, and its encoder unites them.
type registry struct {
	seed    maphash.Seed
	byHash  map[uint64]*streamState
	byField map[*model.Field]*streamState // first field of the slice that the decoder shares between rows
}

func (r *registry) find(fields []model.Field) *streamState {
	var first *model.Field
	if len(fields) > 0 {
		first = &fields[0]
		if s := r.byField[first]; s != nil && s.Is(fields) {
			return s
		}
	}
	if r.byHash == nil {
		r.seed = maphash.MakeSeed()
	}
	if r.byHash == nil {
		r.byHash, r.byField = map[uint64]*streamState{}, map[*model.Field]*streamState{}
	} else if len(r.byHash) >= maxStreams || len(r.byField) >= 2*maxStreams {
		clear(r.byHash)
		clear(r.byField)
	}
	var h maphash.Hash
	h.SetSeed(r.seed)
	for _, f := range fields {
		_, _ = h.WriteString(f.Name)
		_ = h.WriteByte(0)
		_, _ = h.WriteString(f.Value)
		_ = h.WriteByte(0)
	}
	sum := h.Sum64()
	s := r.byHash[sum]
	if s == nil || !s.Is(fields) {
		stream := block.NewStream(fields)
		s = &streamState{Stream: stream, application: application(stream)}
		r.byHash[sum] = s
	} else if first != nil { // seen before: it may come often
		r.byField[first] = s
	}
	return s
}

// groupFor finds the open block for a row, or opens one.
func (w *Writer) groupFor(s *streamState, r *model.Record) *group {
	day, received := eventDay(r.Time, r.Observed), floorDay(r.Observed)
	for _, p := range s.recent {
		if p.builder != nil && p.day == day && p.received == received && p.dataset == r.Dataset && p.format == r.Format {
			return p.group
		}
	}
	if s.classOf != r.Dataset {
		s.class, s.classOf = w.store.retention.Load().class(r.Dataset, s.Stream), strings.Clone(r.Dataset)
	}
	a := alike{s.application, r.Format, s.classOf, s.class, day, received}
	p := w.places[a]
	if p == nil || p.builder == nil {
		a.format = strings.Clone(a.format) // a record's texts end with it
		p = &openPlace{w.openGroup(a), a}
		if len(w.places) >= maxPlaces {
			clear(w.places)
		}
		w.places[a] = p
	}
	if len(s.recent) < maxRecent {
		s.recent = append(s.recent, p)
	} else {
		s.recent[s.next] = p
		s.next = (s.next + 1) % maxRecent
	}
	return p.group
}

// openGroup finds the open block for rows that are alike, or opens one.
func (w *Writer) openGroup(a alike) *group {
	key := groupKey{
		Key:  segment.Key{Dataset: a.dataset, Day: dayText(a.day), Received: dayText(a.received), Class: a.class},
		kind: a.application + " " + a.format,
	}
	if !w.kinds[key.kind] {
		if len(w.kinds) < maxKinds {
			w.kinds[key.kind] = true
		} else {
			key.kind = otherKind
		}
	}
	g := w.groups[key]
	if g == nil {
		if len(w.groups) >= maxGroups {
			w.sealAll()
		}
		g = &group{key: key, builder: block.NewBuilder()}
		w.groups[key] = g
		w.open += g.builder.Size()
	}
	return g
}

func partitionText(partition int) string { return "p" + strconv.Itoa(partition) }
