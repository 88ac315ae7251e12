package httpin

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/model"
)

// Defaults say how a protocol maps its documents when neither the settings nor the request say otherwise.
type Defaults struct {
	// MsgFields and TimeFields are tried in order. _msg and _time are tried after them.
	MsgFields, TimeFields []string
	// StreamFields make the stream, as far as a document has them; AllStream makes every streamable field
	// (see Mapper.Map) a part of it.
	StreamFields []string
	AllStream    bool
	// ParseTime reads the value of a time field; nil means format.ParseTime.
	ParseTime func(s string, z format.Zone) (ns int64, ok bool)
}

// Profile is the mapping that one kind of request asks for. It is immutable and shared between requests.
type Profile struct {
	// NamesMsg and NamesTime are set when the request itself names the field of the message or the time.
	NamesMsg, NamesTime bool

	msg, time    []string
	stream       []string // sorted, unique
	allStream    bool
	streamAnyway bool // the stream fields were named: any field of a document may be one
	ignore       []string
	extra        []model.Field
	zone         *time.Location
	parseTime    func(s string, z format.Zone) (int64, bool)
	mappers      sync.Pool
}

// Profiles makes and keeps the profiles of one input.
type Profiles struct {
	defaults Defaults
	common   input.Common
	zone     *time.Location

	mu   sync.Mutex
	kept map[string]*Profile
}

// maxProfiles bounds what Profiles keeps; beyond it the memory begins anew. A profile whose parameters are longer
// than maxParameters is made for each request.
const (
	maxProfiles   = 256
	maxParameters = 8 << 10
)

// NewProfiles checks the common settings of an input; a wrong one is a *input.SettingError.
func NewProfiles(defaults Defaults, common *input.Common) (*Profiles, error) {
	zone := time.Local
	if common.Timezone != "" {
		var err error
		if zone, err = time.LoadLocation(common.Timezone); err != nil {
			return nil, &input.SettingError{Key: "timezone", Err: err}
		}
	}
	if defaults.ParseTime == nil {
		defaults.ParseTime = format.ParseTime
	}
	return &Profiles{defaults: defaults, common: *common, zone: zone, kept: map[string]*Profile{}}, nil
}

// parameters are the query parameters of a request and the headers that mean the same. A parameter goes
// before its header.
var parameters = [...]struct{ query, header string }{
	{"_msg_field", "VL-Msg-Field"},
	{"_time_field", "VL-Time-Field"},
	{"_stream_fields", "VL-Stream-Fields"},
	{"ignore_fields", "VL-Ignore-Fields"},
	{"extra_fields", "VL-Extra-Fields"},
}

// Of returns the profile that a request asks for. It reads the URL and the header, never the body, so a body
// that a client calls a form stays whole. Tenants other than 0 are a *RequestError.
func (ps *Profiles) Of(r *http.Request) (*Profile, error) {
	for _, tenant := range [...]string{"AccountID", "ProjectID"} {
		if v := r.Header.Get(tenant); v != "" && v != "0" {
			return nil, &RequestError{
				Status: http.StatusBadRequest, Reason: "tenant",
				Err: fmt.Errorf("header %s is %q: there are no tenants here, leave it out or send 0", tenant, v),
			}
		}
	}
	var values [len(parameters)]string
	if r.URL.RawQuery != "" {
		query := r.URL.Query()
		for i, p := range parameters {
			values[i] = strings.Join(query[p.query], ",")
		}
	}
	for i, p := range parameters {
		if values[i] == "" {
			values[i] = strings.Join(r.Header.Values(p.header), ",")
		}
	}

	key := strings.Join(values[:], "\x00")
	ps.mu.Lock()
	p := ps.kept[key]
	ps.mu.Unlock()
	if p != nil {
		return p, nil
	}
	p, err := ps.make(values)
	if err != nil || len(key) > maxParameters {
		return p, err
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if len(ps.kept) >= maxProfiles {
		clear(ps.kept)
	}
	ps.kept[key] = p
	return p, nil
}

func (ps *Profiles) make(values [len(parameters)]string) (*Profile, error) {
	d := ps.defaults
	msg, times, stream, ignore := list(values[0]), list(values[1]), list(values[2]), list(values[3])
	p := &Profile{
		NamesMsg: len(msg) > 0, NamesTime: len(times) > 0,
		msg: d.MsgFields, time: d.TimeFields, stream: d.StreamFields, allStream: d.AllStream,
		ignore: ignore, zone: ps.zone, parseTime: d.ParseTime,
	}
	if p.NamesMsg {
		p.msg = msg
	}
	if p.NamesTime {
		p.time = times
	}
	if len(stream) == 0 {
		stream = ps.common.StreamFields
	}
	if len(stream) > 0 {
		p.stream, p.allStream, p.streamAnyway = stream, false, true
	}
	p.msg = append(slices.Clip(p.msg), model.FieldMsg)
	p.time = append(slices.Clip(p.time), model.FieldTime)
	p.stream = slices.Compact(slices.Sorted(slices.Values(p.stream)))

	for name, value := range ps.common.ExtraFields {
		p.extra = append(p.extra, model.Field{Name: model.SentName(name), Value: value})
	}
	for _, pair := range list(values[4]) {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, &RequestError{
				Status: http.StatusBadRequest, Reason: "parameter",
				Err: fmt.Errorf("extra_fields: %q is not name=value", pair),
			}
		}
		p.extra = append(p.extra, model.Field{Name: model.SentName(name), Value: value})
	}
	p.extra = model.SortStream(p.extra)
	return p, nil
}

// list splits a comma-separated list and drops its empty parts.
func list(s string) []string {
	if s == "" {
		return nil
	}
	parts := strings.Split(s, ",")
	out := parts[:0]
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// NamesFields reports whether the request or the settings name fields that may lie within a line.
func (p *Profile) NamesFields() bool { return p.NamesMsg || p.NamesTime || p.streamAnyway }

// Zone is how times without a zone are read in a request received at now, in ns since the epoch.
func (p *Profile) Zone(now int64) format.Zone { return format.Zone{Location: p.zone, Now: now} }

func (p *Profile) ignores(name string) bool {
	for _, pattern := range p.ignore {
		if prefix, ok := strings.CutSuffix(pattern, "*"); ok && strings.HasPrefix(name, prefix) || pattern == name {
			return true
		}
	}
	return false
}

// adds reports whether an extra field takes the place of the sender's field; of its message and time none does.
func (p *Profile) adds(name string) bool {
	if name == model.FieldMsg || name == model.FieldTime {
		return false
	}
	name = model.SentName(name)
	return slices.ContainsFunc(p.extra, func(f model.Field) bool { return f.Name == name })
}
