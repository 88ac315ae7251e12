package facts

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Insert sends the rows to a server that takes JSON lines.
func Insert(base string) error {
	resp, err := http.Post(base+"/insert/jsonline?_stream_fields="+StreamFields, "application/stream+json", bytes.NewReader(Rows()))
	if err != nil {
		return fmt.Errorf("cannot insert the rows: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("cannot insert the rows: %s: %s", resp.Status, text)
	}
	return nil
}

// Ask returns the answer to a query in the form of the files: one line a row, or the number of rows and their hash
// when there are many. An error of the server is an error whose text is what it said.
func Ask(base, query string) ([]string, error) {
	form := url.Values{
		"query": {query}, "start": {Start.Format(time.RFC3339)}, "end": {End.Format(time.RFC3339)},
	}
	resp, err := http.PostForm(base+"/select/logsql/query", form)
	if err != nil {
		return nil, fmt.Errorf("cannot ask: %w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("cannot read the answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", resp.Status, text)
	}
	var rows []string
	for line := range strings.Lines(string(text)) {
		row, err := canonical(line)
		if err != nil {
			return nil, err
		}
		if row != "{}" || line == "{}\n" {
			rows = append(rows, row)
		}
	}
	if !ordered(query) {
		slices.Sort(rows)
	}
	return short(rows), nil
}

// own are fields that only one of the servers has, or whose values are its own.
var own = []string{"_stream_id", "_severity", "_observed", "_source", "_format", "_pattern", "_record_id", "_dataset"}

// canonical writes a row with its keys in order, without empty values and without what servers add.
func canonical(line string) (string, error) {
	var row map[string]string
	if err := json.Unmarshal([]byte(line), &row); err != nil {
		return "", fmt.Errorf("cannot read the row %q: %w", line, err)
	}
	for name, value := range row {
		if value == "" || slices.Contains(own, name) {
			delete(row, name)
		}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(row)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// ordered reports whether the answer's order is part of it: a sort that nothing behind it undoes.
func ordered(query string) bool {
	pipes := strings.Split(query, "|")
	for _, pipe := range slices.Backward(pipes) {
		switch word, _, _ := strings.Cut(strings.TrimSpace(pipe), " "); word {
		case "sort", "order", "first", "last":
			return true
		case "stats", "top", "uniq", "field_names", "field_values", "facets", "join", "union", "count", "stream_context":
			return false
		}
	}
	return false
}

// maxRows is how many rows of an answer are written out.
const maxRows = 12

func short(rows []string) []string {
	if len(rows) <= maxRows {
		return rows
	}
	sum := sha256.Sum256([]byte(strings.Join(rows, "\n")))
	return []string{rows[0], rows[1], rows[len(rows)-1], fmt.Sprintf("= %d rows, %x", len(rows), sum[:8])}
}
