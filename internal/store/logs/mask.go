package logs

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/format"
	"github.com/haetae/haetae/internal/model"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// Fields are masked before anything of a search looks at them but which rows and times are seen: each block is written
// anew, its rows as somebody may see them, and searched as open rows are. So filters, patterns, sort and statistics cannot
// tell a masked row from one that was sent so. That takes as long as reading all of a block.

// MaskText stands in the place of what is masked.
const MaskText = "***"

// shortest is how long a masked value is at least to be looked for in the other fields of its row.
const shortest = 3

// rows lets the evaluation begin with a block as the scope of the search sees it.
func (r *run) rows(e *eval, u *unit) (block.Rows, error) {
	rows := u.rows(e)
	if e.masker == nil {
		return rows, nil
	}
	if may, err := e.masker.may(e); !may || err != nil {
		e.plan, e.from = r.unmasked, u.from
		return rows, err
	}
	e.plan, e.from = r.plan, 0
	seen, err := e.match(r.shown, u.from, rows.Info().Rows)
	if err != nil {
		return nil, err
	}
	b, info := block.NewBuilder(), rows.Info()
	if err := b.Rewrite(rows, seen.has, e.masker.mask); err != nil {
		return nil, err
	}
	view := b.View(info.Queue, info.Partition, info.Group)
	e.segment = partKey{} // what is cached of the segment is not masked
	e.begin(u.dataset, view)
	return view, nil
}

// masker masks rows, for one goroutine.
type masker struct {
	*maskNames
	parser  func(format string) ViewParser
	parsers map[string]ViewParser
	streams map[string]*block.Stream // by names and values
	members format.Members
	asked   []string // formats of the block at hand

	// Of the row at hand.
	values      []string      // what is hidden
	read        []string      // what these say once their own escapes are read
	places      []cut         // where it stands in the message
	short       []model.Field // stored fields whose hidden values are too short to be looked for everywhere
	views, left []model.Field
	key         []byte
	found       []cut
}

// cut is a part of a text: text[from:to].
type cut struct{ from, to int }

func newMasker(masks []string, parser func(string) ViewParser) *masker {
	return &masker{
		maskNames: newMaskNames(masks), parser: parser, parsers: map[string]ViewParser{}, streams: map[string]*block.Stream{},
	}
}

// may reports whether any row of a block can have a masked field. Else the block is searched as it is stored.
func (m *masker) may(e *eval) (bool, error) {
	if m.message {
		return true, nil
	}
	for _, names := range [][]string{e.rows.Info().Labels, e.rows.Names()} {
		for _, name := range names {
			if m.hides(name) || m.within(name) {
				return true, nil
			}
		}
	}
	if may, err := m.mayObject(e); may || err != nil {
		return may, err
	}
	formats, err := e.rows.Column(model.FieldFormat)
	if err != nil {
		return false, err
	}
	m.asked = m.asked[:0]
	for i := range formats.Ends {
		name := formats.Value(i)
		if name == "" || slices.Contains(m.asked, name) {
			continue
		}
		if m.mayView(e, name) {
			return true, nil
		}
		m.asked = append(m.asked, name)
	}
	return false, nil
}

// mayObject reports whether any message may be an object, of whatever format or of none, that names a masked field: as maskMembers finds
// it, so that what is masked does not depend on which rows are in a block.
func (m *masker) mayObject(e *eval) (bool, error) {
	named := len(m.prefixes) > 0 || m.named(func(tokens []string) bool {
		has, err := e.rows.MayHave(model.FieldMsg, tokens)
		return has || err != nil // the error shows when the messages are read
	})
	if !named {
		return false, nil
	}
	messages, err := e.rows.Column(model.FieldMsg)
	if err != nil {
		return false, err
	}
	for i := range messages.Ends {
		if begins(messages.Value(i), '{') {
			return true, nil
		}
	}
	return false, nil
}

// mayView is may for the views of a format.
func (m *masker) mayView(e *eval, name string) bool {
	p := e.views.parser(name)
	switch {
	case p == nil:
		return false
	case slices.ContainsFunc(p.ViewNames(), m.hides):
		return true
	case !p.Open():
		return false
	}
	return len(m.prefixes) > 0 || slices.ContainsFunc(m.names, func(masked string) bool { return e.views.mayName(p, masked) })
}

// mask is what block.Builder.Rewrite calls for each row.
func (m *masker) mask(r *block.Row) {
	m.values, m.short, m.places, m.views = m.values[:0], m.short[:0], m.places[:0], m.views[:0]
	msg, format, nested := "", "", false
	for _, f := range r.Stream.Fields {
		m.hideValue(f)
		nested = m.maskNested(f) != f.Value || nested
	}
	for i := range r.Fields {
		f := &r.Fields[i]
		m.hideValue(*f)
		switch {
		case f.Name == model.FieldMsg:
			msg = f.Value
		case f.Name == model.FieldFormat:
			format = f.Value
		default:
			was := f.Value
			f.Value = m.maskNested(*f)
			nested = nested || f.Value != was
		}
	}
	text, whole := msg, m.message
	p := m.viewsOf(format)
	if p != nil && !whole {
		m.views = p.Views(msg, m.views[:0])
		whole = !m.findViews(msg)
	}
	members := false
	if !whole {
		if text, members = m.maskMembers(msg, ""); !members {
			m.places = m.findShort(m.places, msg, m.views)
		}
	}
	if len(m.values) == 0 && text == msg && !nested {
		return
	}
	m.readValues()
	m.maskStream(r)
	for i := range r.Fields {
		f := &r.Fields[i]
		switch {
		case m.hides(f.Name):
			f.Value = MaskText
		case f.Name == model.FieldMsg && whole:
			f.Value = MaskText
		case f.Name == model.FieldMsg && members:
			f.Value = m.hideMembers(text)
		case f.Name == model.FieldMsg:
			f.Value = m.hide(text, m.places)
		case f.Name != model.FieldFormat: // which is ours
			f.Value = m.hideAll(f.Value)
		}
	}
	if p != nil && !m.message {
		m.keepViews(r, p, msg)
	}
}

// maskNested returns the value of a field with the masked members of its JSON masked.
func (m *masker) maskNested(f model.Field) string {
	if m.hides(f.Name) || !m.within(f.Name) {
		return f.Value
	}
	masked, _ := m.maskMembers(f.Value, f.Name+".")
	return masked
}

func (m *masker) hideValue(f model.Field) {
	if f.Value == "" || !m.hides(f.Name) {
		return
	}
	m.values = append(m.values, f.Value)
	if len(f.Value) < shortest {
		m.short = append(m.short, f)
	}
}

// viewsOf returns the parser of a format, nil when there is none.
func (m *masker) viewsOf(format string) ViewParser {
	if format == "" {
		return nil
	}
	p, known := m.parsers[format]
	if !known {
		p = m.parser(format)
		m.parsers[strings.Clone(format)] = p
	}
	return p
}

// findViews notes what masked views of a message hold, and where. It reports whether all stand in the message as they are: one
// that was quoted there, or written otherwise, cannot be cut out.
func (m *masker) findViews(msg string) (all bool) {
	all = true
	for _, v := range m.views {
		if v.Value == "" || !m.hides(v.Name) {
			continue
		}
		m.values = append(m.values, v.Value)
		at, ok := within(msg, v.Value)
		if all = all && ok; ok {
			m.places = append(m.places, cut{at, at + len(v.Value)})
		}
	}
	return all
}

// maskStream gives a row the stream whose fields are masked.
func (m *masker) maskStream(r *block.Row) {
	fields, changed := slices.Clone(r.Stream.Fields), false
	m.key = m.key[:0]
	for i := range fields {
		f := &fields[i]
		masked := MaskText
		if !m.hides(f.Name) {
			masked = m.hideAll(m.maskNested(*f))
		}
		changed = changed || masked != f.Value
		f.Value = masked
		m.key = append(append(append(append(m.key, f.Name...), 0), masked...), 0)
	}
	if !changed {
		return
	}
	s := m.streams[string(m.key)]
	if s == nil {
		s = block.NewStream(fields)
		if len(m.streams) >= maxStreamsSeen {
			clear(m.streams)
		}
		m.streams[string(m.key)] = s
	}
	r.Stream = s
}

// keepViews stores what the views of a row are, where the masked message would be read otherwise.
func (m *masker) keepViews(r *block.Row, p ViewParser, msg string) {
	m.left = p.Views(valueOf(r.Fields, model.FieldMsg), m.left[:0])
	for i, v := range m.views {
		if model.ReservedName(v.Name) || v.Value == "" || valueOf(m.views[:i], v.Name) != "" || valueOf(r.Fields, v.Name) != "" || r.Stream.Value(v.Name) != "" {
			continue
		}
		want := MaskText
		if !m.hides(v.Name) {
			want = m.hide(v.Value, m.placesIn(msg, v.Value))
		}
		if valueOf(m.left, v.Name) != want {
			r.Fields = append(r.Fields, model.Field{Name: strings.Clone(v.Name), Value: want})
		}
	}
}

// placesIn returns what of the hidden places of a message is in a part of it.
func (m *masker) placesIn(msg, part string) (in []cut) {
	at, ok := within(msg, part)
	if !ok {
		return nil
	}
	for _, p := range m.places {
		if from, to := max(p.from-at, 0), min(p.to-at, len(part)); from < to {
			in = append(in, cut{from, to})
		}
	}
	return in
}

func valueOf(fields []model.Field, name string) string {
	for i := range fields {
		if fields[i].Name == name {
			return fields[i].Value
		}
	}
	return ""
}
