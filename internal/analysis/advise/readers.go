package advise

import "github.com/haetae/haetae/internal/model"

// readers compares what the processes of the group may read with the partitions: what nobody reads is kept, and found by
// nobody.
func readers(f *Figures) *model.Advice {
	r, n := f.Readers, len(f.Partitions)
	if r.Processes == 0 {
		return nil
	}
	v := values{"processes": float64(r.Processes), "partitions": float64(n), "unread": float64(r.Unread)}
	if r.Bound >= 0 && r.Bound < n {
		v["consumers"], v["missing"] = float64(r.Bound), float64(n-r.Bound)
		return urgent("readers", "consumers_raise", v)
	}
	if r.Unread > 0 {
		return urgent("readers", "readers_unread", v)
	}
	if r.Processes > n {
		v["idle"] = float64(r.Processes - n)
		return look("readers", "processes_idle", v)
	}
	return fine("readers", "readers_fine", v)
}
