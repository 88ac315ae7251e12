package record

import (
	"encoding/binary"
	"fmt"

	"github.com/haetae/haetae/internal/model"
)

// cursor reads an encoded text from its start to its end. After a fault it stands at the end, and all that follows is
// empty. It moves by a number and not by cutting its text: a pointer that is stored is the collector's business.
type cursor struct {
	text  string
	at    int
	fault string // what could not be read
}

func (c *cursor) fail(what string) {
	if c.fault == "" {
		c.fault = what
	}
	c.at = len(c.text)
}

// end says what was wrong with the whole, bytes that are left over too.
func (c *cursor) end(whole string) error {
	switch {
	case c.fault != "":
		return fmt.Errorf("%w: %s", ErrCorrupt, c.fault)
	case c.at != len(c.text):
		return fmt.Errorf("%w: %s: %d bytes left over", ErrCorrupt, whole, len(c.text)-c.at)
	}
	return nil
}

func (c *cursor) fields(dst []model.Field) []model.Field {
	n := c.uvarint()
	if n > uint64(len(c.text)-c.at) { // a field takes two bytes at least
		c.fail("number of fields")
		return dst
	}
	for range n {
		dst = append(dst, model.Field{Name: c.next(), Value: c.next()})
		if c.fault != "" {
			return dst
		}
	}
	return dst
}

// next reads a text.
func (c *cursor) next() string {
	n := uint64(0)
	if c.at < len(c.text) && c.text[c.at] < 0x80 { // most lengths are of one byte
		n = uint64(c.text[c.at])
		c.at++
	} else {
		n = c.uvarint()
	}
	rest := c.text[c.at:]
	if n > uint64(len(rest)) {
		c.fail("length of text")
		return ""
	}
	c.at += int(n)
	return rest[:n]
}

func (c *cursor) byte() byte {
	if c.at >= len(c.text) {
		c.fail("end of record")
		return 0
	}
	c.at++
	return c.text[c.at-1]
}

func (c *cursor) varint() int64 {
	u := c.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// uvarint reads a number of encoding/binary.
func (c *cursor) uvarint() (v uint64) {
	rest := c.text[c.at:]
	for i := range min(len(rest), binary.MaxVarintLen64) {
		b := rest[i]
		if b < 0x80 {
			if i == binary.MaxVarintLen64-1 && b > 1 {
				break // more than 64 bits
			}
			c.at += i + 1
			return v | uint64(b)<<(7*i&63)
		}
		v |= uint64(b&0x7f) << (7 * i & 63)
	}
	c.fail("number")
	return 0
}
