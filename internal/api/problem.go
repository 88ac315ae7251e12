package api

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// Problem is an error as RFC 9457 has it, with what Haetae's console and scripts need to act on it.
type Problem struct {
	Type      string            `json:"type" example:"/api/docs#query.syntax" doc:"where the code is explained"`
	Title     string            `json:"title"`
	Status    int               `json:"status"`
	Code      string            `json:"code" example:"query.syntax" doc:"stable name of the problem, worded by the console in each language"`
	Detail    string            `json:"detail"`
	Params    map[string]string `json:"params,omitempty" doc:"what the worded text needs"`
	Position  *Position         `json:"position,omitempty" doc:"the wrong part of the query, in bytes"`
	Fix       string            `json:"fix,omitempty" doc:"text to put at the position instead"`
	RequestID string            `json:"request_id,omitempty"`

	wait int // seconds before the same is asked again; 0 when that cannot help
	// outside is what stands for Detail before strangers when that tells of the inside of the server: files, hosts, names of databases.
	// "" when everybody may read Detail.
	outside string
}

// Position is a part of a query: bytes Start <= i < End.
type Position struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Codes of problems, with the status and title of each.
var codes = map[string]struct {
	status int
	title  string
}{
	"request.invalid":       {http.StatusBadRequest, "The request cannot be understood"},
	"query.syntax":          {http.StatusBadRequest, "The query is not valid LogsQL"},
	"query.unsupported":     {http.StatusBadRequest, "The query cannot be used here"},
	"query.too_long":        {http.StatusServiceUnavailable, "The query takes too long"},
	"query.too_much_memory": {http.StatusUnprocessableEntity, "The query needs too much memory"},
	"query.scope":           {http.StatusForbidden, "The query wants an account that sees everything"},
	"query.cancelled":       {statusClientClosed, "The query was cancelled"},
	"deletion.unbounded":    {http.StatusBadRequest, "The deletion has no bound of time"},
	"busy":                  {http.StatusTooManyRequests, "A bound is reached, try again later"},
	"stopping":              {http.StatusServiceUnavailable, "The server is stopping"},
	"forbidden":             {http.StatusForbidden, "Not allowed"},
	"conflict":              {http.StatusConflict, "Something else was changed meanwhile, or has the name"},
	"saved.full":            {http.StatusConflict, "There are as many saved queries as one may keep"},
	"setting.invalid":       {http.StatusUnprocessableEntity, "A setting cannot be used"},
	"rule.invalid":          {http.StatusUnprocessableEntity, "The rule cannot be used"},
	"not_found":             {http.StatusNotFound, "There is nothing at this address"},
	"audit.unavailable":     {http.StatusServiceUnavailable, "The audit trail cannot be written"},
	"internal":              {http.StatusInternalServerError, "The server failed"},

	model.AccessRequired:      {http.StatusUnauthorized, "Nobody is signed in"},
	model.AccessCredentials:   {http.StatusUnauthorized, "Name, password, code or token is wrong"},
	model.AccessSecondFactor:  {http.StatusUnauthorized, "A code is needed as well"},
	model.AccessExpired:       {http.StatusUnauthorized, "The session or token is over"},
	model.AccessThrottled:     {http.StatusTooManyRequests, "Too many failures, try again later"},
	model.AccessDisabled:      {http.StatusForbidden, "The user may not sign in"},
	model.AccessPasswordRules: {http.StatusUnprocessableEntity, "The password is too easy to guess"},
	model.AccessMustChange:    {http.StatusForbidden, "A password has to be chosen first"},
	model.AccessSetupDone:     {http.StatusConflict, "There is an administrator already"},
	model.AccessSetupToken:    {http.StatusForbidden, "The link to begin is another"},
	model.AccessLastAdmin:     {http.StatusConflict, "Nobody would be left who may change this"},
	model.AccessDenied:        {http.StatusForbidden, "The permission is missing"},
	model.AccessViewOnly:      {http.StatusForbidden, "Looking as somebody else changes nothing"},
	model.AccessInvalid:       {http.StatusUnprocessableEntity, "The input is not valid"},
}

// statusClientClosed is the status that nginx logs when the client went away; nobody reads it.
const statusClientClosed = 499

func (p *Problem) Error() string { return p.Detail }

// GetStatus gives the HTTP status to the OpenAPI layer.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// challenge is what a program without a token is told to send (RFC 9110 section 11.6.1).
const challenge = `Bearer realm="haetae"`

// GetHeaders gives the OpenAPI layer the headers that tell when, or with what, to ask again.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.wait > 0 {
		h.Set("Retry-After", strconv.Itoa(p.wait))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", challenge)
	}
	return h
}

// NewProblem returns the problem of a code.
func NewProblem(code, detail string) *Problem {
	c, ok := codes[code]
	if !ok {
		c = codes["internal"]
	}
	p := &Problem{Type: "/api/docs#" + code, Title: c.title, Status: c.status, Code: code, Detail: detail}
	if c.status == http.StatusInternalServerError {
		p.outside = "the server failed"
	}
	return p
}

// inside is a problem whose cause tells of the inside of the server.
func inside(code, detail string, cause error) *Problem {
	p := NewProblem(code, detail+": "+cause.Error())
	p.outside = detail
	return p
}

// problemOf words any error as a problem.
func problemOf(err error) *Problem {
	var p *Problem
	var syntax *logsql.SyntaxError
	var limit *model.LimitError
	var busy *model.BusyError
	var taken *model.TakenError
	var access *model.AccessError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &access):
		p = NewProblem(access.Code, access.Detail)
		p.add(access.Params)
		if access.RetryAfter > 0 {
			p.wait = int(math.Ceil(access.RetryAfter.Seconds()))
			p.add(map[string]string{"seconds": strconv.Itoa(p.wait)})
		}
		p.place(access.Err)
	case errors.As(err, &taken):
		p = NewProblem("conflict", taken.Error())
		p.Params = map[string]string{"reason": taken.Reason}
	case errors.Is(err, model.ErrNotFound):
		p = NewProblem("not_found", err.Error())
	case errors.As(err, &syntax):
		p = NewProblem("query.syntax", syntax.Error())
		p.place(syntax)
	case errors.As(err, &limit):
		p = NewProblem(limit.Code, limit.Error())
		p.Params = map[string]string{"bound": limit.Bound, "hint": limit.Hint}
	case errors.As(err, &busy):
		p = NewProblem("busy", busy.Error())
		p.Params = map[string]string{"bound": busy.Bound}
		p.wait = max(1, int(busy.RetryAfter.Seconds()))
	case errors.Is(err, model.ErrSavedFull):
		p = NewProblem("saved.full", err.Error())
		p.Params = map[string]string{"most": strconv.Itoa(model.MaxSavedQueries)}
	case errors.Is(err, model.ErrStoreFull):
		p = inside("busy", "the disk is full; make room and try again", err)
		p.Params = map[string]string{"bound": "disk"}
	case errors.Is(err, model.ErrStopping):
		p = NewProblem("stopping", err.Error())
	case errors.Is(err, context.Canceled):
		p = NewProblem("query.cancelled", "the client went away")
	case errors.Is(err, context.DeadlineExceeded):
		p = NewProblem("query.too_long", "the query reached its time bound; shorten the time range or add a filter")
		p.Params = map[string]string{"said": "too_long"}
	default:
		p = NewProblem("internal", err.Error())
	}
	return p
}

// add says more of what the worded text needs.
func (p *Problem) add(params map[string]string) {
	if p.Params == nil && len(params) > 0 {
		p.Params = map[string]string{}
	}
	maps.Copy(p.Params, params)
}

// place says what is wrong in a query, and where, when that is what err tells.
func (p *Problem) place(err error) {
	var syntax *logsql.SyntaxError
	if !errors.As(err, &syntax) {
		return
	}
	p.Position = &Position{Start: syntax.Pos, End: max(syntax.End, syntax.Pos)}
	p.Fix = syntax.Fix
	p.add(map[string]string{"message": syntax.Message, "kind": syntax.Kind})
	p.add(syntax.Params)
}

// answered is the problem of an error as a request is answered with it. The inside of the server goes to its log.
func answered(ctx context.Context, err error) *Problem {
	logInside(ctx, err)
	return shown(ctx, err)
}

// shown is the problem of an error under the id of its request. Of the inside of the server it tells those alone who see everything.
func shown(ctx context.Context, err error) *Problem {
	p := *problemOf(err)
	p.RequestID = RequestID(ctx)
	if p.outside != "" && !scopeOf(ctx).Whole() {
		p.Detail = p.outside + "; the server's log says why, by the request " + p.RequestID
		if p.Code == "internal" { // of others it would hide what else is said
			p.Params = map[string]string{"said": "logged"}
		}
	}
	return &p
}

// logInside writes what went wrong inside the server to its log, which is all that is left of it when an answer is broken off. Other errors
// are the asker's, and no news.
func logInside(ctx context.Context, err error) {
	p, v := problemOf(err), visitOf(ctx)
	if p.outside != "" && v.log != nil { // a request that came around the wrapper has none
		v.log.Error("a request failed", "request_id", v.id, "path", v.path, "code", p.Code, "error", p.Detail)
	}
}

// writeProblem answers a request with a problem, before anything else was written.
func writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := answered(r.Context(), err)
	w.Header().Set("Content-Type", "application/problem+json")
	maps.Copy(w.Header(), p.GetHeaders())
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client may be gone
}

// newHumaError words what the OpenAPI layer found wrong with a request.
func newHumaError(status int, msg string, errs ...error) huma.StatusError {
	if status == http.StatusInternalServerError && len(errs) == 1 && errs[0] != nil {
		return problemOf(errs[0]) // of a handler that has not worded it
	}
	code := "request.invalid"
	switch {
	case status == http.StatusUnprocessableEntity: // a parameter of the wrong form, as elsewhere
		status = http.StatusBadRequest
	case status == http.StatusNotFound:
		code = "not_found"
	case status >= http.StatusInternalServerError:
		code = "internal"
	}
	p := NewProblem(code, msg)
	p.Status = status
	missing := missingProperties(errs)
	for _, err := range errs {
		if err == nil {
			continue
		}
		var d *huma.ErrorDetail
		if errors.As(err, &d) {
			p.Detail += "; " + d.Location + ": " + d.Message
			// A name that is not known stands often for one that is missing beside it.
			within := d.Location[:max(0, strings.LastIndexByte(d.Location, '.'))]
			if names := missing[within]; d.Message == validation.MsgUnexpectedProperty && len(names) > 0 {
				p.Detail += "; did you mean " + strings.Join(names, " or ") + "?"
			}
			continue
		}
		p.Detail += "; " + err.Error()
	}
	return p
}

// missingProperties returns the quoted names of the properties that a request lacks, by the object that needs them.
func missingProperties(errs []error) map[string][]string {
	before, behind, _ := strings.Cut(validation.MsgExpectedRequiredProperty, "%s")
	missing := map[string][]string{}
	for _, err := range errs {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) || !strings.HasPrefix(d.Message, before) {
			continue
		}
		name := strings.TrimSuffix(strings.TrimPrefix(d.Message, before), behind)
		missing[d.Location] = append(missing[d.Location], strconv.Quote(name))
	}
	return missing
}

// answeredProblem makes every problem that the OpenAPI layer writes one that the request may be answered with.
func answeredProblem(ctx huma.Context, _ string, body any) (any, error) {
	if p, ok := body.(*Problem); ok {
		return answered(ctx.Context(), p), nil
	}
	return body, nil
}

func problemJSON(ctx context.Context, err error) []byte {
	data, err := json.Marshal(answered(ctx, err))
	if err != nil {
		panic(err) // a problem is plain data
	}
	return data
}
