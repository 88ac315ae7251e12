package otlp

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/haetae/haetae/internal/input/httpin"
)

// retryable makes a failure of ours one that senders repeat: OTLP's list of statuses to repeat (OTLP
// specification, "OTLP/HTTP Response", "Retryable Response Codes") has 503 but not 500.
func retryable(f httpin.Failure) httpin.Failure {
	if f.Status == http.StatusInternalServerError {
		f.Status, f.RetryAfter = http.StatusServiceUnavailable, 5*time.Second
	}
	return f
}

// statusOf puts an error in gRPC's terms. RESOURCE_EXHAUSTED is repeated only with RetryInfo.
func statusOf(err error) *status.Status {
	f := retryable(httpin.FailureOf(err))
	code := codes.InvalidArgument
	switch f.Status {
	case http.StatusUnauthorized:
		code = codes.Unauthenticated
	case http.StatusForbidden:
		code = codes.PermissionDenied
	case http.StatusTooManyRequests:
		code = codes.ResourceExhausted
	case http.StatusServiceUnavailable:
		code = codes.Unavailable
	}
	st := status.New(code, f.Detail)
	if f.RetryAfter > 0 {
		info := &errdetails.RetryInfo{RetryDelay: durationpb.New(f.RetryAfter)}
		if detailed, err := st.WithDetails(info); err == nil {
			return detailed
		}
	}
	return st
}

// writeStatus answers with a google.rpc.Status in the form that the request had.
func writeStatus(w http.ResponseWriter, asJSON bool, httpStatus int, st *status.Status) {
	body, contentType, err := []byte(nil), protobufType, error(nil)
	if asJSON {
		contentType = jsonType
		body, err = statusJSON(st)
	} else {
		body, err = proto.Marshal(st.Proto())
	}
	if err != nil { // only text that is not UTF-8 within the message
		http.Error(w, http.StatusText(httpStatus), httpStatus)
		return
	}
	httpin.WriteBody(w, httpStatus, contentType, body)
}

// statusJSON is the status as JSON without blanks, which protojson puts in at random.
func statusJSON(st *status.Status) ([]byte, error) {
	text, err := protojson.Marshal(st.Proto())
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = json.Compact(&out, text)
	return out.Bytes(), err
}
