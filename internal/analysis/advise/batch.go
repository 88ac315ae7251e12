package advise

import "github.com/haetae/haetae/internal/model"

// Bounds of the rule.
const (
	largestBatch = 1 << 20 // beyond it batches only cost memory
	cutInto      = 1.5     // batches for one part of an append: batch.size cuts it
	filledUp     = .8      // of batch.size: the size ends batches, not the wait
	worthChange  = 1.5     // times fewer batches
)

// batch weighs batch.size against what a sender brings for one partition at once. A batch that is full before its wait ends,
// or an append that is cut into several, costs a request, a header and a compression each.
func batch(f *Figures) *model.Advice {
	p, size := f.Produce, f.Settings.BatchSize
	seconds := p.Active.Seconds()
	if p.Batches == 0 || p.Parts == 0 || seconds == 0 {
		return nil
	}
	part := float64(p.Raw) / float64(p.Parts)
	mean := float64(p.Raw) / float64(p.Batches)
	v := values{
		"filled_percent": 100 * mean / float64(size), "batch_bytes": mean, "part_bytes": part,
		"cut_into": float64(p.Batches) / float64(p.Parts), "batches_per_second": float64(p.Batches) / seconds,
		"records_per_batch": float64(p.Records) / float64(p.Batches),
	}
	cut := float64(p.Batches) >= cutInto*float64(p.Parts)
	if size >= largestBatch || !cut && mean < filledUp*float64(size) {
		return fine("batch", "batch_fine", v)
	}
	// What waits together would travel together: the parts of all appends that are under way.
	underWay := max(1, float64(p.Appends)/seconds*p.AckMean.Seconds())
	to := min(powerOf2(int64(part*underWay)+1), largestBatch)
	expected := min(float64(to), part*underWay)
	if to <= size || expected < worthChange*mean {
		return fine("batch", "batch_fine", v)
	}
	v["fewer"] = expected / mean
	v["expected_batches_per_second"] = float64(p.Batches) / seconds / v["fewer"]
	return change("batch", "batch_raise", "batch.size", size, to, v)
}
