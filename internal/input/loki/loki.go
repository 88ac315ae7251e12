// Package loki is the input for shippers that speak Loki's push protocol, at /insert/loki/api/v1/push: JSON, or
// protobuf in a snappy block. It follows the public description of the protocol
// (grafana.com/docs/loki/latest/reference/loki-http-api, "Ingest logs").
package loki

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/httpin"
)

// Descriptor describes the input.
var Descriptor = input.Descriptor{
	Type:        "loki",
	Summary:     "Loki push protocol at /insert/loki/api/v1/push",
	Defaults:    func() any { return &Settings{} },
	New:         newInput,
	OnByDefault: true,
}

// Settings of the input.
type Settings struct {
	input.Common `yaml:",inline"`
}

func newInput(settings any, env input.Env) (input.Input, error) {
	profiles, err := httpin.NewProfiles(httpin.Defaults{
		MsgFields: httpin.DocumentDefaults.MsgFields, // of lines that are taken apart because the request names fields
		AllStream: true,
	}, settings.(*Settings).Settings())
	if err != nil {
		return nil, err
	}
	h := &handler{Endpoint: httpin.NewEndpoint(env), profiles: profiles, limit: max(env.MaxBatch, env.MaxLine) + 1<<20}
	routes := [...]struct {
		pattern string
		serve   http.HandlerFunc
	}{
		{"/insert/loki/api/v1/push", h.push},
		{"/insert/loki/api/v1/push/{$}", h.push},
		{"/insert/loki/ready", ready},
	}
	for _, route := range routes {
		if err := h.Handle(route.pattern, route.serve, refuse); err != nil {
			return nil, err
		}
	}
	return h, nil
}

type handler struct {
	*httpin.Endpoint
	profiles *httpin.Profiles
	limit    int // bytes of a decoded request
}

func ready(w http.ResponseWriter, _ *http.Request) {
	httpin.WriteBody(w, http.StatusOK, "text/plain; charset=utf-8", []byte("ready\n"))
}

// push answers exactly 204 when every entry is durable: clients take any other status for a failure.
func (h *handler) push(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "send streams by POST", http.StatusMethodNotAllowed)
		return
	}
	if err := h.receive(w, r); err != nil {
		if httpin.FailureOf(err).Untold() {
			h.Env.Log.Error("entries were not accepted", "peer", r.RemoteAddr, "error", err)
		}
		refuse(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// refuse answers as Loki does: with text.
func refuse(w http.ResponseWriter, _ *http.Request, err error) {
	f := httpin.FailureOf(err)
	f.SetRetryAfter(w.Header())
	http.Error(w, f.Detail, f.Status)
}

func (h *handler) receive(w http.ResponseWriter, r *http.Request) error {
	leave, err := h.Enter()
	if err != nil {
		return err
	}
	defer leave()
	profile, err := h.profiles.Of(r)
	if err != nil {
		return err
	}
	form := r.Header.Get("Content-Type")
	json, protobuf := strings.Contains(form, "json"), strings.Contains(form, "protobuf")
	share := h.Gate.Share(httpin.Peer(r.RemoteAddr))
	defer share.Release()
	writer := httpin.NewWriter(&h.Env, httpin.Peer(r.RemoteAddr))
	body, err := httpin.ReadWhole(w, r, share, h.limit, protobuf)
	if err != nil {
		writer.RejectRequest(err)
		return err
	}
	if !json && !protobuf { // the client does not say what it sends: an object is JSON
		json = startsObject(body)
		if !json && r.Header.Get("Content-Encoding") == "" {
			if body, err = httpin.DecodeSnappy(r.Context(), body, share, h.limit); err != nil {
				writer.RejectRequest(err)
				return err
			}
		}
	}
	in := newIntake(&h.Env, profile, writer)
	defer in.done()
	if json {
		err = in.readJSON(r.Context(), body)
	} else {
		err = in.readProtobuf(r.Context(), body)
	}
	if err == nil {
		err = in.write(r.Context())
	}
	if err == nil && writer.Rejected > 0 && writer.Accepted == 0 {
		err = &httpin.RequestError{
			Status: http.StatusBadRequest, Reason: "line too long",
			Err: fmt.Errorf("every line is longer than limits.line (%d bytes)", h.Env.MaxLine),
		}
		return err
	}
	writer.RejectRequest(err)
	return err
}

func startsObject(body []byte) bool {
	for _, c := range body {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return c == '{'
		}
	}
	return false
}
