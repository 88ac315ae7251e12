package logs

import "github.com/haetae/haetae/internal/store/logs/block"

// columnNode matches the rows whose block keeps a field in one way: as one value for all rows, or as a dictionary. That depends
// on all rows of the block, so it matches none for who does not see them all.
type columnNode struct {
	field string
	dict  bool
}

func (columnNode) possible(*eval) (bool, error) { return true, nil }

func (n columnNode) narrow(e *eval, rows bitmap) error {
	if !e.columns {
		clear(rows)
		return nil
	}
	v, err := e.field(n.field)
	if err != nil {
		return err
	}
	constant, dict := columnType(v)
	if n.dict && !dict || !n.dict && !constant {
		clear(rows)
		return nil
	}
	if err := v.prepare(rows); err != nil {
		return err
	}
	rows.keep(func(row int) bool { return v.at(row) != "" })
	return nil
}

func (columnNode) cost() int { return costScan }

// columnType tells how a block keeps values.
func columnType(v values) (isConst, isDict bool) {
	switch v := v.(type) {
	case constant:
		return true, false
	case *perStream:
		return len(v.values) == 1, len(v.values) > 1
	case stored:
		return v.Kind == block.Const, v.Kind == block.Dict
	}
	return false, false
}
