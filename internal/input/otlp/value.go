package otlp

import (
	"encoding/base64"
	"errors"
	"math"
	"strconv"
	"unsafe"

	"github.com/haetae/haetae/internal/input/httpin"
	"github.com/haetae/haetae/internal/input/protowire"
	"github.com/haetae/haetae/internal/model"
)

// Tags of opentelemetry/proto/common/v1/common.proto.
const (
	tagKey   = 1<<3 | protowire.Bytes // of KeyValue
	tagValue = 2<<3 | protowire.Bytes

	tagStringValue = 1<<3 | protowire.Bytes // of AnyValue
	tagBoolValue   = 2<<3 | protowire.Varint
	tagIntValue    = 3<<3 | protowire.Varint
	tagDoubleValue = 4<<3 | protowire.Fixed64
	tagArrayValue  = 5<<3 | protowire.Bytes
	tagMapValue    = 6<<3 | protowire.Bytes
	tagBytesValue  = 7<<3 | protowire.Bytes

	tagValues = 1<<3 | protowire.Bytes // of ArrayValue and KeyValueList
)

const (
	// maxDepth bounds maps and arrays within each other.
	maxDepth = 64
	// maxText bounds what a batch's nested names and numbers take as text: each leaf repeats the names above it.
	maxText = 64 << 20
)

var (
	errTooDeep = errors.New("values are nested too deep")
	errTooLong = errors.New("the names of nested values are too long")
)

// anyValue returns which value of AnyValue's oneof is set, as its tag, and the value; the tag is 0 for none. As
// everywhere in protobuf the last one counts.
func anyValue(data []byte) (kind uint64, value protowire.Field, err error) {
	err = each(data, func(f protowire.Field) error {
		switch f.Tag {
		case tagStringValue, tagBoolValue, tagIntValue, tagDoubleValue, tagArrayValue, tagMapValue, tagBytesValue:
			kind, value = f.Tag, f
		}
		return nil
	})
	return kind, value, err
}

// keyValue reads a KeyValue; value is an AnyValue.
func keyValue(data []byte) (key string, value []byte, err error) {
	err = each(data, func(f protowire.Field) error {
		switch f.Tag {
		case tagKey:
			key = f.Text()
		case tagValue:
			value = f.Data
		}
		return nil
	})
	return key, value, err
}

// appendKeyValue appends a KeyValue as fields: a map becomes one field for each of its leaves, with dots
// between the names.
func (t *textBuffer) appendKeyValue(dst []model.Field, prefix string, data []byte, depth int) ([]model.Field, error) {
	name, data, err := keyValue(data)
	if err != nil {
		return dst, err
	}
	kind, value, err := anyValue(data)
	if err != nil {
		return dst, err
	}
	if prefix != "" {
		if len(*t) > maxText {
			return dst, broken("protobuf", errTooLong)
		}
		name = t.join(prefix, name)
	}
	if kind == tagMapValue {
		if depth == maxDepth {
			return dst, broken("protobuf", errTooDeep)
		}
		return t.appendMap(dst, t.join(name, "."), value, depth+1)
	}
	text, err := t.valueText(kind, value)
	if err != nil || text == "" {
		return dst, err
	}
	return append(dst, model.Field{Name: name, Value: text}), nil
}

// appendMap appends the entries of a KeyValueList as fields.
func (t *textBuffer) appendMap(dst []model.Field, prefix string, list protowire.Field, depth int) ([]model.Field, error) {
	err := each(list.Data, func(f protowire.Field) (err error) {
		if f.Tag == tagValues {
			dst, err = t.appendKeyValue(dst, prefix, f.Data, depth)
		}
		return err
	})
	return dst, err
}

// valueText is a value other than a map as text: an array as JSON, bytes as they are.
func (t *textBuffer) valueText(kind uint64, value protowire.Field) (string, error) {
	start := len(*t)
	switch kind {
	case tagStringValue, tagBytesValue:
		return value.Text(), nil
	case 0:
		return "", nil
	}
	var err error
	if *t, err = appendJSON(*t, kind, value, 0); err != nil {
		return "", err
	}
	return t.from(start), nil
}

// appendJSON appends a value as JSON. Bytes are base64, and numbers that JSON has not are text.
func appendJSON(dst []byte, kind uint64, value protowire.Field, depth int) ([]byte, error) {
	if depth > maxDepth {
		return dst, broken("protobuf", errTooDeep)
	}
	switch kind {
	case tagStringValue:
		return httpin.AppendJSONString(dst, value.Text()), nil
	case tagBytesValue:
		dst = base64.StdEncoding.AppendEncode(append(dst, '"'), value.Data)
		return append(dst, '"'), nil
	case tagBoolValue:
		return strconv.AppendBool(dst, value.Int != 0), nil
	case tagIntValue:
		return strconv.AppendInt(dst, int64(value.Int), 10), nil
	case tagDoubleValue:
		return appendDouble(dst, math.Float64frombits(value.Int), depth > 0), nil
	case tagArrayValue:
		return appendJSONList(dst, '[', ']', value, func(dst, element []byte) ([]byte, error) {
			return appendJSONAny(dst, element, depth+1)
		})
	case tagMapValue:
		return appendJSONList(dst, '{', '}', value, func(dst, element []byte) ([]byte, error) {
			key, data, err := keyValue(element)
			if err != nil {
				return dst, err
			}
			dst = append(httpin.AppendJSONString(dst, key), ':')
			return appendJSONAny(dst, data, depth+1)
		})
	}
	return append(dst, "null"...), nil
}

func appendJSONAny(dst, data []byte, depth int) ([]byte, error) {
	kind, value, err := anyValue(data)
	if err != nil {
		return dst, err
	}
	return appendJSON(dst, kind, value, depth)
}

func appendJSONList(dst []byte, first, last byte, list protowire.Field, element func(dst, data []byte) ([]byte, error)) ([]byte, error) {
	dst = append(dst, first)
	err := each(list.Data, func(f protowire.Field) (err error) {
		if f.Tag != tagValues {
			return nil
		}
		if dst[len(dst)-1] != first {
			dst = append(dst, ',')
		}
		dst, err = element(dst, f.Data)
		return err
	})
	return append(dst, last), err
}

// appendDouble writes a number as JavaScript does: without an exponent where people would.
func appendDouble(dst []byte, x float64, inJSON bool) []byte {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		if inJSON {
			return append(strconv.AppendFloat(append(dst, '"'), x, 'g', -1, 64), '"')
		}
		return strconv.AppendFloat(dst, x, 'g', -1, 64)
	}
	form := byte('f')
	if abs := math.Abs(x); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		form = 'e'
	}
	return strconv.AppendFloat(dst, x, form, -1, 64)
}

// from returns the text behind start.
func (t *textBuffer) from(start int) string {
	b := (*t)[start:]
	return unsafe.String(unsafe.SliceData(b), len(b))
}
