package pipe

import (
	"github.com/haetae/haetae/internal/logsql"
)

// groups numbers the combinations of values of some fields, for one worker. Each field numbers its own values;
// a combination is found by joining the numbers from field to field, so that constant and dictionary columns
// cost one look-up for each value and not for each row. The values of a single field are the groups.
type groups struct {
	by     []groupField
	tuples []tuple
	roots  []uint32          // tuple of each value of the first field
	pairs  map[uint64]uint32 // tuple of parent and value where the parent's children do not say
	count  int               // whole combinations
	first  []uint32          // tuple of each group
	acct   *account
	ids    []uint32
}

// tuple is the values of the first fields: those of the parent tuple and one more.
type tuple struct {
	parent, value uint32
	group         uint32   // of a tuple of all fields
	children      []uint32 // tuples of one field more, by value, for values below fewValues
}

const (
	noGroup   = ^uint32(0)
	fewValues = 64
)

// groupField numbers the values of one field.
type groupField struct {
	logsql.GroupField
	values []string
	byText map[string]uint32
	keyed  keyed
	byTime map[int64]uint32
	keep   arena
	memo   []uint32 // by dictionary code, for the batch at hand
	lastAt int64    // the bucket of the row before, and its number
	last   uint32
	known  bool
	text   []byte
}

func newGroups(by []logsql.GroupField, acct *account) *groups {
	g := &groups{by: make([]groupField, len(by)), pairs: map[uint64]uint32{}, acct: acct}
	for i := range by {
		g.by[i] = groupField{GroupField: by[i], byText: map[string]uint32{}, byTime: map[int64]uint32{}}
	}
	if len(by) == 0 {
		g.count = 1
	}
	return g
}

// namesBy returns group fields without buckets.
func namesBy(names []string) []logsql.GroupField {
	by := make([]logsql.GroupField, len(names))
	for i, n := range names {
		by[i].Name = n
	}
	return by
}

// Bytes that a group and a value cost besides their text: entries of maps and slices, measured.
const (
	groupBytes = 96
	valueBytes = 80
)

// assign returns the group of each row, valid until the next call.
func (g *groups) assign(b *logsql.Batch) ([]uint32, error) {
	if cap(g.ids) < b.N {
		g.ids = make([]uint32, b.N)
	}
	g.ids = g.ids[:b.N]
	if len(g.by) == 0 {
		clear(g.ids)
		return g.ids, nil
	}
	for level := range g.by {
		if err := g.level(level, b); err != nil {
			return nil, err
		}
	}
	return g.ids, nil
}

// level joins the value of one field to the tuples of the rows.
func (g *groups) level(level int, b *logsql.Batch) error {
	f := &g.by[level]
	from := lookup(b, f.Name)
	f.begin(from)
	lastTuple, lastValue, lastID := noGroup, noGroup, noGroup
	for i := range g.ids {
		value, err := f.number(from, i, g.acct)
		if err != nil {
			return err
		}
		before := noGroup
		if level > 0 {
			before = g.ids[i]
		}
		if len(g.by) == 1 {
			g.ids[i] = value
			continue
		}
		if before != lastTuple || value != lastValue || lastID == noGroup {
			if lastID, err = g.join(level, before, value); err != nil {
				return err
			}
			lastTuple, lastValue = before, value
		}
		g.ids[i] = lastID
	}
	if len(g.by) == 1 {
		g.count = len(f.values)
	}
	return nil
}

// join returns the number of a tuple: of a whole combination at the last level.
func (g *groups) join(level int, parent, value uint32) (uint32, error) {
	id := g.find(parent, value)
	if id == noGroup {
		if err := g.acct.add(groupBytes); err != nil {
			return 0, err
		}
		id = uint32(len(g.tuples))
		g.tuples = append(g.tuples, tuple{parent: parent, value: value, group: noGroup})
		g.remember(parent, value, id)
	}
	if level < len(g.by)-1 {
		return id, nil
	}
	t := &g.tuples[id]
	if t.group == noGroup {
		t.group = uint32(g.count)
		g.first = append(g.first, id)
		g.count++
	}
	return t.group, nil
}

// find returns the tuple of a parent, noGroup for the first field, and a value; noGroup when it is new.
func (g *groups) find(parent, value uint32) uint32 {
	known := g.roots
	if parent != noGroup {
		if value >= fewValues {
			if id, ok := g.pairs[uint64(parent)<<32|uint64(value)]; ok {
				return id
			}
			return noGroup
		}
		known = g.tuples[parent].children
	}
	if int(value) < len(known) {
		return known[value]
	}
	return noGroup
}

func (g *groups) remember(parent, value, id uint32) {
	known := &g.roots
	if parent != noGroup {
		if value >= fewValues {
			g.pairs[uint64(parent)<<32|uint64(value)] = id
			return
		}
		known = &g.tuples[parent].children
	}
	for len(*known) <= int(value) {
		*known = append(*known, noGroup)
	}
	(*known)[value] = id
}

// of returns the number of the value that a group has in a field.
func (g *groups) of(group uint32, field int) uint32 {
	if len(g.by) == 1 {
		return group
	}
	t := g.tuples[g.first[group]]
	for level := len(g.by) - 1; level > field; level-- {
		t = g.tuples[t.parent]
	}
	return t.value
}

// value returns the value of a field of a group.
func (g *groups) value(group uint32, field int) string { return g.by[field].textOf(g.of(group, field)) }

// missing reports whether a group has no value in any field.
func (g *groups) missing(group uint32) bool {
	for k := range g.by {
		if !g.by[k].empty(g.of(group, k)) {
			return false
		}
	}
	return true
}

// adopt returns the group that has the values of a group of another worker.
func (g *groups) adopt(from *groups, group uint32) (uint32, error) {
	if len(g.by) == 0 {
		return 0, nil
	}
	id := noGroup
	for level := range g.by {
		f := &g.by[level]
		value, err := f.adopt(&from.by[level], from.of(group, level), g.acct)
		if err != nil {
			return 0, err
		}
		if len(g.by) == 1 {
			g.count = len(f.values)
			return value, nil
		}
		if id, err = g.join(level, id, value); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// begin forgets what was known of the batch before.
func (f *groupField) begin(from field) {
	f.known = false
	f.memo = f.memo[:0]
	if from.col == nil {
		return
	}
	for range len(from.col.Values) {
		if from.col.Index == nil && !from.col.Const {
			break
		}
		f.memo = append(f.memo, noGroup)
	}
}

// number returns the number of the value of row i.
func (f *groupField) number(from field, i int, acct *account) (uint32, error) {
	if from.times != nil {
		return f.numberTime(from.times[i], acct)
	}
	if from.col != nil && from.col.Keys != nil && f.Bucket.Kind == logsql.BucketNone {
		return f.numberKey(from.col.Form, from.col.Keys[i], acct)
	}
	if len(f.memo) == 0 {
		return f.intern(f.bucket(from.at(i)), acct)
	}
	code := 0
	if from.col.Index != nil {
		code = int(from.col.Index[i])
	}
	if f.memo[code] == noGroup {
		id, err := f.intern(f.bucket(from.col.Values[code]), acct)
		if err != nil {
			return 0, err
		}
		f.memo[code] = id
	}
	return f.memo[code], nil
}

// numberTime is number for a native time.
func (f *groupField) numberTime(ns int64, acct *account) (uint32, error) {
	switch f.Bucket.Kind {
	case logsql.BucketTime, logsql.BucketCalendar:
		// Rows come mostly in the order of time, so the bucket of the row before is a good guess.
		if f.known && f.Bucket.Kind == logsql.BucketTime && ns >= f.lastAt && ns-f.lastAt < f.Bucket.Step {
			return f.last, nil
		}
		ns = f.Bucket.Time(ns)
	}
	if f.known && ns == f.lastAt {
		return f.last, nil
	}
	id, ok := f.byTime[ns]
	if !ok {
		f.text = logsql.AppendTime(f.text[:0], ns)
		var err error
		if id, err = f.intern(string(f.text), acct); err != nil {
			return 0, err
		}
		f.byTime[ns] = id
	}
	f.lastAt, f.last, f.known = ns, id, true
	return id, nil
}

// intern returns the number of a value.
func (f *groupField) intern(v string, acct *account) (uint32, error) {
	if id, ok := f.byText[v]; ok {
		return id, nil
	}
	if f.keyed.any {
		if form, key := logsql.ParseKey(v); form != logsql.NoKeys {
			return f.numberKey(form, key, acct)
		}
	}
	if err := acct.add(len(v) + valueBytes); err != nil {
		return 0, err
	}
	v = f.keep.copy(v)
	id := uint32(len(f.values))
	f.values = append(f.values, v)
	f.byText[v] = id
	return id, nil
}

// bucket rounds a value as the field's bucket says; a value of another kind stays as it is.
func (f *groupField) bucket(v string) string {
	b := &f.Bucket
	switch b.Kind {
	case logsql.BucketTime, logsql.BucketCalendar:
		if ns, ok := logsql.ParseTimeText(v); ok {
			return logsql.TimeText(b.Time(ns))
		}
	case logsql.BucketNumber, logsql.BucketDuration:
		n, ok := logsql.ParseNumber(v)
		if !ok {
			if ns, ok := logsql.ParseTimeText(v); ok && b.Kind == logsql.BucketDuration {
				return logsql.TimeText(b.Time(ns))
			}
			return v
		}
		n = floorTo(n-b.Shift, b.Size) + b.Shift
		if b.Kind == logsql.BucketDuration {
			return logsql.FormatDuration(int64(n))
		}
		return logsql.FormatFloat(n)
	case logsql.BucketIPv4:
		if ip, ok := logsql.ParseIPv4(v); ok {
			return string(logsql.IPv4Keys.Append(nil, int64(ip>>(32-b.Bits)<<(32-b.Bits))))
		}
	}
	return v
}
