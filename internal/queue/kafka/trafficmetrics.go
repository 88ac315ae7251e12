package kafka

import "github.com/prometheus/client_golang/prometheus"

// collectors show the traffic at /metrics. The names follow those of Kafka's own clients.
func (t *traffic) collectors() []prometheus.Collector {
	counter := func(name, help string, value func(*Traffic) int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "haetae_queue_kafka_" + name, Help: help}, func() float64 {
			t.mu.Lock()
			defer t.mu.Unlock()
			return float64(value(&t.Traffic))
		})
	}
	return []prometheus.Collector{
		counter("produce_requests_total", "Requests that carried batches to brokers.", func(t *Traffic) int64 { return t.ProduceRequests }),
		counter("produce_batches_total", "Batches that brokers have acknowledged.", func(t *Traffic) int64 { return t.ProducedBatches }),
		counter("record_send_total", "Records in those batches.", func(t *Traffic) int64 { return t.ProducedRecords }),
		counter("produce_raw_bytes_total", "Bytes in those batches before compression.", func(t *Traffic) int64 { return t.ProducedRaw }),
		counter("outgoing_byte_total", "Bytes in those batches as sent.", func(t *Traffic) int64 { return t.ProducedWire }),
		counter("fetch_total", "Fetch requests that brokers have answered.", func(t *Traffic) int64 { return t.FetchRequests }),
		counter("fetch_empty_total", "Answers to fetches without a record.", func(t *Traffic) int64 { return t.EmptyFetches }),
		counter("fetch_batches_total", "Batches read.", func(t *Traffic) int64 { return t.FetchedBatches }),
		counter("records_consumed_total", "Records in those batches.", func(t *Traffic) int64 { return t.FetchedRecords }),
		counter("bytes_consumed_total", "Bytes of answers to fetches.", func(t *Traffic) int64 { return t.FetchedBytes }),
	}
}
