package logsql

import (
	"math"
	"testing"
)

func TestKeysStandForOneText(t *testing.T) {
	for _, key := range []int64{0, 1, -1, 10, math.MaxInt64, math.MinInt64} {
		text := string(IntKeys.Append(nil, key))
		if f, got := ParseKey(text); f != IntKeys || got != key {
			t.Errorf("%s is %v %d", text, f, got)
		}
	}
	for _, key := range []int64{0, 1, 0x01020304, 0xffffffff} {
		text := string(IPv4Keys.Append(nil, key))
		if f, got := ParseKey(text); f != IPv4Keys || got != key {
			t.Errorf("%s is %v %d", text, f, got)
		}
	}
	// What reads like a number but is written otherwise is a text of its own.
	for _, text := range []string{"", "-", "-0", "+1", "01", "1.0", "1e3", "01.2.3.4", "1.2.3", "1.2.3.4.5", "256.1.1.1", "9223372036854775808", "0x1", "1_000"} {
		if f, key := ParseKey(text); f != NoKeys {
			t.Errorf("%q is %v %d", text, f, key)
		}
	}
}
