package config

import (
	"encoding"
	"reflect"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// Value is one setting in effect, as it may be shown.
type Value struct {
	Key    string // dotted
	Text   string // on one line of YAML; what is secret in it is Hidden
	Doc    string
	Secret bool // something in it is hidden
}

// Hidden stands for a secret.
const Hidden = "••••••"

// Shower is a setting of which only its own package knows what is secret in it.
type Shower interface {
	// Shown is what may be shown; all of the setting is hidden when it is not ok.
	Shown() (text string, ok bool)
}

// Effective lists the settings of a struct and of the structs in it, in order of declaration, under a prefix.
// Values of keys that name a secret, and passwords in addresses, are hidden.
func Effective(prefix string, settings any) []Value {
	return effective(prefix, reflect.Indirect(reflect.ValueOf(settings)))
}

func effective(prefix string, v reflect.Value) []Value {
	var list []Value
	eachField(v, func(name string, sf reflect.StructField, f reflect.Value) {
		key := join(prefix, name)
		f = reflect.Indirect(f)
		if !f.IsValid() {
			return // an optional section that is not set
		}
		if _, ok := f.Interface().(encoding.TextMarshaler); !ok && f.Kind() == reflect.Struct {
			list = append(list, effective(key, f)...)
			return
		}
		value := Value{Key: key, Doc: sf.Tag.Get("doc")}
		value.Text, value.Secret = shown(name, f)
		list = append(list, value)
	})
	return list
}

func shown(name string, v reflect.Value) (text string, hidden bool) {
	var n yaml.Node
	if err := n.Encode(v.Interface()); err != nil {
		return Hidden, true
	}
	if s, is := v.Interface().(Shower); is {
		text, ok := s.Shown()
		if !ok {
			text = Hidden
		}
		hidden = text != n.Value
		n.Value = text
		return flow(&n), hidden
	}
	hidden = hide(name, &n)
	return flow(&n), hidden
}

var (
	secretName     = regexp.MustCompile(`(?i)(passwords?|passwd|passphrases?|secrets?|tokens?|(api|secret|private|access|signing)_?keys?|credentials?|authorization)$`)
	secretInString = regexp.MustCompile(`(://[^/@:\s]*):[^/@\s]+@`)
)

// hide replaces what is secret below a key.
func hide(name string, n *yaml.Node) (hidden bool) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if secretName.MatchString(name) {
				key = name // tokens by user, say
			}
			hidden = hide(key, n.Content[i+1]) || hidden
		}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			hidden = hide(name, c) || hidden
		}
	case yaml.ScalarNode:
		switch {
		case secretName.MatchString(name) && n.Value != "":
			n.Value, n.Tag, n.Style, hidden = Hidden, "!!str", 0, true
		case secretInString.MatchString(n.Value):
			n.Value, hidden = secretInString.ReplaceAllString(n.Value, "${1}:"+Hidden+"@"), true
		}
	}
	return hidden
}

// File is the name of the configuration file, "" for none.
func (t *Tree) File() string { return t.file }

// Source says where the value of a key comes from: "file", "flag", or "default" when it is not set.
func (t *Tree) Source(key string) string {
	n := t.find(key)
	switch {
	case n == nil || isNull(n):
		return "default"
	case t.set[n]:
		return "flag"
	}
	return "file"
}
