package wal

import (
	"bytes"
	"errors"
	"math"
)

const (
	sectorBytes = 512
	// minTornZeros is how many zeros at the end of a file show that its last sector never arrived; fewer
	// may belong to a record.
	minTornZeros = 16
)

// tail describes the end of the last segment.
type tail struct {
	pos  int64 // behind the last sound frame
	end  int64 // offset of the next record
	torn bool  // what is behind pos, if anything, is the rest of an unfinished write; else it is damage
}

// findTail reads a segment of size bytes, whose first offset is base, to its end.
//
// Behind the last sound frame there may be the rest of a group whose write did not finish: less than its
// header says, less than a header, or sectors of zeros up to the end, because the size reached the disk before
// the bytes. That is a torn tail. A whole frame with a wrong checksum, or bytes that are no header, may be
// an acknowledged frame that the medium has damaged; it is never cut.
func findTail(sc *scanner, base, size int64) (tail, error) {
	t := tail{end: base}
	var records [][]byte
	for pos := int64(0); pos < size; {
		f, err := sc.at(pos, size)
		if err == nil {
			pos += f.bytes()
			if records, err = f.records(f.body, records[:0]); err == nil && f.base >= t.end {
				t.pos, t.end = pos, f.end()
			}
			continue
		}
		if !errors.Is(err, errHeader) && !errors.Is(err, errShort) {
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
	torn, err := isTorn(sc, t.pos, size)
	if err != nil {
		return tail{}, err
	}
	t.torn = torn
	if !torn {
		t.end, err = endOfDamage(sc, t, size)
	}
	return t, err
}

// isTorn reports whether the bytes from pos to the end, none of them a sound frame, are an unfinished write.
func isTorn(sc *scanner, pos, size int64) (bool, error) {
	_, err := sc.at(pos, size)
	if errors.Is(err, errShort) {
		return true, nil
	}
	if err != nil && !errors.Is(err, errHeader) {
		return false, err
	}
	zeros, err := zerosFrom(sc, pos, size)
	if err != nil {
		return false, err
	}
	firstSector := (zeros + sectorBytes - 1) / sectorBytes * sectorBytes
	return zeros == pos || size-firstSector >= minTornZeros, nil
}

// zerosFrom returns where the zeros at the end of the file begin, not before pos.
func zerosFrom(sc *scanner, pos, size int64) (int64, error) {
	zeros := pos
	for pos < size {
		if err := sc.load(pos, min(readBytes, size-pos)); err != nil {
			return 0, err
		}
		if n := len(bytes.TrimRight(sc.buf, "\x00")); n > 0 {
			zeros = pos + int64(n)
		}
		pos += int64(len(sc.buf))
	}
	return zeros, nil
}

// endOfDamage returns an offset that no record of the damaged end can have had: what the sound headers say,
// and from the first wrong one on a record for each byte.
func endOfDamage(sc *scanner, t tail, size int64) (int64, error) {
	end := t.end
	for pos := t.pos; pos < size; {
		f, err := sc.at(pos, size)
		switch {
		case err == nil:
			end = max(end, f.end())
			pos += f.bytes()
		case errors.Is(err, errShort), errors.Is(err, errHeader):
			return max(end, f.end()) + size - pos, nil
		default:
			return 0, err
		}
	}
	return end, nil
}
