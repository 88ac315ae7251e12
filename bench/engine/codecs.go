package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/bench/rows"
	"github.com/haetae/haetae/internal/record"
)

// groupBytes is what the queue on disk writes with one fsync when many senders wait.
const groupBytes = 1 << 20

// compressGroups prints what compression of the queue on disk would take off its bytes, and what it would cost both ways.
func compressGroups(of rows.Options) error {
	groups, err := makeGroups(of)
	if err != nil {
		return err
	}
	n := float64(of.Rows)
	var raw int
	for _, group := range groups {
		raw += len(group)
	}
	fmt.Printf("none   %6.1f bytes a row\n", float64(raw)/n)
	for _, c := range []struct {
		name  string
		codec kgo.CompressionCodec
	}{
		{"snappy", kgo.SnappyCompression()},
		{"lz4", kgo.Lz4Compression()},
		{"zstd", kgo.ZstdCompression()},
	} {
		compressor, err := kgo.DefaultCompressor(c.codec)
		if err != nil {
			return err
		}
		decompressor := kgo.DefaultDecompressor()
		var size int
		var packing, unpacking time.Duration
		var dst bytes.Buffer
		for _, group := range groups {
			dst.Reset()
			start := cpuTime()
			packed, codec := compressor.Compress(&dst, group)
			packing += cpuTime() - start
			size += len(packed)
			start = cpuTime()
			unpacked, err := decompressor.Decompress(packed, codec)
			unpacking += cpuTime() - start
			if err != nil {
				return err
			}
			if !bytes.Equal(unpacked, group) {
				return fmt.Errorf("%s does not give back what it was given", c.name)
			}
		}
		fmt.Printf("%-6s %6.1f bytes a row, %5.0f ns of CPU a row to compress, %5.0f ns to decompress\n",
			c.name, float64(size)/n, float64(packing)/n, float64(unpacking)/n)
	}
	return nil
}

// makeGroups lays rows out as the queue on disk does, without the frames' headers.
func makeGroups(of rows.Options) (groups [][]byte, err error) {
	g := rows.New(of)
	var line, encoded, group []byte
	for range of.Rows {
		line = g.Append(line[:0])
		r, err := decode(line)
		if err != nil {
			return nil, err
		}
		encoded = record.Append(encoded[:0], r)
		group = append(binary.AppendUvarint(group, uint64(len(encoded))), encoded...)
		if len(group) >= groupBytes {
			groups, group = append(groups, group), nil
		}
	}
	return append(groups, group), nil
}
