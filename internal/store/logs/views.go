package logs

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// viewReader reads views of one block: each message is parsed once for all the fields that the search names.
type viewReader struct {
	e       *eval
	parsers map[string]ViewParser // by format, kept from block to block

	named   map[string]bool // of the block: fields that lines may name, as its token filter says
	loaded  bool
	names   []string // fields of the search that a format of the block may have
	lists   [][]string
	done    bitmap
	formats block.Column

	tried    bool // for captures
	captures *viewCaptures
	msg      values
	fields   []model.Field
}

func (v *viewReader) begin(e *eval) {
	v.e, v.loaded, v.names, v.lists = e, false, nil, nil
	v.tried, v.captures = false, nil
	if v.parsers == nil {
		v.parsers, v.named = map[string]ViewParser{}, map[string]bool{}
	}
	clear(v.named)
}

// may reports whether a view of that name is thinkable, without reading anything: the parser of a block with
// one format is known, of a block with several it is not.
func (v *viewReader) may(name string) bool {
	if v.e.rows.Kind(model.FieldFormat) != block.Const {
		return true
	}
	c, err := v.e.rows.Column(model.FieldFormat)
	return err != nil || holds(v.parser(c.Value(0)), name) && v.mayName(v.parser(c.Value(0)), name)
}

// mayName reports whether any line of the block can have a view of that name, of a format whose views stand behind
// their names.
func (v *viewReader) mayName(p ViewParser, name string) bool {
	if k, ok := p.(interface{ Keyed(name string) bool }); !ok || !k.Keyed(name) {
		return true
	}
	may, known := v.named[name]
	if !known {
		var words []string
		logsql.Tokenize(name, func(w string) { words = append(words, w) })
		ok, err := v.e.rows.MayHave(model.FieldMsg, words)
		may = ok || err != nil // the error shows when the lines are read
		v.named[name] = may
	}
	return may
}

// has reports whether a format of the block holds a view of that name.
func (v *viewReader) has(name string) (bool, error) {
	if model.ReservedName(name) {
		return false, nil
	}
	if err := v.load(); err != nil {
		return false, err
	}
	return slices.Contains(v.names, name), nil
}

// load finds the formats of the block and which of the needed fields they hold.
func (v *viewReader) load() error {
	if v.loaded {
		return nil
	}
	formats, err := v.e.rows.Column(model.FieldFormat)
	if err != nil {
		return err
	}
	v.loaded, v.formats = true, formats
	seen, last := map[string]bool{}, ""
	for i := range formats.Ends {
		name := formats.Value(i)
		if name == "" || name == last || seen[name] {
			continue
		}
		last = name
		seen[name] = true
		p := v.parser(name)
		for _, field := range v.e.needed {
			if !slices.Contains(v.names, field) && holds(p, field) && v.mayName(p, field) {
				v.names = append(v.names, field)
			}
		}
	}
	return nil
}

// verbatim reports whether a field is nothing but a view whose words all stand in the line.
func (v *viewReader) verbatim(name string) bool {
	if model.ReservedName(name) || alias(name) != "" || v.e.hasLabel(name) ||
		v.e.rows.Kind(name) != block.Absent || v.e.rows.Kind(model.FieldFormat) != block.Const {
		return false
	}
	c, err := v.e.rows.Column(model.FieldFormat)
	if err != nil {
		return false
	}
	p, ok := v.parser(c.Value(0)).(interface{ Verbatim(name string) bool })
	return ok && p.Verbatim(name)
}

// lineWords matches lines that have some words.
type lineWords []string

// Match implements logsql.Matcher.
func (w lineWords) Match(line string) bool {
	for _, word := range w {
		// Words of other scripts than Latin are found within longer ones.
		inner := strings.ContainsFunc(word, func(r rune) bool { return r >= utf8.RuneSelf })
		k := chunk{text: word, openLeft: inner, openRight: inner}
		if !k.in(line, nil) {
			return false
		}
	}
	return true
}

// Words implements logsql.Matcher.
func (w lineWords) Words() []string { return w }

func (w lineWords) String() string { return strings.Join(w, " ") }

// parser returns the parser of a format; nil when there is none.
func (v *viewReader) parser(format string) ViewParser {
	p, ok := v.parsers[format]
	if !ok {
		p = v.e.parser(format)
		v.parsers[string([]byte(format))] = p
	}
	return p
}

func holds(p ViewParser, field string) bool {
	return p != nil && (p.Open() || slices.Contains(p.ViewNames(), field))
}

// prepare parses the messages of these rows.
func (v *viewReader) prepare(rows bitmap) error {
	if len(v.names) == 0 || rows.empty() {
		return nil
	}
	msg, err := v.e.field(model.FieldMsg)
	if err == nil {
		err = msg.prepare(rows)
	}
	if err != nil {
		return err
	}
	v.msg = msg
	if v.lists == nil {
		n := v.e.rows.Info().Rows
		v.done = newBitmap(v.done, n)
		for range v.names {
			v.lists = append(v.lists, make([]string, n))
		}
	}
	rows.all(func(row int) {
		if v.done.has(row) {
			return
		}
		v.done.add(row)
		v.parse(row)
	})
	return nil
}

func (v *viewReader) parse(row int) {
	p := v.parser(v.formats.At(row))
	if p == nil {
		return
	}
	if t := v.e.trace; t != nil {
		t.parse(v.formats.At(row))
	}
	v.fields = p.Views(v.msg.at(row), v.fields[:0])
	for i, name := range v.names {
		for k := range v.fields {
			if v.fields[k].Name == name {
				v.lists[i][row] = v.fields[k].Value
				break
			}
		}
	}
}

// at returns the view of a prepared row.
func (v *viewReader) at(name string, row int) string {
	if i := slices.Index(v.names, name); i >= 0 && v.lists != nil {
		return v.lists[i][row]
	}
	return ""
}
