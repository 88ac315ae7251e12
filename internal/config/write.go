package config

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Write returns the settings of a struct as YAML at the given depth (two spaces each), each with its `doc` text
// above it. It is the text of "haetae config init".
func Write(settings any, depth int) string {
	var b strings.Builder
	writeStruct(&b, reflect.Indirect(reflect.ValueOf(settings)), depth)
	return b.String()
}

func writeStruct(b *strings.Builder, v reflect.Value, depth int) {
	pad := strings.Repeat("  ", depth)
	eachField(v, func(name string, sf reflect.StructField, f reflect.Value) {
		if doc := sf.Tag.Get("doc"); doc != "" {
			fmt.Fprintf(b, "%s# %s\n", pad, doc)
		}
		if _, ok := f.Interface().(encoding.TextMarshaler); !ok && f.Kind() == reflect.Struct {
			fmt.Fprintf(b, "%s%s:\n", pad, name)
			writeStruct(b, f, depth+1)
			return
		}
		fmt.Fprintf(b, "%s%s: %s\n", pad, name, scalar(f))
	})
}

// scalar writes a value on one line.
func scalar(v reflect.Value) string {
	var n yaml.Node
	if err := n.Encode(v.Interface()); err != nil {
		panic(err) // settings are plain values
	}
	return flow(&n)
}

// flow writes a node on one line.
func flow(n *yaml.Node) string {
	n.Style = yaml.FlowStyle
	for _, c := range n.Content {
		c.Style |= yaml.FlowStyle
	}
	if n.Kind == yaml.ScalarNode && n.Value == "" {
		return `""`
	}
	if n.Kind == yaml.ScalarNode {
		n.Style = 0
	}
	out, err := yaml.Marshal(n)
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(out))
}
