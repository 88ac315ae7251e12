package kafka

import (
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
)

// maxKeptRecords is above the records of an ordinary batch; the memory of a huge one goes.
const maxKeptRecords = maxKept / 128

// pool lends readers the memory of fetched batches: their records, and the bytes that those alias. Both come back when each
// record of the batch was recycled.
type pool struct {
	bytes   sync.Pool // of *[]byte
	records sync.Pool // of *[]kgo.Record
}

var (
	_ kgo.PoolDecompressBytes = (*pool)(nil)
	_ kgo.PoolRecords         = (*pool)(nil)
)

// GetDecompressBytes implements kgo.PoolDecompressBytes. What is too small is grown by the client, and put back grown.
func (p *pool) GetDecompressBytes([]byte, kgo.CompressionCodecType) []byte {
	return take[byte](&p.bytes)
}

// PutDecompressBytes implements kgo.PoolDecompressBytes.
func (p *pool) PutDecompressBytes(b []byte) { put(&p.bytes, b, maxKept) }

// GetRecords implements kgo.PoolRecords.
func (p *pool) GetRecords(int) []kgo.Record { return take[kgo.Record](&p.records) }

// PutRecords implements kgo.PoolRecords.
func (p *pool) PutRecords(r []kgo.Record) { put(&p.records, r, maxKeptRecords) }

func take[E any](from *sync.Pool) []E {
	s, _ := from.Get().(*[]E)
	if s == nil {
		return nil
	}
	return *s
}

func put[E any](to *sync.Pool, s []E, most int) {
	if cap(s) <= most {
		to.Put(&s)
	}
}
