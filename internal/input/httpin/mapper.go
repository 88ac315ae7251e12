package httpin

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// maxClasses bounds the names that a Mapper remembers; beyond it the memory begins anew. Names longer than
// maxClassName are remembered for one document only, so that the memory has a bound in bytes too.
const (
	maxClasses   = 4096
	maxClassName = 256
)

// Mapper turns flattened documents into records as its Profile says: which field is the message, which the
// time, which make the stream, which are left out. It does not allocate for names that it has seen.
// One goroutine uses it at a time.
type Mapper struct {
	profile *Profile
	classes map[string]*class
	// layout holds the class of each field of the document before: documents of one source mostly repeat
	// their fields in the same order, so a comparison replaces the look-up.
	layout []*class
	long   bool     // layout holds names longer than maxClassName
	slots  []string // values of profile.stream in a document
}

// class is what a profile says about a field name. Ranks and slot are -1 when they do not apply.
type class struct {
	sent, name        string // as the sender wrote it, as it is stored; both owned by the mapper
	drop              bool
	msgRank, timeRank int
	slot              int // index into profile.stream
}

// Mapper returns a mapper for the profile; give it back with Done.
func (p *Profile) Mapper() *Mapper {
	if m, ok := p.mappers.Get().(*Mapper); ok {
		return m
	}
	return &Mapper{profile: p, classes: map[string]*class{}, slots: make([]string, len(p.stream))}
}

// Done makes the mapper available to other requests with the same profile.
func (m *Mapper) Done() {
	clear(m.slots) // the values alias the request's buffers
	m.forgetLong()
	m.profile.mappers.Put(m)
}

// Map fills rec from doc, whose first streamable fields may be stream fields (all of them, when the settings
// or the request name the stream fields). A message or time that rec has already is kept. Fields are
// appended to arena, which is returned; rec's slices point into it. Values alias doc.
func (m *Mapper) Map(rec *model.Record, doc []model.Field, streamable int, now int64, arena []model.Field) []model.Field {
	p := m.profile
	if p.streamAnyway {
		streamable = len(doc)
	}
	msg, times := m.classify(doc)
	if rec.Msg != "" {
		msg = -1
	}
	if rec.Time != 0 {
		times = -1
	} else if times >= 0 {
		times = m.takeTime(rec, doc, times, now)
	}

	start := len(arena)
	clear(m.slots)
	named := 0
	for i := range doc {
		f, c := &doc[i], m.layout[i]
		switch {
		case f.Value == "" || c.drop || i == times:
		case i == msg:
			rec.Msg = f.Value
		case c.slot >= 0 && i < streamable:
			m.slots[c.slot] = f.Value
			named++
		case p.allStream && i < streamable:
			named++
		default:
			arena = append(arena, model.Field{Name: c.name, Value: f.Value})
		}
	}
	for _, f := range p.extra {
		if slot, ok := slices.BinarySearch(p.stream, f.Name); ok {
			m.slots[slot] = f.Value
			named++
		} else {
			arena = append(arena, f)
		}
	}
	rec.Fields = arena[start:len(arena):len(arena)]
	if named == 0 {
		rec.Stream = nil
		return arena
	}

	start = len(arena)
	renamed := p.allStream
	for slot, value := range m.slots {
		if value != "" {
			name := model.SentName(p.stream[slot])
			renamed = renamed || len(name) != len(p.stream[slot])
			arena = append(arena, model.Field{Name: name, Value: value})
		}
	}
	if p.allStream {
		for i, f := range doc[:streamable] {
			if c := m.layout[i]; f.Value != "" && !c.drop && i != msg && i != times {
				arena = append(arena, model.Field{Name: c.name, Value: f.Value})
			}
		}
	}
	rec.Stream = arena[start:len(arena):len(arena)]
	if renamed {
		rec.Stream = model.SortStream(rec.Stream)
	}
	return arena
}

// classify fills the layout for doc and returns the indices of its message and of its best time field, -1 when there is none.
func (m *Mapper) classify(doc []model.Field) (msg, time int) {
	m.forgetLong()
	msg, time = -1, -1
	msgRank, timeRank := len(m.profile.msg), len(m.profile.time)
	for i := range doc {
		f := &doc[i]
		if i == len(m.layout) {
			m.layout = append(m.layout, m.class(f.Name))
		} else if m.layout[i].sent != f.Name {
			m.layout[i] = m.class(f.Name)
		}
		c := m.layout[i]
		if c.msgRank >= 0 && c.msgRank < msgRank && f.Value != "" {
			msg, msgRank = i, c.msgRank
		}
		if c.timeRank >= 0 && c.timeRank < timeRank && f.Value != "" {
			time, timeRank = i, c.timeRank
		}
	}
	return msg, time
}

// forgetLong empties a layout with names that are too long to stay.
func (m *Mapper) forgetLong() {
	if m.long {
		m.layout, m.long = nil, false
	}
}

// takeTime sets rec.Time from the best time field that can be read and returns its index, -1 without one. best is that of
// the first to try.
func (m *Mapper) takeTime(rec *model.Record, doc []model.Field, best int, now int64) int {
	zone := m.profile.Zone(now)
	for best >= 0 {
		if ns, ok := m.profile.parseTime(doc[best].Value, zone); ok {
			rec.Time = ns
			return best
		}
		best = m.nextTime(doc, m.layout[best].timeRank)
	}
	return -1
}

// nextTime returns the index of the best time field behind one of that rank, -1 when there is none.
func (m *Mapper) nextTime(doc []model.Field, tried int) int {
	best, rank := -1, len(m.profile.time)
	for i := range doc {
		if r := m.layout[i].timeRank; r > tried && r < rank && doc[i].Value != "" {
			best, rank = i, r
		}
	}
	return best
}

func (m *Mapper) class(name string) *class {
	if c := m.classes[name]; c != nil {
		return c
	}
	p := m.profile
	name = strings.Clone(name)
	c := &class{
		sent: name, name: model.SentName(name),
		drop:    p.ignores(name) || p.adds(name),
		msgRank: slices.Index(p.msg, name), timeRank: slices.Index(p.time, name), slot: -1,
	}
	if c.drop {
		c.msgRank, c.timeRank = -1, -1
	}
	if slot, ok := slices.BinarySearch(p.stream, name); ok {
		c.slot = slot
	}
	if len(name) > maxClassName {
		m.long = true
		return c
	}
	if len(m.classes) >= maxClasses {
		clear(m.classes)
	}
	m.classes[name] = c
	return c
}
