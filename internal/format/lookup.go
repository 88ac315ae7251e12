package format

import (
	"slices"
	"strings"

	"github.com/haetae/haetae/internal/model"
)

// parser is a Format made of two functions, one for the way in and one for the way out.
type parser struct {
	name  string
	names []string
	open  bool
	// verbatim says that the named views are parts of the line, and begin and end where words of it do; and that other
	// views stand in it behind their names.
	verbatim bool

	// clock returns the part of a line that is read as a time. It is nil unless of other parts only the kinds of bytes,
	// lengths and bounds of numbers decide what the views are, and where.
	clock func(line string) string

	scan  func(line string, z Zone) (Head, bool)
	views func(line string, dst []model.Field) []model.Field
}

func (p *parser) Name() string                          { return p.name }
func (p *parser) Scan(line string, z Zone) (Head, bool) { return p.scan(line, z) }
func (p *parser) ViewNames() []string                   { return p.names }
func (p *parser) Open() bool                            { return p.open }

// Verbatim reports whether a view of that name is a part of the line that begins and ends where words of it do, so that
// a line has all words of the view.
func (p *parser) Verbatim(name string) bool { return p.verbatim && slices.Contains(p.names, name) }

// Keyed reports whether a line that has a view of that name has all words of the name.
func (p *parser) Keyed(name string) bool { return p.verbatim && !slices.Contains(p.names, name) }

// Clock returns the part of a line that is read as a time, "" when the line is not of the format. steady says that of
// what is outside of it the format asks only whether bytes are of some kind, and whether lengths and numbers are within
// bounds: of lines that differ in such values, those between two that have their views at the same places have them
// there too.
func (p *parser) Clock(line string) (part string, steady bool) {
	if p.clock == nil {
		return "", false
	}
	return p.clock(line), true
}

func (p *parser) Views(line string, dst []model.Field) []model.Field {
	return p.views(line, dst)
}

// all lists every version of every format, newest first within a name.
var all = []Format{
	jsonObject, syslog5424, syslog3164, nginxAccess, apacheAccess, nginxError, apacheError,
	java, python, klog, cef, leef, postgresql, logfmt, keyValue,
}

// All returns every format in the order of its documentation. The slice is the caller's.
func All() []Format { return slices.Clone(all) }

// Lookup returns a format by name@version as _format holds it, or the newest version of a bare name; nil when it
// is unknown.
func Lookup(name string) Format {
	for _, f := range all {
		full := f.Name()
		if full == name || strings.HasPrefix(full, name) && len(full) > len(name) && full[len(name)] == '@' {
			return f
		}
	}
	return nil
}

// addView appends a view unless its value is missing or "-".
func addView(dst []model.Field, name, value string) []model.Field {
	if value == "" || value == "-" {
		return dst
	}
	return append(dst, model.Field{Name: name, Value: value})
}
