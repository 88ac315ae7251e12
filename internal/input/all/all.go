// Package all lists the inputs. A new input is one folder and one line here.
package all

import (
	"github.com/haetae/haetae/internal/input"
	"github.com/haetae/haetae/internal/input/elasticsearch"
	"github.com/haetae/haetae/internal/input/files"
	"github.com/haetae/haetae/internal/input/journald"
	"github.com/haetae/haetae/internal/input/jsonline"
	"github.com/haetae/haetae/internal/input/kafka"
	"github.com/haetae/haetae/internal/input/loki"
	"github.com/haetae/haetae/internal/input/otlp"
	"github.com/haetae/haetae/internal/input/self"
	"github.com/haetae/haetae/internal/input/syslog"
)

// Descriptors lists every kind of input.
func Descriptors() []input.Descriptor {
	return []input.Descriptor{
		syslog.Descriptor,
		otlp.Descriptor,
		jsonline.Descriptor,
		elasticsearch.Descriptor,
		loki.Descriptor,
		journald.Descriptor,
		files.Descriptor,
		kafka.Descriptor,
		self.Descriptor,
	}
}
