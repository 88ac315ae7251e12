package api

import (
	"context"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/haetae/haetae/internal/model"
)

// Backups makes backups.
type Backups interface {
	// Backup writes a tar of the state of this moment. begin is called once nothing stands in its way; what is
	// written then and has no manifest at its end is not a backup. *model.TakenError while another one is made.
	Backup(ctx context.Context, begin func() io.Writer) error
}

func (s *server) registerBackup(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "backup", Method: http.MethodGet, Path: "/api/v1/system/backup", Tags: []string{"system"},
		Summary: "A backup of everything, as of one moment",
		Description: "A tar of metadata, segments and queue; its last file, backup.json, has the checksums of the others. One without it " +
			"broke off. `haetae backup` checks that, `haetae restore` makes a data folder of it.",
		Responses: map[string]*huma.Response{"200": {Description: "the backup", Content: map[string]*huma.MediaType{
			"application/x-tar": {Schema: &huma.Schema{Type: "string", Format: "binary"}},
		}}},
	}, func(context.Context, *struct{}) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: s.streamBackup}, nil
	})
}

func (s *server) streamBackup(hc huma.Context) {
	begun := false
	ctx := hc.Context()
	_ = s.audit(ctx, model.AuditEntry{Action: "backup.make"}) // before it: who breaks it off has what was read
	err := s.Backups.Backup(ctx, func() io.Writer {
		begun = true
		hc.SetHeader("Content-Type", "application/x-tar")
		hc.SetHeader("Content-Disposition", `attachment; filename="haetae-backup.tar"`)
		hc.SetHeader("Cache-Control", "no-store")
		return hc.BodyWriter()
	})
	s.auditDone(ctx, model.AuditEntry{Action: "backup.made"}, err)
	switch {
	case err == nil:
	case begun:
		s.Log.Error("a backup broke off", "error", err) // it lacks its end, which tells whoever reads it
	default:
		r, w := humago.Unwrap(hc)
		writeProblem(w, r, err)
	}
}
