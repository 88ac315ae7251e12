package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/haetae/haetae/internal/api"
	"github.com/haetae/haetae/internal/audit"
	"github.com/haetae/haetae/internal/cli"
	"github.com/haetae/haetae/internal/model"
)

// AuditFile checks a whole export of the audit trail, without a server.
type AuditFile struct {
	Path    string
	Anchors []string // SEQ:HASH
	JSON    bool
	Out     io.Writer
}

// Run shows what is found; cli.ErrTampered when that is anything. The head is the one that the file itself names: only an
// anchor that was noted elsewhere proves that its end was not cut off and named anew.
func (f AuditFile) Run() error {
	anchors, err := api.ParseAnchors(f.Anchors)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(f.Path)
	if err != nil {
		return fmt.Errorf("cannot read the export: %w", err)
	}
	book, err := bookOf(data)
	if err != nil {
		return err
	}
	v := audit.NewVerifier(book, anchors)
	lines := bufio.NewReader(bytes.NewReader(data))
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break // the last line, which has an end, was the head
		}
		if !bytes.HasPrefix(line, []byte(headPrefix)) {
			v.AddText(string(bytes.TrimSuffix(line, []byte("\n"))))
		}
	}
	r := auditReport(v.End(book.Head, nil))
	if f.JSON {
		err = json.NewEncoder(f.Out).Encode(&r)
	} else {
		shown := cli.AuditReport{OK: r.OK, Entries: r.Entries, Head: cli.AuditLink(r.Head), Floor: cli.AuditLink(r.Floor), MoreFaults: r.MoreFaults}
		for _, fault := range r.Faults {
			shown.Faults = append(shown.Faults, cli.AuditFault(fault))
		}
		err = shown.Show(f.Out)
	}
	if err == nil && !r.OK {
		err = cli.ErrTampered
	}
	return err
}

// headPrefix begins the line of an export that is no entry.
const headPrefix = `{"head":`

// bookOf reads from the last line of an export what the metadata held of the chain.
func bookOf(data []byte) (book model.AuditBook, err error) {
	line := data[bytes.LastIndexByte(bytes.TrimSuffix(data, []byte("\n")), '\n')+1:]
	if !bytes.HasPrefix(line, []byte(headPrefix)) {
		return book, errors.New("the export broke off: its last line does not name the head")
	}
	var read struct{ Head, Floor api.AuditLink }
	if err := json.Unmarshal(line, &read); err != nil {
		return book, fmt.Errorf("cannot read the last line of the export: %w", err)
	}
	book.Head = model.AuditLink{Seq: read.Head.Seq, Hash: read.Head.Hash}
	book.Floor = model.AuditLink{Seq: read.Floor.Seq, Hash: read.Floor.Hash}
	return book, nil
}
