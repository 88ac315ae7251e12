package api

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
)

// exportFormat writes rows to a file.
type exportFormat struct {
	name, extension, media string
	row                    func(dst []byte, b *logsql.Batch, i int, columns []string) []byte
}

var exportFormats = map[string]exportFormat{
	"jsonl": {"jsonl", "jsonl", "application/x-ndjson", func(dst []byte, b *logsql.Batch, i int, _ []string) []byte {
		return append(b.AppendJSON(dst, i), '\n')
	}},
	"csv": {"csv", "csv", "text/csv; charset=utf-8", func(dst []byte, b *logsql.Batch, i int, columns []string) []byte {
		return appendCSV(dst, len(columns), func(k int) string { return b.Value(i, columns[k]) })
	}},
	"plain": {"plain", "txt", "text/plain; charset=utf-8", func(dst []byte, b *logsql.Batch, i int, _ []string) []byte {
		return append(append(dst, b.Value(i, model.FieldMsg)...), '\n')
	}},
}

// appendCSV writes one record of RFC 4180. A cell that a spreadsheet would run as a formula gets a leading
// apostrophe: log lines are written by strangers. (encoding/csv would change the line ends within cells.)
func appendCSV(dst []byte, n int, cell func(i int) string) []byte {
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		v := cell(i)
		if v != "" && strings.IndexByte("=+-@\t\r", v[0]) >= 0 {
			v = "'" + v
		}
		if !strings.ContainsAny(v, "\",\r\n") && (n > 1 || v != "") {
			dst = append(dst, v...)
			continue
		}
		dst = append(dst, '"')
		dst = append(dst, strings.ReplaceAll(v, `"`, `""`)...)
		dst = append(dst, '"')
	}
	return append(dst, "\r\n"...)
}

// resultColumns lists the columns of a query's result where its pipes say them; nil when only the rows do.
func resultColumns(q *logsql.Query) []string {
	for _, p := range slices.Backward(q.Pipes) {
		switch p := p.(type) {
		case *logsql.PipeStats:
			return columnsOf(p)
		case *logsql.PipeFields:
			if slices.ContainsFunc(p.Fields, func(name string) bool { return strings.HasSuffix(name, "*") }) {
				return nil
			}
			return p.Fields
		case *logsql.PipeLimit, *logsql.PipeOffset, *logsql.PipeFilter, *logsql.PipeSort:
		default:
			return nil
		}
	}
	return nil
}
