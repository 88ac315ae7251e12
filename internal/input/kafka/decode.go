package kafka

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/deliver"
	"github.com/haetae/haetae/internal/input/httpin"
	"github.com/haetae/haetae/internal/input/otlp"
	"github.com/haetae/haetae/internal/input/syslog"
	"github.com/haetae/haetae/internal/model"
)

// Values of the setting encoding.
const (
	encodingAuto   = "auto"
	encodingJSON   = "json"
	encodingSyslog = "syslog"
	encodingText   = "text"
	encodingOTLP   = "otlp"
)

// Names of the fields that every record of a topic has (docs/fields.md, "kafka").
const (
	fieldTopic     = "kafka.topic"
	fieldPartition = "kafka.partition"
	fieldOffset    = "kafka.offset"
	fieldKey       = "kafka.key"
	fieldHeader    = "kafka.header."
	fieldError     = "kafka.decode_error"
	fieldOriginal  = "log.original_bytes"
)

// maxText bounds a key and a header that are stored; longer ones and those that are not text are left out.
const maxText = 1 << 10

// marksPerOffset is how many records one record of a topic may become: sequences of marks leave so much room.
const marksPerOffset = 1 << 20

// decoder turns records of topics into ours. It belongs to one goroutine.
type decoder struct {
	env      *input.Env
	encoding string
	layout   *deliver.Layout
	json     *httpin.Mapper
	otlp     *otlp.Carried
	syslog   *syslog.Carried
	flat     format.Flattener
	doc      []model.Field
	arena    []model.Field
}

func newDecoder(set *Settings, env *input.Env) (*decoder, error) {
	switch set.Encoding {
	case encodingAuto, encodingJSON, encodingSyslog, encodingText, encodingOTLP:
	default:
		return nil, &input.SettingError{Key: "encoding", Err: fmt.Errorf("%q is none of auto, json, syslog, text, otlp", set.Encoding)}
	}
	names := input.Common{Timezone: set.Timezone} // stream and extra fields are the layout's
	profiles, err := httpin.NewProfiles(httpin.DocumentDefaults, &names)
	if err != nil {
		return nil, err
	}
	profile, err := profiles.Of(&http.Request{URL: &url.URL{}})
	if err != nil {
		return nil, err
	}
	carried, err := otlp.NewCarried(env, &names)
	if err != nil {
		return nil, err
	}
	zone := time.Local
	if set.Timezone != "" {
		if zone, err = time.LoadLocation(set.Timezone); err != nil {
			return nil, &input.SettingError{Key: "timezone", Err: err}
		}
	}
	return &decoder{
		env: env, encoding: set.Encoding, json: profile.Mapper(), otlp: carried, syslog: syslog.NewCarried(env.Name, zone),
		layout: deliver.NewLayout(&set.Common, append([]string{fieldTopic}, httpin.DocumentDefaults.StreamFields...)...),
	}, nil
}

// add puts what a record of a topic holds into the batch; its texts alias the record. Nothing is refused: what is not of
// the form that the settings name is kept as text with the reason.
func (d *decoder) add(ctx context.Context, b *deliver.Batch, s *source, rec *kgo.Record) {
	if len(rec.Value) == 0 {
		return // a mark of deletion in a compacted topic
	}
	first := b.Len()
	var reason error
	switch form := d.formOf(rec.Value); form {
	case encodingJSON:
		reason = d.addJSON(b, s, rec)
	case encodingSyslog:
		d.common(b, s, rec)
		d.syslog.Add(b, text(rec.Value), cmp.Or(sentAt(rec), d.env.Now().UnixNano()), len(rec.Value)) // its times may lack the year
		b.Records()[first].Observed = d.env.Now().UnixNano()
	case encodingOTLP:
		reason = d.addOTLP(ctx, b, s, rec)
	default:
		d.addText(b, s, rec, nil)
	}
	if reason != nil { // also behind what could be read: the rest must not be lost
		d.addText(b, s, rec, reason)
	}
	made := b.Records()[first:]
	for i := range made {
		made[i].Input, made[i].Peer, made[i].Sent = d.env.Name, s.peer, sentAt(rec)
		made[i].Mark = model.Mark{Source: s.mark, Seq: uint64(rec.Offset)*marksPerOffset + uint64(min(i, marksPerOffset-1)) + 1}
	}
}

// formOf decides what a value is.
func (d *decoder) formOf(value []byte) string {
	if d.encoding != encodingAuto {
		return d.encoding
	}
	switch trimmed := bytes.TrimLeft(value[:min(len(value), 64)], " \t\r\n"); {
	case len(trimmed) > 0 && trimmed[0] == '{':
		if isResourceLogs(value) {
			return encodingOTLP
		}
		return encodingJSON
	case syslog.LooksLike(text(value)):
		return encodingSyslog
	case otlp.IsExport(value):
		return encodingOTLP
	}
	return encodingText
}

// isResourceLogs reports whether a JSON object is an export of OTLP by its first name.
func isResourceLogs(value []byte) bool {
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(value, " \t\r\n"), []byte("{"))
	return ok && bytes.HasPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte(`"resourceLogs"`))
}

// common adds the fields that say where a record stood.
func (d *decoder) common(b *deliver.Batch, s *source, rec *kgo.Record) {
	b.Field(fieldTopic, s.topic)
	b.Field(fieldPartition, s.partition)
	b.Field(fieldOffset, strconv.FormatInt(rec.Offset, 10))
	if isText(rec.Key) {
		b.Field(fieldKey, text(rec.Key))
	}
	for _, h := range rec.Headers {
		if isText(h.Value) && len(h.Key) <= maxText && utf8.ValidString(h.Key) {
			b.Field(fieldHeader+h.Key, text(h.Value))
		}
	}
}

// sentAt is the timestamp of a topic's record, of its producer or of the broker; 0 when it has none, which Kafka writes as -1.
func sentAt(rec *kgo.Record) int64 {
	if rec.Timestamp.UnixMilli() <= 0 {
		return 0
	}
	return rec.Timestamp.UnixNano()
}

// addJSON adds a document as the inputs for JSON do.
func (d *decoder) addJSON(b *deliver.Batch, s *source, rec *kgo.Record) error {
	d.flat.Reset()
	fields, err := d.flat.Object(d.doc[:0], text(rec.Value), "")
	d.doc = fields
	if err != nil {
		return err
	}
	now := d.env.Now().UnixNano()
	r := model.Record{Observed: now}
	d.arena = d.json.Map(&r, fields, len(fields), now, d.arena[:0])
	d.common(b, s, rec)
	d.addFields(b, &r, len(rec.Value))
	return nil
}

// addFields adds a record whose texts may lie in memory that is used again.
func (d *decoder) addFields(b *deliver.Batch, r *model.Record, size int) {
	for _, list := range [...][]model.Field{r.Stream, r.Fields} {
		for _, f := range list {
			name := b.Keep([]byte(f.Name))
			if isPlace(name) { // such as a row of another Haetae: this is where the record stands
				name = "sent." + name
			}
			b.Field(name, b.Keep([]byte(f.Value)))
		}
	}
	r.Msg = b.Keep([]byte(r.Msg))
	r.Stream, r.Fields = nil, nil
	b.Add(*r, size)
}

// isPlace reports whether a field says where a record stands in its topic.
func isPlace(name string) bool {
	return name == fieldTopic || name == fieldPartition || name == fieldOffset || name == fieldKey
}

func (d *decoder) addOTLP(ctx context.Context, b *deliver.Batch, s *source, rec *kgo.Record) error {
	asJSON := rec.Value[0] != '\n' && bytes.HasPrefix(bytes.TrimLeft(rec.Value, " \t\r\n"), []byte("{"))
	return d.otlp.Read(ctx, rec.Value, asJSON, func(records []model.Record) {
		for i := range records {
			d.common(b, s, rec)
			d.addFields(b, &records[i], len(rec.Value)/len(records))
		}
	})
}

// addText adds a line. reason says why it is not what it should be.
func (d *decoder) addText(b *deliver.Batch, s *source, rec *kgo.Record, reason error) {
	d.common(b, s, rec)
	if reason != nil {
		b.Field(fieldError, reason.Error())
	}
	msg, exact := format.ToUTF8(rec.Value, "")
	if !exact {
		b.Field(fieldOriginal, base64.StdEncoding.EncodeToString(rec.Value))
	}
	b.Add(model.Record{Observed: d.env.Now().UnixNano(), Msg: msg}, len(rec.Value))
}

func isText(b []byte) bool { return len(b) <= maxText && utf8.Valid(b) }

func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
