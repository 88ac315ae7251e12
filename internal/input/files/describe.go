package files

import (
	"slices"

	"github.com/haetae/haetae/internal/model"
)

var streamNames = [streamCount]string{streamOut: "stdout", streamErr: "stderr"}

// describe sets the fields that all records of a content share: docs/fields.md, "files". They depend on the
// stored position and the settings only.
func (t *tailer) describe(f *file) {
	stream := []string{"host.name", "log.file.path"}
	fields := []model.Field{{Name: "host.name", Value: t.host}, {Name: "log.file.path", Value: f.Path}}
	if id := containerID(f.Path); id != "" && f.Wrap == wrapDocker {
		fields = append(fields, model.Field{Name: "container.id", Value: id})
	}
	if p, ok := podOf(f.Path); ok && f.Wrap == wrapCRI {
		stream = []string{"host.name", "k8s.namespace.name", "k8s.pod.name", "k8s.container.name"}
		fields = append(
			fields,
			model.Field{Name: "k8s.namespace.name", Value: p.namespace},
			model.Field{Name: "k8s.pod.name", Value: p.name},
			model.Field{Name: "k8s.pod.uid", Value: p.uid},
			model.Field{Name: "k8s.container.name", Value: p.container},
		)
	}
	for name, value := range t.set.ExtraFields {
		name = model.SentName(name)
		fields = slices.DeleteFunc(fields, func(f model.Field) bool { return f.Name == name })
		fields = append(fields, model.Field{Name: name, Value: value})
	}
	if len(t.set.StreamFields) > 0 {
		stream = t.set.StreamFields
	}
	f.stream = nil
	var rest []model.Field
	for _, field := range fields {
		if slices.Contains(stream, field.Name) {
			f.stream = append(f.stream, field)
		} else {
			rest = append(rest, field)
		}
	}
	f.stream = model.SortStream(f.stream)
	rest = model.SortStream(rest) // the map of extra fields has no order
	for s := range f.fields {
		f.fields[s] = slices.Clip(rest)
		if name := streamNames[s]; name != "" {
			f.fields[s] = append(slices.Clone(rest), model.Field{Name: "log.iostream", Value: name})
		}
	}
}
