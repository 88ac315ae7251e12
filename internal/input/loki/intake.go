package loki

import (
	"context"
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/httpin"
	"github.com/haetae/haetae/internal/model"
)

// detectedLevel is the label or metadata in which Loki's own shippers state a severity.
const detectedLevel = "detected_level"

// intake turns one request's entries into records.
type intake struct {
	env     *input.Env
	profile *httpin.Profile
	writer  *httpin.Writer
	mapper  *httpin.Mapper
	batch   *httpin.Batch
	now     int64

	labels   []model.Field // of the current stream, sorted by name
	metadata []model.Field // of the current entry
	doc      []model.Field // labels, metadata, and the fields of a line that is taken apart
	flat     format.Flattener
	text     []byte // unescaped text and changed names
}

func newIntake(env *input.Env, profile *httpin.Profile, writer *httpin.Writer) *intake {
	return &intake{
		env: env, profile: profile, writer: writer,
		mapper: profile.Mapper(), batch: httpin.TakeBatch(), now: env.Now().UnixNano(),
	}
}

func (in *intake) done() {
	in.mapper.Done()
	in.batch.Done()
}

func (in *intake) sortLabels() {
	slices.SortStableFunc(in.labels, func(a, b model.Field) int { return strings.Compare(a.Name, b.Name) })
}

// add makes a record of the current stream's labels, the current metadata and a line. size is what the entry
// took in the request.
func (in *intake) add(ns int64, line string, size int) {
	rec := in.batch.Add()
	rec.Input, rec.Peer, rec.Time, rec.Msg = in.env.Name, in.writer.Peer(), ns, line
	in.doc = append(in.doc[:0], in.labels...)
	for _, f := range in.metadata {
		if i, ok := in.findLabel(f.Name); ok {
			if in.labels[i].Value == f.Value {
				continue
			}
			f.Name += "_extracted" // as Loki shows it
		}
		in.doc = append(in.doc, f)
	}
	for _, f := range in.doc {
		if f.Name == detectedLevel {
			rec.Severity = model.ParseSeverity(f.Value)
		}
	}
	if in.profile.NamesFields() && strings.HasPrefix(line, "{") {
		// The request names fields of the line: it is taken apart here, else the pipeline does it.
		if doc, err := in.flat.Object(in.doc, line, ""); err == nil {
			in.doc, rec.Msg = doc, ""
			if in.profile.NamesTime {
				rec.Time = 0
			}
		}
	}
	in.batch.Arena = in.mapper.Map(rec, in.doc, len(in.labels), in.now, in.batch.Arena)
	if rec.Time == 0 {
		rec.Time = ns
	}
	in.batch.Bytes += size
}

// keepTime keeps the time of the current entry, which cannot be read, with its metadata: sent._time.
func (in *intake) keepTime(sent string) {
	in.metadata = append(in.metadata, model.Field{Name: model.FieldTime, Value: sent})
}

func (in *intake) findLabel(name string) (i int, ok bool) {
	return slices.BinarySearchFunc(in.labels, name, func(f model.Field, name string) int {
		return strings.Compare(f.Name, name)
	})
}

func (in *intake) writeIfFull(ctx context.Context) error {
	if !in.batch.Full(in.env.MaxBatch) {
		return nil
	}
	return in.write(ctx)
}

// write makes the batch durable and empties it. Labels keep their memory: they may be needed again.
func (in *intake) write(ctx context.Context) error {
	err := in.writer.Write(ctx, in.batch.Records, in.batch.Bytes, func(int, string) {})
	in.batch.Reset()
	in.flat = format.Flattener{}
	in.text = nil
	return err
}
