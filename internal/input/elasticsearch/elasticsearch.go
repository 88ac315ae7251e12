// Package elasticsearch is the input for shippers that speak Elasticsearch's bulk protocol, below
// /insert/elasticsearch: _bulk, single documents, and the questions that clients ask before they send.
package elasticsearch

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/httpin"
)

// Descriptor describes the input.
var Descriptor = input.Descriptor{
	Type:        "elasticsearch",
	Summary:     "Elasticsearch bulk protocol below /insert/elasticsearch",
	Defaults:    func() any { return &Settings{} },
	New:         newInput,
	OnByDefault: true,
}

// Settings of the input.
type Settings struct {
	input.Common `yaml:",inline"`
}

const prefix = "/insert/elasticsearch"

func newInput(settings any, env input.Env) (input.Input, error) {
	defaults := httpin.DocumentDefaults
	defaults.ParseTime = parseTime
	profiles, err := httpin.NewProfiles(defaults, settings.(*Settings).Settings())
	if err != nil {
		return nil, err
	}
	h := &handler{Endpoint: httpin.NewEndpoint(env), profiles: profiles}
	for _, pattern := range [...]string{prefix, prefix + "/"} {
		if err := h.Handle(pattern, h.serve, h.refuse); err != nil {
			return nil, err
		}
	}
	return h, nil
}

type handler struct {
	*httpin.Endpoint
	profiles *httpin.Profiles
}

// serve routes what follows the prefix. Names of indices are free, so the path is looked at from its end.
func (h *handler) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Elastic-Product", "Elasticsearch")
	path, err := segments(strings.TrimPrefix(r.URL.EscapedPath(), prefix))
	if err != nil {
		h.fail(w, r, http.StatusBadRequest, "illegal_argument_exception", err.Error())
		return
	}
	n := len(path)
	write := r.Method == http.MethodPost || r.Method == http.MethodPut
	switch {
	case n > 0 && path[n-1] == "_bulk" && n <= 3 && (n == 1 || path[0][0] != '_'):
		if !write {
			w.Header().Set("Allow", "POST, PUT")
			h.fail(w, r, http.StatusMethodNotAllowed, "method_not_allowed", "send documents by POST or PUT")
			return
		}
		index := ""
		if n > 1 {
			index = path[0]
		}
		h.bulk(w, r, index)
	case write && (n == 2 || n == 3) && path[0][0] != '_' && (path[1] == "_doc" || n == 3 && path[1] == "_create"):
		id := ""
		if n == 3 {
			id = path[2]
		}
		h.document(w, r, path[0], id)
	default:
		h.probe(w, r, path)
	}
}

// segments splits a path at its slashes, without empty parts, and unescapes the parts.
func segments(path string) ([]string, error) {
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		if part == "" {
			continue
		}
		part, err := url.PathUnescape(part)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// parseTime is format.ParseTime, but for the form that the OpenTelemetry collector's exporter writes: the
// milliseconds since the epoch and, behind a point, the nanoseconds within the millisecond without leading
// zeros, which cannot be read back. Such a time is true to the millisecond.
func parseTime(s string, z format.Zone) (int64, bool) {
	const millisDigits = len("1700000000000")
	if len(s) <= millisDigits || s[millisDigits] != '.' {
		return format.ParseTime(s, z)
	}
	var ms int64
	for i := range millisDigits {
		c := s[i]
		if c < '0' || c > '9' {
			return format.ParseTime(s, z)
		}
		ms = ms*10 + int64(c-'0')
	}
	return ms * int64(time.Millisecond), true
}
