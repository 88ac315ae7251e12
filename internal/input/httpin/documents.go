package httpin

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"unsafe"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
)

// DocumentDefaults are the names by which a JSON document's message, time and stream are known when nobody
// names them (docs/fields.md, "jsonline, elasticsearch").
var DocumentDefaults = Defaults{
	MsgFields:  []string{model.FieldMsg, "message", "msg", "log", "event.original", "text", "body", "body.text", "short_message", "full_message"},
	TimeFields: []string{model.FieldTime, "@timestamp", "timestamp", "time", "ts", "datetime", "date"},
	StreamFields: []string{
		"service.name", "service", "app", "application", "host.name", "host", "hostname",
		"kubernetes.namespace", "kubernetes.pod_name", "kubernetes.container_name",
		"k8s.namespace.name", "k8s.pod.name", "k8s.container.name", "container.name", "log.file.path",
		"resource.attributes.service.name", "resource.attributes.host.name",
	},
}

// Documents turns JSON documents into the records of one request and hands them on in batches.
type Documents struct {
	Writer *Writer

	input, peer string
	limit       int
	now         int64
	mapper      *Mapper
	batch       *Batch
	flat        *flattening
}

// flattening is the reusable memory of a flattened document.
type flattening struct {
	flattener format.Flattener
	fields    []model.Field
}

// NewDocuments begins a request from a peer; Done ends it.
func (e *Endpoint) NewDocuments(p *Profile, peer string) *Documents {
	return &Documents{
		Writer: NewWriter(&e.Env, peer),
		input:  e.Env.Name, peer: peer, limit: e.Env.MaxBatch, now: e.Env.Now().UnixNano(),
		mapper: p.Mapper(), batch: TakeBatch(), flat: takeFlattening(),
	}
}

// Done gives memory back.
func (d *Documents) Done() {
	d.mapper.Done()
	d.batch.Done()
	giveFlattening(d.flat)
}

// Add flattens one document and adds it to the batch. Its bytes must stay untouched until the batch was
// reset. more is added behind the document's own fields unless it is empty. The error says where the document is
// broken, with positions from 1 as editors count.
func (d *Documents) Add(document []byte, more model.Field) error {
	text := unsafe.String(unsafe.SliceData(document), len(document))
	fields, err := d.flat.flattener.Object(d.flat.fields[:0], text, "")
	d.flat.fields = fields
	if err != nil {
		return worded(err)
	}
	if more.Value != "" {
		fields = append(fields, more)
		d.flat.fields = fields
	}
	rec := d.batch.Add()
	rec.Input, rec.Peer = d.input, d.peer
	d.batch.Arena = d.mapper.Map(rec, fields, len(fields), d.now, d.batch.Arena)
	d.batch.Bytes += len(document)
	return nil
}

func worded(err error) error {
	var broken *format.JSONError
	if errors.As(err, &broken) {
		return fmt.Errorf("position %d: %s", broken.Pos+1, broken.What)
	}
	return err
}

// Full reports whether the batch should be written before more is added.
func (d *Documents) Full() bool { return d.batch.Full(d.limit) }

// Len is the number of records in the batch.
func (d *Documents) Len() int { return len(d.batch.Records) }

// Write makes the batch durable (see Writer.Write) and empties it, also on an error.
func (d *Documents) Write(ctx context.Context, refused func(i int, reason string)) error {
	err := d.Writer.Write(ctx, d.batch.Records, d.batch.Bytes, refused)
	d.batch.Reset()
	d.flat.flattener.Reset()
	return err
}

var flattenings = sync.Pool{New: func() any { return new(flattening) }}

func takeFlattening() *flattening { return flattenings.Get().(*flattening) }

func giveFlattening(f *flattening) {
	if cap(f.fields) > maxKeptDocument {
		return // one huge document should not stay in memory for ever
	}
	f.flattener.Reset()
	clear(f.fields[:cap(f.fields)])
	flattenings.Put(f)
}

// maxKeptDocument is the largest number of fields of a document whose memory is kept.
const maxKeptDocument = 1 << 14
