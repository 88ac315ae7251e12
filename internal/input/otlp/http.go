package otlp

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/haetae/haetae/internal/input/httpin"
)

const (
	protobufType = "application/x-protobuf"
	jsonType     = "application/json"
)

// messageCost is how many bytes a message holds for each of its own: itself and its records.
const messageCost = 2

// noParameters is the URL of exports by gRPC, whose parameters come as metadata only.
var noParameters = &url.URL{}

// serveLogs answers an export by HTTP: 200 when its records are durable, with what was refused among them.
func (s *server) serveLogs(w http.ResponseWriter, r *http.Request) {
	asJSON := strings.Contains(r.Header.Get("Content-Type"), "json")
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		writeStatus(w, asJSON, http.StatusMethodNotAllowed, status.New(codes.Unimplemented, "export by POST"))
		return
	}
	share := s.Gate.Share(httpin.Peer(r.RemoteAddr))
	defer share.Release()
	rejected, err := s.export(r.Context(), r, r.RemoteAddr, share, func() ([]byte, error) {
		body, err := httpin.ReadWhole(w, r, share, s.limit, false)
		if err != nil {
			return nil, err
		}
		asJSON = isJSON(r.Header.Get("Content-Type"), body)
		if !asJSON {
			return body, nil
		}
		return fromJSON(body)
	})
	if err != nil {
		f := retryable(httpin.FailureOf(err))
		f.SetRetryAfter(w.Header())
		writeStatus(w, asJSON, f.Status, statusOf(err))
		return
	}
	body, contentType, err := []byte(nil), protobufType, error(nil)
	if asJSON {
		contentType = jsonType
		body, err = responseJSON(rejected)
	} else {
		body, err = response(rejected)
	}
	if err != nil { // never for these few fields; the records are durable, so the sender must not repeat them
		s.Env.Log.Error("an answer could not be encoded", "error", err)
	}
	httpin.WriteBody(w, http.StatusOK, contentType, body)
}

// refuse answers somebody who may not send, in the form in which it would have sent.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := retryable(httpin.FailureOf(err))
	f.SetRetryAfter(w.Header())
	writeStatus(w, strings.Contains(r.Header.Get("Content-Type"), "json"), f.Status, statusOf(err))
}

// serveUnimplemented answers for the signals that are not stored.
func (s *server) serveUnimplemented(w http.ResponseWriter, r *http.Request) {
	asJSON := strings.Contains(r.Header.Get("Content-Type"), "json")
	writeStatus(w, asJSON, http.StatusNotImplemented,
		status.New(codes.Unimplemented, "only logs are stored: turn the exporter of this signal off"))
}

// isJSON goes by the Content-Type, and by the first byte when that names neither form: no protobuf message of
// an export begins with a brace.
func isJSON(contentType string, body []byte) bool {
	switch {
	case strings.Contains(contentType, "json"):
		return true
	case strings.Contains(contentType, "protobuf"):
		return false
	}
	trimmed := strings.TrimLeft(string(body[:min(len(body), 64)]), " \t\r\n")
	return strings.HasPrefix(trimmed, "{")
}

// fromJSON turns an export in JSON into its protobuf form, so that there is one way into records.
func fromJSON(body []byte) ([]byte, error) {
	request := plogotlp.NewExportRequest()
	if err := request.UnmarshalJSON(body); err != nil {
		return nil, broken("JSON", err)
	}
	return request.MarshalProto()
}

// response is an ExportLogsServiceResponse: empty when nothing was rejected, as the specification asks.
func response(rejected int) ([]byte, error) {
	if rejected == 0 {
		return nil, nil
	}
	return partialSuccess(rejected).MarshalProto()
}

func responseJSON(rejected int) ([]byte, error) {
	if rejected == 0 {
		return []byte("{}"), nil
	}
	return partialSuccess(rejected).MarshalJSON()
}

func partialSuccess(rejected int) plogotlp.ExportResponse {
	r := plogotlp.NewExportResponse()
	r.PartialSuccess().SetRejectedLogRecords(int64(rejected))
	r.PartialSuccess().SetErrorMessage("records are larger than limits.line")
	return r
}

// export receives one export and returns how many of its records were refused. read is called when the sender
// may send at all.
func (s *server) export(ctx context.Context, r *http.Request, remote string, share *httpin.Share, read func() ([]byte, error)) (rejected int, err error) {
	leave, err := s.Enter()
	if err != nil {
		return 0, err
	}
	defer leave()
	profile, err := s.profiles.Of(r)
	if err != nil {
		return 0, err
	}
	writer := httpin.NewWriter(&s.Env, httpin.Peer(remote))
	request, err := read()
	if err == nil {
		err = share.Ensure(ctx, messageCost*len(request))
	}
	if err == nil {
		in := newIntake(&s.Env, profile, writer.Peer(), func(ctx context.Context, b *httpin.Batch) error {
			return writer.Write(ctx, b.Records, b.Bytes, func(int, string) {})
		})
		defer in.done()
		err = in.read(ctx, request)
	}
	if err != nil {
		writer.RejectRequest(err)
		if f := httpin.FailureOf(err); f.Untold() {
			s.Env.Log.Error("records were not accepted", "peer", remote, "error", err)
		}
		return 0, err
	}
	return writer.Rejected, nil
}
