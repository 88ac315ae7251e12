// Package digits reads the digits of dates and clocks eight bytes at a time.
package digits

// Load reads the first eight bytes of a text that has as many, the first one as the lowest.
func Load[T string | []byte](s T) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// Form is a form of eight bytes, as Load reads them.
type Form struct {
	text  uint64 // zeros stand for digits, all else for itself
	above uint64 // what takes each byte to 0x80 when it is above what may differ from text: 9 at a digit, else 0
}

// Forms of parts of dates, and of a clock.
var (
	DashedYear  = Form{0x2d_30_30_2d_30_30_30_30, 0x7f_76_76_7f_76_76_76_76} // 0000-00-
	SlashedYear = Form{0x2f_30_30_2f_30_30_30_30, 0x7f_76_76_7f_76_76_76_76} // 0000/00/
	CommonYear  = Form{0x3a_30_30_30_30_2f_00_00, 0x7f_76_76_76_76_7f_7f_7f} // two bytes 0, /0000:
	Clock       = Form{0x30_30_3a_30_30_3a_30_30, 0x76_76_7f_76_76_7f_76_76} // 00:00:00
)

// Pairs are numbers of two digits, one for each place at which a digit follows a digit.
type Pairs uint64

// Pairs returns the numbers in eight bytes; false when they have another form.
func (f *Form) Pairs(w uint64) (Pairs, bool) {
	const tops = 0x80_80_80_80_80_80_80_80
	w ^= f.text
	return Pairs(w*10 + w>>8), (w+f.above|w)&tops == 0
}

// At returns the number whose first digit is byte i.
func (p Pairs) At(i int) int { return int(p >> (8 * i) & 0xff) }
