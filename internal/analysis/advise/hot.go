package advise

import "github.com/haetae/haetae/internal/model"

// A partition is hot when it takes half of all records and twice its share, or nearly all; fewer records than enoughRecords
// say nothing.
const (
	hotShare      = .5
	hotTimesFair  = 2
	nearlyAll     = .9
	hotBusy       = .5 // of the time: a reader below it can take twice as much, wherever it comes from
	enoughRecords = 10_000
)

// hot looks for a partition that takes far more than its share: a stream always goes to one partition, so one large stream
// is read by one goroutine, however many there are. Only the process that reads the partition knows whether that is too much.
func hot(f *Figures) *model.Advice {
	var all, most int64
	at := 0
	for i, p := range f.Partitions {
		all += p.Appended
		if p.Appended > most {
			most, at = p.Appended, i
		}
	}
	if len(f.Partitions) < 2 || all < enoughRecords {
		return nil
	}
	share, even := float64(most)/float64(all), 1/float64(len(f.Partitions))
	v := values{
		"partition": float64(at), "share_percent": 100 * share, "even_percent": 100 * even, "records": float64(all),
		"busy_percent": 100 * f.Partitions[at].Busy,
	}
	if share < min(max(hotShare, hotTimesFair*even), nearlyAll) || f.Partitions[at].Busy < hotBusy {
		return fine("hot", "hot_fine", v)
	}
	a := look("hot", "hot_partition", v)
	if f.Partitions[at].Busy >= FullShare && f.Backlog.Records > 0 {
		a.Severity = model.AdviceChange
	}
	return a
}
