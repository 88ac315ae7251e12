package block

import (
	"math"
	"strconv"
	"testing"
)

// Numbers of one class have one sign and as many digits, and classes are in bounds even for numbers that no VarInt has.
func TestLengthClasses(t *testing.T) {
	numbers := []int64{0, -1, math.MaxInt64, math.MinInt64}
	for n := int64(10); n > 0 && n <= 1e18; n *= 10 {
		numbers = append(numbers, n-1, n, n+1, 1-n, -n, -n-1)
	}
	v := Variable{VariableInfo: VariableInfo{Kind: VarInt}, Ints: numbers}
	lengths := map[int]int{}
	for at, n := range numbers {
		length := len(strconv.FormatInt(n, 10))
		if n < 0 {
			length = -length
		}
		class := v.LengthClass(at)
		if class < 0 || class >= v.LengthClasses() {
			t.Fatalf("%d has the class %d of %d", n, class, v.LengthClasses())
		}
		if known, ok := lengths[class]; ok && known != length {
			t.Errorf("%d is of the class of numbers that print in %d bytes", n, known)
		}
		lengths[class] = length
	}
	addresses := Variable{VariableInfo: VariableInfo{Kind: VarIPv4}, Ints: []int64{0x0a000001, 0x09080706, 0xff000001}}
	if a, b, c := addresses.LengthClass(0), addresses.LengthClass(1), addresses.LengthClass(2); a == b || a == c || b == c || max(a, b, c) >= addresses.LengthClasses() {
		t.Errorf("10.0.0.1, 9.8.7.6 and 255.0.0.1 have the classes %d, %d and %d", a, b, c)
	}
}
