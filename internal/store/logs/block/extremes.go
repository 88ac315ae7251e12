package block

import (
	"slices"
	"strings"
)

// fewEntries bounds the dictionaries whose entries Extremes lists.
const fewEntries = 8

// Extremes returns values of a variable between which all its values lie: in size, in length, and in what they are
// made of, digits or letters. It is one value when there are no others, and none when only looking at each would tell.
func (c *Templates) Extremes(v int) ([]string, error) {
	h := &c.headers[v]
	switch h.Kind {
	case VarInt:
		return (&Variable{VariableInfo: h.VariableInfo}).between(h.Lo, h.Hi), nil
	case VarIPv4:
		return []string{"0.0.0.0", "255.255.255.255"}, nil
	case VarTime:
		lo, hi := c.timeBounds(h)
		return []string{string(h.layout.append(nil, lo)), string(h.layout.append(nil, hi))}, nil
	case VarHex:
		if h.Width == 0 {
			return nil, nil
		}
		return []string{strings.Repeat("0", 2*h.Width), strings.Repeat("f", 2*h.Width)}, nil
	case VarUUID:
		return []string{"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"}, nil
	case VarDict:
		return c.entries(v)
	}
	return nil, nil
}

// SlotExtremes is Extremes for the values that one slot of a template has, which it reads.
func (c *Templates) SlotExtremes(t, slot int) ([]string, error) {
	number := int(c.Slots(t)[slot])
	switch c.headers[number].Kind {
	case VarInt, VarText, VarDict:
	default:
		return c.Extremes(number)
	}
	v, err := c.Variable(number)
	if err != nil {
		return nil, err
	}
	at, stride := c.Position(t, slot, 0), c.Stride(t, slot)
	if v.Kind == VarInt {
		lo, hi := v.Ints[at], v.Ints[at]
		for range c.Rows(t) {
			lo, hi = min(lo, v.Ints[at]), max(hi, v.Ints[at])
			at += stride
		}
		return v.between(lo, hi), nil
	}
	var list []string
	for range c.Rows(t) {
		entry := at
		if v.Kind == VarDict {
			entry = int(v.Index[at])
		}
		if value := v.Value(entry); !slices.Contains(list, value) {
			if len(list) == fewEntries {
				return nil, nil
			}
			list = append(list, value)
		}
		at += stride
	}
	return list, nil
}

// between returns the texts of two numbers; none when only one of them has a sign.
func (v *Variable) between(lo, hi int64) []string {
	switch {
	case lo == hi:
		return []string{string(v.appendInt(nil, lo))}
	case lo < 0 && hi >= 0:
		return nil
	}
	return []string{string(v.appendInt(nil, lo)), string(v.appendInt(nil, hi))}
}

// timeBounds returns the earliest and the latest time that a variable can have, as Variable.Ints does.
func (c *Templates) timeBounds(h *variableHeader) (lo, hi int64) {
	if h.layout.date() == dateNone {
		return 0, 86400e9 - 1
	}
	info := &c.r.header.info
	return h.layout.absolute(h.ints.lo, info.MinTime), h.layout.absolute(h.ints.hi, info.MaxTime)
}

// entries returns the values of a small dictionary.
func (c *Templates) entries(v int) ([]string, error) {
	if c.headers[v].Distinct > fewEntries {
		return nil, nil
	}
	values, err := c.Variable(v)
	if err != nil {
		return nil, err
	}
	list := make([]string, len(values.Ends))
	for i := range list {
		list[i] = values.Value(i)
	}
	return list, nil
}
