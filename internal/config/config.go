// Package config reads one YAML file and settings of the command line into the sections' own types.
// Each section's type lives with its owner; this package knows only how to decode strictly and to say where a
// mistake stands.
package config

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Error is a mistake in the configuration, on one line: file, line, key and what is wrong.
type Error struct {
	File string // file name, or "--set"
	Line int    // 0 when unknown
	Key  string // dotted
	Err  error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	b.WriteString(": ")
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	b.WriteString(e.Err.Error())
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Tree is the configuration as read: the file with the settings of the command line laid over it.
// Dotted keys and nesting mean the same.
type Tree struct {
	file string
	root *yaml.Node
	set  map[*yaml.Node]bool // nodes that came from the command line
}

// Load reads the file (none when path is "") and lays settings "key.path=value" over it; a value is YAML, so
// that lists and maps can be set too.
func Load(path string, settings []string) (*Tree, error) {
	t := &Tree{file: path, root: mapping(), set: map[*yaml.Node]bool{}}
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("cannot read the configuration: %w", err)
		}
		if err := t.parse(data); err != nil {
			return nil, err
		}
	}
	for _, s := range settings {
		key, value, ok := strings.Cut(s, "=")
		if !ok || key == "" {
			return nil, &Error{File: "--set", Key: s, Err: errors.New("write it as key=value, such as http.listen=127.0.0.1:7700")}
		}
		node, err := scalarOrFlow(value)
		if err != nil {
			return nil, &Error{File: "--set", Key: key, Err: err}
		}
		t.mark(node)
		if err := t.put(t.root, strings.Split(key, "."), node, key); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// Has reports whether a key is set.
func (t *Tree) Has(key string) bool { return t.find(key) != nil }

// Keys lists the keys directly under a mapping, in the order of the file.
func (t *Tree) Keys(key string) []string {
	n := t.find(key)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var keys []string
	for i := 0; i+1 < len(n.Content); i += 2 {
		keys = append(keys, n.Content[i].Value)
	}
	return keys
}

// Wrong returns an *Error at the place of a key, for mistakes that only its owner can see.
func (t *Tree) Wrong(key string, err error) error {
	parts := strings.Split(key, ".")
	for n := len(parts); n > 0; n-- {
		if node := t.find(strings.Join(parts[:n], ".")); node != nil {
			return t.errorAt(node, key, err)
		}
	}
	file := t.file
	if file == "" {
		file = "configuration"
	}
	return &Error{File: file, Key: key, Err: err}
}

func (t *Tree) parse(data []byte) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return yamlError(t.file, err)
	}
	if doc.Kind == 0 || len(doc.Content) == 0 {
		return nil // an empty file
	}
	top := doc.Content[0]
	if top.Kind == yaml.ScalarNode && top.Tag == "!!null" {
		return nil
	}
	if top.Kind != yaml.MappingNode {
		return t.errorAt(top, "", errors.New("the file must hold keys and values"))
	}
	return t.merge(t.root, top, "")
}

// merge copies a mapping into dst, opening dotted keys.
func (t *Tree) merge(dst, src *yaml.Node, path string) error {
	for i := 0; i+1 < len(src.Content); i += 2 {
		k, v := src.Content[i], src.Content[i+1]
		for v.Kind == yaml.AliasNode {
			v = v.Alias
		}
		full := join(path, k.Value)
		node := v
		if v.Kind == yaml.MappingNode {
			node = mapping()
			node.Line = k.Line
			if err := t.merge(node, v, full); err != nil {
				return err
			}
		}
		node.Line = k.Line
		if child := lookup(dst, strings.Split(k.Value, ".")); child != nil {
			if child.Kind != yaml.MappingNode || node.Kind != yaml.MappingNode {
				return t.errorAt(node, full, fmt.Errorf("set twice, first in line %d", child.Line))
			}
		}
		if err := t.put(dst, strings.Split(k.Value, "."), node, full); err != nil {
			return err
		}
	}
	return nil
}

// put sets the value at a path below n, making mappings on the way and joining mappings that meet.
func (t *Tree) put(n *yaml.Node, path []string, value *yaml.Node, full string) error {
	for len(path) > 1 {
		child := lookup(n, path[:1])
		if child == nil || isNull(child) {
			child = mapping()
			child.Line = value.Line
			if t.set[value] {
				t.set[child] = true
			}
			assign(n, path[0], child)
		}
		if child.Kind != yaml.MappingNode {
			return t.errorAt(value, full, fmt.Errorf("%s is a value, not a group of keys", path[0]))
		}
		n, path = child, path[1:]
	}
	if old := lookup(n, path); old != nil && old.Kind == yaml.MappingNode && value.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(value.Content); i += 2 {
			if err := t.put(old, strings.Split(value.Content[i].Value, "."), value.Content[i+1], full); err != nil {
				return err
			}
		}
		return nil
	}
	assign(n, path[0], value)
	return nil
}

func (t *Tree) find(key string) *yaml.Node {
	if key == "" {
		return t.root
	}
	return lookup(t.root, strings.Split(key, "."))
}

func (t *Tree) mark(n *yaml.Node) {
	t.set[n] = true
	for _, c := range n.Content {
		t.mark(c)
	}
}

func (t *Tree) errorAt(n *yaml.Node, key string, err error) error {
	if t.set[n] {
		return &Error{File: "--set", Key: key, Err: err}
	}
	return &Error{File: t.file, Line: n.Line, Key: key, Err: err}
}

func lookup(n *yaml.Node, path []string) *yaml.Node {
	for _, p := range path {
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		name, index, listed := item(p)
		var next *yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == name {
				next = n.Content[i+1]
			}
		}
		if n = next; listed && n != nil {
			if n.Kind != yaml.SequenceNode || index >= len(n.Content) {
				return nil
			}
			n = n.Content[index]
		}
	}
	return n
}

// item takes a name such as rules[2], which is how mistakes in lists are named, apart.
func item(p string) (name string, index int, listed bool) {
	name, rest, found := strings.Cut(p, "[")
	digits, closed := strings.CutSuffix(rest, "]")
	index, err := strconv.Atoi(digits)
	if !found || !closed || err != nil || index < 0 {
		return p, 0, false
	}
	return name, index, true
}

func assign(n *yaml.Node, key string, value *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content[i+1] = value
			return
		}
	}
	n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key, Line: value.Line}, value)
}

func scalarOrFlow(value string) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(value), &doc); err != nil {
		return nil, fmt.Errorf("cannot read the value as YAML (%s); quote what is a text, such as '\"[::1]:7700\"'", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(doc.Content) == 0 {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str"}, nil
	}
	n := doc.Content[0]
	if n.Kind == yaml.MappingNode && !strings.HasPrefix(strings.TrimSpace(value), "{") {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}, nil // "a: b" is text here
	}
	return n, nil
}

var yamlLine = regexp.MustCompile(`^yaml: line (\d+): `)

// yamlError puts the line of a syntax error where the lines of all mistakes stand.
func yamlError(file string, err error) error {
	text := err.Error()
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ := strconv.Atoi(m[1]) // digits
		return &Error{File: file, Line: line, Err: errors.New(text[len(m[0]):])}
	}
	return &Error{File: file, Err: errors.New(strings.TrimPrefix(text, "yaml: "))}
}

func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"} }

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// Values lists every single value by its dotted key, as written; lists are one value. It serves to compare
// two configurations.
func (t *Tree) Values() map[string]string {
	values := map[string]string{}
	var walk func(n *yaml.Node, key string)
	walk = func(n *yaml.Node, key string) {
		if n.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(n.Content); i += 2 {
				walk(n.Content[i+1], join(key, n.Content[i].Value))
			}
			return
		}
		text, err := yaml.Marshal(n)
		if err != nil {
			text = []byte(err.Error())
		}
		values[key] = strings.TrimSpace(string(text))
	}
	walk(t.root, "")
	return values
}
