package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// rows are result rows for a terminal, newest first as they came.
type rows struct {
	list []row
}

// row keeps its fields in the order of the answer.
type row struct{ names, values []string }

func (r row) get(names ...string) string {
	for _, name := range names {
		if i := slices.Index(r.names, name); i >= 0 {
			return r.values[i]
		}
	}
	return ""
}

func (t *rows) add(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("cannot read a row: %w", err)
	}
	var r row
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return fmt.Errorf("cannot read a row: %w", err)
		}
		var value string
		if err := d.Decode(&value); err != nil {
			return fmt.Errorf("cannot read a row: %w", err)
		}
		r.names = append(r.names, name.(string))
		r.values = append(r.values, value)
	}
	t.list = append(t.list, r)
	return nil
}

// write shows log lines with the newest last, anything else as a table.
func (t *rows) write(w io.Writer, color bool) error {
	out := bufio.NewWriter(w)
	if slices.ContainsFunc(t.list, func(r row) bool { return slices.Contains(r.names, "_msg") }) {
		t.lines(out, color)
	} else {
		t.table(out, color)
	}
	return out.Flush()
}

func (t *rows) lines(out *bufio.Writer, color bool) {
	var host, service int
	for _, r := range t.list {
		host = max(host, textWidth(r.get("host.name", "host", "hostname")))
		service = max(service, textWidth(r.get("service.name", "service", "app_name", "app")))
	}
	host, service = min(host, 24), min(service, 24)
	for _, r := range slices.Backward(t.list) {
		severity := r.get("_severity")
		paint(out, color, "2", timeText(r.get("_time")))
		out.WriteByte(' ')
		paint(out, color, severityColors[severity], pad(strings.ToUpper(severity), 5))
		out.WriteByte(' ')
		paint(out, color, "36", pad(r.get("host.name", "host", "hostname"), host))
		out.WriteByte(' ')
		paint(out, color, "34", pad(r.get("service.name", "service", "app_name", "app"), service))
		out.WriteByte(' ')
		out.WriteString(visible(strings.ReplaceAll(r.message(), "\n", "\n    ")))
		out.WriteByte('\n')
	}
}

// message is the line, or the fields of a record that has none.
func (r row) message() string {
	if m := r.get("_msg"); m != "" {
		return m
	}
	var b strings.Builder
	for i, name := range r.names {
		if !strings.HasPrefix(name, "_") {
			fmt.Fprintf(&b, "%s=%s ", name, r.values[i])
		}
	}
	return strings.TrimSuffix(b.String(), " ")
}

func (t *rows) table(out *bufio.Writer, color bool) {
	var names []string
	for _, r := range t.list {
		for _, n := range r.names {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	widths := make([]int, len(names))
	number := make([]bool, len(names))
	for i, n := range names {
		widths[i], number[i] = textWidth(n), true
		for _, r := range t.list {
			v := r.get(n)
			widths[i] = max(widths[i], textWidth(visible(v)))
			number[i] = number[i] && (v == "" || strings.Trim(v, "-+.0123456789eE") == "")
		}
	}
	cells := func(code string, cell func(i int) string) {
		for i := range names {
			if i > 0 {
				out.WriteString("  ")
			}
			text := cell(i)
			gap := strings.Repeat(" ", max(0, widths[i]-textWidth(text)))
			if number[i] {
				text = gap + text
			} else if i < len(names)-1 {
				text += gap
			}
			paint(out, color, code, text)
		}
		out.WriteByte('\n')
	}
	if len(names) > 0 {
		cells("1", func(i int) string { return names[i] })
	}
	for _, r := range t.list {
		cells("", func(i int) string { return visible(r.get(names[i])) })
	}
}

var severityColors = map[string]string{"fatal": "1;35", "error": "1;31", "warn": "33", "info": "32", "debug": "2", "trace": "2"}

func paint(out *bufio.Writer, color bool, code, text string) {
	if !color || code == "" || text == "" {
		out.WriteString(text)
		return
	}
	fmt.Fprintf(out, "\x1b[%sm%s\x1b[0m", code, text)
}

// visible replaces control characters, so that a log line cannot steer the terminal.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '\ufffd'
		}
		return r
	}, s)
}

func timeText(rfc3339 string) string {
	t, err := time.Parse(time.RFC3339Nano, rfc3339)
	if err != nil {
		return rfc3339
	}
	return t.Local().Format("2006-01-02 15:04:05.000")
}

func pad(s string, to int) string {
	if n := textWidth(s); n < to {
		return s + strings.Repeat(" ", to-n)
	}
	return s
}

// textWidth counts terminal cells: Hangul and other wide characters take two (Unicode Annex 11).
func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n++
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}
