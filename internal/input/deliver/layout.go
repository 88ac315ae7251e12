// Package deliver brings what an input has read into the sink: a Batch assembles records in reused memory, a
// Handoff lets one goroutine read while another writes, and a Writer writes until the records are durable.
package deliver

import (
	"cmp"
	"maps"
	"slices"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// Layout says which fields of an input's records make their stream and which are added to all of them.
// It is immutable.
type Layout struct {
	stream []string
	extra  []model.Field
}

// NewLayout takes an input's common settings and its own stream fields, which hold when the settings name none.
func NewLayout(c *input.Common, stream ...string) *Layout {
	if len(c.StreamFields) > 0 {
		stream = c.StreamFields
	}
	l := &Layout{stream: slices.Clone(stream)}
	for name, value := range maps.All(c.ExtraFields) {
		l.extra = append(l.extra, model.Field{Name: model.SentName(name), Value: value})
	}
	slices.SortFunc(l.extra, func(a, b model.Field) int { return cmp.Compare(a.Name, b.Name) })
	return l
}

func (l *Layout) isStream(name string) bool {
	for _, s := range l.stream {
		if s == name {
			return true
		}
	}
	return false
}

func (l *Layout) isExtra(name string) bool {
	for i := range l.extra {
		if l.extra[i].Name == name {
			return true
		}
	}
	return false
}
