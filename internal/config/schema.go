package config

import (
	"encoding"
	"reflect"
)

// Schema describes a settings struct, filled with its defaults, as JSON Schema (draft 2020-12): names, types,
// texts and defaults, from which forms are drawn.
func Schema(settings any) map[string]any {
	return structSchema(reflect.Indirect(reflect.ValueOf(settings)))
}

func structSchema(v reflect.Value) map[string]any {
	properties := map[string]any{}
	order := []string{}
	eachField(v, func(name string, sf reflect.StructField, f reflect.Value) {
		p := valueSchema(f)
		if doc := sf.Tag.Get("doc"); doc != "" {
			p["description"] = doc
		}
		properties[name] = p
		order = append(order, name)
	})
	return map[string]any{"type": "object", "properties": properties, "x-order": order, "additionalProperties": false}
}

func valueSchema(v reflect.Value) map[string]any {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		text, err := m.MarshalText()
		if err != nil {
			return map[string]any{"type": "string"}
		}
		return map[string]any{"type": "string", "default": string(text)}
	}
	switch v.Kind() {
	case reflect.Struct:
		return structSchema(v)
	case reflect.Slice:
		s := map[string]any{"type": "array", "items": valueSchema(reflect.New(v.Type().Elem()).Elem())}
		if v.Len() > 0 {
			s["default"] = v.Interface()
		}
		return s
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": valueSchema(reflect.New(v.Type().Elem()).Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean", "default": v.Bool()}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return map[string]any{"type": "integer", "default": v.Int()}
	case reflect.Float64:
		return map[string]any{"type": "number", "default": v.Float()}
	}
	return map[string]any{"type": "string", "default": v.String()}
}
