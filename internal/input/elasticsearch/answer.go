package elasticsearch

import (
	"net/http"
	"strings"

	"github.com/haetae/haetae/internal/input/httpin"
)

// answer writes a JSON body in the media type that the client asked for.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, status int, body string) {
	httpin.WriteBody(w, status, mediaType(r), []byte(body))
}

// mediaType is JSON, under the vendor's name with the version when the client speaks that: newer clients
// refuse an answer of another version.
func mediaType(r *http.Request) string {
	for _, name := range [...]string{"Accept", "Content-Type"} {
		header := r.Header.Get(name)
		if !strings.Contains(header, "vnd.elasticsearch+") {
			continue
		}
		const parameter = "compatible-with="
		if i := strings.Index(header, parameter); i >= 0 {
			digits := header[i+len(parameter):]
			n := 0
			for n < len(digits) && n < 3 && digits[n] >= '0' && digits[n] <= '9' {
				n++
			}
			if n > 0 {
				return "application/vnd.elasticsearch+json;" + parameter + digits[:n]
			}
		}
		return "application/vnd.elasticsearch+json"
	}
	return "application/json"
}

// fail answers for the request as a whole in Elasticsearch's form of an error.
func (h *handler) fail(w http.ResponseWriter, r *http.Request, status int, kind, reason string) {
	type cause struct {
		Type   string `json:"type"`
		Reason string `json:"reason"`
	}
	type failure struct {
		RootCause []cause `json:"root_cause"`
		cause
	}
	c := cause{kind, reason}
	httpin.WriteJSON(w, status, mediaType(r), struct {
		Error  failure `json:"error"`
		Status int     `json:"status"`
	}{failure{[]cause{c}, c}, status})
}

// failWith answers for an error of reading the request or of the sink.
func (h *handler) failWith(w http.ResponseWriter, r *http.Request, err error) {
	f := httpin.FailureOf(err)
	if f.Untold() {
		h.Env.Log.Error("documents were not accepted", "peer", r.RemoteAddr, "error", err)
	}
	f.SetRetryAfter(w.Header())
	h.fail(w, r, f.Status, errorType(f.Status), f.Detail)
}

// refuse answers somebody who may not send.
func (h *handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("X-Elastic-Product", "Elasticsearch") // clients that miss it do not look at the answer
	h.failWith(w, r, err)
}

// errorType names an HTTP status as Elasticsearch does; shippers decide by the status.
func errorType(status int) string {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return "security_exception"
	case http.StatusTooManyRequests:
		return "es_rejected_execution_exception"
	case http.StatusServiceUnavailable:
		return "node_closed_exception"
	case http.StatusRequestEntityTooLarge:
		return "content_too_long_exception"
	case http.StatusBadRequest, http.StatusUnsupportedMediaType:
		return "illegal_argument_exception"
	}
	return "exception"
}
