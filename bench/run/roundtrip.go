package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

// checksum is that of rows in any order: their number, and the sum of their hashes.
type checksum struct {
	rows int
	sum  uint64
}

// add takes a row's fields, those without a value apart.
func (c *checksum) add(row map[string]string) error {
	h := fnv.New64a()
	for _, name := range slices.Sorted(maps.Keys(row)) {
		value := row[name]
		if value == "" {
			continue
		}
		if name == "_time" {
			t, err := time.Parse(time.RFC3339Nano, value)
			if err != nil {
				return err
			}
			value = fmt.Sprint(t.UnixNano())
		}
		fmt.Fprintf(h, "%d:%s%d:%s", len(name), name, len(value), value)
	}
	c.rows++
	c.sum += h.Sum64()
	return nil
}

// read adds all rows of JSON lines, and notes the names of their fields.
func (c *checksum) read(r io.Reader, names map[string]bool) error {
	in := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			row, err := readRow(line)
			if err != nil {
				return fmt.Errorf("cannot read row %d: %w", c.rows, err)
			}
			for name := range row {
				names[name] = true
			}
			if err := c.add(row); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readRow returns the fields of a flat JSON object; numbers as they are written.
func readRow(line []byte) (map[string]string, error) {
	var sent map[string]json.RawMessage
	if err := json.Unmarshal(line, &sent); err != nil {
		return nil, err
	}
	row := make(map[string]string, len(sent))
	for name, value := range sent {
		text := string(value)
		if text[0] == '"' {
			if err := json.Unmarshal(value, &text); err != nil {
				return nil, err
			}
		}
		row[name] = text
	}
	return row, nil
}

// roundTrip reads all rows back and compares them with the file that was sent.
func roundTrip(s *server, file string) (checksum, error) {
	var sent, got checksum
	f, err := os.Open(file)
	if err != nil {
		return got, err
	}
	names := map[string]bool{}
	err = sent.read(f, names)
	_ = f.Close() // only read
	if err != nil {
		return got, err
	}
	quoted := []string{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	resp, err := s.client.PostForm(s.url+"/select/logsql/query", url.Values{"query": {"* | fields " + strings.Join(quoted, ", ")}})
	if err != nil {
		return got, fmt.Errorf("cannot read the rows back: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 1000)) // only for the error's text
		return got, fmt.Errorf("cannot read the rows back: %s: %s", resp.Status, text)
	}
	if err := got.read(resp.Body, map[string]bool{}); err != nil {
		return got, err
	}
	if got != sent {
		return got, fmt.Errorf("%s gave back %d rows with sum %x, sent were %d with %x", s.name, got.rows, got.sum, sent.rows, sent.sum)
	}
	return got, nil
}
