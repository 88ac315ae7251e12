package config

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Decode fills dst, a pointer to a struct that holds the defaults, from the mapping at key. Fields carry `yaml`
// names ("-" is not a setting, ",inline" takes an embedded struct's fields). A key that the struct lacks and a
// value of the wrong type are *Error. Keys in skip are left to somebody else.
func (t *Tree) Decode(key string, dst any, skip ...string) error {
	n := t.find(key)
	if n == nil || isNull(n) {
		return nil
	}
	return t.decode(n, reflect.ValueOf(dst).Elem(), key, skip)
}

func (t *Tree) decode(n *yaml.Node, v reflect.Value, key string, skip []string) error {
	if isNull(n) {
		return nil // "key:" without a value keeps the default
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return t.decode(n, v.Elem(), key, skip)
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if n.Kind != yaml.ScalarNode {
			return t.errorAt(n, key, errors.New("wants one value"))
		}
		if err := u.UnmarshalText([]byte(n.Value)); err != nil {
			return t.errorAt(n, key, err)
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		return t.decodeStruct(n, v, key, skip)
	case reflect.Map:
		return t.decodeMap(n, v, key)
	case reflect.Slice:
		return t.decodeSlice(n, v, key)
	case reflect.Interface:
		var x any
		if err := n.Decode(&x); err != nil {
			return t.errorAt(n, key, err)
		}
		v.Set(reflect.ValueOf(x))
		return nil
	}
	if n.Kind != yaml.ScalarNode {
		return t.errorAt(n, key, fmt.Errorf("wants %s, not a group or list", want(v)))
	}
	return t.decodeScalar(n, v, key)
}

func (t *Tree) decodeStruct(n *yaml.Node, v reflect.Value, key string, skip []string) error {
	if n.Kind != yaml.MappingNode {
		return t.errorAt(n, key, errors.New("wants a group of keys"))
	}
	fields := structFields(v)
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		if slices.Contains(skip, name) {
			continue
		}
		f, ok := fields[name]
		if !ok {
			return t.errorAt(n.Content[i+1], join(key, name), unknownKey(name, fields))
		}
		if err := t.decode(n.Content[i+1], f, join(key, name), nil); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tree) decodeMap(n *yaml.Node, v reflect.Value, key string) error {
	if n.Kind != yaml.MappingNode {
		return t.errorAt(n, key, errors.New("wants a group of keys"))
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		elem := reflect.New(v.Type().Elem()).Elem()
		if err := t.decode(n.Content[i+1], elem, join(key, n.Content[i].Value), nil); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(n.Content[i].Value), elem)
	}
	return nil
}

func (t *Tree) decodeSlice(n *yaml.Node, v reflect.Value, key string) error {
	items := n.Content
	if n.Kind == yaml.ScalarNode {
		items = []*yaml.Node{n} // one value stands for a list of one
		if n.Value == "" {
			items = nil
		}
	} else if n.Kind != yaml.SequenceNode {
		return t.errorAt(n, key, errors.New("wants a list"))
	}
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		if err := t.decode(item, out.Index(i), fmt.Sprintf("%s[%d]", key, i), nil); err != nil {
			return err
		}
	}
	v.Set(out)
	return nil
}

func (t *Tree) decodeScalar(n *yaml.Node, v reflect.Value, key string) error {
	wrong := func() error {
		return t.errorAt(n, key, fmt.Errorf("wants %s, not %q", want(v), n.Value))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Value)
	case reflect.Bool:
		var b bool
		if n.Decode(&b) != nil {
			return wrong()
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int64, reflect.Int32:
		i, err := strconv.ParseInt(n.Value, 10, v.Type().Bits())
		if err != nil {
			return wrong()
		}
		v.SetInt(i)
	case reflect.Float64:
		f, err := strconv.ParseFloat(n.Value, 64)
		if err != nil {
			return wrong()
		}
		v.SetFloat(f)
	default:
		return t.errorAt(n, key, fmt.Errorf("cannot be set: type %s", v.Type()))
	}
	return nil
}

func structFields(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	eachField(v, func(name string, _ reflect.StructField, f reflect.Value) { fields[name] = f })
	return fields
}

// eachField calls f for every setting of a struct, inline structs opened, in order of declaration.
func eachField(v reflect.Value, f func(name string, sf reflect.StructField, v reflect.Value)) {
	for i := range v.NumField() {
		sf := v.Type().Field(i)
		name, opt, _ := strings.Cut(sf.Tag.Get("yaml"), ",")
		switch {
		case name == "-" || !sf.IsExported():
		case strings.Contains(opt, "inline"):
			eachField(v.Field(i), f)
		default:
			if name == "" {
				name = strings.ToLower(sf.Name)
			}
			f(name, sf, v.Field(i))
		}
	}
}

func unknownKey(name string, fields map[string]reflect.Value) error {
	best, bestDistance := "", min(2, (len(name)+1)/3)+1
	for f := range fields {
		if d := distance(name, f); d < bestDistance || d == bestDistance && f < best {
			best, bestDistance = f, d
		}
	}
	if best != "" {
		return fmt.Errorf("unknown key, did you mean %s?", best)
	}
	return errors.New("unknown key")
}

// distance is the edit distance of Levenshtein, two neighbours that changed places being one edit (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				cost++
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cost = min(cost, rows[i-2][j-2]+1)
			}
			rows[i][j] = min(cost, rows[i][j-1]+1, rows[i-1][j]+1)
		}
	}
	return rows[len(a)][len(b)]
}

func want(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64, reflect.Int32:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	}
	return "one value"
}

// DecodeValue fills dst, a pointer to one value, from the key when it is set.
func (t *Tree) DecodeValue(key string, dst any) error {
	n := t.find(key)
	if n == nil {
		return nil
	}
	return t.decode(n, reflect.ValueOf(dst).Elem(), key, nil)
}
