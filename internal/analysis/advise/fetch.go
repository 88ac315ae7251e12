package advise

import "github.com/haetae/haetae/internal/model"

// Bounds of the rules of fetching. Searches see a record within a second; a wait for more bytes may take little of it.
const (
	manyFetches   = 10.      // per second, of all partitions
	smallFetch    = 64 << 10 // bytes; larger ones cost little for each byte
	times         = 4        // what is proposed, against what is now
	longestWait   = 200.     // ms more until a record is searchable
	worthFewer    = .3       // of the requests
	longestPoll   = 2_000    // ms
	oneBatchFetch = 1.5      // batches in a fetch
)

// fetchMin weighs fetch.min.bytes against the rate of arrival: waiting for more bytes saves requests of this process and of
// the brokers, and delays what waits.
func fetchMin(f *Figures) *model.Advice {
	x, seconds := f.Fetch, f.Window.Seconds()
	filled := float64(x.Requests - x.Empty)
	if filled <= 0 || x.Readers == 0 || seconds == 0 {
		return nil
	}
	perSecond, size, n := filled/seconds, float64(x.Wire)/filled, float64(x.Readers)
	v := values{"fetches_per_second": perSecond, "fetch_bytes": size, "partitions": n, "batches_per_fetch": float64(x.Batches) / filled}
	arrival := float64(x.Wire) / seconds / n // bytes per second of one partition
	to := powerOf2(int64(times*size) + 1)
	gather := min(float64(to)/arrival*1000, float64(f.Settings.FetchMaxWaitMS)) // ms
	fewer := 1 - n*1000/gather/perSecond
	added := max(0, gather-n*1000/perSecond)
	if perSecond < manyFetches || size >= smallFetch || to <= f.Settings.FetchMinBytes || to > f.Settings.MaxPartitionFetchBytes ||
		fewer < worthFewer || added > longestWait {
		return fine("fetch_min", "fetch_min_fine", v)
	}
	v["fewer_percent"], v["added_ms"], v["arrival_bytes_per_second"] = 100*fewer, added, arrival
	return change("fetch_min", "fetch_min_raise", "fetch.min.bytes", f.Settings.FetchMinBytes, to, v)
}

// fetchWait looks at fetches that came back with nothing. With fetch.min.bytes 1 a longer fetch.max.wait.ms delays no record.
func fetchWait(f *Figures) *model.Advice {
	x, seconds := f.Fetch, f.Window.Seconds()
	if x.Requests == 0 || seconds == 0 {
		return nil
	}
	empty, from := float64(x.Empty)/seconds, f.Settings.FetchMaxWaitMS
	v := values{
		"empty_percent": 100 * float64(x.Empty) / float64(x.Requests), "empty_per_second": empty,
		"fetches_per_second": float64(x.Requests) / seconds, "partitions": float64(x.Readers),
	}
	to := min(times*from, longestPoll)
	if empty < manyFetches || x.Empty*2 < x.Requests || to <= from || f.Settings.FetchMinBytes > 1 {
		return fine("fetch_wait", "fetch_wait_fine", v)
	}
	v["expected_per_second"] = empty * float64(from) / float64(to)
	return change("fetch_wait", "fetch_wait_raise", "fetch.max.wait.ms", from, to, v)
}

// fetchMax compares max.partition.fetch.bytes with the largest batch: a broker sends a batch that is larger all the same,
// but then nothing besides it.
func fetchMax(f *Figures) *model.Advice {
	largest, from := max(f.Produce.Largest, f.Fetch.Largest), f.Settings.MaxPartitionFetchBytes
	if largest == 0 {
		return nil
	}
	filled := float64(f.Fetch.Requests - f.Fetch.Empty)
	v := values{
		"largest_bytes": float64(largest), "fetches_per_second": ratio(filled, f.Window.Seconds()),
		"batches_per_fetch": ratio(float64(f.Fetch.Batches), filled),
	}
	if largest <= from || v["batches_per_fetch"] > oneBatchFetch {
		return fine("fetch_max", "fetch_max_fine", v)
	}
	to := powerOf2(times * largest)
	v["fewer"] = float64(to / largest)
	return change("fetch_max", "fetch_max_raise", "max.partition.fetch.bytes", from, to, v)
}
