package loki

import (
	"context"
	"math"
	"net/http"
	"strconv"

	"github.com/haetae/haetae/internal/input/httpin"
	"github.com/haetae/haetae/internal/input/protowire"
	"github.com/haetae/haetae/internal/model"
)

// Tags of the push request's protobuf messages:
//
//	PushRequest { repeated Stream streams = 1; }
//	Stream      { string labels = 1; repeated Entry entries = 2; uint64 hash = 3; }
//	Entry       { Timestamp timestamp = 1; string line = 2; repeated Label structuredMetadata = 3; }
//	Label       { string name = 1; string value = 2; }
//	Timestamp   { int64 seconds = 1; int32 nanos = 2; }
const (
	tagStreams   = 1<<3 | protowire.Bytes
	tagLabels    = 1<<3 | protowire.Bytes
	tagEntries   = 2<<3 | protowire.Bytes
	tagTimestamp = 1<<3 | protowire.Bytes
	tagLine      = 2<<3 | protowire.Bytes
	tagMetadata  = 3<<3 | protowire.Bytes
	tagName      = 1<<3 | protowire.Bytes
	tagValue     = 2<<3 | protowire.Bytes
	tagSeconds   = 1<<3 | protowire.Varint
	tagNanos     = 2<<3 | protowire.Varint
)

func (in *intake) readProtobuf(ctx context.Context, body []byte) error {
	request := protowire.Message(body)
	var f protowire.Field
	for {
		ok, err := request.Next(&f)
		if err != nil {
			return broken("protobuf", err)
		}
		if !ok {
			return nil
		}
		if f.Tag == tagStreams {
			if err := in.protobufStream(ctx, f.Data); err != nil {
				return err
			}
		}
	}
}

// protobufStream reads a stream twice, since its labels need not stand in front of its entries.
func (in *intake) protobufStream(ctx context.Context, data []byte) error {
	var f protowire.Field
	in.labels = in.labels[:0]
	for stream := protowire.Message(data); ; {
		ok, err := stream.Next(&f)
		if err != nil {
			return broken("protobuf", err)
		}
		if !ok {
			break
		}
		if f.Tag == tagLabels {
			if in.labels, err = parseLabels(in.labels[:0], f.Text()); err != nil {
				return broken("labels", err)
			}
		}
	}
	in.sortLabels()
	for stream := protowire.Message(data); ; {
		ok, err := stream.Next(&f)
		if err != nil || !ok {
			return err
		}
		if f.Tag == tagEntries {
			if err := in.protobufEntry(f.Data); err != nil {
				return broken("protobuf", err)
			}
			if err := in.writeIfFull(ctx); err != nil {
				return err
			}
		}
	}
}

func (in *intake) protobufEntry(data []byte) error {
	var f protowire.Field
	var line string
	var ns int64
	in.metadata = in.metadata[:0]
	for entry := protowire.Message(data); ; {
		ok, err := entry.Next(&f)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		switch f.Tag {
		case tagTimestamp:
			ns, err = in.timestamp(f.Data)
		case tagLine:
			line = f.Text()
		case tagMetadata:
			err = in.protobufMetadata(f.Data)
		}
		if err != nil {
			return err
		}
	}
	in.add(ns, line, len(data))
	return nil
}

func (in *intake) protobufMetadata(data []byte) error {
	var f protowire.Field
	var pair model.Field
	for m := protowire.Message(data); ; {
		ok, err := m.Next(&f)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		switch f.Tag {
		case tagName:
			pair.Name = f.Text()
		case tagValue:
			pair.Value = f.Text()
		}
	}
	in.metadata = append(in.metadata, pair)
	return nil
}

// timestamp reads a protobuf Timestamp as nanoseconds since the epoch. One out of their range is kept in seconds.
func (in *intake) timestamp(data []byte) (int64, error) {
	var f protowire.Field
	var seconds, nanos int64
	for m := protowire.Message(data); ; {
		ok, err := m.Next(&f)
		if err != nil {
			return 0, err
		}
		if !ok {
			break
		}
		switch f.Tag {
		case tagSeconds:
			seconds = int64(f.Int)
		case tagNanos:
			nanos = int64(int32(f.Int))
		}
	}
	const limit = math.MaxInt64/1_000_000_000 - 1
	if seconds > limit || seconds < -limit {
		in.keepTime(strconv.FormatInt(seconds, 10))
		return 0, nil
	}
	return seconds*1_000_000_000 + nanos, nil
}

func broken(what string, err error) error {
	return &httpin.RequestError{Status: http.StatusBadRequest, Reason: "broken " + what, Err: err}
}
