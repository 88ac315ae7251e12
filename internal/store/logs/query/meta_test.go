package query

import (
	"context"
	"slices"
	"sync"

	"github.com/haetae/haetae/internal/store"
)

// memoryMeta is store.Meta for one partition and one writer.
type memoryMeta struct {
	mu       sync.Mutex
	position store.Position
	segments []store.Segment
}

func (m *memoryMeta) Load(_ context.Context, queue string, partition int, epoch int64) (store.Position, map[string]uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.position.Queue, m.position.Partition, m.position.Epoch = queue, partition, epoch
	return m.position, nil, nil
}

func (m *memoryMeta) Commit(_ context.Context, c store.Checkpoint) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.position.Offset = c.To
	m.segments = append(m.segments, c.Add...)
	return nil
}

func (m *memoryMeta) Swap(_ context.Context, swap store.Swap) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.segments = slices.DeleteFunc(m.segments, func(s store.Segment) bool { return slices.Contains(swap.Remove, s.ID) })
	m.segments = append(m.segments, swap.Add...)
	return nil
}

func (m *memoryMeta) Segments(context.Context) ([]store.Segment, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.segments, nil
}
