// Package format recognises the formats of log lines and reads their fields back as views.
// Names of fields: docs/fields.md. A version of a format never changes its meaning.
package format

import (
	"time"

	"github.com/haetae/haetae/internal/model"
)

// Format parses one kind of line. Implementations are immutable and safe for concurrent use.
type Format interface {
	// Name is name@version, as stored in _format.
	Name() string
	// Scan reports whether the line has this format, and reads its time and severity without allocating.
	Scan(line string, z Zone) (Head, bool)
	// Views appends the fields that the line holds to dst. Values alias the line where they can.
	// A line that Scan refused yields nothing.
	Views(line string, dst []model.Field) []model.Field
	// ViewNames lists the views that every line may have, for completion; Open says that lines may have
	// others too (logfmt, CEF).
	ViewNames() []string
	Open() bool
}

// Head is what a line says of itself: its time (0 when it has none) in ns since the epoch, and severity.
type Head struct {
	Time     int64
	Severity model.Severity
}

// Zone is how times without a zone or a year are read: in Location, in the year nearest to Now.
type Zone struct {
	Location *time.Location
	Now      int64 // time of receipt, ns since the epoch
}
