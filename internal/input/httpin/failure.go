package httpin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/haetae/haetae/internal/model"
)

// RequestError says that the request itself is wrong: sending it again cannot help.
type RequestError struct {
	Status int    // HTTP status, 400..499
	Reason string // a few fixed words, for the counters of rejected records
	Err    error
}

func (e *RequestError) Error() string { return e.Err.Error() }
func (e *RequestError) Unwrap() error { return e.Err }

// badRequest returns a *RequestError with status 400.
func badRequest(reason, text string, args ...any) error {
	return &RequestError{Status: http.StatusBadRequest, Reason: reason, Err: fmt.Errorf(text, args...)}
}

const codeUnavailable = "unavailable"

// retryWhenStopping is what senders are told to wait while the server drains.
const retryWhenStopping = 5 * time.Second

// Failure is an error in the terms that every protocol answers with.
type Failure struct {
	Status int // HTTP status
	// Code is the problem's stable code: request.invalid, request.too_large, busy, unavailable, stopping, internal, or one of access.
	Code string
	// RetryAfter is how long to wait before sending the same again; 0 when that cannot help or is not known.
	RetryAfter time.Duration
	Detail     string
}

// FailureOf puts an error of reading a request or of the sink in the terms of an answer. The text of an
// unforeseen error stays inside: it may name files.
func FailureOf(err error) Failure {
	var busy *model.BusyError
	var away *model.UnavailableError
	var request *RequestError
	var access *model.AccessError
	switch {
	case errors.As(err, &access):
		return Failure{accessStatus(access.Code), access.Code, access.RetryAfter, access.Error()}
	case errors.As(err, &busy):
		return Failure{http.StatusTooManyRequests, "busy", max(busy.RetryAfter, time.Second), busy.Error()}
	case errors.As(err, &away):
		return Failure{http.StatusServiceUnavailable, codeUnavailable, max(away.RetryAfter, time.Second), away.Error()}
	case errors.Is(err, model.ErrStopping):
		return Failure{http.StatusServiceUnavailable, "stopping", retryWhenStopping, model.ErrStopping.Error()}
	case errors.As(err, &request):
		f := Failure{Status: request.Status, Code: "request.invalid", Detail: request.Error()}
		if request.Status == http.StatusRequestEntityTooLarge {
			f.Code = "request.too_large"
		}
		return f
	case errors.Is(err, model.ErrTooLarge):
		return Failure{http.StatusRequestEntityTooLarge, "request.too_large", 0, model.ErrTooLarge.Error()}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Failure{http.StatusServiceUnavailable, "stopping", retryWhenStopping, "the request was cancelled before its records were durable"}
	}
	return Failure{http.StatusInternalServerError, "internal", 0, "the records could not be made durable"}
}

// accessStatus is the HTTP status for a sender who may not send: 401 when another token could help.
func accessStatus(code string) int {
	switch code {
	case model.AccessRequired, model.AccessCredentials, model.AccessExpired:
		return http.StatusUnauthorized
	case model.AccessThrottled:
		return http.StatusTooManyRequests
	}
	return http.StatusForbidden
}

// Untold reports whether the failure is ours and nobody has said so yet: of a service behind the queue that is away the
// queue tells once, not each request.
func (f Failure) Untold() bool {
	return f.Status >= http.StatusInternalServerError && f.Code != codeUnavailable
}

// SetRetryAfter sets the header Retry-After (RFC 9110 section 10.2.3) in whole seconds, when there is one.
func (f Failure) SetRetryAfter(h http.Header) {
	if f.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds()))))
	}
}

// Problem is a problem of RFC 9457 with what became of a request's records.
type Problem struct {
	Type     string      `json:"type"`
	Title    string      `json:"title"`
	Status   int         `json:"status"`
	Code     string      `json:"code"`
	Detail   string      `json:"detail,omitempty"`
	Accepted int         `json:"accepted"`
	Rejected int         `json:"rejected"`
	Errors   []LineError `json:"errors,omitempty"`
}

// LineError is one refused line of a body; lines count from 1.
type LineError struct {
	Line   int64  `json:"line"`
	Reason string `json:"reason"`
}

// WriteProblem answers with an RFC 9457 problem. Accepted, rejected and errors are the caller's, the rest
// comes from f.
func WriteProblem(w http.ResponseWriter, f Failure, p Problem) {
	p.Type, p.Title, p.Status, p.Code, p.Detail = "about:blank", http.StatusText(f.Status), f.Status, f.Code, f.Detail
	f.SetRetryAfter(w.Header())
	WriteJSON(w, f.Status, "application/problem+json", p)
}

// WriteJSON answers with v as JSON.
func WriteJSON(w http.ResponseWriter, status int, contentType string, v any) {
	body, err := json.Marshal(v)
	if err != nil { // only a value that cannot be JSON: a bug of the caller
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	WriteBody(w, status, contentType, append(body, '\n'))
}

// WriteBody answers with a whole body, given in parts. A client that has gone is nobody to tell.
func WriteBody(w http.ResponseWriter, status int, contentType string, parts ...[]byte) {
	size := 0
	for _, part := range parts {
		size += len(part)
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(size))
	w.WriteHeader(status)
	for _, part := range parts {
		_, _ = w.Write(part)
	}
}
