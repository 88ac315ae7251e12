package otlp

import (
	"context"
	"math"
	"net/http"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/httpin"
	"github.com/haetae/haetae/internal/input/protowire"
	"github.com/haetae/haetae/internal/model"
)

// Tags of opentelemetry/proto/collector/logs/v1/logs_service.proto and opentelemetry/proto/logs/v1/logs.proto.
const (
	tagResourceLogs = 1<<3 | protowire.Bytes // of ExportLogsServiceRequest

	tagResource  = 1<<3 | protowire.Bytes // of ResourceLogs
	tagScopeLogs = 2<<3 | protowire.Bytes

	tagResourceAttributes = 1<<3 | protowire.Bytes // of Resource

	tagScope      = 1<<3 | protowire.Bytes // of ScopeLogs
	tagLogRecords = 2<<3 | protowire.Bytes

	tagScopeName       = 1<<3 | protowire.Bytes // of InstrumentationScope
	tagScopeVersion    = 2<<3 | protowire.Bytes
	tagScopeAttributes = 3<<3 | protowire.Bytes
)

// intake turns one export's log records into records.
type intake struct {
	env     *input.Env
	profile *httpin.Profile
	peer    string
	store   func(ctx context.Context, b *httpin.Batch) error
	mapper  *httpin.Mapper
	batch   *httpin.Batch
	now     int64

	resource int           // number of fields of base that are the resource's
	base     []model.Field // the resource's and the scope's fields
	doc      []model.Field // base and the record's fields
	body     []model.Field // fields of a body that is a map
	text     textBuffer
}

func newIntake(env *input.Env, profile *httpin.Profile, peer string, store func(ctx context.Context, b *httpin.Batch) error) *intake {
	return &intake{
		env: env, profile: profile, peer: peer, store: store,
		mapper: profile.Mapper(), batch: httpin.TakeBatch(), now: env.Now().UnixNano(),
	}
}

func (in *intake) done() {
	in.mapper.Done()
	in.batch.Done()
}

// read reads an ExportLogsServiceRequest and returns when its records are durable or refused.
func (in *intake) read(ctx context.Context, request []byte) error {
	err := each(request, func(f protowire.Field) error {
		if f.Tag != tagResourceLogs {
			return nil
		}
		return in.resourceLogs(ctx, f.Data)
	})
	if err != nil {
		return err
	}
	return in.write(ctx)
}

// resourceLogs reads its message twice: fields of a message may come in any order.
func (in *intake) resourceLogs(ctx context.Context, data []byte) error {
	in.base = in.base[:0]
	err := each(data, func(f protowire.Field) error {
		if f.Tag != tagResource {
			return nil
		}
		return each(f.Data, func(f protowire.Field) (err error) {
			if f.Tag == tagResourceAttributes {
				in.base, err = in.text.appendKeyValue(in.base, "", f.Data, 0)
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	in.resource = len(in.base)
	return each(data, func(f protowire.Field) error {
		if f.Tag != tagScopeLogs {
			return nil
		}
		return in.scopeLogs(ctx, f.Data)
	})
}

func (in *intake) scopeLogs(ctx context.Context, data []byte) error {
	in.base = in.base[:in.resource]
	err := each(data, func(f protowire.Field) error {
		if f.Tag != tagScope {
			return nil
		}
		return each(f.Data, func(f protowire.Field) (err error) {
			switch f.Tag {
			case tagScopeName:
				in.base = append(in.base, model.Field{Name: "otel.scope.name", Value: f.Text()})
			case tagScopeVersion:
				in.base = append(in.base, model.Field{Name: "otel.scope.version", Value: f.Text()})
			case tagScopeAttributes:
				in.base, err = in.text.appendKeyValue(in.base, "", f.Data, 0)
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	return each(data, func(f protowire.Field) error {
		if f.Tag != tagLogRecords {
			return nil
		}
		if err := in.logRecord(f.Data); err != nil {
			return err
		}
		if !in.batch.Full(in.env.MaxBatch) {
			return nil
		}
		return in.write(ctx)
	})
}

// write makes the batch durable and empties it. The text buffer begins anew instead of being emptied, since the
// resource's fields may lie in it.
func (in *intake) write(ctx context.Context) error {
	err := in.store(ctx, in.batch)
	in.batch.Reset()
	in.text = nil
	return err
}

// each calls read with every field of a message. A broken message is a *httpin.RequestError.
func each(data []byte, read func(protowire.Field) error) error {
	var f protowire.Field
	for m := protowire.Message(data); ; {
		ok, err := m.Next(&f)
		if err != nil {
			return broken("protobuf", err)
		}
		if !ok {
			return nil
		}
		if err := read(f); err != nil {
			return err
		}
	}
}

// nanos is a time of OTLP as a record has it; 0 stays 0, and so does what no int64 holds.
func nanos(t uint64) int64 {
	if t > math.MaxInt64 {
		return 0
	}
	return int64(t)
}

func broken(what string, err error) error {
	return &httpin.RequestError{Status: http.StatusBadRequest, Reason: "broken " + what, Err: err}
}
