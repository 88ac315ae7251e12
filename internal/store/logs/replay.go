package logs

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// deletions are those that rows read from the queue are held against: a row below their offsets was deleted, and must
// not come back when the queue is read again.
type deletions struct{ list []Deletion }

// SetDeletions replaces the deletions that are applied to rows as they come from the queue. One stays in the list as
// long as the queue holds rows that it covers.
func (s *Store) SetDeletions(list []Deletion) { s.deletions.Store(&deletions{slices.Clone(list)}) }

// below returns the offset from which on no deletion covers rows of a partition of the writer's queue.
func (d *deletions) below(queue string, partition int) int64 {
	highest := int64(0)
	for i := range d.list {
		if d.list[i].Queue == queue {
			highest = max(highest, d.list[i].Below[partition])
		}
	}
	return highest
}

// sieve is what a writer holds rows against that deletions may cover.
type sieve struct {
	of       *deletions
	below    int64 // no deletion covers rows from here on
	deleters []*deleter
	counts   map[sieved]*store.Removed // since the last checkpoint
}

type sieved struct{ deletion, dataset string }

// deleted reports whether a deletion covers a record, and counts it.
func (w *Writer) deleted(offset int64, s *block.Stream, r *model.Record) bool {
	if of := w.store.deletions.Load(); of != w.sieve.of {
		w.sieve.of, w.sieve.below = of, of.below(w.position.Queue, w.position.Partition)
		w.sieve.deleters = nil
		for i := range of.list {
			w.sieve.deleters = append(w.sieve.deleters, w.store.newDeleter(&of.list[i]))
		}
	}
	if offset >= w.sieve.below || r.Dataset == model.DatasetAudit {
		return false
	}
	b := block.NewBuilder()
	b.Append(offset, s, r)
	view := b.View(w.position.Queue, w.position.Partition, "")
	for _, m := range w.sieve.deleters {
		req := m.Search.withDefaults()
		if !slices.Contains(req.Datasets, r.Dataset) || r.Time < req.Min || r.Time > req.Max {
			continue
		}
		rows, err := m.rows(unit{dataset: r.Dataset, view: view})
		if err != nil || rows.empty() { // rows in memory cannot fail to be read
			continue
		}
		if !m.Ended {
			w.sieve.count(m.ID, r.Dataset, view.Info().Raw)
		}
		return true
	}
	return false
}

func (s *sieve) count(id, dataset string, raw int64) {
	key := sieved{id, dataset}
	if s.counts == nil {
		s.counts = map[sieved]*store.Removed{}
	}
	if s.counts[key] == nil {
		key.dataset = strings.Clone(dataset)
		s.counts[key] = &store.Removed{Dataset: key.dataset}
	}
	s.counts[key].Rows++
	s.counts[key].RawBytes += raw
}

// counted lists what deletions kept from being stored since the last checkpoint.
func (s *sieve) counted() []store.Deleted {
	var list []store.Deleted
	for key, removed := range s.counts {
		list = append(list, store.Deleted{Deletion: key.deletion, Removed: *removed})
	}
	return list
}
