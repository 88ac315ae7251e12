package logs

import (
	"math"
	"sort"
	"strconv"
	"strings"
	"unsafe"

	"github.com/haetae/haetae/internal/logsql"
	"github.com/haetae/haetae/internal/store/logs/block"
)

// textOf returns the bytes as a string that is valid as long as they are not written to.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// mayBeIn tells from the directory alone whether a value of a variable may hold the chunk.
func (k *chunk) mayBeIn(v *block.VariableInfo) bool {
	switch v.Kind {
	case block.VarInt:
		if !k.digits() {
			return false
		}
		n, exact := k.number(v)
		return !exact || n >= 0 && v.Lo <= n && n <= v.Hi || v.Lo <= -n && -n <= v.Hi && v.Width == 0
	case block.VarIPv4:
		return k.digits() && len(k.text) <= 3
	case block.VarHex, block.VarUUID:
		return strings.Trim(k.text, "0123456789abcdef") == ""
	case block.VarTime:
		letters := strings.ToLower(strings.Trim(k.text, "0123456789"))
		return letters == "t" || letters == "z" || strings.Contains(" jan feb mar apr may jun jul aug sep oct nov dec ", letters)
	}
	return true
}

// number returns the one number whose digits the chunk is; exact is false when there may be several, and the number
// is below every bound when there is none.
func (k *chunk) number(v *block.VariableInfo) (n int64, exact bool) {
	if k.openLeft || k.openRight || v.Scale > 0 {
		return 0, false
	}
	n, err := strconv.ParseInt(k.text, 10, 64)
	if err != nil || v.Width > 0 && len(k.text) != v.Width || v.Width == 0 && len(k.text) > 1 && k.text[0] == '0' {
		return math.MinInt64, true
	}
	return n, true
}

// values returns the values of a variable that may hold the chunk.
func (k *chunk) values(v *block.Variable) bitmap {
	set := newBitmap(nil, v.Len())
	switch {
	case v.Kind == block.VarInt && v.Scale == 0 && !k.openRight:
		k.numbers(v, set)
	case v.Kind == block.VarIPv4 && !k.openLeft && !k.openRight:
		k.addresses(v, set)
	case v.Kind == block.VarDict:
		k.entries(v, set)
	case v.Kind == block.VarText && !k.fold:
		k.texts(v, set)
	case v.Kind == block.VarTime && !k.mayBeInTime(v):
	default:
		k.anyText(v, set)
	}
	return set
}

// anyText asks the text of each value; neighbouring times are often the same.
func (k *chunk) anyText(v *block.Variable, set bitmap) {
	var text, buf []byte
	last, held := int64(0), false
	for i := range v.Len() {
		if v.Ints == nil || i == 0 || v.Ints[i] != last {
			text = v.Append(text[:0], i)
			held = k.in(textOf(text), &buf)
		}
		if v.Ints != nil {
			last = v.Ints[i]
		}
		if held {
			set.add(i)
		}
	}
}

// mayBeInTime reports whether the words of the times of one layout are long enough for the chunk, or as long when it is
// a whole word: all times of a layout have words of the same lengths, but for the names of months.
func (k *chunk) mayBeInTime(v *block.Variable) bool {
	may := !k.digits()
	logsql.Tokenize(string(v.Append(nil, 0)), func(word string) {
		may = may || len(word) > len(k.text) && (k.openLeft || k.openRight) || len(word) == len(k.text)
	})
	return may
}

// numbers finds the numbers that are the chunk, or end with it.
func (k *chunk) numbers(v *block.Variable, set bitmap) {
	if !k.openLeft {
		n, _ := k.number(&v.VariableInfo)
		for i, got := range v.Ints {
			if got == n || got == -n {
				set.add(i)
			}
		}
		return
	}
	n, err := strconv.ParseUint(k.text, 10, 63)
	if err != nil || len(k.text) > block.MaxDigits {
		return // more digits than a number has
	}
	above := uint64(1)
	for range k.text {
		above *= 10
	}
	for i, got := range v.Ints {
		if uint64(max(got, -got))%above == n {
			set.add(i)
		}
	}
}

// addresses finds the IPv4 addresses that have the chunk as one of their four numbers.
func (k *chunk) addresses(v *block.Variable, set bitmap) {
	n, err := strconv.ParseUint(k.text, 10, 8)
	if err != nil {
		return
	}
	part := uint8(n)
	for i, a := range v.Ints {
		if uint8(a) == part || uint8(a>>8) == part || uint8(a>>16) == part || uint8(a>>24) == part {
			set.add(i)
		}
	}
}

// entries asks each entry of a dictionary once.
func (k *chunk) entries(v *block.Variable, set bitmap) {
	held := k.inEntries(v)
	if held == nil {
		return
	}
	for i, entry := range v.Index {
		if held[entry] {
			set.add(i)
		}
	}
}

// inEntries tells which entries of a dictionary may hold the chunk; nil when none does.
func (k *chunk) inEntries(v *block.Variable) []bool {
	var held []bool
	var buf []byte
	for i := range v.Ends {
		if !k.in(v.Value(i), &buf) {
			continue
		}
		if held == nil {
			held = make([]bool, len(v.Ends))
		}
		held[i] = true
	}
	return held
}

// texts looks for the chunk in all values at once.
func (k *chunk) texts(v *block.Variable, set bitmap) {
	all, value := textOf(v.Data), 0
	for pos := 0; pos < len(all); {
		i := strings.Index(all[pos:], k.text)
		if i < 0 {
			return
		}
		pos += i
		rest := v.Ends[value:]
		value += sort.Search(len(rest), func(i int) bool { return int(rest[i]) > pos })
		end := int(v.Ends[value])
		if k.in(v.Value(value), nil) {
			set.add(value)
			pos = end
			continue
		}
		pos++
	}
}
