package elasticsearch

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/haetae/haetae/internal/input/httpin"
	"github.com/haetae/haetae/internal/model"
)

// document answers INDEX/_doc, INDEX/_doc/ID and INDEX/_create/ID: one document, which may span lines.
func (h *handler) document(w http.ResponseWriter, r *http.Request, index, id string) {
	if err := h.receiveDocument(w, r, index); err != nil {
		h.failWith(w, r, err)
		return
	}
	iw := newItemWriter("")
	defer iw.done()
	iw.body = append(httpin.AppendJSONString(append(iw.body, `{"_index":`...), index), `,"_id":`...)
	body := append(iw.appendID(id), `,"_version":1,"result":"created",`+
		`"_shards":{"total":1,"successful":1,"failed":0},"_seq_no":0,"_primary_term":1}`...)
	httpin.WriteBody(w, http.StatusCreated, mediaType(r), append(body, '\n'))
}

func (h *handler) receiveDocument(w http.ResponseWriter, r *http.Request, index string) error {
	leave, err := h.Enter()
	if err != nil {
		return err
	}
	defer leave()
	profile, err := h.profiles.Of(r)
	if err != nil {
		return err
	}
	docs := h.NewDocuments(profile, httpin.Peer(r.RemoteAddr))
	defer docs.Done()
	share := h.Gate.Share(httpin.Peer(r.RemoteAddr))
	defer share.Release()
	body, err := httpin.ReadWhole(w, r, share, h.Env.MaxLine, false)
	if err != nil {
		docs.Writer.RejectRequest(err)
		return err
	}
	if err := docs.Add(body, model.Field{Name: indexField, Value: index}); err != nil {
		docs.Writer.Reject("broken JSON", string(body[:min(len(body), maxSample)]))
		return &httpin.RequestError{
			Status: http.StatusBadRequest, Reason: "broken JSON", Err: fmt.Errorf("failed to parse the document: %w", err),
		}
	}
	refusal := ""
	if err := docs.Write(r.Context(), func(_ int, reason string) { refusal = reason }); err != nil {
		return err
	}
	if refusal != "" {
		text := refusalText(refusal)
		if refusal == model.ReasonTooLong {
			text = fmt.Sprintf("%s (%d bytes)", text, h.Env.MaxLine)
		}
		return &httpin.RequestError{
			Status: http.StatusRequestEntityTooLarge, Reason: refusal, Err: errors.New(text),
		}
	}
	return nil
}
