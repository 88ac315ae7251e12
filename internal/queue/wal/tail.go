package wal

import (
	"bytes"
	"errors"
	"math"
)

// minTornZeros is how many zeros at the end of a file show that its last bytes never arrived; fewer may
// belong to a record.
const minTornZeros = 16

// tail describes the end of the last segment.
type tail struct {
	keep int64 // bytes; what is behind them is the rest of an unfinished write
	end  int64 // offset of the next record

	// The last group that has a sound frame begins here; the frames of a group share their time.
	group     int64 // position
	groupBase int64 // offset of its first record
	groupTime int64
}

// findTail reads a segment of size bytes, whose first offset is base, to its end.
//
// Behind the last sound frame there may be the rest of a group whose write did not finish: less than its
// header says, less than a header, or zeros up to the end because the size reached the disk before the bytes.
// That is a torn tail. A whole frame with a wrong checksum, or bytes that are no header, may be acknowledged
// records that the medium has damaged: they are kept, and the end lies behind every offset that they can
// have had, because an offset that the store may know is never given to another record.
func findTail(sc *scanner, base, size int64) (tail, error) {
	t, err := lastSound(sc, base, size)
	if err != nil || t.keep == size {
		return t, err
	}
	zeros, err := zerosFrom(sc, t.keep, size)
	if err != nil {
		return tail{}, err
	}
	for t.keep < size {
		f, err := sc.at(t.keep, size)
		switch {
		case err == nil && t.keep+f.bytes() <= zeros:
			t.keep += f.bytes()
			t.end = max(t.end, f.end())
		case errors.Is(err, errHeader) && zeros == size:
			t.end += size - t.keep // a record takes a byte at least
			t.keep = size
		case err == nil, errors.Is(err, errHeader), errors.Is(err, errShort):
			return t, nil
		default:
			return tail{}, err
		}
	}
	return t, nil
}

// lastSound returns the end of the last frame whose checksums are right.
func lastSound(sc *scanner, base, size int64) (tail, error) {
	t := tail{end: base, groupBase: base}
	var records [][]byte
	for pos := int64(0); pos < size; {
		f, err := sc.at(pos, size)
		if err == nil {
			records, err = f.records(f.body, records[:0])
		}
		if err == nil {
			if f.base >= t.end {
				if t.keep == 0 || f.time != t.groupTime {
					t.group, t.groupBase, t.groupTime = pos, f.base, f.time
				}
				t.keep, t.end = pos+f.bytes(), f.end()
			}
			pos += f.bytes()
			continue
		}
		if !errors.Is(err, errHeader) && !errors.Is(err, errShort) && !errors.Is(err, errPayload) {
			return tail{}, err
		}
		next, ok, err := sc.find(pos+1, size, t.end, math.MaxInt64)
		if err != nil {
			return tail{}, err
		}
		if !ok {
			break
		}
		pos = next
	}
	return t, nil
}

// zerosFrom returns where the zeros at the end of the file begin, not before pos, or size when there are
// too few to mean anything.
func zerosFrom(sc *scanner, pos, size int64) (int64, error) {
	zeros, from := pos, pos
	for pos < size {
		if err := sc.load(pos, min(readBytes, size-pos)); err != nil {
			return 0, err
		}
		if n := len(bytes.TrimRight(sc.buf, "\x00")); n > 0 {
			zeros = pos + int64(n)
		}
		pos += int64(len(sc.buf))
	}
	if zeros != from && size-zeros < minTornZeros {
		return size, nil
	}
	return zeros, nil
}
