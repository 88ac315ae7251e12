package otlp

import (
	"context"
	"net/http"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/httpin"
	"github.com/haetae/haetae/internal/input/protowire"
	"github.com/haetae/haetae/internal/model"
)

// Carried reads exports that another protocol carries, such as the values of a Kafka topic.
type Carried struct {
	env     *input.Env
	profile *httpin.Profile
}

// NewCarried checks an input's common settings, as for OTLP's own input.
func NewCarried(env *input.Env, common *input.Common) (*Carried, error) {
	profiles, err := httpin.NewProfiles(httpin.Defaults{StreamFields: resourceStream}, common)
	if err != nil {
		return nil, err
	}
	profile, err := profiles.Of(&http.Request{URL: noParameters})
	if err != nil {
		return nil, err
	}
	return &Carried{env, profile}, nil
}

const tagSchemaURL = 3<<3 | protowire.Bytes // of ResourceLogs

// IsExport reports whether data has the form of an ExportLogsServiceRequest in protobuf. Text hardly ever has: it would
// begin with a line feed, and its second byte would be its length.
func IsExport(data []byte) bool {
	return len(data) > 0 && each(data, func(f protowire.Field) error {
		if f.Tag != tagResourceLogs {
			return protowire.ErrBroken
		}
		return each(f.Data, func(f protowire.Field) error {
			if f.Tag != tagResource && f.Tag != tagScopeLogs && f.Tag != tagSchemaURL {
				return protowire.ErrBroken
			}
			return nil
		})
	}) == nil
}

// Read decodes an export in protobuf, or in JSON when asJSON says so, and gives its records to take, some at a time. They
// are valid during the call and alias data. On an error some may have been given already.
func (c *Carried) Read(ctx context.Context, data []byte, asJSON bool, take func(records []model.Record)) error {
	if asJSON {
		var err error
		if data, err = fromJSON(data); err != nil {
			return err
		}
	}
	in := newIntake(c.env, c.profile, "", func(_ context.Context, b *httpin.Batch) error {
		take(b.Records)
		return nil
	})
	defer in.done()
	return in.read(ctx, data)
}
