package logsql

import (
	"strings"
	"time"
)

// clock reads the bounds of day_range[08:00, 18:00) and week_range[Mon, Fri].
func (p *parser) clock(kind string) (Filter, error) {
	open := p.pos
	left := "["
	switch {
	case p.take("["):
	case p.take("("):
		left = "("
	default:
		return nil, p.unexpected("[ or (")
	}
	lo, loText, err := p.clockBound(kind)
	if err != nil {
		return nil, err
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	hi, hiText, err := p.clockBound(kind)
	if err != nil {
		return nil, err
	}
	right := "]"
	if p.peek() == ')' {
		right = ")"
	}
	if err := p.close(right, open); err != nil {
		return nil, err
	}
	shift, offset, err := p.offset()
	if err != nil {
		return nil, err
	}
	if left == "(" {
		lo++
	}
	if right == ")" {
		hi--
	}
	text := kind + left + loText + "," + hiText + right + offset
	if kind == "week_range" {
		return &FieldFilter{timeField, weekRange{time.Weekday(lo), time.Weekday(hi), shift, text}}, nil
	}
	return &FieldFilter{timeField, dayRange{lo, hi, shift, text}}, nil
}

// clockBound reads hh:mm as ns since midnight, or a day of the week.
func (p *parser) clockBound(kind string) (int64, string, error) {
	p.space()
	start := p.pos
	text := p.text[p.pos:p.restOfWord()]
	p.pos += len(text)
	if kind == "week_range" {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if name := day.String(); strings.EqualFold(text, name) || strings.EqualFold(text, name[:3]) {
				return int64(day), text, nil
			}
		}
		return 0, "", p.errorAt(badTime, start, p.pos, "", "%q is no day of the week; write Mon or Monday", text)
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)).Nanoseconds(), text, nil
		}
	}
	if text == "24:00" {
		return dayNS, text, nil
	}
	return 0, "", p.errorAt(badTime, start, p.pos, "", "%q is no time of day; write 08:00", text)
}
