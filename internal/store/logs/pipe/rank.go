package pipe

import (
	"slices"

	"github.com/haetae/haetae/internal/logsql"
)

// ordered returns all groups in the order of their values. Values are compared as numbers, times and texts once for
// each pair of different ones; groups are then compared by the places of their values.
func (g *groups) ordered() []uint32 {
	if len(g.by) == 0 {
		return make([]uint32, g.count) // the one group of all rows
	}
	places := make([][]uint32, len(g.by))
	for k := range g.by {
		places[k] = g.by[k].places()
	}
	keys := make([]uint32, g.count*len(g.by)) // of a group, the places of its values
	for group := range g.count {
		key := keys[group*len(g.by):][:len(g.by)]
		for k := range key {
			key[k] = places[k][g.of(uint32(group), k)]
		}
	}
	order := make([]uint32, g.count)
	for i := range order {
		order[i] = uint32(i)
	}
	n := len(g.by)
	slices.SortFunc(order, func(x, y uint32) int {
		return slices.Compare(keys[int(x)*n:][:n], keys[int(y)*n:][:n])
	})
	return order
}

// places returns the place of each value in the order of all.
func (f *groupField) places() []uint32 {
	order := make([]uint32, len(f.values))
	for i := range order {
		order[i] = uint32(i)
		f.textOf(uint32(i))
	}
	slices.SortFunc(order, func(x, y uint32) int { return logsql.CompareValues(f.values[x], f.values[y]) })
	places := make([]uint32, len(order))
	for place, id := range order {
		places[id] = uint32(place)
	}
	return places
}
