package pipe

import (
	"maps"
	"slices"

	"github.com/haetae/haetae/internal/logsql"
)

// valueList is values: the values of all rows, empty where a field is missing, in no set order.
type valueList struct {
	args  args
	acct  *account
	limit int
	lists [][]string
	keep  arena
}

func (v *valueList) grow(n int) error { return growTo(&v.lists, n, v.acct, 24) }

func (v *valueList) begin(b *logsql.Batch) { v.args.begin(b) }

func (v *valueList) add(group uint32, lo, hi int) error {
	for i := lo; i < hi; i++ {
		for _, f := range v.args.fields {
			if v.full(group) {
				return nil
			}
			value := f.at(i)
			if value == "" && !v.args.simple { // which fields a row lacks is told by names alone
				continue
			}
			v.lists[group] = append(v.lists[group], v.keep.copy(value))
			if err := v.acct.add(16 + len(value)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *valueList) full(group uint32) bool { return v.limit > 0 && len(v.lists[group]) >= v.limit }

func (v *valueList) merge(group uint32, other accumulator, otherGroup uint32) error {
	for _, value := range other.(*valueList).lists[otherGroup] {
		if v.full(group) {
			return nil
		}
		v.lists[group] = append(v.lists[group], value)
		if err := v.acct.add(16); err != nil {
			return err
		}
	}
	return nil
}

func (v *valueList) result(group uint32) string { return string(appendJSONArray(nil, v.lists[group])) }

// uniqValues is uniq_values: the different values of all fields, in order. The limit is applied to the sorted
// list, so that the result does not depend on which rows came first.
type uniqValues struct {
	uniqCounter
	limit int
}

func (u *uniqValues) add(group uint32, lo, hi int) error {
	for _, f := range u.args.fields {
		end := hi
		if _, ok := f.constant(); ok {
			end = lo + 1
		}
		for i := lo; i < end; i++ {
			switch {
			case f.times != nil:
				u.key = logsql.AppendTime(u.key[:0], f.times[i])
			case f.col != nil:
				u.key = append(u.key[:0], f.col.At(i)...)
			default:
				continue
			}
			if len(u.key) == 0 {
				continue
			}
			if err := u.put(group, u.key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (u *uniqValues) result(group uint32) string {
	list := slices.SortedFunc(maps.Keys(u.sets[group]), logsql.CompareValues)
	if u.limit > 0 && len(list) > u.limit {
		list = list[:u.limit]
	}
	return string(appendJSONArray(nil, list))
}

// anyRow is row_any: the first row that came, as a JSON object.
type anyRow struct {
	args args
	acct *account
	rows []string
}

func (a *anyRow) grow(n int) error { return growTo(&a.rows, n, a.acct, 16) }

func (a *anyRow) begin(b *logsql.Batch) { a.args.begin(b) }

func (a *anyRow) add(group uint32, lo, _ int) error {
	if a.rows[group] != "" {
		return nil
	}
	object := a.args.appendJSON(nil, lo)
	a.rows[group] = string(object)
	return a.acct.add(len(object))
}

func (a *anyRow) merge(group uint32, other accumulator, otherGroup uint32) error {
	if a.rows[group] == "" {
		a.rows[group] = other.(*anyRow).rows[otherGroup]
	}
	return nil
}

func (a *anyRow) result(group uint32) string { return a.rows[group] }
