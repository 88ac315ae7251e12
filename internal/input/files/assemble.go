package files

import "bytes"

// seqAt is the sequence number of a record whose last line (blank ones aside) ends at offset end. Four numbers
// share an offset: pieces of lines that are flushed there follow the line that ends there.
func seqAt(end int64, slot stdStream) uint64 { return uint64(end)<<2 | uint64(slot) }

// entry is one record found in a file.
type entry struct {
	text   []byte // aliases the data, or memory that lives until release
	seq    uint64 // grows along the file: see seqAt
	stream stdStream
	time   int64
}

// assembler finds the records in a run of bytes of one file: it divides them into lines, unwraps what a
// container runtime wrapped, joins pieces to lines, and lines to records.
//
// What it finds depends only on where it begins, on the bytes, and on the offset acked: whoever begins again
// at an offset that run returned, or at an earlier one, finds the same records with the same ends. The input
// relies on that to send again after a crash what may not have arrived, without new boundaries. Only flushing
// (final) makes boundaries that the bytes do not; the input writes those down before it uses them.
type assembler struct {
	rules    *rules
	maxLine  int // bytes of a line; longer ones are refused
	maxGroup int // bytes of a joined record

	wrap    wrapping
	acked   uint64
	data    []byte
	base    int64
	entries []entry
	refused []refusal

	whole   int64 // offset behind the last whole line
	group   group
	partial [streamCount]joining
	texts   []byte // joined texts since release
}

// refusal is a line that was too long.
type refusal struct {
	sample []byte
}

// joining is a line whose pieces are still arriving.
type joining struct {
	open  bool
	over  bool // longer than maxLine: only its beginning is kept
	start int64
	time  int64
	text  []byte
}

// line is one line of a program.
type line struct {
	text   []byte
	start  int64
	seq    uint64
	at     int // where text begins in data, for lines that are not wrapped
	stream stdStream
	time   int64
}

// group is the record that the next line may continue. It is open when lines > 0.
type group struct {
	start    int64
	seq      uint64
	lines    int
	stream   stdStream
	time     int64
	trace    trace
	from, to int    // text in data, for files without wrapping
	text     []byte // text of wrapped lines
	joined   bool   // text is the group's own memory
	own      []byte
	blank    int // blank lines behind it, part of the text only when another line follows
}

// run finds the records in data, which lies at offset base and begins where a record may begin. Records whose
// sequence number is not above acked are known and left out. It returns how much of data is dealt with: what follows must
// be given again, longer. With final, data ends where a record ends, with or without a line feed.
func (a *assembler) run(data []byte, base int64, acked uint64, wrap wrapping, final bool) int {
	a.data, a.base, a.acked, a.wrap = data, base, acked, wrap
	a.entries, a.refused = a.entries[:0], a.refused[:0]
	a.group.lines = 0
	for i := range a.partial {
		a.partial[i].open = false
	}
	at := 0
	for at < len(data) {
		end := len(data)
		if n := bytes.IndexByte(data[at:], '\n'); n >= 0 {
			end = at + n + 1
		} else if !final {
			break
		}
		a.raw(at, end)
		at = end
	}
	if final {
		for s := range a.partial {
			a.complete(stdStream(s), seqAt(base+int64(at), stdStream(s)+1))
		}
		a.flush()
	} else if len(data)-at > a.maxLine {
		a.flush() // the line that follows will be refused and ends the record
	}
	a.whole = base + int64(at)
	return int(a.resume(base+int64(at)) - base)
}

// resume returns where reading must begin again: before everything that is still open.
func (a *assembler) resume(at int64) int64 {
	if a.group.lines > 0 {
		at = min(at, a.group.start)
	}
	for i := range a.partial {
		if p := &a.partial[i]; p.open {
			at = min(at, p.start)
		}
	}
	return at
}

// waiting reports whether a program's line lacks pieces.
func (a *assembler) waiting() bool {
	for i := range a.partial {
		if a.partial[i].open {
			return true
		}
	}
	return false
}

// raw takes the line data[at:end], with its line feed.
func (a *assembler) raw(at, end int) {
	text := bytes.TrimSuffix(a.data[at:end], []byte{'\n'})
	text = bytes.TrimSuffix(text, []byte{'\r'})
	l := line{start: a.base + int64(at), seq: seqAt(a.base+int64(end), 0)}
	// A program that goes on writing at its old offset after its file was truncated leaves a hole of NULs.
	l.text = bytes.TrimLeft(text, "\x00")
	l.at = at + len(text) - len(l.text)
	if len(l.text) < len(text) {
		a.flush()
	}

	var p piece
	ok := false
	switch a.wrap {
	case wrapDocker:
		p, ok = decodeDocker(l.text)
	case wrapCRI:
		p, ok = decodeCRI(l.text)
	}
	if !ok {
		a.add(l)
		return
	}
	part := &a.partial[p.stream]
	if !p.partial && !part.open {
		l.text, l.stream, l.time = p.text, p.stream, p.time
		a.add(l)
		return
	}
	if !part.open {
		*part = joining{open: true, start: l.start, time: p.time, text: part.text[:0]}
	}
	if len(part.text)+len(p.text) > a.maxLine {
		part.over = true
	} else if !part.over {
		part.text = append(part.text, p.text...)
	}
	if !p.partial {
		a.complete(p.stream, l.seq)
	}
}

// complete ends the line whose pieces came on a stream.
func (a *assembler) complete(s stdStream, seq uint64) {
	part := &a.partial[s]
	if !part.open {
		return
	}
	part.open = false
	if part.over {
		a.flush()
		a.refuse(part.text)
		return
	}
	a.add(line{text: a.keep(part.text), start: part.start, seq: seq, stream: s, time: part.time})
}

// release says that no entry of earlier runs is in use any more.
func (a *assembler) release() { a.texts = a.texts[:0] }

// keep copies a text to memory that lives until release.
func (a *assembler) keep(text []byte) []byte {
	if cap(a.texts)-len(a.texts) < len(text) {
		a.texts = make([]byte, 0, max(64<<10, len(text))) // entries hold on to the old one
	}
	n := len(a.texts)
	a.texts = append(a.texts, text...)
	return a.texts[n:len(a.texts):len(a.texts)]
}

// add gives a line to the open record or begins one.
func (a *assembler) add(l line) {
	g := &a.group
	if len(l.text) > a.maxLine {
		a.flush()
		a.refuse(l.text)
		return
	}
	if g.lines > 0 && g.seq <= a.acked && l.seq > a.acked {
		a.flush() // this boundary was made before
	}
	if len(bytes.TrimSpace(l.text)) == 0 {
		if g.lines > 0 {
			g.blank++
		}
		return
	}
	if g.lines > 0 && g.stream == l.stream && g.lines+g.blank < a.rules.maxLines &&
		a.size()+len(l.text) < a.maxGroup && a.rules.joins(&g.trace, l.text) {
		a.join(l)
		return
	}
	a.flush()
	*g = group{
		start: l.start, seq: l.seq, lines: 1, stream: l.stream, time: l.time,
		from: l.at, to: l.at + len(l.text), text: l.text, trace: a.rules.begin(l.text), own: g.own,
	}
	if a.rules.alone(l.text) {
		a.flush()
	}
}

func (a *assembler) size() int {
	if a.wrap == wrapNone {
		return a.group.to - a.group.from
	}
	return len(a.group.text)
}

func (a *assembler) join(l line) {
	g := &a.group
	if a.wrap == wrapNone {
		g.to = l.at + len(l.text)
	} else {
		if !g.joined {
			g.joined = true
			g.own = append(g.own[:0], g.text...)
		}
		for range g.blank + 1 {
			g.own = append(g.own, '\n')
		}
		g.own = append(g.own, l.text...)
		g.text = g.own
	}
	g.lines += g.blank + 1
	g.blank = 0
	g.seq = l.seq
}

// flush ends the open record.
func (a *assembler) flush() {
	g := &a.group
	if g.lines == 0 {
		return
	}
	g.lines = 0
	if g.seq <= a.acked {
		return
	}
	text := g.text
	switch {
	case a.wrap == wrapNone:
		text = a.data[g.from:g.to]
	case g.joined:
		text = a.keep(g.text)
	}
	a.entries = append(a.entries, entry{text: text, seq: g.seq, stream: g.stream, time: g.time})
}

func (a *assembler) refuse(text []byte) {
	a.refused = append(a.refused, refusal{sample: bytes.Clone(text[:min(len(text), 256)])})
}
